package generator

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// The types below are what the nginx templates see. Every value is a finished
// word or made by the program.

type nginxFile struct {
	Header     []string
	Dollar     bool
	DollarName string
	Around     nginxOutside
	Hosts      []nginxHost
}

// shape is the same for files that have the same directives in the same blocks,
// whatever their arguments are.
func (f nginxFile) shape() []byte {
	out := append(make([]byte, 0, 4096), "nginx "...)
	out = strconv.AppendBool(out, f.Dollar)
	out = appendShape(out, f.Around)
	for _, h := range f.Hosts {
		out = strconv.AppendBool(append(out, "\nserver "...), h.HTTP2)
		out = appendShape(appendShape(out, h.TLS), h.Body)
	}
	return out
}

func appendShape(out []byte, items []nginxItem) []byte {
	for i := range items {
		out = append(append(out, '\n'), items[i].Name...)
		if items[i].Block {
			out = append(appendShape(append(out, " {"...), items[i].Items), "\n}"...)
		}
	}
	return out
}

type nginxHost struct {
	Why    string
	Listen []nginxWord
	HTTP2  bool
	Names  []nginxWord
	TLS    nginxBody
	Body   nginxBody
}

type nginxDefault struct {
	Header     []string
	Dollar     bool
	DollarName string
	Plain      *nginxDefaultHost
	TLS        *nginxDefaultHost
}

type nginxDefaultHost struct {
	Listen []nginxWord
	HTTP2  bool
	Reject bool
	// Shared tells that the sites on these sockets have different profiles.
	Shared bool
	Policy nginxBody
}

// nginxRenderer renders for one target.
type nginxRenderer struct {
	target Target
	// marks tells that words carry their place.
	marks bool
	// plainSockets and tlsSockets are those of all sites.
	sockets []socket
	// http2 tells for each TLS port whether any of its sites wants HTTP/2:
	// before 1.25.1 it is a property of the socket.
	http2 map[int]bool
	// quic are the sockets of HTTP/3, reuse the site that opens each for all worker
	// processes: once for an address. Nil where the default host does.
	quic  map[socket]bool
	reuse map[socket]*Site
	// proxied are the ports where the PROXY protocol is expected.
	proxied map[int]bool
	// takesEarly tells that some site takes early data: the host that takes the connections
	// of a socket decides for all sites on it.
	takesEarly bool
}

func newNginxRenderer(target Target, sites []*Site, defaults, marks bool) *nginxRenderer {
	n := &nginxRenderer{target: target, marks: marks, sockets: allSockets(sites), http2: map[int]bool{}}
	for _, s := range sites {
		if s.HTTPS() && s.Listen.HTTP2 {
			n.http2[s.Listen.HTTPS] = true
		}
		n.takesEarly = n.takesEarly || s.HTTPS() && s.TLS.EarlyData
	}
	n.quic, n.proxied = quic(sites), proxied(sites)
	if !defaults {
		n.reuse = map[socket]*Site{}
		for _, s := range sites {
			for _, k := range s.Listen.sockets(true) {
				if n.quic[k] && s.Listen.HTTP3 && n.reuse[k] == nil {
					n.reuse[k] = s
				}
			}
		}
	}
	return n
}

func (n *nginxRenderer) supports(f tlspolicy.Feature) bool {
	return tlspolicy.Supports(f, n.target.Target).OK
}

func (n *nginxRenderer) site(s *Site, header []string) (any, hcl.Diagnostics) {
	w := &nginxWords{marks: n.marks}
	file := nginxFile{Header: header, DollarName: nginxDollar}
	around := &nginxAround{known: map[string]bool{}}
	for _, h := range s.plan() {
		file.Hosts = append(file.Hosts, n.host(h, w, around))
	}
	file.Around = around.items
	file.Dollar = w.dollar
	return file, w.diags
}

func (n *nginxRenderer) host(h host, w *nginxWords, around *nginxAround) nginxHost {
	s := h.site
	h.sent, h.routes = map[*Place][]Header{}, chooser{}
	view := nginxHost{Why: h.why, HTTP2: n.http2Directive(h.tls, s.Listen)}
	for _, k := range h.sockets {
		view.Listen = append(view.Listen, n.listen(k))
	}
	if h.tls && s.Listen.HTTP3 {
		view.Listen = append(view.Listen, n.quicListens(h, around)...)
	}
	for _, name := range h.names {
		view.Names = append(view.Names, w.plain(name))
	}
	if h.tls {
		view.TLS = n.tls(s, w)
	}
	view.Body = nginxAt{nginxRenderer: n, w: w, around: around, host: h, place: &s.Place}.server()
	return view
}

// code falls back to what the target treats as a redirect.
func (n *nginxRenderer) code(code int) int {
	if code == 308 && !n.supports(tlspolicy.FeatureStatus308) {
		return 301
	}
	return code
}

