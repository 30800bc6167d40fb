package generator

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/tlspolicy"
)

// Wire is what a site's sockets speak beside plain HTTP and TLS.
type Wire struct {
	// HTTP3 offers HTTP/3 (RFC 9114) on the HTTPS port, over UDP.
	HTTP3 bool
	// ProxyProtocol expects the header of the PROXY protocol, by which a balancer
	// tells the client's address, on every connection.
	ProxyProtocol bool
	// HTTP3Range and ProxyProtocolRange are where they are asked for.
	HTTP3Range, ProxyProtocolRange hcl.Range `json:"-"`
}

var wireAttributes = []attribute{
	{Name: "http3", Type: cty.Bool, Default: "false", Needs: []capability{capHTTP3}, Doc: "Offer HTTP/3 on the HTTPS port, over UDP: the firewall has to let it through."},
	{Name: "proxy_protocol", Type: cty.Bool, Default: "false", Needs: []capability{capProxyProtocol},
		Doc: "Expect the PROXY protocol of a balancer on every connection; trusted_proxies says whose word counts."},
}

// http3Attribute is the short form in the site itself.
var http3Attribute = attribute{Name: "http3", Type: cty.Bool, Default: "false", Needs: []capability{capHTTP3}, Doc: "Short for listen { http3 = true }."}

func decodeWire(site, listen *layer) Wire {
	w := Wire{HTTP3: listen.flag("http3", site.flag("http3", false)), ProxyProtocol: listen.flag("proxy_protocol", false)}
	if s, ok := site.setting("http3"); ok {
		w.HTTP3Range = s.Range
	}
	if s, ok := listen.setting("http3"); ok {
		w.HTTP3Range = s.Range
	}
	if s, ok := listen.setting("proxy_protocol"); ok {
		w.ProxyProtocolRange = s.Range
	}
	return w
}

// altSvc tells clients that the site speaks HTTP/3 too (RFC 7838).
func (l *Listen) altSvc() Header {
	return Header{Name: "Alt-Svc", Value: fmt.Sprintf(`h3=":%d"; ma=86400`, l.HTTPS), Range: l.HTTP3Range}
}

// wire checks what a site asks of its sockets.
func (c *checker) wire(s *Site) {
	l := &s.Listen
	if l.HTTP3 && s.HTTPS() && !c.abilities.need(capHTTP3, l.HTTP3Range, "http3") {
		l.HTTP3 = false
	}
	if !l.ProxyProtocol {
		return
	}
	if !c.abilities.need(capProxyProtocol, l.ProxyProtocolRange, "listen.proxy_protocol") {
		l.ProxyProtocol = false
		return
	}
	if len(s.RealIP.Proxies) == 0 {
		c.report(hcl.DiagError, l.ProxyProtocolRange, "Nobody is trusted",
			"With the PROXY protocol the balancer says which address a client has. Add trusted_proxies, the addresses of the balancer: anyone else could claim to be any client.")
	}
	if l.HTTP3 {
		c.report(hcl.DiagError, l.HTTP3Range, "HTTP/3 behind a balancer of connections",
			"The PROXY protocol is one of TCP, and nginx reads none over UDP. Leave out http3 or proxy_protocol.")
	}
}

// oneWire refuses a port on which some sites expect the PROXY protocol and others do
// not: the server reads the header before it knows the site.
func (c *checker) oneWire(sites []*Site) {
	first := map[int]*Site{}
	for _, s := range sites {
		for _, h := range s.plan() {
			port := h.sockets[0].port
			other := first[port]
			if other == nil {
				first[port] = s
			} else if other.Listen.ProxyProtocol != s.Listen.ProxyProtocol {
				c.report(hcl.DiagError, s.Range, "One port with and without the PROXY protocol",
					fmt.Sprintf("%s and %s share port %d, and the server reads the header of the PROXY protocol before it knows which of them is asked for. Set listen.proxy_protocol alike, or give them ports of their own.", other.Name.Value, s.Name.Value, port))
				return
			}
		}
	}
}

// oneDefault refuses default hosts of Apache that would have to expect the PROXY
// protocol on some of their ports only.
func (c *checker) oneDefault(sites []*Site, d DefaultSite) {
	ports := proxied(sites)
	if c.target.Server != tlspolicy.Apache || !d.Enabled || len(ports) == 0 {
		return
	}
	for _, k := range allSockets(sites) {
		if !ports[k.port] {
			c.report(hcl.DiagError, sites[0].Range, "The PROXY protocol on some ports only",
				fmt.Sprintf(`Port %d has none. The default hosts of Apache stand on all ports together: set listen.proxy_protocol alike for all sites, or write default_site { unknown_host = "none" }.`, k.port))
			return
		}
	}
}

// proxied tells for which ports the PROXY protocol is expected.
func proxied(sites []*Site) map[int]bool {
	ports := map[int]bool{}
	for _, s := range sites {
		for _, h := range s.plan() {
			if s.Listen.ProxyProtocol {
				ports[h.sockets[0].port] = true
			}
		}
	}
	return ports
}

// quic lists the sockets of HTTP/3.
func quic(sites []*Site) map[socket]bool {
	sockets := map[socket]bool{}
	for _, s := range sites {
		if s.HTTPS() && s.Listen.HTTP3 && s.TLS.Bootstrap != BootstrapHTTP {
			for _, k := range s.Listen.sockets(true) {
				sockets[k] = true
			}
		}
	}
	return sockets
}
