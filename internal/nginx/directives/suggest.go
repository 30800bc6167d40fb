package directives

import (
	"cmp"
	"slices"

	"github.com/agext/levenshtein"
)

// Suggest finds the known directive that a misspelt name most likely means,
// or "". Of equally near names one that the target takes in the context wins,
// then the first in order.
func (t Target) Suggest(name string, context Context) string {
	type candidate struct {
		name     string
		distance int
	}
	limit := max(1, min(3, len(name)/3))
	var near []candidate
	for _, known := range Names() {
		distance := levenshtein.Distance(name, known, nil)
		if distance > limit {
			continue
		}
		// A name that does not fit the place counts as one letter further off.
		if _, ok := t.Find(known, context); !ok {
			distance++
		}
		near = append(near, candidate{known, distance})
	}
	if len(near) == 0 {
		return ""
	}
	return slices.MinFunc(near, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	}).name
}

// Nearest finds the word that a misspelt one most likely means, or "".
func Nearest(word string, words []string) string {
	best, limit := "", max(1, min(3, len(word)/3))
	for _, w := range words {
		if d := levenshtein.Distance(word, w, nil); d <= limit && d > 0 {
			best, limit = w, d-1
		}
	}
	return best
}
