package vhost

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"padlock/internal/nginx"
)

// listenerKey tells sockets apart: TCP and UDP ports of one number are two.
type listenerKey struct {
	layer   Layer
	address Address
	udp     bool
}

// listenerBuilder collects listen directives into sockets.
type listenerBuilder struct {
	model *nginxModel
	byKey map[listenerKey]*Listener
	order []*Listener
}

// listenOptions are the parameters of a listen directive that matter here.
type listenOptions struct {
	ssl, http2, quic, proxyProtocol, standard, udp bool
	dualStack                                      bool
}

// add puts a host on the sockets of its listen directives.
func (b *listenerBuilder) add(h *Host, server *level) {
	nodes := server.own("listen")
	if len(nodes) == 0 && h.Layer == HTTP {
		// ngx_http_core_module documentation, listen: *:80 when nginx runs with
		// superuser privileges (else *:8000), as it does wherever it is installed
		// as a service. Without a listen stream and mail servers are refused.
		b.join(h, server, b.model.origin(server.node), Address{V4: true, Port: 80}, listenOptions{})
		return
	}
	for _, node := range nodes {
		options := listenOptionsOf(node)
		for _, address := range listenAddresses(node.Arg(0), h.Layer, options.dualStack) {
			b.join(h, server, b.model.origin(node), address, options)
		}
	}
}

func listenOptionsOf(node *nginx.Node) listenOptions {
	var o listenOptions
	for _, word := range node.Args()[min(1, len(node.Args())):] {
		switch word.Value {
		case "ssl":
			o.ssl = true
		case "http2":
			o.http2 = true
		case "quic":
			o.quic, o.udp = true, true
		case "proxy_protocol":
			o.proxyProtocol = true
		case "default_server", "default":
			o.standard = true
		case "udp":
			o.udp = true
		case "ipv6only=off":
			o.dualStack = true
		}
	}
	return o
}

// join puts a host on one socket and adds up the options: whatever one listen
// directive says of a socket holds for all hosts on it (ngx_http_add_addresses).
func (b *listenerBuilder) join(h *Host, server *level, origin Origin, address Address, o listenOptions) {
	key := listenerKey{h.Layer, address, o.udp}
	key.address.V4 = false // ipv6only is no part of the address
	l := b.byKey[key]
	if l == nil {
		l = &Listener{Layer: h.Layer, Address: address, QUIC: o.quic}
		b.byKey[key] = l
		b.order = append(b.order, l)
	}
	l.Address.V4 = l.Address.V4 || address.V4
	l.Origins = append(l.Origins, origin)
	l.ProxyProtocol = l.ProxyProtocol || o.proxyProtocol
	if (o.ssl || o.quic) && !l.TLS.V {
		l.TLS = Value[bool]{true, origin}
	}
	if o.http2 && !l.HTTP2.V {
		l.HTTP2 = Value[bool]{true, origin}
	}
	// "ssl on" turns on TLS for every socket of the server; it was removed in
	// 1.25.1, and mail and stream had it until then too.
	if on := server.setting("ssl"); on != nil && on.Arg(0) == "on" && b.model.hasSSLDirective() && !l.TLS.V {
		l.TLS = Value[bool]{true, b.model.origin(on)}
	}
	// Hosts come one after the other: only the last one can be there already.
	if len(l.Hosts) == 0 || l.Hosts[len(l.Hosts)-1] != h {
		l.Hosts = append(l.Hosts, h)
		h.Listeners = append(h.Listeners, l)
	}
	if o.standard && !l.ExplicitDefault {
		l.Default, l.ExplicitDefault = h, true
	}
}

// finish orders the sockets and settles what depends on all hosts of one.
func (b *listenerBuilder) finish() []*Listener {
	for _, l := range b.order {
		if l.Default == nil {
			l.Default = l.Hosts[0]
		}
		// Since 1.25.1 the http2 directive belongs to a server; over TLS the
		// default server's is looked at when the protocol is negotiated, unless
		// SNI has chosen another one.
		if node := detailOf(l.Default).level.setting("http2"); node != nil && node.Arg(0) == "on" && l.Layer == HTTP && !l.HTTP2.V {
			l.HTTP2 = Value[bool]{true, b.model.origin(node)}
		}
		b.model.sockets[l] = newSocketNames(l)
	}
	slices.SortStableFunc(b.order, compareListeners)
	return b.order
}

func compareListeners(a, b *Listener) int {
	wide := func(l *Listener) int {
		if l.Address.IP.IsValid() {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(a.Layer, b.Layer),
		cmp.Compare(a.Address.Unix, b.Address.Unix),
		cmp.Compare(wide(a), wide(b)),
		a.Address.IP.Compare(b.Address.IP),
		cmp.Compare(boolOrder(a.Address.V6), boolOrder(b.Address.V6)),
		cmp.Compare(a.Address.Port, b.Address.Port),
		cmp.Compare(boolOrder(a.QUIC), boolOrder(b.QUIC)),
	)
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}

// maxPortRange bounds what one listen directive of stream and mail makes:
// "listen 1-65535" is allowed since 1.15.10. A longer range is lowered as its
// first port, for every port of a range behaves alike.
const maxPortRange = 64

// listenAddresses are the addresses of a listen argument. A host name, which
// the server looks up when it starts, gives none that is known: it is taken for
// all addresses of its port. Only localhost is loopback everywhere.
func listenAddresses(argument string, layer Layer, dualStack bool) []Address {
	if path, ok := strings.CutPrefix(argument, "unix:"); ok {
		return []Address{{Unix: path}}
	}
	host, port := splitListen(argument)
	first, last, ok := parsePorts(port, layer)
	if !ok {
		return nil
	}
	base := Address{}
	switch {
	case host == "" || host == "*":
		base.V4 = true
	case strings.HasPrefix(host, "["):
		ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if err != nil {
			return nil
		}
		base = addressOf(ip, dualStack)
	default:
		if host == "localhost" {
			host = "127.0.0.1"
		}
		ip, err := netip.ParseAddr(host)
		if err != nil {
			base.V4, base.V6 = true, true
			break
		}
		base = addressOf(ip, dualStack)
	}
	var out []Address
	for p := first; p <= last; p++ {
		base.Port = uint16(p)
		out = append(out, base)
	}
	return out
}

func addressOf(ip netip.Addr, dualStack bool) Address {
	if ip.IsUnspecified() {
		return Address{V4: ip.Is4() || dualStack, V6: ip.Is6()}
	}
	return Address{IP: ip}
}

// splitListen takes "address:port", "address" or "port" apart; port is empty
// when there is none.
func splitListen(argument string) (host, port string) {
	if end := strings.LastIndexByte(argument, ']'); strings.HasPrefix(argument, "[") && end > 0 {
		return argument[:end+1], strings.TrimPrefix(argument[end+1:], ":")
	}
	if host, port, ok := strings.Cut(argument, ":"); ok {
		return host, port
	}
	if argument != "" && strings.Trim(argument, "0123456789-") == "" {
		return "", argument
	}
	return argument, ""
}

func parsePorts(text string, layer Layer) (first, last int, ok bool) {
	if text == "" {
		// Only http has a default port (ngx_http_core_module documentation).
		return 80, 80, layer == HTTP
	}
	low, high, ranged := strings.Cut(text, "-")
	if !ranged {
		high = low
	}
	first, errFirst := strconv.Atoi(low)
	last, errLast := strconv.Atoi(high)
	ok = errFirst == nil && errLast == nil && first >= 1 && first <= last && last <= 65535
	if last-first >= maxPortRange {
		last = first
	}
	return first, last, ok
}
