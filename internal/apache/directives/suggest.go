package directives

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// suggestion is a known name with its distance from what was written.
type suggestion struct {
	title    string
	distance int
	misfit   bool // not allowed in the place
	foreign  bool // a third party's
}

// maxDistance is how many edits a name of that length may be away before it
// stops being a likely slip: a third of it, at most 4.
func maxDistance(name string) int { return min(4, max(1, len(name)/3)) }

// Suggest names the known directives most like an unknown one, best first and
// at most three: those allowed in the place before others, the server's own
// before third parties'. A name with "<" asks for sections. The result is
// empty when nothing is near.
func Suggest(name string, place Place) []string {
	wanted, section := strings.CutPrefix(strings.ToLower(strings.TrimSuffix(name, ">")), "<")
	var found []suggestion
	for _, f := range All() {
		if f.Section != section || strings.EqualFold(f.Name, wanted) {
			continue
		}
		distance := editDistance(wanted, f.lower)
		if distance > maxDistance(wanted) {
			continue
		}
		ok, _ := f.Allowed(place)
		found = append(found, suggestion{f.Title(), distance, !ok, f.Origin != HTTPD})
	}
	slices.SortStableFunc(found, func(a, b suggestion) int {
		return cmp.Or(boolOrder(a.misfit, b.misfit), cmp.Compare(a.distance, b.distance), boolOrder(a.foreign, b.foreign), cmp.Compare(a.title, b.title))
	})
	return titles(found)
}

// titles keeps the best of each name, and of a far larger distance none: two
// edits beside one are noise.
func titles(found []suggestion) []string {
	var names []string
	for _, s := range found {
		if s.distance <= found[0].distance+1 && !slices.Contains(names, s.title) && len(names) < 3 {
			names = append(names, s.title)
		}
	}
	return names
}

// editDistance bounds the work: names longer than the table's longest cannot
// be near anything.
func editDistance(a, b string) int {
	if difference := len(a) - len(b); difference > 4 || difference < -4 {
		return 1 << 20
	}
	return levenshtein.Distance(a, b, nil)
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// nearestWord is the one of words most like word, or "" if none is near.
func nearestWord(word string, words []string) string {
	best, bestDistance := "", maxDistance(word)+1
	for _, candidate := range words {
		if d := editDistance(strings.ToLower(word), strings.ToLower(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// sortedWords lists a set in alphabetic order, so that results are stable.
func sortedWords(set map[string]bool) []string {
	return slices.Sorted(maps.Keys(set))
}
