package https

import (
	"fmt"
	"net/netip"
	"strings"
)

// privateZones are the top-level names that no public authority gives
// certificates for: RFC 2606 and 6761 (test, invalid, localhost), RFC 6762
// (local), RFC 8375 (home.arpa), RFC 7686 (onion), ICANN's resolution of
// 2024-07-29 (internal), and those that RFC 6762, appendix G, names as in use.
var privateZones = []string{
	"test", "invalid", "localhost", "local", "localdomain", "home.arpa", "onion", "internal",
	"intranet", "private", "corp", "home", "lan",
}

// isPublic tells whether a name, or pattern of names, can be one of the public
// internet, so that it should have HTTPS.
func isPublic(name string) bool {
	name = strings.Trim(strings.TrimPrefix(name, "*"), ".")
	if !strings.Contains(name, ".") || isPlaceholder(name) {
		return false
	}
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return false
	}
	for _, zone := range privateZones {
		if strings.HasSuffix(name, "."+zone) || name == zone {
			return false
		}
	}
	return true
}

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
