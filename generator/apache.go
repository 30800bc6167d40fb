package generator

import (
	"fmt"
	"net/netip"
	"path"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// The types below are what the Apache templates see. Every value is a finished
// word or made by the program.

type apacheFile struct {
	Header     []string
	Dollar     bool
	DollarName string
	Around     apacheOutside
	Hosts      []apacheHost
}

type apacheHost struct {
	Why       string
	Addresses []apacheWord
	Name      apacheWord
	Aliases   []apacheWord
	TLS       apacheBody
	Body      apacheBody
}

type apacheDefault struct {
	Header     []string
	Dollar     bool
	DollarName string
	// Ports need a Listen of their own; 80 and 443 have theirs in the main
	// configuration, and a second one keeps the server from starting.
	Ports []int
	// StaplingCache is where the authorities' answers are kept; empty if no site
	// sends them.
	StaplingCache apacheWord
	Plain         *apacheDefaultHost
	TLS           *apacheDefaultHost
}

type apacheDefaultHost struct {
	// ProxyProtocol tells that the sites on these addresses expect it.
	ProxyProtocol bool
	Addresses     []apacheWord
	Policy        apacheBody
}

// apacheRenderer renders for one target.
type apacheRenderer struct {
	target Target
	// marks tells that words carry their place.
	marks bool
}

func (a *apacheRenderer) supports(f tlspolicy.Feature) bool {
	return tlspolicy.Supports(f, a.target.Target).OK
}

func (a *apacheRenderer) site(s *Site, header []string) (any, hcl.Diagnostics) {
	w := &apacheWords{marks: a.marks}
	file := apacheFile{Header: header, DollarName: apacheDollar}
	for _, h := range s.plan() {
		file.Hosts = append(file.Hosts, a.host(h, w))
	}
	file.Around = append(a.managed(s, w), s.rawOutside()...)
	file.Dollar = w.dollar
	return file, nil
}

func (a *apacheRenderer) host(h host, w *apacheWords) apacheHost {
	s := h.site
	h.sent, h.routes = map[*Place][]Header{}, chooser{}
	view := apacheHost{Why: h.why, Addresses: addresses(h.sockets)}
	view.Name, view.Aliases = serverNames(h.names, w)
	if h.tls {
		view.TLS = a.tls(h, w)
	}
	view.Body = apacheAt{apacheRenderer: a, w: w, host: h, place: &s.Place}.server()
	return view
}

// addresses are the arguments of <VirtualHost>. Apache takes the most specific
// address for a connection, so every site without addresses of its own says
// "*", which includes IPv6.
func addresses(sockets []socket) []apacheWord {
	var out []apacheWord
	for _, k := range sockets {
		word := apacheWord(fmt.Sprintf("*:%d", k.port))
		switch {
		case k.addr.Is6():
			word = apacheWord(fmt.Sprintf("[%s]:%d", k.addr, k.port))
		case k.addr.IsValid():
			word = apacheWord(netip.AddrPortFrom(k.addr, uint16(k.port)).String())
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

// serverNames splits names into ServerName and aliases. ServerName cannot be a
// wildcard; a name within the wildcard stands in, which adds none.
func serverNames(names []Text, w *apacheWords) (apacheWord, []apacheWord) {
	var first apacheWord
	var rest []apacheWord
	for _, name := range names {
		if first == "" && !manyNames(name.Value) {
			first = w.plain(name)
			continue
		}
		rest = append(rest, w.plain(name))
	}
	if first == "" {
		first = w.marked(apacheWord(plainName(names[0].Value)), names[0].Range)
	}
	return first, rest
}

// defaultSite renders the hosts that refuse unknown names, and the settings
// that exist only for the whole server.
func (a *apacheRenderer) defaultSite(d DefaultSite, sites []*Site, header []string) (any, hcl.Diagnostics) {
	w := &apacheWords{marks: a.marks}
	view := apacheDefault{Header: header, DollarName: apacheDollar}
	var plain, secure []socket
	for _, k := range allSockets(sites) {
		if k.port != 80 && k.port != 443 && !slices.Contains(view.Ports, k.port) {
			view.Ports = append(view.Ports, k.port)
		}
		if k.tls {
			secure = append(secure, k)
		} else {
			plain = append(plain, k)
		}
	}
	if slices.ContainsFunc(sites, func(s *Site) bool { return s.HTTPS() && s.TLS.Stapling != nil }) {
		view.StaplingCache = w.word("shmcb:" + path.Dir(a.target.Platform.Apache.PIDFile) + "/padlock_stapling(131072)")
	}
	ports := proxied(sites)
	if d.Enabled && len(plain) > 0 {
		view.Plain = &apacheDefaultHost{Addresses: addresses(plain), ProxyProtocol: ports[plain[0].port]}
	}
	if d.Enabled && len(secure) > 0 {
		view.TLS = &apacheDefaultHost{Addresses: addresses(secure), ProxyProtocol: ports[secure[0].port]}
		a.defaultTLS(view.TLS, d, sites, w)
	}
	view.Dollar = w.dollar
	return view, nil
}

func (a *apacheRenderer) defaultTLS(view *apacheDefaultHost, d DefaultSite, sites []*Site, w *apacheWords) {
	secure := slices.DeleteFunc(slices.Clone(sites), func(s *Site) bool { return !s.HTTPS() })
	http2 := slices.ContainsFunc(secure, func(s *Site) bool { return s.Listen.HTTP2 })
	view.Policy = a.foreign(CertificatePair{d.Certificate, d.Key}, a.policyItems(unitePolicies(secure, a.target), Session{Tickets: sharedTickets(secure)}, http2, w), w)
}
