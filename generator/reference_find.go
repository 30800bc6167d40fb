package generator

import (
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Explain finds what a path names: "site", "site.tls.hsts", "function.file". What lies
// in defaults and mixin is found there too.
func Explain(path string) (Entry, bool) {
	names := strings.Split(path, ".")
	if names[0] == strings.TrimSuffix(functionPrefix, ".") {
		for _, e := range functionEntries() {
			if e.Path == path {
				return e, true
			}
		}
		return Entry{}, false
	}
	b := rootBlock
	for i, name := range names {
		if nested := b.block(name); nested != nil {
			b = nested
			if i == len(names)-1 {
				return b.entry(path), true
			}
			continue
		}
		row := b.attribute(name)
		switch {
		case row == nil:
			return Entry{}, false
		case i == len(names)-1:
			return row.entry(path, "attribute"), true
		case i == len(names)-2:
			for k := range row.Keys {
				if row.Keys[k].Name == names[i+1] {
					return row.Keys[k].entry(path, "key"), true
				}
			}
		}
		return Entry{}, false
	}
	return Entry{}, false
}

// maxSuggestions bounds how many paths are suggested for a wrong one.
const maxSuggestions = 6

// Suggest lists paths that a wrong one may have meant: those that end with it, then
// those whose last name is as near as can be.
func Suggest(path string) []string {
	wanted := path[strings.LastIndexByte(path, '.')+1:]
	var ends, near []string
	best := 3
	for _, e := range Reference() {
		last := e.Path[strings.LastIndexByte(e.Path, '.')+1:]
		distance := levenshtein.Distance(wanted, last, nil)
		switch {
		case strings.HasSuffix("."+e.Path, "."+path):
			ends = append(ends, e.Path)
		case distance < best:
			best, near = distance, []string{e.Path}
		case distance == best && distance < 3:
			near = append(near, e.Path)
		}
	}
	if len(ends) > 0 {
		near = ends
	}
	// Those under the same blocks come first, then those of the same first letter.
	order := func(candidate string) int {
		rank := 2 * levenshtein.Distance(path, candidate, nil)
		if last := candidate[strings.LastIndexByte(candidate, '.')+1:]; wanted != "" && last[0] != wanted[0] {
			rank++
		}
		return rank
	}
	slices.SortStableFunc(near, func(a, b string) int { return order(a) - order(b) })
	return near[:min(len(near), maxSuggestions)]
}
