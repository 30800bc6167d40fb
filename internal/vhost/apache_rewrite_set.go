package vhost

import (
	"strings"
	"sync"
)

// apacheRules reads the rules of each scope when they are first needed.
type apacheRules struct {
	once sync.Once
	set  rewriteSet
	own  bool // the host has any directive of mod_rewrite

	mu       sync.Mutex
	sections map[*apacheScope]*rewriteSet
}

// rewriteOptions are those of RewriteOptions that move rules between scopes.
type rewriteOptions struct{ inherit, before, down, downBefore, ignore bool }

func readRewriteOptions(scopes ...*apacheScope) rewriteOptions {
	var o rewriteOptions
	for _, scope := range scopes {
		seen := false
		for d := range scope.all("rewriteoptions") {
			if !seen {
				o, seen = rewriteOptions{}, true
			}
			for _, w := range d.words() {
				switch strings.ToLower(w) {
				case "inherit":
					o.inherit = true
				case "inheritbefore":
					o.before = true
				case "inheritdown":
					o.down = true
				case "inheritdownbefore":
					o.downBefore = true
				case "ignoreinherit":
					o.ignore = true
				}
			}
		}
	}
	return o
}

// merge puts the rules of an outer scope before or behind those of an inner
// one, or leaves them out (config_server_merge).
func (s rewriteSet) merge(outer rewriteSet, mine, above rewriteOptions) rewriteSet {
	out := rewriteSet{maps: s.maps}
	switch {
	case mine.inherit || above.down && !mine.ignore:
		out.rules = append(append(out.rules, s.rules...), outer.rules...)
	case mine.before || above.downBefore && !mine.ignore:
		out.rules = append(append(out.rules, outer.rules...), s.rules...)
	default:
		out.rules = s.rules
		return out
	}
	out.maps = map[string]string{}
	for _, maps := range []map[string]string{outer.maps, s.maps} {
		for name, source := range maps {
			out.maps[name] = source
		}
	}
	return out
}

func readRewriteSet(scope *apacheScope) rewriteSet {
	set := rewriteSet{rules: readRules(scope), maps: map[string]string{}}
	for d := range scope.all("rewritemap") {
		if words := d.words(); len(words) > 1 {
			set.maps[words[0]] = words[1]
		}
	}
	return set
}

// usesRewrite tells whether a scope has a directive of mod_rewrite. A host
// without one is not touched by the module at all.
func usesRewrite(scope *apacheScope) bool {
	for _, d := range scope.directives {
		if strings.HasPrefix(d.name, "rewrite") {
			return true
		}
	}
	for section := range routeSections(scope) {
		for _, d := range section.directives {
			if strings.HasPrefix(d.name, "rewrite") {
				return true
			}
		}
	}
	return false
}

// rules are those of the host outside of sections.
func (s *apacheServer) rules(h *apacheHost) *apacheRules {
	r := &h.routes.rules
	r.once.Do(func() {
		r.own = usesRewrite(h.scope)
		r.set = readRewriteSet(h.scope)
		r.sections = map[*apacheScope]*rewriteSet{}
		if h != s.main {
			base := s.rules(s.main)
			r.set = r.set.merge(base.set, readRewriteOptions(s.main.scope, h.scope), readRewriteOptions(s.main.scope))
		}
	})
	return r
}

// sectionRules are the rules of a section, read once.
func (s *apacheServer) sectionRules(h *apacheHost, section *apacheScope) *rewriteSet {
	r := s.rules(h)
	r.mu.Lock()
	defer r.mu.Unlock()
	set, ok := r.sections[section]
	if !ok {
		read := readRewriteSet(section)
		set = &read
		r.sections[section] = set
	}
	return set
}
