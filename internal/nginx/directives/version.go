package directives

import (
	"cmp"
	"strconv"
	"strings"
)

// CompareVersions orders versions like "1.25.1" by their numbers; a missing
// part counts as 0, and anything that is no number ends the comparison. The
// empty string is older than every version.
func CompareVersions(a, b string) int {
	for a != "" || b != "" {
		var x, y int
		x, a = nextPart(a)
		y, b = nextPart(b)
		if x != y {
			return cmp.Compare(x, y)
		}
	}
	return 0
}

func nextPart(v string) (int, string) {
	head, rest, _ := strings.Cut(v, ".")
	n, err := strconv.Atoi(head)
	if err != nil {
		return 0, ""
	}
	return n, rest
}

// atLeast tells whether version is not older than other. What does not begin
// with a digit is no version, and means the newest.
func atLeast(version, other string) bool {
	return version == "" || version[0] < '0' || version[0] > '9' || CompareVersions(version, other) >= 0
}
