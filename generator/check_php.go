package generator

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// gateway checks an application of another protocol.
func (c *checker) gateway(s *Site, g *Gateway) {
	if g.To.Value == "" {
		c.report(hcl.DiagError, g.To.Range, "An application without an address", `Add to, for example to = "127.0.0.1:9000".`)
		return
	}
	c.abilities.need(gatewayCapabilities[g.module()], g.To.Range, g.module())
	c.link(s, &g.Link)
	if c.target.Server == tlspolicy.Apache && g.module() == "uwsgi" && strings.HasSuffix(g.To.Address, ":3031") {
		// Measured on 2.4.68, 2.4.69 and 2.4.71, with and without a balancer: the module
		// leaves its usual port out of the URL, and then knows none.
		c.report(hcl.DiagError, g.To.Range, "Not possible on the target",
			"Apache's mod_proxy_uwsgi does not connect to the port 3031, which it takes for the usual one. Let the application listen on another port or on a socket.")
	}
	if g.module() == "grpc" {
		if !s.Listen.HTTP2 || !s.HTTPS() {
			c.report(hcl.DiagError, g.To.Range, "gRPC without HTTP/2", "Calls of gRPC come over HTTP/2, which the site does not offer. Set listen.http2 and serve it over HTTPS.")
		}
		if peer := g.peer(); peer != nil && peer.Verify && peer.Name.Value == "" && g.To.host() == "" {
			c.report(hcl.DiagError, g.To.Range, "A certificate of no name", "Add name to tls: what the certificate of the other side is made out to.")
		}
	}
}

// php checks the scripts of a place.
func (c *checker) php(s *Site, p *Place) {
	if p.PHP.To.Value == "" {
		c.report(hcl.DiagError, p.PHP.To.Range, "PHP without an address", `Add socket, for example socket = "/run/php/php-fpm.sock", or address.`)
		return
	}
	c.abilities.need(capFastCGI, p.PHP.To.Range, "php")
	c.link(s, &p.PHP.Link)
	if p.Alias.Value != "" {
		c.report(hcl.DiagError, p.Alias.Range, "Scripts in an alias",
			"Neither server finds scripts of a directory that stands for another path in the same way. Use root in place of alias: the path of the route then is a directory below it.")
	}
}