func (n *nginxRenderer) http2Directive(tls bool, l Listen) bool {
	return tls && l.HTTP2 && n.supports(tlspolicy.FeatureHTTP2Directive)
}

// listen writes the parameters of a listen directive. All virtual hosts of a
// socket write the same ones: nginx warns about differences.
func (n *nginxRenderer) listen(k socket, more ...string) nginxWord {
	text := fmt.Sprint(k.port)
	switch {
	case k.addr.Is6():
		text = fmt.Sprintf("[%s]:%d", k.addr, k.port)
	case k.addr.IsValid():
		text = netip.AddrPortFrom(k.addr, uint16(k.port)).String()
	case k.v6:
		text = fmt.Sprintf("[::]:%d", k.port)
	}
	if k.tls {
		text += " ssl"
		if n.http2[k.port] && !n.supports(tlspolicy.FeatureHTTP2Directive) {
			text += " http2"
		}
	}
	if n.proxied[k.port] {
		text += " proxy_protocol"
	}
	return nginxWord(strings.Join(append([]string{text}, more...), " "))
}

// quicListens are the sockets of HTTP/3 of a virtual host. The first host of a
// socket opens it for every worker process, or else one of them gets all packets.
func (n *nginxRenderer) quicListens(h host, around *nginxAround) []nginxWord {
	var out []nginxWord
	for _, k := range h.sockets {
		k.tls = false
		word := n.listen(k, "quic")
		k.tls = true
		if id := "reuseport " + string(word); n.reuse[k] == h.site && !around.known[id] {
			around.known[id] = true
			word += " reuseport"
		}
		out = append(out, word)
	}
	return out
}

// defaultSite renders the hosts that refuse unknown names, one per protocol on
// all sockets in use.
func (n *nginxRenderer) defaultSite(d DefaultSite, sites []*Site, header []string) (any, hcl.Diagnostics) {
	if !d.Enabled {
		return nil, nil
	}
	w := &nginxWords{marks: n.marks}
	view := nginxDefault{Header: header, DollarName: nginxDollar}
	for _, k := range n.sockets {
		at := &view.Plain
		if k.tls {
			at = &view.TLS
		}
		if *at == nil {
			*at = &nginxDefaultHost{}
		}
		(*at).Listen = append((*at).Listen, n.listen(k, "default_server"))
	}
	for _, k := range n.sockets {
		if n.quic[k] {
			plain := k
			plain.tls = false
			view.TLS.Listen = append(view.TLS.Listen, n.listen(plain, "quic", "reuseport", "default_server"))
		}
	}
	if view.TLS != nil {
		n.defaultTLS(view.TLS, d, sites, w)
	}
	view.Dollar = w.dollar
	return view, w.diags
}

func (n *nginxRenderer) defaultTLS(view *nginxDefaultHost, d DefaultSite, sites []*Site, w *nginxWords) {
	secure := slices.DeleteFunc(slices.Clone(sites), func(s *Site) bool { return !s.HTTPS() })
	policy := n.policyItems(unitePolicies(secure, n.target), Session{Timeout: defaultSessionTimeout, Tickets: sharedTickets(secure)}, w)
	if n.takesEarly {
		policy = append(policy, ng("ssl_early_data", "on"))
	}
	view.Policy = policy
	view.Shared = slices.ContainsFunc(secure, func(s *Site) bool {
		return s.TLS.Profile != secure[0].TLS.Profile || s.TLS.Guideline.Value != secure[0].TLS.Guideline.Value
	})
	view.HTTP2 = n.supports(tlspolicy.FeatureHTTP2Directive) &&
		slices.ContainsFunc(secure, func(s *Site) bool { return s.Listen.HTTP2 })
	support := tlspolicy.Supports(tlspolicy.FeatureRejectHandshake, n.target.Target)
	view.Reject = support.OK && d.Certificate.Value == ""
	if view.Reject {
		return
	}
	if d.Certificate.Value == "" || d.Key.Value == "" {
		w.diags = append(w.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "Unknown names cannot be refused without a certificate",
			Detail:   fmt.Sprintf(`A handshake cannot be refused here: %s. Give default_site a certificate and key of its own, or write unknown_host = "none".`, support.Reason),
			Subject:  subjectOf(d.Range),
		})
		return
	}
	view.Policy = append(nginxBody{ng("ssl_certificate", w.fixed(d.Certificate)), ng("ssl_certificate_key", w.fixed(d.Key))}, policy...)
}

func subjectOf(r hcl.Range) *hcl.Range {
	if r.Filename == "" {
		return nil
	}
	return &r
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

func joinStrings[T fmt.Stringer](list []T, separator string) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.String()
	}
	return strings.Join(out, separator)
}
