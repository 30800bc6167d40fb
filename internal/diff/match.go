package diff

import (
	"bytes"
	"path"
	"slices"
)

// edit is one difference between the trees, before it is known what it means.
type edit struct {
	action Action
	// old and new are the elements on either side; one is nil if it is missing.
	old, new *element
	// class is the group whose order changed, for Moved.
	class string
	// before and after are the keys in either order, for Moved.
	before, after []*element
	// cosmetic is the kind of a difference without meaning; empty for others.
	cosmetic string
	// told tells that a consequence speaks of it already.
	told bool
}

// at is the element that the edit is shown at.
func (e *edit) at() *element {
	if e.new != nil {
		return e.new
	}
	return e.old
}

// matcher compares two trees.
type matcher struct {
	edits []*edit
	// peers are the blocks that correspond to each other, by the old one and by
	// the new one.
	peers map[*element]*element
}

func newMatcher() *matcher { return &matcher{peers: map[*element]*element{}} }

// peer tells that two elements are one and the same on both sides.
func (m *matcher) peer(a, b *element) { m.peers[a], m.peers[b] = b, a }

// pair is an element of either side.
type pair struct{ old, new *element }

// compare goes through the children of two blocks that correspond to each other.
func (m *matcher) compare(old, new *element) {
	m.peer(old, new)
	pairs, gone, come := matchKeys(old.open(), new.open())
	more, gone, come := matchRest(gone, come)
	pairs = append(pairs, more...)
	for _, p := range pairs {
		m.compareOne(p)
	}
	for _, e := range gone {
		m.lone(&edit{action: Removed, old: e})
	}
	for _, e := range come {
		m.lone(&edit{action: Added, new: e})
	}
	m.compareOrder(pairs)
}

// lone is an element that one side alone has.
func (m *matcher) lone(e *edit) {
	if isDefault(e.at()) {
		e.cosmetic = "default-written"
	}
	m.edits = append(m.edits, e)
}

func (m *matcher) compareOne(p pair) {
	if p.old.meaning() == p.new.meaning() {
		m.peerAll(p)
		return
	}
	same := slices.Equal(p.old.words, p.new.words)
	if !same {
		action := Changed
		if p.old.block {
			action = Renamed
		}
		m.edits = append(m.edits, &edit{action: action, old: p.old, new: p.new})
	}
	if p.old.block {
		m.compare(p.old, p.new)
	}
}

// peerAll is for what is equal: no more than spelling, place and order can be
// different in it.
func (m *matcher) peerAll(p pair) {
	if p.old.block {
		m.peer(p.old, p.new)
		if (p.old.isHost() || !holdsHost(p.old)) && unchanged(p) {
			p.old.release()
			p.new.release()
			return
		}
	}
	m.spelling(p)
	if !p.old.block {
		return
	}
	pairs, gone, come := matchKeys(p.old.open(), p.new.open())
	for _, q := range pairs {
		m.peerAll(q)
	}
	for _, e := range gone {
		m.lone(&edit{action: Removed, old: e})
	}
	for _, e := range come {
		m.lone(&edit{action: Added, new: e})
	}
	m.looseOrder(pairs)
}

// holdsHost tells that a virtual host stands somewhere in a block.
func holdsHost(e *element) bool {
	return slices.ContainsFunc(e.open(), func(c *element) bool { return c.isHost() || c.block && holdsHost(c) })
}

// unchanged tells that a block is the same byte for byte, and stands in one file
// of the same name.
func unchanged(p pair) bool {
	return bytes.Equal(p.old.whole().Text(), p.new.whole().Text()) && sameFile(p) && inOneFile(p.old) && inOneFile(p.new)
}

// inOneFile tells that all of a block stands in its own file.
func inOneFile(e *element) bool {
	file := e.place().Span.File
	return !slices.ContainsFunc(e.open(), func(c *element) bool {
		return c.place().Span.File != file || c.block && !inOneFile(c)
	})
}

// sameFile tells that two elements stand in files of the same name; the names of
// the main files do not matter.
func sameFile(p pair) bool {
	a, b := p.old.place(), p.new.place()
	if len(a.Includes) == 0 && len(b.Includes) == 0 || a.Span.IsZero() || b.Span.IsZero() {
		return true
	}
	return len(a.Includes) == len(b.Includes) && path.Base(a.Span.File.Name) == path.Base(b.Span.File.Name)
}

// spelling notes that an element is written in another way, or in another file;
// of a block that moved as a whole that is noted once.
func (m *matcher) spelling(p pair) {
	switch {
	case p.old.writtenAs() != p.new.writtenAs():
		m.edits = append(m.edits, &edit{action: Changed, old: p.old, new: p.new, cosmetic: "spelling"})
	case !sameFile(p) && (p.old.parent.parent == nil || sameFile(pair{p.old.parent, p.new.parent})):
		m.edits = append(m.edits, &edit{action: Moved, old: p.old, new: p.new, cosmetic: "file-moved"})
	}
}

// matchKeys pairs elements that have the same key: equal ones first, then in
// order. What stays alone is returned in order.
func matchKeys(old, new []*element) (pairs []pair, gone, come []*element) {
	byKey := map[string][]*element{}
	for _, e := range new {
		byKey[e.key] = append(byKey[e.key], e)
	}
	groups := map[string][]*element{}
	var order []string
	for _, e := range old {
		if groups[e.key] == nil {
			order = append(order, e.key)
		}
		groups[e.key] = append(groups[e.key], e)
	}
	taken := map[*element]bool{}
	for _, key := range order {
		ps := matchEqual(groups[key], byKey[key])
		for _, p := range ps {
			taken[p.old], taken[p.new] = true, true
		}
		pairs = append(pairs, ps...)
	}
	return pairs, without(old, taken), without(new, taken)
}

// matchEqual pairs equal elements in order, and then the others in order.
func matchEqual(old, new []*element) (pairs []pair) {
	if len(old) == 1 && len(new) == 1 {
		return []pair{{old[0], new[0]}}
	}
	bySum := map[uint64][]*element{}
	for _, e := range new {
		bySum[e.meaning()] = append(bySum[e.meaning()], e)
	}
	taken := map[*element]bool{}
	for _, e := range old {
		if list := bySum[e.meaning()]; len(list) > 0 {
			pairs = append(pairs, pair{e, list[0]})
			taken[e], taken[list[0]] = true, true
			bySum[e.meaning()] = list[1:]
		}
	}
	old, new = without(old, taken), without(new, taken)
	for i := range min(len(old), len(new)) {
		pairs = append(pairs, pair{old[i], new[i]})
	}
	return pairs
}

func without(list []*element, taken map[*element]bool) []*element {
	var rest []*element
	for _, e := range list {
		if !taken[e] {
			rest = append(rest, e)
		}
	}
	return rest
}

// hostOrder is the class of virtual hosts: their order matters for who is the
// default server alone, and that is compared by itself.
const hostOrder = "virtual hosts"
