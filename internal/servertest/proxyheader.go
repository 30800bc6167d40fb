package servertest

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// The two headers of the PROXY protocol (HAProxy, "The PROXY protocol", sections 2.1 and 2.2), which tell a server behind a
// balancer who its client is.

// ProxyV1 is the header as text.
func ProxyV1(client, server netip.AddrPort) string {
	family := "TCP4"
	if client.Addr().Is6() {
		family = "TCP6"
	}
	return fmt.Sprintf("PROXY %s %s %s %d %d\r\n", family, client.Addr(), server.Addr(), client.Port(), server.Port())
}

// ProxyV2 is the binary header.
func ProxyV2(client, server netip.AddrPort) string {
	const versionAndCommand, streamOverIPv4, streamOverIPv6 = 0x21, 0x11, 0x21
	head := append([]byte("\r\n\r\n\x00\r\nQUIT\n"), versionAndCommand, streamOverIPv4)
	if client.Addr().Is6() {
		head[len(head)-1] = streamOverIPv6
	}
	body := append(client.Addr().AsSlice(), server.Addr().AsSlice()...)
	body = binary.BigEndian.AppendUint16(body, client.Port())
	body = binary.BigEndian.AppendUint16(body, server.Port())
	return string(append(binary.BigEndian.AppendUint16(head, uint16(len(body))), body...))
}
