package vhost

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/apache/directives"
)

// apacheListen is one Listen directive.
type apacheListen struct {
	address  Address
	protocol string // in small letters; "" is http
	origin   Origin
}

// apacheAddress is one address of a <VirtualHost>.
type apacheAddress struct {
	ip  netip.Addr // zero: any
	any bool
	// v4 and v6 tell which of all addresses are meant, if any is set.
	v4, v6 bool
	port   uint16 // 0: every port
	// text is the address as written, without port: httpd compares Host with it
	// when no name matches.
	text string
}

// readListens reads Listen [address:]port [protocol].
func readListens(main *apacheScope) []apacheListen {
	var out []apacheListen
	for d := range main.all("listen") {
		words := d.words()
		if len(words) == 0 {
			continue
		}
		address, ok := listenAddress(words[0])
		if !ok {
			continue
		}
		l := apacheListen{address: address, origin: originOf(d.item)}
		switch {
		case len(words) > 1:
			l.protocol = strings.ToLower(words[1])
		case address.Port == 443:
			l.protocol = "https"
		}
		out = append(out, l)
	}
	return out
}

func listenAddress(text string) (Address, bool) {
	host, port := "", text
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		host, port = text[:i], text[i+1:]
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return Address{}, false
	}
	a := Address{Port: uint16(n)}
	if host == "" || host == "*" {
		a.V4, a.V6 = true, true
		return a, true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		return Address{}, false // a host name: resolved where the server runs
	}
	if ip = ip.Unmap().WithZone(""); ip.IsUnspecified() {
		a.V4, a.V6 = ip.Is4(), ip.Is6()
		return a, true
	}
	a.IP = ip
	return a, true
}

// hostAddresses reads the arguments of <VirtualHost>. Those that httpd cannot
// resolve without DNS are left out: it warns and ignores most of them.
func hostAddresses(section apache.Item) []apacheAddress {
	var out []apacheAddress
	for _, w := range section.Words() {
		if a, ok := hostAddress(w.Value); ok {
			out = append(out, a)
		}
	}
	return out
}

func hostAddress(text string) (apacheAddress, bool) {
	a := apacheAddress{text: strings.ToLower(text)}
	host, port := text, ""
	bracket := strings.HasPrefix(text, "[")
	if i := strings.LastIndexByte(text, ':'); i > strings.LastIndexByte(text, ']') {
		host, port = text[:i], text[i+1:]
		a.text = strings.ToLower(host)
	}
	if port != "" && port != "*" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return a, false
		}
		a.port = uint16(n)
	}
	if host == "*" || strings.EqualFold(host, "_default_") {
		a.any, a.v4, a.v6 = true, true, true
		return a, true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil || ip.Is6() && !bracket {
		return a, false
	}
	a.text = strings.Trim(a.text, "[]")
	if ip = ip.Unmap(); ip.IsUnspecified() {
		a.any, a.v4, a.v6 = true, ip.Is4(), ip.Is6()
		return a, true
	}
	a.ip = ip.WithZone("")
	return a, true
}

// assumedListens stand for the Listen lines that a fragment does not show: the
// ports of its virtual hosts on all addresses.
func assumedListens(hosts []*apacheHost) []apacheListen {
	var out []apacheListen
	seen := map[uint16]bool{}
	for _, h := range hosts {
		for _, a := range h.addresses {
			port := a.port
			if port == 0 {
				port = 80
			}
			if seen[port] {
				continue
			}
			seen[port] = true
			l := apacheListen{address: Address{V4: true, V6: true, Port: port}}
			if port == 443 {
				l.protocol = "https"
			}
			out = append(out, l)
		}
	}
	return out
}

// assignProtocols gives each host the protocol of the Listen that names the
// very same address and port as one of its own, taking the first of its
// addresses for which there is one (listen.c, ap_setup_listeners, 2.4.71). It is kept
// among the settings of the core, and a host that sets nothing of the core shares those
// of the main server, which speaks HTTP (tried with 2.4.68, 2.4.69 and 2.4.71).
func assignProtocols(hosts []*apacheHost, listens []apacheListen) {
	byPort := map[uint16][]apacheListen{}
	for _, l := range listens {
		byPort[l.address.Port] = append(byPort[l.address.Port], l)
	}
	for _, h := range hosts {
		if h.scope.setsCore() {
			h.protocol = listenProtocol(h.addresses, byPort)
		}
	}
}

