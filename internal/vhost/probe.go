package vhost

import (
	"net/netip"
	"strconv"
	"strings"
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

// Listener finds the HTTP listener that takes a TCP connection to an address: an
// exact address goes before all addresses, and its hosts are considered alone.
// Nil if nothing listens there.
func (m *Model) Listener(ip netip.Addr, port uint16) *Listener {
	var best *Listener
	for _, l := range m.Listeners {
		if l.Layer != HTTP || l.QUIC || l.Address.Port != port || !l.Address.Accepts(ip) {
			continue
		}
		if best == nil || narrower(l.Address, best.Address) {
			best = l
		}
	}
	return best
}

// narrower tells that a takes a connection before b.
func narrower(a, b Address) bool {
	if a.IP.IsValid() != b.IP.IsValid() {
		return a.IP.IsValid()
	}
	return !(a.V4 && a.V6) && b.V4 && b.V6
}

// TLSListeners are the listeners of a host that speak TLS over TCP, and
// PlainListeners those that do not.
func (h *Host) TLSListeners() []*Listener { return h.listeners(true) }

// PlainListeners are the listeners of a host that do not speak TLS.
func (h *Host) PlainListeners() []*Listener { return h.listeners(false) }

func (h *Host) listeners(tls bool) []*Listener {
	var list []*Listener
	for _, l := range h.Listeners {
		if l.TLS.V == tls && !l.QUIC {
			list = append(list, l)
		}
	}
	return list
}

// Site is a name with all virtual hosts that have it.
type Site struct {
	// Name is the name as in Name.Text; "" collects the hosts without any name.
	Name string
	Kind NameKind
	// Example is a name that a client could ask for: the name itself, or one that
	// a wildcard or regex covers; empty if there is none to be found.
	Example string
	// Members are the virtual hosts with the name, in the server's order.
	Members []SiteMember
}

// SiteMember is a virtual host of a site.
type SiteMember struct {
	Host *Host
	// Name is the name by which it belongs to the site.
	Name *Name
}

// Sites are the names of all HTTP virtual hosts, each once, in the order in which
// the server first reads them. Names that nobody can ask for are left out, but
// those of hosts that have no other: such hosts are in the site "". What is
// returned is shared: do not change it.
func (m *Model) Sites() []*Site {
	m.sitesOnce.Do(func() { m.sites = m.findSites() })
	return m.sites
}

func (m *Model) findSites() []*Site {
	type key struct {
		kind NameKind
		text string
	}
	var sites []*Site
	byKey := map[key]*Site{}
	for _, h := range m.Hosts {
		if h.Layer != HTTP {
			continue
		}
		named := false
		for i := range h.Names {
			n := &h.Names[i]
			if n.Unmatchable != "" || n.Text == "" {
				continue
			}
			named = true
			k := key{n.Kind, n.Text}
			if byKey[k] == nil {
				byKey[k] = &Site{Name: n.Text, Kind: n.Kind, Example: exampleOf(n)}
				sites = append(sites, byKey[k])
			}
			byKey[k].Members = append(byKey[k].Members, SiteMember{h, n})
		}
		if named {
			continue
		}
		if byKey[key{}] == nil {
			byKey[key{}] = &Site{Kind: Exact}
			sites = append(sites, byKey[key{}])
		}
		byKey[key{}].Members = append(byKey[key{}].Members, SiteMember{Host: h})
	}
	return sites
}

// probeLabel is a label that no real host has.
const probeLabel = "padlock-probe"

// Example is a name that a client could ask for because a host has a name; empty
// if none was found.
func Example(n *Name) string { return exampleOf(n) }

// exampleOf is a name that a client could ask for.
func exampleOf(n *Name) string {
	switch n.Kind {
	case Exact:
		return n.Text
	case WildcardBefore:
		return probeLabel + strings.TrimPrefix(n.Text, "*")
	case WildcardAfter:
		return strings.TrimSuffix(n.Text, "*") + "example"
	case Glob:
		return strings.ReplaceAll(strings.ReplaceAll(n.Text, "*", probeLabel), "?", "x")
	}
	return sampleOf(newPattern(n.Text, true), "", probeLabel+".")
}

// Secure finds the virtual host that answers a name over TLS because it has that
// name, exactly or by a wildcard or regex; listeners that only this machine can
// reach do not count. The default host of a listener is no such host. undecided
// tells that a pattern could not be judged.
func (m *Model) Secure(name string) (h *Host, l *Listener, undecided string) {
	for _, l := range m.Listeners {
		if l.Layer != HTTP || !l.TLS.V || l.QUIC || l.Address.Local() {
			continue
		}
		s := m.Select(l, name)
		if s.Undecided != "" {
			undecided = s.Undecided
		}
		if s.Host != nil && s.Name != nil && (s.Host.TLS == nil || !s.Host.TLS.Reject.V) {
			return s.Host, l, ""
		}
	}
	return nil, nil, undecided
}

// Probe is a request with its answer.
type Probe struct {
	Listener *Listener
	Request  Request
	Outcome  Outcome
}

// ChallengePath is where ACME clients prove that they own a name (RFC 8555,
// section 8.3): it must be answered without TLS.
const ChallengePath = "/.well-known/acme-challenge/" + probeLabel

// ProbePaths are the paths a name is asked for to see whether it redirects: the
// root, one that no configuration knows, and the challenge of certificate
// authorities, last.
func ProbePaths() []string { return []string{"/", "/" + probeLabel + "/page", ChallengePath} }

// Probes asks a listener for a name: ProbePaths, and the second one with a query.
// header adds request headers.
func (m *Model) Probes(l *Listener, name string, header map[string]string) []Probe {
	request := Request{TLS: l.TLS.V, Name: name, Port: l.Address.Port, Header: header}
	var list []Probe
	ask := func(path, query string) {
		r := request
		r.Path, r.Query, r.HasQuery = path, query, query != ""
		list = append(list, Probe{l, r, m.Answer(l, r)})
	}
	paths := ProbePaths()
	ask(paths[0], "")
	ask(paths[1], "")
	ask(paths[1], "key=value")
	ask(paths[2], "")
	return list
}

// Route is a location or section of a virtual host with a path that leads there.
type Route struct {
	Path   string
	Origin Origin
}

// router is an evaluator that can list routes.
type router interface {
	routes(h *Host) []Route
}

// Routes are the places of a virtual host that answer requests, each with a path
// that leads there, the root of the host first. Places for which no path was
// found are left out.
func (m *Model) Routes(h *Host) []Route {
	var more []Route
	if r, ok := m.evaluator.(router); ok && h.Layer == HTTP {
		more = r.routes(h)
	}
	list := make([]Route, 1, 1+len(more))
	list[0] = Route{Path: "/" + probeLabel + "/page", Origin: h.Origin}
	return append(list, more...)
}
