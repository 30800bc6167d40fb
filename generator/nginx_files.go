package generator

// directory is where the files of the place are.
func (a nginxAt) directory() []nginxItem {
	p := a.place
	if !p.onFiles() {
		return nil
	}
	var out []nginxItem
	switch {
	case p.Alias.Value != "":
		alias := p.Alias
		if a.route.Kind == Prefix {
			alias.Value += "/"
		}
		out = append(out, ng("alias", a.w.evaluated("", alias, "")))
	case a.outer == nil || !a.outer.onFiles() || a.outer.Root.Value != p.Root.Value:
		out = append(out, ng("root", a.w.evaluated("", p.Root, "")))
	}
	if a.outer == nil || !a.outer.onFiles() || !sameTexts(a.outer.Index, p.Index) {
		index := ng("index")
		for _, name := range p.Index {
			index.Args = append(index.Args, a.w.evaluated("", name, ""))
		}
		out = append(out, index)
	}
	return out
}

// hidden denies files and directories whose name begins with a dot, in a place
// that serves files.
func (a nginxAt) hidden() []nginxItem {
	if !a.place.onFiles() || a.route != nil && a.route.Kind == Exact {
		return nil
	}
	return about("Hidden files (.git, .env, .htpasswd …) are nobody's business.",
		ngBlock([]nginxItem{ng("deny", "all")}, "location", "~", hiddenFiles))
}

// hiddenFiles matches paths with a hidden part, but for well-known ones
// (RFC 8615).
const hiddenFiles = `/\.(?!well-known(?:/|$))`

func (a nginxAt) files() []nginxItem {
	if a.place.Alias.Value != "" {
		return nil
	}
	return []nginxItem{ng("try_files", "$uri", "$uri/", "=404")}
}
