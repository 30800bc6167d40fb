package report

import (
	"cmp"
	"slices"
	"strings"

	"padlock/internal/diff"
	"padlock/internal/source"
)

// where is the places of a change on both sides, with the includes that lead
// there: "a.conf:3 → b.conf:4 (included from nginx.conf:8)". What is the same on
// both sides is told once.
func where(c *diff.Change) string {
	before, after := places(c.Old), places(c.New)
	oldChain, newChain := chain(c.Old), chain(c.New)
	switch {
	case before == "" || after == "":
		return before + oldChain + after + newChain
	case oldChain == newChain:
		return whereAlone(c) + newChain
	}
	return before + oldChain + " → " + after + newChain
}

// whereAlone is where without the includes.
func whereAlone(c *diff.Change) string {
	before, after := places(c.Old), places(c.New)
	switch {
	case before == "" || after == "" || before == after:
		if after == "" {
			return before
		}
		return after
	}
	if file, line, found := cutLast(after, ":"); found && strings.HasPrefix(before, file+":") && !strings.Contains(before+after, ",") {
		// In one file: "a.conf:3 → 4".
		return before + " → " + line
	}
	return before + " → " + after
}

func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

// sharedChain is the includes that lead to all places of some changes; ok is
// false if there are several.
func sharedChain(changes []*diff.Change) (shared string, ok bool) {
	known := false
	for _, c := range changes {
		for _, list := range [][]diff.Place{c.Old, c.New} {
			if len(list) == 0 {
				continue
			}
			if next := chain(list); !known {
				shared, known = next, true
			} else if next != shared {
				return "", false
			}
		}
	}
	return shared, true
}

// places are "a.conf:3, 4, b.conf:1 and 2 more": a file is named once.
func places(list []diff.Place) string {
	spans := make([]source.Span, len(list))
	for i, p := range list {
		spans[i] = p.Span
	}
	return placesOf(spans)
}

func placesOf(spans []source.Span) string {
	var names []string
	seen := map[string]bool{}
	file := ""
	for _, s := range spans {
		name := placed(s)
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		if len(seen) > maxListed {
			continue
		}
		before, line, _ := cutLast(name, ":")
		if before == file {
			name = line
		}
		file = before
		names = append(names, name)
	}
	return andMore(names, len(seen))
}

// chain is the include directives that lead to the first place.
func chain(list []diff.Place) string {
	if len(list) == 0 || len(list[0].Includes) == 0 {
		return ""
	}
	var names []string
	for _, span := range slices.Backward(list[0].Includes) {
		if name := placed(span); name != "" {
			names = append(names, name)
		}
	}
	return " (included from " + strings.Join(names, ", from ") + ")"
}

// placed is "file:line"; empty for no place.
func placed(s source.Span) string {
	if s.IsZero() {
		return ""
	}
	return printable(placeOf(s))
}

// because is the lines of a site description that cause a change: on either
// side, or on both.
func because(c *diff.Change) string {
	var before, after []source.Span
	for _, cause := range c.Causes {
		if cause.New {
			after = append(after, cause.Span)
		} else {
			before = append(before, cause.Span)
		}
	}
	old, new := placesOf(before), placesOf(after)
	if old == "" || new == "" || old == new {
		return cmp.Or(new, old)
	}
	return old + " → " + new
}
