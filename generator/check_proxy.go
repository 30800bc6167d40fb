package generator

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// proxy checks a proxy of a place; r is nil for the rest of the site.
func (c *checker) proxy(s *Site, r *Route, p *Proxy) {
	if p.To.Value == "" {
		c.report(hcl.DiagError, p.To.Range, "A proxy without a destination",
			`Add to, for example to = "http://127.0.0.1:3000".`)
		return
	}
	c.link(s, &p.Link)
	if p.WebSocket {
		p.WebSocket = c.abilities.need(capWebSocket, p.To.Range, "proxy.websocket")
	}
	if p.Cache != nil && !c.abilities.need(capResponseCache, p.To.Range, "proxy.cache") {
		p.Cache = nil
	}
	if p.Strip && r != nil && r.Kind != Prefix {
		c.report(hcl.DiagError, p.To.Range, "A prefix that is no prefix",
			`strip_prefix takes the path of a route for a directory away, such as route "/api/". Here is no such path.`)
	}
	if p.To.Base != "" && r != nil && r.Kind == Regex {
		c.report(hcl.DiagError, p.To.Range, "A path for a pattern",
			"nginx passes the paths of a pattern on as they are. Leave the path of to out, or use a route for a directory.")
	}
	if p.Retry != nil && p.To.Upstream == nil {
		c.report(hcl.DiagWarning, p.To.Range, "Nobody else to ask",
			"retry gives a request to the next server of an upstream, and to names one server.")
	}
	c.peerName(s, p)
}

// link checks a connection to another program.
func (c *checker) link(s *Site, l *Link) {
	if t := l.TLS; t != nil {
		switch {
		case l.To.Upstream == nil && !l.To.secure():
			c.report(hcl.DiagError, t.Range, "TLS for a connection without TLS", fmt.Sprintf("%s is not encrypted. Write its address with https://, or grpcs:// for gRPC.", l.To.Value))
		case l.To.Upstream != nil && l.To.Upstream.TLS == nil:
			c.report(hcl.DiagError, t.Range, "TLS for a connection without TLS", fmt.Sprintf("Say tls in the upstream %s.", l.To.Upstream.Name.Value))
		}
	}
	if l.Accel && c.target.Server == tlspolicy.Apache {
		c.report(hcl.DiagError, l.AccelRange, "Not possible on the target",
			"Apache does not send files for an application: X-Accel-Redirect is nginx's, and mod_xsendfile is not part of httpd. Leave accel_redirect out; the application then sends them itself.")
	}
	if peer := l.peer(); peer != nil {
		c.peer(peer)
	}
	if l.To.Upstream == nil {
		c.lookedUpOnce(l.To.Address, l.To.Range, "name it in an upstream with resolve = { resolver = [\"127.0.0.53\"] }")
	}
}

// lookedUpOnce warns of a name that nginx looks up when it starts: it does not start
// without an answer, and keeps the first one. (Apache starts, and asks when it needs to.)
func (c *checker) lookedUpOnce(address string, at hcl.Range, better string) {
	host := addressHost(address)
	if c.target.Server != tlspolicy.Nginx || !isHostName(address) || host == "localhost" || strings.HasSuffix(host, ".localhost") || !c.once("lookup "+host, at) {
		return
	}
	if support := tlspolicy.Supports(tlspolicy.FeatureUpstreamResolve, c.target.Target); !support.OK {
		better = support.Reason + "; write the address, or reload nginx when it changes"
	}
	c.report(hcl.DiagWarning, at, "A name that is looked up once",
		fmt.Sprintf("nginx looks %s up when it starts, does not start without an answer, and keeps that. To have it looked up again: %s.", host, better))
}

func (c *checker) peer(t *PeerTLS) {
	switch {
	case t.Key.Value != "" && t.Certificate.Value == "":
		c.report(hcl.DiagError, t.Range, "A key without a certificate", "Add certificate, the PEM file of what is shown to the other side.")
	case c.target.Server == tlspolicy.Apache && t.Key.Value != "" && t.Key.Value != t.Certificate.Value:
		c.report(hcl.DiagError, t.Range, "Not possible on the target",
			"Apache reads the certificate shown to another server and its key from one file (SSLProxyMachineCertificateFile). Put both into the file of certificate, and leave key out.")
	case !t.Verify:
		c.report(hcl.DiagWarning, t.Range, "A connection to anybody",
			"verify = false encrypts for whoever answers at the address. Give ca, the authority of the other side's certificate, or name, what it is made out to.")
	}
}

