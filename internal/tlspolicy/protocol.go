package tlspolicy

import "fmt"

// Protocol is a version of SSL or TLS. Newer protocols compare greater; the
// zero value is none.
type Protocol uint8

// The protocols, oldest first.
const (
	SSLv2 Protocol = iota + 1
	SSLv3
	TLSv10
	TLSv11
	TLSv12
	TLSv13
)

var protocolNames = [...]string{SSLv2: "SSLv2", SSLv3: "SSLv3", TLSv10: "TLSv1", TLSv11: "TLSv1.1", TLSv12: "TLSv1.2", TLSv13: "TLSv1.3"}

// String is the name that ssl_protocols and SSLProtocol use: "TLSv1" is TLS 1.0.
func (p Protocol) String() string {
	if p == 0 || int(p) >= len(protocolNames) {
		return fmt.Sprintf("protocol(%d)", uint8(p))
	}
	return protocolNames[p]
}

// Weak tells that no guideline since RFC 8996 (2021) allows the protocol:
// everything before TLS 1.2.
func (p Protocol) Weak() bool { return p < TLSv12 }

// ParseProtocol reads the exact name of a protocol, as nginx does; Apache
// ignores case, so its callers normalise first.
func ParseProtocol(name string) (Protocol, bool) {
	for p, known := range protocolNames {
		if p > 0 && known == name {
			return Protocol(p), true
		}
	}
	return 0, false
}

// MarshalText writes the name.
func (p Protocol) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the name.
func (p *Protocol) UnmarshalText(text []byte) error {
	parsed, ok := ParseProtocol(string(text))
	if !ok {
		return fmt.Errorf("%q is not a TLS protocol", text)
	}
	*p = parsed
	return nil
}
