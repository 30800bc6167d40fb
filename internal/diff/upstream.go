package diff

import (
	"slices"
	"strings"
)

// peers tells of the servers that requests are handed on to.
func (w *comparer) peers() {
	for _, e := range w.matcher.edits {
		if e.told || e.cosmetic != "" || e.action == Moved {
			continue
		}
		switch themeOf(e.at()) {
		case peerTheme:
			f := e.base(e.byAction("upstream-server"))
			f.what = groupTitle(e.at().parent)
			f.sites = w.usersOf(e.at().parent)
			e.told = true
			w.note(f)
		case methodTheme:
			w.method(e)
		}
	}
	w.exhausted(w.old, "upstream-exhausted")
	w.exhausted(w.new, "upstream-restored")
}

// usersOf are the names of the virtual hosts, of either side, that hand requests
// on to a group of servers.
func (w *comparer) usersOf(group *element) []string {
	if w.users == nil {
		w.users = map[string][]string{}
		for _, u := range []*unit{w.old, w.new} {
			for _, h := range u.hosts {
				if h.element != nil && !h.Main {
					w.addUser(h, h.element)
					if h.same {
						h.element.release()
					}
				}
			}
		}
		for name, list := range w.users {
			slices.Sort(list)
			w.users[name] = slices.Compact(list)
		}
	}
	list := slices.Clone(w.users[groupName(group)])
	if other := w.matcher.peers[group]; other != nil && groupName(other) != groupName(group) {
		list = append(list, w.users[groupName(other)]...)
		slices.Sort(list)
	}
	return slices.Compact(list)
}

// groupName is the name by which a group of servers is spoken of.
func groupName(group *element) string {
	if group.isNginx() {
		return group.arg(0)
	}
	return strings.ToLower(strings.TrimPrefix(group.arg(0), "balancer://"))
}

// addUser notes whom the directives in a block hand requests on to.
func (w *comparer) addUser(h *host, block *element) {
	for _, c := range block.open() {
		if c.block {
			w.addUser(h, c)
			continue
		}
		if themes[c.name] != targetTheme && c.name != "rewriterule" {
			continue
		}
		for _, word := range c.words {
			if _, rest, ok := strings.Cut(word, "://"); ok {
				word = rest
			}
			name, _, _ := strings.Cut(word, "/")
			if !c.isNginx() {
				name = strings.ToLower(name)
			}
			w.users[name] = append(w.users[name], namesOf(h)...)
		}
	}
}

// groupTitle is what people call a group of servers.
func groupTitle(e *element) string {
	if e.isNginx() {
		return "upstream " + strings.Join(e.words, " ")
	}
	return e.text()
}

// method tells of another way of balancing.
func (w *comparer) method(e *edit) {
	f := e.base("upstream-method-changed")
	f.what, f.sites = groupTitle(e.at().parent), w.usersOf(e.at().parent)
	a, b := e.old, e.new
	if a == nil {
		a = methodIn(w.matcher.peers[b.parent])
	}
	if b == nil {
		b = methodIn(w.matcher.peers[a.parent])
	}
	if w.methods[pair{a, b}] {
		e.told = true // with the one that takes its place
		return
	}
	f.before, f.after = methodText(a), methodText(b)
	e.told = true
	if a != nil && b != nil {
		w.methods[pair{a, b}] = true
	}
	f.old, f.new = nil, nil
	if a != nil {
		f.old = []Place{a.place()}
	}
	if b != nil {
		f.new = []Place{b.place()}
	}
	w.note(f)
}

func methodIn(block *element) *element {
	if block == nil {
		return nil
	}
	for _, c := range block.open() {
		if themeOf(c) == methodTheme {
			return c
		}
	}
	return nil
}

func methodText(e *element) string {
	if e == nil {
		return "round robin"
	}
	return e.text()
}

// exhausted tells of the groups of a side that have a server for ordinary
// requests, and whose counterpart has none.
func (w *comparer) exhausted(u *unit, kind string) {
	for _, e := range groupsIn(u.root) {
		other := w.matcher.peers[e]
		if other == nil || len(active(e)) == 0 || len(active(other)) > 0 {
			continue
		}
		f := &fact{kind: kind, sites: w.usersOf(e), what: groupTitle(e), path: e.path()}
		f.old, f.new = placesOfElements(active(e)), []Place{other.place()}
		if kind == "upstream-restored" {
			f.old, f.new = f.new, f.old
		}
		w.note(f)
	}
}

// groupsIn are the groups of servers of a tree.
func groupsIn(root *element) []*element {
	var list []*element
	for _, top := range root.open() {
		switch {
		case top.name == "upstream" || top.name == "proxy" && strings.HasPrefix(top.arg(0), "balancer:"):
			list = append(list, top)
		case top.name == "http" || top.name == "stream":
			for _, e := range top.open() {
				if e.name == "upstream" {
					list = append(list, e)
				}
			}
		}
	}
	return list
}

// active are the servers of a group that ordinary requests go to.
func active(group *element) []*element {
	var list []*element
	for _, c := range group.open() {
		if c.name != "server" && c.name != "balancermember" {
			continue
		}
		if !slices.ContainsFunc(c.words, func(word string) bool {
			word = strings.ToLower(word)
			return word == "backup" || word == "down" || word == "status=+h" || word == "status=+d" || word == "status=h" || word == "status=d"
		}) {
			list = append(list, c)
		}
	}
	return list
}