// peerName checks that both servers ask for the name that is meant: nginx for the
// one it is told, Apache for the host that it sends the request to (mod_proxy.c,
// ssl_hostname).
func (c *checker) peerName(s *Site, p *Proxy) {
	peer := p.peer()
	if peer == nil || !peer.Verify {
		return
	}
	if peer.Name.Value == "" && p.To.host() == "" {
		c.report(hcl.DiagError, p.To.Range, "A certificate of no name",
			"The servers have no name of their own to be verified by. Add name to tls: what their certificate is made out to.")
		return
	}
	if name := cmp.Or(peer.Name.Value, p.To.host()); c.target.Server == tlspolicy.Nginx {
		// ngx_ssl_check_host asks X509_check_host, which knows names alone.
		if _, err := netip.ParseAddr(name); err == nil {
			c.report(hcl.DiagError, p.To.Range, "Not possible on the target",
				fmt.Sprintf("nginx verifies names and no addresses, so no certificate is good for %s. Write a name in to, or as name in tls.", name))
		}
		return
	}
	name := peer.Name.Value
	sent := []string{p.To.host()}
	if p.To.Upstream != nil {
		sent = nil
		for _, m := range p.To.Upstream.Servers {
			sent = append(sent, addressHost(m.Address))
		}
	}
	if p.Host.Value != "upstream" && !isPattern(s.Name.Value) {
		sent = []string{s.Name.Value}
	}
	for _, host := range sent {
		if name != "" && host == name || name == "" && p.Host.Value == "upstream" {
			continue
		}
		c.report(hcl.DiagError, p.To.Range, "Not possible on the target",
			fmt.Sprintf("Apache verifies the other side by the host it asks for, here %s, and cannot be told another name. Write the name into the address and host = \"upstream\", "+
				"or name it in tls as %q if that is what the certificate says.", host, host))
		return
	}
}

// sharedWorkers finds places that Apache gives one set of connections, with one
// set of timeouts, though they ask for different ones.
func (c *checker) sharedWorkers(s *Site) {
	if c.target.Server != tlspolicy.Apache {
		return
	}
	if _, conflicts := s.sharedWorkers(); len(conflicts) > 0 {
		c.report(hcl.DiagError, conflicts[0].at.Range, "Not possible on the target",
			fmt.Sprintf("Apache keeps timeouts, WebSocket and TLS with the connections to an address, and another place of the site passes requests to %s with other ones. "+
				"Use the same, or two upstreams.", conflicts[0].at.Value))
	}
}

// upstreams checks the groups that are used.
func (c *checker) upstreams(sites []*Site) {
	for _, u := range usedUpstreams(sites) {
		c.abilities = newCapabilities(c.target, u.Unsupported)
		c.upstream(u)
		c.diags = append(c.diags, c.abilities.diags...)
	}
}

var balanceCapabilities = map[string]capability{
	"ip_hash": capBalanceIPHash, "hash": capBalanceHash, "random": capBalanceRandom, "bytraffic": capBalanceByTraffic, "least_conn": capBalanceLeastConn,
}

func (c *checker) upstream(u *Upstream) {
	at := u.Name.Range
	c.abilities.need(capBalancer, at, "upstream")
	if wanted, ok := balanceCapabilities[u.Balance]; ok && !c.abilities.need(wanted, at, "balance = "+u.Balance) {
		u.Balance, u.Key = "round_robin", ""
	}
	if u.Health != nil && !c.abilities.need(capActiveHealth, u.Health.Range, "health") {
		u.Health = nil
	}
	if u.Sticky.Value != "" && !c.abilities.need(capSticky, u.Sticky.Range, "sticky") {
		u.Sticky = Text{}
	}
	if u.Resolve != nil && !c.abilities.need(capUpstreamResolve, u.Resolve.Range, "resolve") {
		u.Resolve = nil
	}
	if u.Resolve != nil && len(u.Resolve.Resolvers) == 0 && c.target.Server == tlspolicy.Nginx {
		c.report(hcl.DiagError, u.Resolve.Range, "Nobody to look names up",
			`nginx asks name servers itself. Add resolver, for example resolver = ["127.0.0.53"].`)
	}
	if u.TLS != nil {
		c.peer(u.TLS)
	}
	working := 0
	for _, m := range u.Servers {
		if u.Resolve == nil {
			c.lookedUpOnce(m.Address, at, "add resolve = { resolver = [\"127.0.0.53\"] } to the upstream")
		}
		if !m.Backup && !m.Down {
			working++
		}
		if m.Backup && (u.Balance == "ip_hash" || u.Balance == "hash" || u.Balance == "random") {
			c.report(hcl.DiagError, at, "A backup that cannot be", fmt.Sprintf("balance = %s has no backup servers (nginx refuses them).", u.Balance))
		}
	}
	if working == 0 {
		c.report(hcl.DiagError, at, "An upstream of no server", "All its servers are down or backups; one at least has to answer.")
	}
}
