package conformance

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// maxDifferences bounds the list: one more is a decision, not an entry.
const maxDifferences = 15

// Difference is one way in which the two servers cannot be made alike.
type Difference struct {
	Name string
	// Why says what each server does, and why it cannot be changed.
	Why string
}

// ReadDifferences reads the one list: a line "NAME: REASON" for each, continued by lines that begin with a space.
func ReadDifferences(file string) ([]Difference, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []Difference
	for _, line := range strings.Split(string(text), "\n") {
		switch {
		case strings.TrimSpace(line) == "" || line[0] == '#':
		case line[0] == ' ' && len(list) > 0:
			list[len(list)-1].Why += " " + strings.TrimSpace(line)
		default:
			name, why, ok := strings.Cut(line, ": ")
			if !ok || strings.ContainsAny(name, " \t") || slices.ContainsFunc(list, func(d Difference) bool { return d.Name == name }) {
				return nil, fmt.Errorf("%q is not a new NAME: REASON", line)
			}
			list = append(list, Difference{name, strings.TrimSpace(why)})
		}
	}
	if len(list) > maxDifferences {
		return nil, fmt.Errorf("%d differences are more than %d", len(list), maxDifferences)
	}
	return list, nil
}

// UsedDifferences are the names that the rows' steps use, sorted.
func UsedDifferences(rows []*Row) []string {
	var used []string
	for _, row := range rows {
		for _, step := range row.Steps {
			if step.Differs != "" && !slices.Contains(used, step.Differs) {
				used = append(used, step.Differs)
			}
		}
	}
	slices.Sort(used)
	return used
}
