package diff

import (
	"context"
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
)

// Compare finds out what changes from the old side to the new one. The error is
// that of the context.
func Compare(ctx context.Context, old, new Side) (*Comparison, error) {
	c := &Comparison{Old: old.Name, New: new.Name, Server: commonServer(old, new)}
	var facts []*fact
	var edits []*edit
	if c.Server == "" && serversOf(old) != serversOf(new) {
		w := newComparer(ctx, mergedUnit(old), mergedUnit(new))
		w.across = true
		w.old.splitFamilies()
		w.new.splitFamilies()
		w.pairByNames()
		w.consequences()
		facts = w.facts
	} else {
		for _, p := range pairUnits(old, new) {
			w := newComparer(ctx, p.old, p.new)
			w.run()
			facts, edits = append(facts, w.facts...), append(edits, w.matcher.edits...)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.Changes, c.Cosmetic = changesOf(facts, edits)
	if c.Server != "" {
		c.Cosmetic = append(c.Cosmetic, commentChanges(old, new)...)
		c.addLayout(old, new)
	}
	c.addCauses(old, new)
	c.Introduced, c.Resolved = findingsDelta(old.Findings, new.Findings)
	return c, nil
}

// serversOf names the servers that a side is written for.
func serversOf(s Side) string {
	var list []string
	for _, c := range s.Configs {
		list = append(list, string(serverOf(c)))
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

// commonServer is the one server of both sides; a side without anything goes
// with any. Empty if there are two.
func commonServer(old, new Side) tlspolicy.Server {
	a, b := serversOf(old), serversOf(new)
	if a == "" || b == "" || a == b {
		if one := a + b; one == a || one == b || a == b {
			if a == "" {
				a = b
			}
			if !strings.Contains(a, " ") {
				return tlspolicy.Server(a)
			}
		}
	}
	return ""
}

// mergedUnit is all of a side, whatever the server.
func mergedUnit(s Side) *unit {
	server := tlspolicy.Server("")
	if len(s.Configs) > 0 {
		server = serverOf(s.Configs[0])
	}
	return newUnit(server, s.Configs)
}

// spanStart is where something begins.
type spanStart struct {
	file  *source.File
	start int32
}

// comparer compares two units.
type comparer struct {
	ctx      context.Context
	old, new *unit
	matcher  *matcher
	facts    []*fact
	// across tells that the servers are different ones, so that only behaviour is
	// compared.
	across bool
	// probed are the answers compared already; see probe.
	probed map[probeKey]bool
	named  map[probedName]bool
	// changed are the addresses at which listeners differ.
	changed map[string]bool
	suites  map[string][]tlspolicy.Suite
	// toldOf are the kinds that a pair of virtual hosts has been told of.
	toldOf map[probeKey]map[string]bool
	// blocks are the blocks of a host by where they begin.
	blocks map[*host]map[spanStart]*element
	// secureTold are the names that gain or lose HTTPS.
	secureTold map[nameKey]bool
	mapped     mappedPaths
	// users are the names of virtual hosts by whom they hand requests on to; see
	// usersOf.
	users map[string][]string
	// methods are the ways of balancing that have been compared.
	methods map[pair]bool
	// tellers are the consequences that speak of an edit.
	tellers map[*edit][]*fact
	// edited are the elements that are different, by virtual host; see editsOf.
	edited map[*element][]*element
	// renamed are the virtual hosts, of both sides, that go by other names.
	renamed map[*host]bool
}

func newComparer(ctx context.Context, old, new *unit) *comparer {
	return &comparer{
		ctx: ctx, old: old, new: new, matcher: newMatcher(),
		probed: map[probeKey]bool{}, changed: map[string]bool{}, suites: map[string][]tlspolicy.Suite{}, secureTold: map[nameKey]bool{}, named: map[probedName]bool{},
		tellers: map[*edit][]*fact{}, methods: map[pair]bool{},
		toldOf: map[probeKey]map[string]bool{}, blocks: map[*host]map[spanStart]*element{},
	}
}

func (w *comparer) run() {
	w.matcher.compare(w.old.root, w.new.root)
	w.pairHosts()
	w.pairLost()
	w.findMapped()
	w.consequences()
	w.fromEdits()
}

// pairHosts takes over which virtual hosts correspond from the trees.
func (w *comparer) pairHosts() {
	byElement := map[*element]*host{}
	for _, h := range w.new.hosts {
		if h.element != nil {
			byElement[h.element] = h
		}
	}
	reach := w.reachOfContext()
	for _, h := range w.old.hosts {
		if h.element == nil {
			continue
		}
		peer := byElement[w.matcher.peers[h.element]]
		if h.Main {
			peer = byElement[w.new.root]
		}
		if peer == nil {
			continue
		}
		h.peer, peer.peer = peer, h
		same := !h.Main && !reach(h, peer)
		same = same && (h.element.meaning() == peer.element.meaning() || h.element.behaviour() == peer.element.behaviour())
		h.same, peer.same = same, same
	}
}

// pairLost pairs, in order, the virtual hosts that stand where the tree does not
// look for any (httpd refuses them within another), by their first names.
func (w *comparer) pairLost() {
	lost := map[string][]*host{}
	for _, h := range w.new.hosts {
		if h.element == nil {
			lost[h.Site()] = append(lost[h.Site()], h)
		}
	}
	for _, h := range w.old.hosts {
		if list := lost[h.Site()]; h.element == nil && len(list) > 0 {
			h.peer, list[0].peer = list[0], h
			lost[h.Site()] = list[1:]
		}
	}
}

// pairByNames pairs the virtual hosts of different servers that share a name and
// both speak TLS, or both do not.
func (w *comparer) pairByNames() {
	for _, h := range w.old.hosts {
		for _, name := range h.Names {
			for _, other := range w.new.names[nameKey{name.Kind, name.Text}] {
				if h.peer == nil && other.peer == nil && (len(h.TLSListeners()) > 0) == (len(other.TLSListeners()) > 0) {
					h.peer, other.peer = other, h
				}
			}
		}
	}
}

func (w *comparer) consequences() {
	w.listeners()
	w.sites()
	w.tls()
}

// note keeps a consequence.
func (w *comparer) note(f *fact) { w.facts = append(w.facts, f) }

// originsOf are places of origins, without those that nothing made.
func originsOf(list ...vhost.Origin) []Place {
	var places []Place
	for _, o := range list {
		if !o.IsDefault() {
			places = append(places, Place{Span: o.Span, Includes: o.Includes})
		}
	}
	return places
}
