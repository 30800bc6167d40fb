package generator

import (
	"regexp"
	"slices"
)

// files is what a place of files says about them.
func (a apacheAt) files() []apacheItem {
	var out []apacheItem
	if a.whole() {
		out = append(out, ap("DocumentRoot", a.w.plain(a.place.Root)), a.index(), a.allowDirectory(a.place.Root))
	} else {
		if a.differs(func(p *Place) bool { return sameTexts(p.Index, a.place.Index) }) {
			out = append(out, a.index())
		}
		if a.host.site.passesOn() {
			out = append(out, ap(a.passName(), "!"))
		}
	}
	return out
}

func (a apacheAt) index() apacheItem {
	out := ap("DirectoryIndex")
	for _, name := range a.place.Index {
		out.Args = append(out.Args, a.w.plain(name))
	}
	return out
}

func (a apacheAt) allowDirectory(dir Text) apacheItem {
	return apBlock(openDirectory("FollowSymLinks"), "Directory", a.w.directory(dir))
}

// directories maps the places whose files lie elsewhere than the site's own. Apache
// takes the first alias that matches, so the strongest place comes first.
func (a apacheAt) directories() []apacheItem {
	s := a.host.site
	if !slices.ContainsFunc(s.Routes, func(r *Route) bool {
		return r.onFiles() && (r.Alias.Value != "" || r.Root.Value != s.Root.Value)
	}) {
		return nil
	}
	var aliases, allowed []apacheItem
	known := map[string]bool{}
	if s.onFiles() {
		known[s.Root.Value] = true
	}
	for _, r := range s.strongestFirst() {
		if !r.onFiles() {
			continue
		}
		dir := r.Root
		if r.Alias.Value != "" {
			dir = r.Alias
		}
		aliases = append(aliases, a.alias(r))
		if !known[dir.Value] {
			known[dir.Value] = true
			allowed = append(allowed, a.allowDirectory(dir))
		}
	}
	return append(aliases, allowed...)
}

// strongestFirst are the routes in the order in which they are chosen.
func (s *Site) strongestFirst() []*Route {
	patterns := 0
	for patterns < len(s.Routes) && s.Routes[patterns].Kind == Regex {
		patterns++
	}
	rest := slices.Clone(s.Routes[patterns:])
	slices.Reverse(rest)
	return append(rest, s.Routes[:patterns]...)
}

func (a apacheAt) alias(r *Route) apacheItem {
	switch {
	case r.Kind == Regex:
		// The pattern may begin anywhere in the path; $0 is the whole of it.
		return ap("AliasMatch", a.w.word("^(?=.*?(?:"+r.Path.Value+")).*$"), a.w.matched(r.Root.Value, "$0"))
	case r.Kind == Exact && r.Alias.Value != "":
		return ap("AliasMatch", a.w.word(r.expression()), a.w.matched(r.Alias.Value, ""))
	case r.Kind == Exact:
		return ap("AliasMatch", a.w.word(r.expression()), a.w.matched(r.Root.Value, "$0"))
	case r.Alias.Value != "":
		return ap("Alias", a.w.plain(r.Path), a.w.plain(Text{r.Alias.Value + "/", r.Alias.Range}))
	}
	return ap("Alias", a.w.plain(r.Path), a.w.plain(Text{r.Root.Value + r.Path.Value, r.Root.Range}))
}

// hidden denies files and directories whose name begins with a dot, in a place
// that serves files.
func (a apacheAt) hidden() []apacheItem {
	if !a.place.onFiles() || a.route != nil && a.route.Kind == Exact {
		return nil
	}
	pattern := hiddenFiles
	if a.route != nil && a.route.Kind == Prefix {
		pattern = "^" + regexp.QuoteMeta(a.route.Path.Value) + `(?:.*/)?\.(?!well-known(?:/|$))`
	}
	if a.route != nil && a.route.Kind == Regex {
		pattern = "^(?=.*?(?:" + a.route.Path.Value + ")).*?" + hiddenFiles
	}
	return about("Hidden files (.git, .env, .htpasswd …) are nobody's business.",
		apBlock([]apacheItem{ap("Require", "all", "denied")}, "LocationMatch", a.w.word(pattern)))
}
