package report

import (
	"fmt"
	"slices"
	"strings"

	"padlock/internal/diff"
	"padlock/internal/secret"
)

// values is "before → after", or the one that there is.
func values(c *diff.Change) string {
	before, after := shown(c.Before), shown(c.After)
	switch {
	case before == "" || after == "":
		return before + after
	case before == after && c.Action != diff.Changed:
		return after
	case before == after && strings.Contains(before, secret.Mask):
		return before + " → another one, not shown"
	}
	if list, ok := listDelta(before, after); ok {
		return list
	}
	return before + " → " + after
}

// shortValue is how wide two values may be together to be shown whole.
const shortValue = 60

// listDelta is what differs between two long lists: "-a +b (7 unchanged)". Lists
// are of words, or of parts between colons, commas or semicolons: cipher suites,
// names, the parts of a Content-Security-Policy. ok is false for other values,
// and where a list says no more than the values do.
func listDelta(before, after string) (delta string, ok bool) {
	if displayWidth(before)+displayWidth(after) <= shortValue {
		return "", false
	}
	for _, separator := range []string{"; ", ";", ":", ", ", ",", " "} {
		old, new := parts(before, separator), parts(after, separator)
		if min(len(old), len(new)) < 3 || separator == ":" && strings.Contains(before+after, "://") {
			continue
		}
		return partsDelta(old, new)
	}
	return "", false
}

func parts(value, separator string) []string {
	var out []string
	for part := range strings.SplitSeq(value, separator) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func partsDelta(old, new []string) (string, bool) {
	var out []string
	kept := 0
	left := map[string]int{}
	for _, part := range new {
		left[part]++
	}
	for _, part := range old {
		if left[part] > 0 {
			left[part]--
			kept++
		} else {
			out = append(out, "-"+part)
		}
	}
	// What is left stands on the new side alone; of parts that are there twice,
	// the last.
	for i, part := range slices.Backward(new) {
		if left[part] > 0 {
			left[part]--
			new[i] = "+" + part
			continue
		}
		new[i] = ""
	}
	for _, part := range new {
		if part != "" {
			out = append(out, part)
		}
	}
	switch {
	case len(out) == 0:
		return fmt.Sprintf("the same %d values in another order", kept), true
	case kept == 0:
		return "", false
	}
	return fmt.Sprintf("%s (%d unchanged)", strings.Join(out, " "), kept), true
}
