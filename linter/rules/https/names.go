package https

import (
	"fmt"
	"strings"
)

// isPlaceholder tells that a name is filled in by something else before the
// server reads it.
func isPlaceholder(name string) bool { return strings.ContainsAny(name, "${}%@<>") }

// agree is the word for one name, or the one for several.
func agree(items []string, one, several string) string {
	if len(items) == 1 {
		return one
	}
	return several
}

// quoted lists names or paths in a message, the first three in full.
func quoted(items []string) string {
	const shown = 3
	var list []string
	for i, item := range items {
		if i == shown {
			list = append(list, fmt.Sprintf("%d more", len(items)-shown))
			break
		}
		list = append(list, fmt.Sprintf("%q", item))
	}
	if last := len(list) - 1; last > 0 {
		return strings.Join(list[:last], ", ") + " and " + list[last]
	}
	return strings.Join(list, "")
}
