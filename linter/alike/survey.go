// Package alike finds files of a configuration that differ in nothing but the
// name of a site, so that the linter judges two of them for all: a server with
// thousands of sites has them from a few templates.
//
// What is left out must not be missed. Only what is known to treat every name
// alike is left out (see the fences), and what is found in the two that are
// judged must be the same but for the name, else all are judged.
package alike

import (
	"bytes"
	"slices"
	"strings"

	"padlock/internal/parallel"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// Smallest is how many files must be alike before any is left out: below, there
// is nothing to gain.
const Smallest = 64

// Survey looks through the files of one configuration.
type Survey struct {
	set      *source.Set
	server   tlspolicy.Server
	smallest int

	listings []*listing
	// apart are paths of files that have to be judged for themselves, refused the
	// kinds of which all have to be.
	apart   map[string]bool
	refused map[kind]bool
}

// NewSurvey looks through files of a set. smallest is how many must be alike
// before any is left out.
func NewSurvey(set *source.Set, server tlspolicy.Server, smallest int) *Survey {
	return &Survey{set: set, server: server, smallest: smallest, apart: map[string]bool{}, refused: map[kind]bool{}}
}

// Begin forgets the files that were looked through, but not what is known of
// them: the configuration is read anew.
func (s *Survey) Begin() { s.listings = nil }

// listing is what one include matches, and what of that is read.
type listing struct {
	names, read []string
	files       []*source.File // of names, nil for those that cannot be read
	sites       []*site
	groups      []*group
}

// group are sites that are alike, in the server's order.
type group struct {
	kind kind
	// judged and last are read; what is found in judged holds for the sites in
	// others. The first site is none of these: it may be the default one.
	judged, last *site
	others       []*site
	places       []place // of judged
	byLabel      bool    // files speak of their sites by the first label alone, too
	longest      int     // of the names, in bytes
	unread       bool    // see rule.Alike
}

// swap makes a site of the group of the one that is judged.
func (g *group) swap(to *site) *swap { return &swap{g.judged, to, g.places, g.byLabel} }

// label is the one by which the files of the group speak of the judged site, beside
// its name; empty if they do not.
func (g *group) label() string {
	if g.byLabel {
		return g.judged.label
	}
	return ""
}

// speaks tells that a text in the judged file speaks of its site.
func (g *group) speaks(text string) bool {
	return strings.Contains(text, g.judged.name) || holds(text, g.label())
}

// Choose is asked what to read of the files that one include matches.
func (s *Survey) Choose(names []string) []string {
	for _, l := range s.listings {
		if slices.Equal(l.names, names) {
			return l.read
		}
	}
	l := &listing{names: names, read: names, files: make([]*source.File, len(names))}
	s.listings = append(s.listings, l)
	parallel.Do(len(names), func(i int) {
		// What cannot be read is told of when it is read for good.
		l.files[i], _ = s.set.Read(names[i])
	})
	if len(names) < s.smallest {
		return names
	}
	l.sites = s.sites(l)
	l.group(s)
	return l.read
}

// ignoreWord begins the comments that speak to the linter: a file with one is
// judged for itself.
const ignoreWord = "padlock"

// sites are the files that are about one site, in order.
func (s *Survey) sites(l *listing) []*site {
	found := make([]*site, len(l.names))
	directive := nameDirective(s.server)
	parallel.Do(len(l.names), func(i int) {
		file := l.files[i]
		if file == nil || s.apart[l.names[i]] || file.Hidden || mentions(file.Data, ignoreWord) || hasLongLine(file.Data) {
			return
		}
		if name := nameIn(file.Data, directive); name != "" {
			found[i] = newSite(l.names[i], file, name)
		}
	})
	return slices.DeleteFunc(found, func(s *site) bool { return s == nil })
}

// longLine is a length of lines in bytes from which on their servers' limits may
// not be far (8,192 in Apache), so that it may matter how long a name is.
const longLine = 4096

func hasLongLine(data []byte) bool {
	for len(data) >= longLine {
		end := bytes.IndexByte(data[:longLine], '\n')
		if end < 0 {
			return true
		}
		data = data[end+1:]
	}
	return false
}

// group finds the sites that are alike, and leaves out what need not be read.
func (l *listing) group(s *Survey) {
	kinds := make([]kind, len(l.sites))
	parallel.Do(len(l.sites), func(i int) { kinds[i] = l.sites[i].kind() })
	members := map[kind][]*site{}
	places := map[kind][]place{} // of the first member
	var order []kind
	for i, site := range l.sites {
		k := kinds[i]
		switch {
		case s.refused[k]:
			continue
		case len(members[k]) == 0:
			order = append(order, k)
			places[k] = site.places()
		case !site.alike(members[k][0], places[k]):
			continue
		}
		members[k] = append(members[k], site)
	}
	out := map[string]bool{}
	for _, k := range order {
		if len(members[k]) >= s.smallest {
			g := newGroup(k, members[k])
			l.groups = append(l.groups, g)
			for _, other := range g.others {
				out[other.path] = true
			}
		}
	}
	if len(out) > 0 {
		l.read = slices.DeleteFunc(slices.Clone(l.names), func(name string) bool { return out[name] })
	}
}

// newGroup chooses what is read of sites that are alike: the first, which may be
// the default one, the second and the last, and those with the longest name and
// label, which are what decides of sizes.
func newGroup(k kind, members []*site) *group {
	first, judged, last := members[0], members[1], members[len(members)-1]
	name, label := first, first
	for _, m := range members {
		if len(m.name) > len(name.name) {
			name = m
		}
		if longestLabel(m.name) > longestLabel(label.name) {
			label = m
		}
	}
	g := &group{kind: k, judged: judged, last: last, places: judged.places(), longest: len(name.name)}
	g.byLabel = slices.ContainsFunc(g.places, func(p place) bool { return !p.whole })
	for _, m := range members {
		if m != first && m != judged && m != last && m != name && m != label {
			g.others = append(g.others, m)
		}
	}
	return g
}

// groups are all groups, and sites all sites, in the server's order.
func (s *Survey) groups() []*group {
	var all []*group
	for _, l := range s.listings {
		all = append(all, l.groups...)
	}
	return all
}

// Alike are the files that are not read as a part of the configuration, with the
// one that is judged in their place.
func (s *Survey) Alike() []rule.Alike {
	var all []rule.Alike
	for _, g := range s.groups() {
		a := rule.Alike{Judged: g.judged.file, Others: make([]rule.Copy, len(g.others)), Unread: g.unread}
		for i, other := range g.others {
			a.Others[i] = g.swap(other)
		}
		all = append(all, a)
	}
	return all
}
