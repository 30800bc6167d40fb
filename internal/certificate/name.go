package certificate

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// Covers tells whether browsers accept the certificate for a name: a host name,
// an IP address, or a wildcard such as "*.example.com", which only the same
// wildcard covers. The rules are those of RFC 9525 as browsers apply them: the
// subject alternative names count and the common name does not; "*" is a whole
// label, the leftmost, stands for exactly one label, and leaves at least two.
func (c Certificate) Covers(name string) bool {
	if address, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		for _, own := range c.Addresses {
			if own == address.Unmap() {
				return true
			}
		}
		return false
	}
	wanted := canonicalName(name)
	if wanted == "" {
		return false
	}
	for _, own := range c.Names {
		if nameMatches(canonicalName(own), wanted) {
			return true
		}
	}
	return false
}

func nameMatches(pattern, name string) bool {
	if pattern == "" {
		return false
	}
	if pattern == name {
		return validPattern(pattern)
	}
	parent, ok := strings.CutPrefix(pattern, "*.")
	if !ok || !validPattern(pattern) {
		return false
	}
	label, rest, found := strings.Cut(name, ".")
	return found && label != "" && label != "*" && rest == parent
}

// validPattern refuses stars in the wrong place: "w*.example.com", "*.*.com",
// "*.com".
func validPattern(pattern string) bool {
	rest, wildcard := strings.CutPrefix(pattern, "*.")
	return !strings.Contains(rest, "*") && (!wildcard || strings.Contains(rest, "."))
}

// canonicalName brings a name to the form that certificates use: lower case, no
// dot at the end, international labels in ASCII.
func canonicalName(name string) string {
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	for i := range len(name) {
		if name[i] >= 0x80 {
			if ascii, err := idna.Lookup.ToASCII(name); err == nil {
				return ascii
			}
			return name
		}
	}
	return name
}
