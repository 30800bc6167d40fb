package main

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// didYouMean is "; did you mean X?" if one of the names is close to what was
// given, and empty otherwise.
func didYouMean(given string, names []string) string {
	best, bestDistance := "", 1+len(given)/4
	for _, name := range names {
		distance := levenshtein.Distance(given, name, nil)
		if len(given) > 2 && strings.HasPrefix(name, given) {
			distance = min(distance, 1)
		}
		if distance < bestDistance || distance == bestDistance && best == "" {
			best, bestDistance = name, distance
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}