// setsCore tells that a scope has a directive or section of the core, such as
// ServerName, DocumentRoot or <Location>.
func (s *apacheScope) setsCore() bool {
	ofCore := func(name string) bool {
		return slices.ContainsFunc(directives.Lookup(name), func(f *directives.Facts) bool { return f.Module == "core.c" })
	}
	return slices.ContainsFunc(s.directives, func(d apacheDirective) bool { return ofCore(d.name) }) ||
		slices.ContainsFunc(s.sections, func(inner *apacheScope) bool { return ofCore("<"+inner.kind) || inner.setsCore() })
}

func listenProtocol(addresses []apacheAddress, byPort map[uint16][]apacheListen) string {
	for _, a := range addresses {
		for _, l := range byPort[a.port] {
			same := l.address.IP == a.ip && !a.any
			if a.any {
				same = !l.address.IP.IsValid() && (a.v4 && l.address.V4 || a.v6 && l.address.V6)
			}
			if same {
				return l.protocol
			}
		}
	}
	return ""
}

// addressKey is an address that virtual hosts are listed under.
type addressKey struct {
	ip   netip.Addr // zero: all
	port uint16     // 0: every port
}

// listeners makes a listener for each Listen, and one more for each address of
// it that has virtual hosts of its own: there those are chosen from, and none
// else (vhost.c, find_ipaddr and find_default_server, 2.4.71).
func (s *apacheServer) listeners(listens []apacheListen) []*Listener {
	lists := map[addressKey][]hostOn{}
	var specific []addressKey
	for _, h := range s.hosts {
		for _, a := range h.addresses {
			key := addressKey{a.ip, a.port}
			if _, ok := lists[key]; !ok && a.ip.IsValid() {
				specific = append(specific, key)
			}
			lists[key] = append(lists[key], hostOn{h, a.text})
		}
	}
	byKey := map[Address]*Listener{}
	var out []*Listener
	open := func(address Address, by apacheListen, hosts []hostOn) {
		l, ok := byKey[address]
		if !ok {
			l = &Listener{Layer: HTTP, Address: address}
			byKey[address] = l
			out = append(out, l)
			s.fill(l, hosts)
		}
		l.Origins = append(l.Origins, by.origin)
	}
	for _, l := range listens {
		a := l.address
		open(a, l, hostsAt(lists, a.IP, a.Port))
		if a.IP.IsValid() {
			continue
		}
		for _, key := range specific {
			if (key.port == 0 || key.port == a.Port) && (key.ip.Is4() && a.V4 || key.ip.Is6() && a.V6) {
				open(Address{IP: key.ip, Port: a.Port}, l, hostsAt(lists, key.ip, a.Port))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *Listener) int {
		return cmp.Or(a.Address.IP.Compare(b.Address.IP), cmp.Compare(a.Address.Port, b.Address.Port))
	})
	return out
}

// hostOn is a virtual host under the address it wrote.
type hostOn struct {
	*apacheHost
	text string
}

// hostsAt picks the one list of virtual hosts for a local address: the most
// specific one, whatever names it has.
func hostsAt(lists map[addressKey][]hostOn, ip netip.Addr, port uint16) []hostOn {
	keys := []addressKey{{ip, port}, {ip, 0}, {netip.Addr{}, port}, {netip.Addr{}, 0}}
	if !ip.IsValid() {
		keys = keys[2:]
	}
	for _, key := range keys {
		if hosts, ok := lists[key]; ok {
			return hosts
		}
	}
	return nil
}

// fill puts the hosts on a listener. The first decides on TLS for all.
func (s *apacheServer) fill(l *Listener, hosts []hostOn) {
	if len(hosts) == 0 {
		hosts = []hostOn{{s.main, ""}}
	}
	names := newApacheNames(hosts)
	s.lists[l] = names
	for _, h := range names.hosts {
		l.Hosts = append(l.Hosts, h.host)
		h.host.Listeners = append(h.host.Listeners, l)
	}
	first := names.hosts[0]
	l.Default = first.host
	l.TLS = first.host.TLS.Enabled
	l.HTTP2 = s.http2(first, l.TLS.V)
	l.ProxyProtocol = s.switched(first, "remoteipproxyprotocol", false).V
}

// http2 tells whether the host offers HTTP/2. mod_http2 must be there, and
// another MPM than prefork (AH10034).
func (s *apacheServer) http2(h *apacheHost, overTLS bool) Value[bool] {
	d, _, ok := s.setting(h, "protocols")
	if !ok || s.cfg.Module("mod_http2.c") == apache.False || s.cfg.Module("prefork.c") == apache.True {
		return Value[bool]{}
	}
	want := "h2"
	if !overTLS {
		want = "h2c"
	}
	for _, w := range d.words() {
		if strings.EqualFold(w, want) {
			return Value[bool]{true, originOf(d.item)}
		}
	}
	return Value[bool]{false, originOf(d.item)}
}
