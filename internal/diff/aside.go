package diff

import (
	"bytes"
	"slices"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// findingsDelta are the findings that one side alone has: by fingerprint, and
// then by rule, site and line, for a fingerprint holds the name of the file, and
// the same file is called otherwise on either side, or was moved.
func findingsDelta(old, new []rule.Finding) (introduced, resolved []rule.Finding) {
	resolved, introduced = subtract(old, new, func(f *rule.Finding) string { return f.Fingerprint })
	return subtractBoth(introduced, resolved)
}

func subtractBoth(introduced, resolved []rule.Finding) (left, right []rule.Finding) {
	right, left = subtract(resolved, introduced, func(f *rule.Finding) string {
		line := ""
		if f.Subject.File != nil {
			line = strings.Join(strings.Fields(string(f.Subject.File.Line(f.Subject.StartPosition().Line))), " ")
		}
		return strings.Join([]string{f.Rule, f.Site, line, f.Message}, "\x00")
	})
	return left, right
}

// subtract takes out what both lists have, as often as both have it.
func subtract(a, b []rule.Finding, key func(*rule.Finding) string) (onlyA, onlyB []rule.Finding) {
	count := map[string]int{}
	for i := range b {
		if k := key(&b[i]); k != "" {
			count[k]++
		}
	}
	common := map[string]int{}
	for i := range a {
		k := key(&a[i])
		if count[k] > 0 {
			count[k]--
			common[k]++
			continue
		}
		onlyA = append(onlyA, a[i])
	}
	for i := range b {
		k := key(&b[i])
		if common[k] > 0 {
			common[k]--
			continue
		}
		onlyB = append(onlyB, b[i])
	}
	return onlyA, onlyB
}

// addCauses finds the lines of a site description behind each change.
func (c *Comparison) addCauses(old, new Side) {
	for _, list := range [][]Change{c.Changes, c.Cosmetic} {
		for i := range list {
			list[i].Causes = append(causesOf(list[i].Old, old, false), causesOf(list[i].New, new, true)...)
		}
	}
}

func causesOf(places []Place, s Side, isNew bool) []Cause {
	if s.Causes == nil {
		return nil
	}
	var list []Cause
	seen := map[source.Span]bool{}
	for _, p := range places {
		for _, span := range s.Causes(p.Span) {
			if !seen[span] {
				seen[span] = true
				list = append(list, Cause{Span: span, New: isNew})
			}
		}
	}
	return list
}

// commentChanges are the comments that one side alone has, wherever they stand,
// and white space if nothing else is different.
func commentChanges(old, new Side) []Change {
	a, b := commentsOf(old), commentsOf(new)
	texts := make([]string, 0, len(a)+len(b))
	for text := range a {
		texts = append(texts, text)
	}
	for text := range b {
		if _, both := a[text]; !both {
			texts = append(texts, text)
		}
	}
	slices.Sort(texts)
	var list []Change
	for _, text := range texts {
		for _, p := range a[text][min(len(a[text]), len(b[text])):] {
			list = append(list, commentChange("comment-removed", []Place{p}, nil))
		}
		for _, p := range b[text][min(len(a[text]), len(b[text])):] {
			list = append(list, commentChange("comment-added", nil, []Place{p}))
		}
	}
	sortChanges(list)
	return list
}

// addLayout tells of white space, where nothing else is different.
func (c *Comparison) addLayout(old, new Side) {
	if len(c.Changes)+len(c.Cosmetic) > 0 {
		return
	}
	a, b := filesOf(old), filesOf(new)
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i].Data, b[i].Data) {
			k := kindByID["layout"]
			c.Cosmetic = append(c.Cosmetic, Change{Kind: k.ID, Action: k.Action, Risk: k.Risk, Message: k.Sentence,
				Old: []Place{{Span: a[i].Span(a[i].LineRange(1))}}, New: []Place{{Span: b[i].Span(b[i].LineRange(1))}}})
		}
	}
}

// filesOf are the files of a side, in the order in which they are first read.
func filesOf(s Side) []*source.File {
	var list []*source.File
	for _, c := range s.Configs {
		if c.Nginx != nil {
			for _, t := range c.Nginx.Trees {
				list = append(list, t.File)
			}
			continue
		}
		for _, t := range c.Apache.Files() {
			list = append(list, t.File)
		}
	}
	return list
}

func commentChange(id string, old, new []Place) Change {
	k := kindByID[id]
	return Change{Kind: id, Action: k.Action, Risk: k.Risk, Message: k.Sentence, Old: old, New: new}
}

// commentsOf are the comments of a side by their texts.
func commentsOf(s Side) map[string][]Place {
	list := map[string][]Place{}
	seen := map[*source.File]bool{}
	add := func(f *source.File, r source.Range) {
		text := strings.Join(strings.Fields(string(f.Text(r))), " ")
		list[text] = append(list[text], Place{Span: f.Span(r)})
	}
	for _, c := range s.Configs {
		if c.Nginx != nil {
			for _, t := range c.Nginx.Trees {
				if !seen[t.File] {
					for _, r := range t.Comments {
						add(t.File, r)
					}
				}
				seen[t.File] = t.Range.Len() == len(t.File.Data)
			}
			continue
		}
		for _, t := range c.Apache.Files() {
			if seen[t.File] {
				continue
			}
			seen[t.File] = true
			for n := range t.Nodes() {
				if n.Kind() == apache.Comment {
					add(t.File, n.Range())
				}
			}
		}
	}
	return list
}
