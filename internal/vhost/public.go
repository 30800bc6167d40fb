package vhost

import (
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

// PublicName tells whether a name, or pattern of names, can be one of the public
// internet, so that it should have HTTPS. What something else fills in before the
// server reads it (${NAME}, %s, <name>) is none.
func PublicName(name string) bool {
	name = strings.Trim(strings.TrimPrefix(name, "*"), ".")
	if !strings.Contains(name, ".") || strings.ContainsAny(name, "${}%@<>") {
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
