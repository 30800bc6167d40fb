package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// tls checks what a site asks of TLS against what the target can do, and takes out
// what is left out with a warning.
func (c *checker) tls(s *Site) {
	t := &s.TLS
	c.reject(t)
	if !s.HTTPS() {
		return
	}
	if t.Profile == "modern" && len(t.Protocols) == 0 && !c.abilities.need(capModernProfile, t.ProfileRange, `tls.profile = "modern"`) {
		t.Profile = "intermediate"
	}
	c.guideline(t)
	if len(t.More) > 0 && !c.abilities.need(capSeveralCertificates, t.More[0].Certificate.Range, "tls.certificates") {
		t.More = nil
	}
	if t.EarlyData && !c.abilities.need(capEarlyData, t.EarlyDataRange, "tls.early_data") {
		t.EarlyData = false
	}
	if t.Stapling != nil {
		c.stapling(t)
	}
	c.tlsLists(t)
	c.hstsOnItsWay(s)
	if tickets := t.Session.Tickets; tickets != nil && *tickets && c.target.Server == tlspolicy.Apache {
		c.report(hcl.DiagWarning, t.Session.Range, "Tickets that end forward secrecy",
			"Apache makes the keys of its tickets when it starts and keeps them until it is restarted: whoever gets them reads all connections of that time. Restart it daily, or leave tickets out.")
	}
	if t.Bootstrap != BootstrapNone && t.Challenge.Value == "" {
		c.report(hcl.DiagError, s.Range, "A start that leads nowhere",
			fmt.Sprintf(`tls.bootstrap serves %s until its certificate exists, but nothing opens the path of certificate challenges. Add acme, for example acme = "certbot".`, s.Name.Value))
	}
}

func (c *checker) stapling(t *TLS) {
	switch {
	case !c.abilities.need(capStapling, t.Stapling.Range, "tls.stapling"):
		t.Stapling = nil
	case c.target.Server == tlspolicy.Nginx && len(t.Stapling.Resolver) == 0:
		c.report(hcl.DiagError, t.Stapling.Range, "Stapling without a name server",
			`nginx finds the authority by name, and asks name servers itself. Write stapling = { resolver = ["127.0.0.53"] }, with the address of yours.`)
	case t.Acquired == "certbot":
		c.report(hcl.DiagWarning, t.Stapling.Range, "Stapling with nothing to staple",
			"Let's Encrypt has ended its OCSP service in 2025; with a certificate of theirs the server logs a warning and sends none.")
	}
}

// tlsLists checks protocols, ciphers and groups, which the version of OpenSSL may
// not know.
func (c *checker) tlsLists(t *TLS) {
	if slices.Contains(t.Protocols, tlspolicy.TLSv13) && !c.abilities.can(capTLS13) && len(t.Protocols) == 1 {
		c.report(hcl.DiagError, t.ProtocolsRange, "No protocol is left", fmt.Sprintf("%s cannot speak TLS 1.3.", c.target.Target))
	}
	if text := t.Ciphers; text.Value != "" {
		list := tlspolicy.Ciphers(text.Value, c.target.OpenSSL)
		if list.Refused != "" {
			c.report(hcl.DiagError, text.Range, "Unusable ciphers", fmt.Sprintf("OpenSSL %s refuses them: %s.", c.target.OpenSSL, list.Refused))
		}
		for _, problem := range list.Problems {
			detail := problem.Word + ": " + problem.Message + "."
			if problem.Kind == tlspolicy.CipherTLS13Name {
				detail += " Write it into cipher_suites."
			}
			c.report(hcl.DiagWarning, text.Range, "Ciphers other than they seem", detail)
		}
		c.ephemeral(text.Range, list.Suites, "Take suites that begin with ECDHE; every client of TLS 1.2 has them.")
	}
	c.cipherSuites(t)
	if len(t.Groups) > 0 {
		groups := tlspolicy.Groups(strings.Join(values(t.Groups), ":"), c.target.OpenSSL)
		if groups.Refused != "" {
			c.report(hcl.DiagError, t.GroupsRange, "Unusable groups", fmt.Sprintf("OpenSSL %s refuses the list: %s.", c.target.OpenSSL, groups.Refused))
		}
	}
}

// ephemeral tells of suites that nginx cannot use: it exchanges keys by finite-field
// Diffie-Hellman only with ssl_dhparam, which the guideline has given up. Apache has
// parameters of its own.
func (c *checker) ephemeral(at hcl.Range, suites []tlspolicy.Suite, instead string) {
	var names []string
	for _, suite := range suites {
		if strings.HasPrefix(suite.Name, "DHE-") {
			names = append(names, suite.Name)
		}
	}
	if c.target.Server == tlspolicy.Nginx && len(names) > 0 {
		c.report(hcl.DiagWarning, at, "Ciphers other than they seem",
			fmt.Sprintf("nginx has no parameters for %s, and never chooses them. %s", strings.Join(names, ", "), instead))
	}
}

// lay puts what the site says over its profile.
func (p *policy) lay(t *TLSOptions, target Target) {
	if len(t.Protocols) > 0 {
		p.Protocols, p.protocolsGiven = slices.Clone(t.Protocols), true
		slices.Sort(p.Protocols)
		if !tlspolicy.Supports(tlspolicy.FeatureTLS13, target.Target).OK {
			p.Protocols = slices.DeleteFunc(p.Protocols, func(p tlspolicy.Protocol) bool { return p == tlspolicy.TLSv13 })
		}
		p.at = t.ProtocolsRange
	}
	if t.Ciphers.Value != "" {
		p.ciphers = t.Ciphers
	}
	if len(t.Groups) > 0 {
		p.groups = t.Groups
	}
	p.suites = t.CipherSuites
}

// tickets lays what a site says of tickets over the others: the default host of a
// socket decides, on both servers (measured: a site that differs from it resumes
// nothing on nginx 1.22.1 and Apache 2.4.68 to 2.4.71).
func (c *checker) tickets(sites []*Site) {
	said := sharedTickets(sites)
	for _, s := range sites {
		own := s.TLS.Session.Tickets
		if s.HTTPS() && own != nil && *own != *said {
			c.report(hcl.DiagError, s.TLS.Session.Range, "Sites that resume in different ways",
				"Another site of the description says the opposite of session.tickets, and the server decides before it knows the name of a site. Say the same in all of them.")
		}
		s.TLS.Session.Tickets = said
	}
}
