package alike

import (
	"reflect"
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// Spread adds to the findings those that the files have that were left out: the
// same as in the file that was judged in their place, but for those of rules that
// judge copies themselves. ok is false if what was found is not the same wherever
// it should be.
func (s *Survey) Spread(findings []rule.Finding, judgesCopies func(id string) bool) (all []rule.Finding, ok bool) {
	owner, names := map[*source.File]*site{}, map[string]*site{}
	for _, g := range s.groups() {
		for _, site := range []*site{g.judged, g.last} {
			owner[site.file], names[site.name] = site, site
		}
	}
	of := map[*site][]*rule.Finding{}
	for i := range findings {
		f := &findings[i]
		own := owner[f.Subject.File]
		if speaksOf(f, own, owner) || namesAny(f, own, names) || own != nil && isCut(f) {
			return nil, false
		}
		if own != nil && !judgesCopies(f.Rule) {
			of[own] = append(of[own], f)
		}
	}
	all = findings
	for _, g := range s.groups() {
		if !same(of[g.judged], of[g.last], g.swap(g.last)) {
			return nil, false
		}
		for _, other := range g.others {
			for _, f := range of[g.judged] {
				all = append(all, g.swap(other).finding(f))
			}
		}
	}
	return all, true
}

// speaksOf tells that a finding has to do with a site that stands for others, and
// is not its own.
func speaksOf(f *rule.Finding, own *site, owner map[*source.File]*site) bool {
	foreign := func(span source.Span) bool {
		s := owner[span.File]
		return s != nil && s != own
	}
	return slices.ContainsFunc(spansOf(f), foreign)
}

// namesAny tells that a finding names a site that stands for others, and is not its
// own: it might have to name one of the others.
func namesAny(f *rule.Finding, own *site, names map[string]*site) bool {
	found := false
	for _, text := range textsOf(f) {
		runs([]byte(text), func(run string) {
			parts(run, '.', func(name string) {
				s := names[name]
				found = found || s != nil && s != own
			})
		})
	}
	return found
}

// isCut tells that a finding may show only the beginning of a name.
func isCut(f *rule.Finding) bool {
	return slices.ContainsFunc(textsOf(f), func(text string) bool {
		return strings.Contains(strings.ReplaceAll(text, "{ … }", ""), "…")
	})
}

// textsOf is all that a finding says.
func textsOf(f *rule.Finding) []string {
	texts := []string{f.Message, f.Help}
	for _, r := range f.Related {
		texts = append(texts, r.Message)
	}
	return texts
}

// spansOf are all places that a finding speaks of.
func spansOf(f *rule.Finding) []source.Span {
	spans := append([]source.Span{f.Subject}, f.Includes...)
	for _, r := range f.Related {
		spans = append(spans, r.Subject)
	}
	for _, fix := range f.Fixes {
		for _, edit := range fix.Edits {
			spans = append(spans, edit.File.Span(edit.Range))
		}
	}
	return spans
}

// same tells that the findings of two sites are the same but for the name.
func same(a, b []*rule.Finding, swap *swap) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if slices.ContainsFunc(spansOf(a[i]), swap.splits) || !reflect.DeepEqual(swap.finding(a[i]), *b[i]) {
			return false
		}
	}
	return true
}

// finding is a finding about the one site, about the other.
func (s *swap) finding(f *rule.Finding) rule.Finding {
	moved := *f
	moved.Message, moved.Help, moved.Site = s.Text(f.Message), s.Text(f.Help), s.Text(f.Site)
	moved.Subject = s.Span(f.Subject)
	moved.Includes = slices.Clone(f.Includes)
	for i, span := range f.Includes {
		moved.Includes[i] = s.Span(span)
	}
	moved.Related = slices.Clone(f.Related)
	for i, r := range f.Related {
		moved.Related[i] = source.Related{Subject: s.Span(r.Subject), Message: s.Text(r.Message)}
	}
	moved.Fixes = slices.Clone(f.Fixes)
	for i, fix := range f.Fixes {
		moved.Fixes[i] = s.fix(fix)
	}
	return moved
}

func (s *swap) fix(fix rule.Fix) rule.Fix {
	moved := rule.Fix{Title: s.Text(fix.Title), Safe: fix.Safe, Edits: slices.Clone(fix.Edits)}
	for i, edit := range fix.Edits {
		moved.Edits[i] = rule.Replace(s.Span(edit.File.Span(edit.Range)), s.Text(edit.Text))
	}
	return moved
}
