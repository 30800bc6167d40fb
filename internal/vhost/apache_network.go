package vhost

import (
	"net/netip"
	"strconv"
	"strings"
)

// clientIn tells whether the client's address lies in a network. A client
// whose address is not given is one of the public Internet.
func (v *apacheVisit) clientIn(network string) certainty {
	prefix, ok := parseNetwork(network)
	if !ok {
		v.unknown("it depends on the network " + network)
		return unsure
	}
	if v.r.Client.IsValid() {
		return sure(prefix.Contains(v.r.Client.Unmap()))
	}
	if prefix.Bits() == 0 {
		return unsure
	}
	if a := prefix.Addr(); a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return no
	}
	v.unknown("it depends on the client's address")
	return unsure
}

// parseNetwork reads 10.0.0.0/8, 10.0.0.0/255.0.0.0, 10.1 and one address.
func parseNetwork(text string) (netip.Prefix, bool) {
	address, mask, masked := strings.Cut(text, "/")
	short := 0
	if !strings.Contains(address, ":") {
		address = strings.TrimSuffix(address, ".")
		for short = 8 * (strings.Count(address, ".") + 1); strings.Count(address, ".") < 3; {
			address += ".0"
		}
	}
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}, false
	}
	bits := ip.BitLen()
	if short > 0 {
		bits = short
	}
	if masked {
		if m, err := netip.ParseAddr(mask); err == nil && m.Is4() {
			b := m.As4()
			bits = 0
			for _, c := range b {
				for ; c&0x80 != 0; c <<= 1 {
					bits++
				}
			}
		} else if bits, err = strconv.Atoi(mask); err != nil {
			return netip.Prefix{}, false
		}
	}
	prefix, err := ip.Prefix(bits)
	return prefix, err == nil
}
