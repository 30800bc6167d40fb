package alike

import (
	"reflect"
	"slices"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// Spread adds to the findings those that the files have that were left out: the
// same as in the file that was judged in their place. ok is false if what was
// found is not the same wherever it should be.
func (s *Survey) Spread(findings []rule.Finding) (all []rule.Finding, ok bool) {
	owner := map[*source.File]*site{}
	for _, g := range s.groups() {
		owner[g.judged.file], owner[g.last.file] = g.judged, g.last
	}
	of := map[*site][]*rule.Finding{}
	for i := range findings {
		f := &findings[i]
		own := owner[f.Subject.File]
		if own != nil {
			of[own] = append(of[own], f)
		}
		if speaksOf(f, own, owner) {
			return nil, false
		}
	}
	all = findings
	for _, g := range s.groups() {
		if !same(of[g.judged], of[g.last], newSwap(g.judged, g.last)) {
			return nil, false
		}
		for _, other := range g.others {
			swap := newSwap(g.judged, other)
			for _, f := range of[g.judged] {
				moved, ok := swap.finding(f)
				if !ok {
					return nil, false
				}
				all = append(all, moved)
			}
		}
	}
	return all, true
}

// speaksOf tells that a finding has to do with a site that stands for others, and
// is not its own.
func speaksOf(f *rule.Finding, own *site, owner map[*source.File]*site) bool {
	for _, span := range f.Includes {
		if s := owner[span.File]; s != nil && s != own {
			return true
		}
	}
	for _, r := range f.Related {
		if s := owner[r.Subject.File]; s != nil && s != own {
			return true
		}
	}
	for _, fix := range f.Fixes {
		for _, edit := range fix.Edits {
			if s := owner[edit.File]; s != nil && s != own {
				return true
			}
		}
	}
	return false
}

// same tells that the findings of two sites are the same but for the name.
func same(a, b []*rule.Finding, swap *swap) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		moved, ok := swap.finding(a[i])
		if !ok || !reflect.DeepEqual(moved, *b[i]) {
			return false
		}
	}
	return true
}

// finding is a finding about the one site, about the other.
func (s *swap) finding(f *rule.Finding) (moved rule.Finding, ok bool) {
	moved = *f
	moved.Message, moved.Help, moved.Site = s.text(f.Message), s.text(f.Help), s.text(f.Site)
	if moved.Subject, ok = s.span(f.Subject); !ok {
		return moved, false
	}
	moved.Related = slices.Clone(f.Related)
	for i, r := range f.Related {
		at, ok := s.span(r.Subject)
		if !ok {
			return moved, false
		}
		moved.Related[i] = source.Related{Subject: at, Message: s.text(r.Message)}
	}
	moved.Includes = slices.Clone(f.Includes)
	for i, span := range f.Includes {
		if moved.Includes[i], ok = s.span(span); !ok {
			return moved, false
		}
	}
	moved.Fixes = slices.Clone(f.Fixes)
	for i, fix := range f.Fixes {
		if moved.Fixes[i], ok = s.fix(fix); !ok {
			return moved, false
		}
	}
	return moved, true
}

func (s *swap) fix(fix rule.Fix) (moved rule.Fix, ok bool) {
	moved = rule.Fix{Title: s.text(fix.Title), Safe: fix.Safe, Edits: slices.Clone(fix.Edits)}
	for i, edit := range fix.Edits {
		at, ok := s.span(edit.File.Span(edit.Range))
		if !ok {
			return moved, false
		}
		moved.Edits[i] = rule.Replace(at, s.text(edit.Text))
	}
	return moved, true
}
