package diff

import (
	"slices"
	"strings"
)

// accessRules puts together what changes in the access rules of one block.
func (w *comparer) accessRules() {
	type blockKey struct{ old, new *element }
	groups := map[blockKey][]*edit{}
	var order []blockKey
	for _, e := range w.matcher.edits {
		if e.cosmetic != "" || themeOf(e.at()) != accessTheme || e.action != Moved && e.at().block && themes[e.at().name] != accessTheme {
			continue
		}
		k := blockKey{accessBlock(e.old), accessBlock(e.new)}
		if k.old == nil {
			k.old = w.matcher.peers[k.new]
		}
		if k.new == nil {
			k.new = w.matcher.peers[k.old]
		}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], e)
	}
	for _, k := range order {
		w.accessOf(groups[k])
	}
}

// accessBlock is the block that access rules are the rules of.
func accessBlock(e *element) *element {
	if e == nil {
		return nil
	}
	at := e.parent
	for at.parent != nil && themes[at.name] == accessTheme {
		at = at.parent
	}
	return at
}

func (w *comparer) accessOf(edits []*edit) {
	if w.attach(edits) {
		return
	}
	f := &fact{sites: sitesAround(edits)}
	block := accessBlock(edits[0].at())
	f.what, f.path = scopeOf(block), block.path()
	f.risk = Medium
	var before, after []string
	moved := true
	for _, e := range edits {
		e.told = true
		if e.action == Moved {
			f.old, f.new = append(f.old, placesOfElements(e.before)...), append(f.new, placesOfElements(e.after)...)
			continue
		}
		moved = false
		if e.old != nil {
			before, f.old = append(before, e.old.text()), append(f.old, e.old.place())
		}
		if e.new != nil {
			after, f.new = append(after, e.new.text()), append(f.new, e.new.place())
		}
		if e.old != nil && restricts(e.old) || e.new != nil && permits(e.new) {
			f.risk = High
		}
	}
	f.before, f.after = strings.Join(before, "; "), strings.Join(after, "; ")
	switch {
	case moved:
		f.kind, f.risk = "access-order-changed", High
		f.before, f.after = orderText(edits[0].before), orderText(edits[0].after)
	case len(after) == 0:
		f.kind = "access-rule-removed"
	case len(before) == 0:
		f.kind = "access-rule-added"
	default:
		f.kind = "access-rule-changed"
	}
	w.note(f)
}

// attach adds edits to the consequences that speak of one of them already.
func (w *comparer) attach(edits []*edit) bool {
	if !slices.ContainsFunc(edits, func(e *edit) bool { return e.told }) {
		return false
	}
	for _, e := range edits {
		if e.told {
			continue
		}
		for _, o := range edits {
			for _, f := range w.tellers[o] {
				f.addPlaces(e)
			}
		}
		e.told = true
	}
	return true
}

func placesOfElements(list []*element) []Place {
	var places []Place
	for _, e := range list {
		places = append(places, e.place())
	}
	return places
}

// permits tells that a rule lets somebody in, restricts that it keeps somebody
// out.
func permits(e *element) bool {
	switch e.name {
	case "allow":
		return true
	case "require":
		return e.arg(0) == "all" && e.arg(1) == "granted"
	case "satisfy":
		return strings.EqualFold(e.arg(0), "any")
	case "auth_basic", "auth_request", "auth_jwt":
		return e.arg(0) == "off"
	case "order":
		return e.arg(0) == "deny,allow"
	}
	return false
}

func restricts(e *element) bool {
	switch e.name {
	case "allow", "satisfy":
		return false
	}
	return !permits(e)
}
