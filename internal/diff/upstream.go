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
			f.sites = nil
			e.told = true
			w.note(f)
		case methodTheme:
			w.method(e)
		}
	}
	w.exhausted(w.old, "upstream-exhausted")
	w.exhausted(w.new, "upstream-restored")
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
	f.what, f.sites = groupTitle(e.at().parent), nil
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
		f := &fact{kind: kind, what: groupTitle(e), path: e.path()}
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
