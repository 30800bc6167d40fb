package diff

import (
	"strings"
)

// reachOfContext tells which virtual hosts may answer in another way because of
// what stands outside of them.
func (w *comparer) reachOfContext() func(old, new *host) bool {
	a, b := surroundings(w.old), surroundings(w.new)
	names := map[string]bool{}
	everything := false
	for k := range merged(a, b) {
		if a[k].sum == b[k].sum && a[k].count == b[k].count {
			continue
		}
		if variable, ok := definedVariable(a[k].element, b[k].element); ok {
			names[variable] = true
		} else {
			everything = true
		}
	}
	switch {
	case everything:
		return func(_, _ *host) bool { return true }
	case len(names) == 0:
		return func(_, _ *host) bool { return false }
	}
	w.spread(names)
	if mentions(w.old.root, names, false) || mentions(w.new.root, names, false) {
		return func(_, _ *host) bool { return true }
	}
	return func(old, new *host) bool {
		return mentions(old.element, names, true) || mentions(new.element, names, true)
	}
}

// surrounding is something outside of the virtual hosts, under one key.
type surrounding struct {
	sum     uint64
	count   int
	element *element
}

// surroundings are what stands outside of the virtual hosts and may have a say in
// answers.
func surroundings(u *unit) map[string]surrounding {
	list := map[string]surrounding{}
	add := func(e *element) {
		if inert(e) || isDefault(e) || e.name == "upstream" {
			return
		}
		s := list[e.key]
		s.sum = s.sum*1099511628211 + e.behaviour()
		s.count++
		s.element = e
		list[e.key] = s
	}
	for _, top := range u.root.open() {
		switch {
		case top.isHost():
		case top.isNginx() && top.name == "http":
			for _, e := range top.open() {
				if !e.isHost() {
					add(e)
				}
			}
		case top.isNginx() && (top.name == "stream" || top.name == "mail" || top.name == "events"):
		default:
			add(top)
		}
	}
	return list
}

func merged(a, b map[string]surrounding) map[string]bool {
	keys := map[string]bool{}
	for k := range a {
		keys[k] = true
	}
	for k := range b {
		keys[k] = true
	}
	return keys
}

// definedVariable is the variable that a block of data gives a value.
func definedVariable(a, b *element) (string, bool) {
	e := a
	if e == nil {
		e = b
	}
	switch e.name {
	case "map", "geo", "split_clients":
		if e.block && len(e.words) > 0 {
			return e.words[len(e.words)-1], true
		}
	}
	return "", false
}

// spread adds the variables that are made of others.
func (w *comparer) spread(names map[string]bool) {
	for range 10 {
		before := len(names)
		for _, u := range []*unit{w.old, w.new} {
			for _, top := range u.root.open() {
				if top.name != "http" {
					continue
				}
				for _, e := range top.open() {
					if variable, ok := definedVariable(e, nil); ok && !names[variable] && mentions(e, names, true) {
						names[variable] = true
					}
				}
			}
		}
		if len(names) == before {
			return
		}
	}
}

// mentions tells that a variable of a set is spoken of, in the blocks of an
// element too if deep; of the whole configuration only what stands outside of
// virtual hosts and data counts.
func mentions(e *element, names map[string]bool, deep bool) bool {
	if e == nil {
		return true
	}
	for _, word := range append([]string{e.name}, e.words...) {
		if strings.Contains(word, "$") {
			for name := range names {
				if strings.Contains(word, strings.TrimPrefix(name, "$")) {
					return true
				}
			}
		}
	}
	for _, c := range e.open() {
		_, data := definedVariable(c, nil)
		switch {
		case !deep && (c.isHost() || data):
		case !deep && c.block && c.name != "http":
		case mentions(c, names, deep):
			return true
		}
	}
	return false
}
