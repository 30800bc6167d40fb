package vhost

import (
	"net/netip"
	"strconv"
)

// String is the address as people write it: "*:80", "[::]:443",
// "192.0.2.1:80", "unix:/run/x.sock"; "*+[::]:80" takes both families.
func (a Address) String() string {
	if a.Unix != "" {
		return "unix:" + a.Unix
	}
	port := strconv.Itoa(int(a.Port))
	switch {
	case a.IP.IsValid():
		return netip.AddrPortFrom(a.IP, a.Port).String()
	case a.V4 && a.V6:
		return "*+[::]:" + port
	case a.V6:
		return "[::]:" + port
	}
	return "*:" + port
}

// Accepts tells whether a connection to an IP address can reach the address;
// a more specific listener of the same port takes it away (Model.Listener).
func (a Address) Accepts(ip netip.Addr) bool {
	switch {
	case a.Unix != "":
		return false
	case a.IP.IsValid():
		return a.IP == ip.Unmap()
	}
	return ip.Unmap().Is4() && a.V4 || ip.Is6() && !ip.Is4In6() && a.V6
}
