package vhost

import (
	"net/netip"
	"strings"
)

// believed is the address of a client as trusted proxies tell it in a header:
// from the right, up to the first that is not of a trusted proxy, or, not
// recursive, to the first. Words that are no address end it (mod_remoteip, and
// ngx_http_realip_module).
func believed(client netip.Addr, header string, trusted func(netip.Addr) bool, recursive bool) netip.Addr {
	words := strings.FieldsFunc(header, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	for len(words) > 0 && client.IsValid() && trusted(client) {
		address, err := netip.ParseAddr(words[len(words)-1])
		if err != nil {
			break
		}
		client, words = address.Unmap(), words[:len(words)-1]
		if !recursive {
			break
		}
	}
	return client
}
