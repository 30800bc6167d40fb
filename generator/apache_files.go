package generator

import "slices"

// files is what a place of files says about them.
func (a apacheAt) files() []apacheItem {
	var out []apacheItem
	if a.whole() {
		out = append(out, ap("DocumentRoot", a.w.plain(a.place.Root)), a.index(), a.allowDirectory(a.place.Root))
		if a.place.Listing {
			out = append(out, apBlock([]apacheItem{ap("Options", "+Indexes")}, "Location", "/"))
		}
		return append(out, a.typing()...)
	}
	if a.differs(func(p *Place) bool { return sameTexts(p.Index, a.place.Index) }) {
		out = append(out, a.index())
	}
	if a.differs(func(p *Place) bool { return p.Listing == a.place.Listing }) {
		out = append(out, ap("Options", map[bool]apacheWord{true: "+Indexes", false: "-Indexes"}[a.place.Listing]))
	}
	if a.host.site.passesOn() {
		out = append(out, ap(a.passName(), "!"))
	}
	return append(out, a.typing()...)
}

// typing says what the files are.
func (a apacheAt) typing() []apacheItem {
	p := a.place
	var out []apacheItem
	switch {
	case !a.differs(func(e *Place) bool { return e.Charset == p.Charset }):
	case p.Charset != "":
		out = append(out, ap("AddDefaultCharset", apacheWord(p.Charset)))
	case !a.whole():
		out = append(out, ap("AddDefaultCharset", "Off"))
	}
	if a.differs(func(e *Place) bool { return slices.EqualFunc(e.Types, p.Types, sameMediaType) }) {
		for _, m := range p.Types {
			add := ap("AddType", a.w.plain(m.Type))
			for _, extension := range m.Extensions {
				add.Args = append(add.Args, apacheWord("."+extension))
			}
			out = append(out, add)
		}
	}
	return append(out, a.readyMadeTypes()...)
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

// hidden denies files that are nobody's business, in a place that serves files.
func (a apacheAt) hidden() []apacheItem {
	if !a.place.onFiles() || a.route != nil && a.route.Kind == Exact {
		return nil
	}
	var out []apacheItem
	for _, kind := range hiddenKinds {
		if a.place.hides(kind.name) {
			out = append(append(out, gap[apacheWord]()), about(kind.comment,
				apBlock([]apacheItem{ap("Require", "all", "denied")}, "LocationMatch", a.w.word(a.route.within(kind.pattern))))...)
		}
	}
	return out
}
