package diff

import (
	"slices"
	"strings"
)

// compareOrder finds the groups in which the order of what both sides have is
// different.
func (m *matcher) compareOrder(pairs []pair) {
	m.reordered(pairs, orderClass, "")
	m.looseOrder(pairs)
}

// looseOrder is for the order that has no meaning.
func (m *matcher) looseOrder(pairs []pair) {
	m.reordered(pairs, func(e *element) string {
		switch {
		case e.entry() || orderClass(e) != "":
			return ""
		case e.isHost():
			return hostOrder
		}
		return "directives"
	}, "order")
}

func (m *matcher) reordered(pairs []pair, classOf func(*element) string, cosmetic string) {
	groups := map[string][]pair{}
	var classes []string
	for _, p := range pairs {
		class := classOf(p.old)
		if class == "" || class != classOf(p.new) {
			continue
		}
		if groups[class] == nil {
			classes = append(classes, class)
		}
		groups[class] = append(groups[class], p)
	}
	slices.Sort(classes)
	for _, class := range classes {
		if e := reorder(groups[class]); e != nil {
			e.class, e.cosmetic = class, cosmetic
			m.edits = append(m.edits, e)
		}
	}
}

// reorder compares the order of pairs on both sides; nil if it is the same. What
// stands at the same place from either end is left out.
func reorder(pairs []pair) *edit {
	if len(pairs) < 2 {
		return nil
	}
	before, after := slices.Clone(pairs), slices.Clone(pairs)
	slices.SortFunc(before, func(a, b pair) int { return a.old.position - b.old.position })
	slices.SortFunc(after, func(a, b pair) int { return a.new.position - b.new.position })
	start, end := 0, len(pairs)
	for start < end && before[start] == after[start] {
		start++
	}
	for start < end && before[end-1] == after[end-1] {
		end--
	}
	if start == end {
		return nil
	}
	e := &edit{action: Moved, old: before[start].old, new: after[start].new}
	for i := start; i < end; i++ {
		e.before = append(e.before, before[i].old)
		e.after = append(e.after, after[i].new)
	}
	return e
}

// orderText is a sequence as people read it, no longer than a few items.
func orderText(list []*element) string {
	const most = 6
	var parts []string
	for i, e := range list {
		if i == most {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, e.text())
	}
	return strings.Join(parts, "; ")
}
