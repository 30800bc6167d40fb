package vhost

import (
	"iter"
	"strings"
	"sync"

	"padlock/internal/apache"
)

// apacheScope is what stands directly in the main server, a virtual host or
// another section, in order.
type apacheScope struct {
	// item is the section's opening tag; zero for the main server.
	item apache.Item
	// kind is the section's name in small letters.
	kind       string
	directives []apacheDirective
	sections   []*apacheScope
	// latest finds the last directive of a name, in scopes that are asked often.
	latest map[string]int

	// pattern is the argument that says what a section is for, as a regular
	// expression or not.
	pattern string
	regex   bool
	// required is what requireRules has found.
	requiredOnce sync.Once
	required     []requireRule
}

// indexed makes last quick: the main server is asked for every host.
func (s *apacheScope) indexed() {
	s.latest = make(map[string]int, len(s.directives))
	for i, d := range s.directives {
		s.latest[d.name] = i
	}
}

// apacheDirective is a directive with its name in small letters.
type apacheDirective struct {
	name string
	item apache.Item
}

// words are the arguments.
func (d apacheDirective) words() []string {
	words := d.item.Words()
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.Value
	}
	return out
}

// first is the first argument, or "".
func (d apacheDirective) first() string {
	if words := d.item.Words(); len(words) > 0 {
		return words[0].Value
	}
	return ""
}

// apacheReader sorts items into scopes.
type apacheReader struct {
	// names remembers small letters, as the same few names come again and again.
	names map[string]string
	// hold is the assumption for undecided conditions other than modules.
	hold bool
	// undecided tells that there were such conditions.
	undecided bool
	// hosts are the virtual hosts, which no scope lists among its sections.
	hosts []*apacheScope
}

func (r *apacheReader) scope(items iter.Seq[apache.Item], section apache.Item) *apacheScope {
	s := &apacheScope{item: section}
	if !section.IsZero() {
		s.kind = r.lower(section.Name())
		s.pattern, s.regex = sectionPattern(s.kind, section)
	}
	for item := range items {
		switch {
		case item.OnRead() || !r.holds(item):
		case item.IsSection():
			section := r.scope(item.Children(), item)
			if section.kind == "virtualhost" {
				r.hosts = append(r.hosts, section)
			} else {
				s.sections = append(s.sections, section)
			}
		default:
			s.directives = append(s.directives, apacheDirective{r.lower(item.Name()), item})
		}
	}
	return s
}

func (r *apacheReader) lower(name string) string {
	lower, ok := r.names[name]
	if !ok {
		lower = strings.ToLower(name)
		r.names[name] = lower
	}
	return lower
}

// holds tells whether an item is there in the world that is assumed.
func (r *apacheReader) holds(item apache.Item) bool {
	for _, c := range item.Conditions() {
		assumed := true
		if c.Kind != apache.IfModule {
			r.undecided = true
			assumed = r.hold
		}
		if assumed == c.Negated {
			return false
		}
	}
	return true
}

// last is the last directive of that name: for single-valued ones it wins.
func (s *apacheScope) last(name string) (apacheDirective, bool) {
	if s.latest != nil {
		i, ok := s.latest[name]
		if !ok {
			return apacheDirective{}, false
		}
		return s.directives[i], true
	}
	for i := len(s.directives) - 1; i >= 0; i-- {
		if s.directives[i].name == name {
			return s.directives[i], true
		}
	}
	return apacheDirective{}, false
}

// all are the directives of that name, in order.
func (s *apacheScope) all(name string) iter.Seq[apacheDirective] {
	return func(yield func(apacheDirective) bool) {
		for _, d := range s.directives {
			if d.name == name && !yield(d) {
				return
			}
		}
	}
}

// within are the sections of that kind, in order.
func (s *apacheScope) within(kind string) iter.Seq[*apacheScope] {
	return func(yield func(*apacheScope) bool) {
		for _, section := range s.sections {
			if section.kind == kind && !yield(section) {
				return
			}
		}
	}
}

// setting is the last directive of that name in the host, else in the main
// server.
func (s *apacheServer) setting(h *apacheHost, name string) (d apacheDirective, inherited, ok bool) {
	if d, ok = h.scope.last(name); ok || h == s.main {
		return d, false, ok
	}
	d, ok = s.main.scope.last(name)
	return d, ok, ok
}

// switched is an On/Off setting of the host, or the default.
func (s *apacheServer) switched(h *apacheHost, name string, standard bool) Value[bool] {
	if d, _, ok := s.setting(h, name); ok {
		if on, ok := flag(d.first()); ok {
			return Value[bool]{on, originOf(d.item)}
		}
	}
	return Value[bool]{V: standard}
}

// text is a setting of the host with one word, or the default.
func (s *apacheServer) text(h *apacheHost, name, standard string) Value[string] {
	if d, _, ok := s.setting(h, name); ok {
		return Value[string]{d.first(), originOf(d.item)}
	}
	return Value[string]{V: standard}
}
