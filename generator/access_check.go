package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// accessConflicts finds what one body says of access that cannot all be meant,
// and where a route opens without a word what the places around it protect.
func accessConflicts(own, complete, under *layer) hcl.Diagnostics {
	var diags hcl.Diagnostics
	report := func(severity hcl.DiagnosticSeverity, at hcl.Range, summary, detail string) {
		diags = append(diags, &hcl.Diagnostic{Severity: severity, Summary: summary, Detail: detail, Subject: &at})
	}
	now, _ := decodeAccess(complete)
	deny, saysDeny := own.setting("deny")
	allow, saysAllow := own.setting("allow")
	auth := own.nested(authBlock.Name)
	switch {
	case now.Deny && saysAllow:
		by := "the place around it denies everybody; write deny = false too if these may ask"
		if saysDeny {
			by = "deny = true refuses everybody; remove one of the two"
		}
		report(hcl.DiagError, allow.Range, "Nobody may ask, and some may", sentence("allow lets addresses in, but "+by))
	case now.Deny && auth != nil && auth.text("type", "basic").Value == "basic":
		report(hcl.DiagError, auth.Range, "Nobody may ask, and some may", "A password is asked for where deny = true refuses everybody. Remove one of the two, or write deny = false if the place around says it.")
	case saysAllow && saysDeny && deny.Value.Type() != cty.Bool:
		for _, t := range now.Allow {
			if slices.ContainsFunc(now.Denied, func(d Text) bool { return d.Value == t.Value }) {
				report(hcl.DiagError, allow.Range, "Allowed and denied", fmt.Sprintf("%s is in allow and in deny. Remove it from one of them.", t.Value))
			}
		}
	}
	if under == nil {
		return diags
	}
	before, _ := decodeAccess(under)
	for _, t := range now.Allow {
		if saysAllow && !covers(before.Allow, t.Value) {
			report(hcl.DiagWarning, allow.Range, "A route lets in more than the place around it",
				fmt.Sprintf("%s may ask here, but not around: a route's list takes the place of the other one, they do not add up. Take it out if that is not meant.", t.Value))
			break
		}
	}
	for _, t := range before.Denied {
		if saysDeny && deny.Value.Type() != cty.Bool && len(now.Denied) > 0 && !covers(now.Denied, t.Value) {
			report(hcl.DiagWarning, deny.Range, "A route lets in more than the place around it",
				fmt.Sprintf("%s is denied around, but may ask here: a route's list takes the place of the other one. Add it, or write deny = false to take all of it back.", t.Value))
			break
		}
	}
	if satisfy, ok := own.setting("satisfy"); ok && now.either() && !before.either() && !before.open() {
		report(hcl.DiagWarning, satisfy.Range, "A route lets in more than the place around it",
			"Around it, an allowed address and a password are both asked for; here one of them is enough.")
	}
	return diags
}

// access checks what a place says of who may ask.
func (c *checker) access(s *Site, p *Place) {
	a := p.Access
	if a.Certificate && s.TLS.Client == nil {
		c.report(hcl.DiagError, p.At, "A certificate that nobody is asked for",
			`client_cert = "required" needs tls { client_auth { ca = "/path/ca.pem", mode = "optional" } }: it says whose certificates count.`)
	}
	if a.Auth == nil {
		return
	}
	if (!s.HTTPS() && len(s.Proxies) == 0 || s.TLS.Mode == ModeBoth) && c.once("password", a.Auth.Range) {
		c.report(hcl.DiagWarning, a.Auth.Range, "Passwords over plain HTTP",
			fmt.Sprintf("%s asks for a password over HTTP too, where everybody on the way can read it. Use tls.mode = \"redirect\".", s.Name.Value))
	}
	c.usersInRoot(s, a.Auth.UsersFile)
}

// usersInRoot finds a file of users that everybody may ask for.
func (c *checker) usersInRoot(s *Site, file Text) {
	served := s.anyPlace(func(p *Place) bool {
		dir := p.directory().Value
		rest, below := strings.CutPrefix(file.Value, strings.TrimSuffix(dir, "/")+"/")
		hidden := slices.Contains(p.Hidden, "dotfiles") && strings.Contains("/"+rest, "/.")
		return p.onFiles() && dir != "" && below && !hidden
	})
	if served && c.once("users in root", file.Range) {
		c.report(hcl.DiagError, file.Range, "A users file that is served",
			fmt.Sprintf("%s lies in a directory whose files the site serves, so its hashes can be fetched. Move it out of there.", file.Value))
	}
}

// clientAuth finds where no certificate is asked for although the site says so.
func (c *checker) clientAuth(s *Site) {
	c.clientOCSP(s)
	switch a := s.TLS.Client; {
	case a == nil:
	case !s.HTTPS():
		c.report(hcl.DiagError, a.Range, "Certificates without TLS", fmt.Sprintf("Clients show certificates over TLS alone, and tls.mode = %q is plain HTTP. Remove one of the two.", s.TLS.Mode))
	case s.TLS.Mode == ModeBoth && a.Required && !s.Access.Certificate:
		c.report(hcl.DiagError, a.Range, "A way around the certificate",
			`Over plain HTTP nobody shows a certificate, and tls.mode = "both" serves the site there too. Use mode = "redirect" of tls, or client_cert = "required" on the site, which answers 403 there.`)
	case !a.Required && !s.usesCertificates():
		c.report(hcl.DiagWarning, a.Range, "Certificates that nothing asks for",
			fmt.Sprintf(`Browsers ask their users for a certificate, and %s does nothing with it. Write client_cert = "required" where one is needed, name headers in pass_headers, or take client_auth out.`, s.Name.Value))
	}
}

// usesCertificates tells that a place asks for a certificate, that an application is
// told of it, or that raw directives may.
func (s *Site) usesCertificates() bool {
	return len(s.TLS.Client.Pass)+len(s.Raw) > 0 || s.anyPlace(func(p *Place) bool { return p.Access.Certificate }) ||
		slices.ContainsFunc(s.Routes, func(r *Route) bool { return len(r.Raw) > 0 })
}

// patternAccess warns of a pattern whose rules end where a prefix begins: prefixes
// go before patterns, so that no pattern opens what a prefix protects, and none
// protects what a prefix serves.
func (c *checker) patternAccess(s *Site) {
	for _, r := range s.Routes {
		if r.Kind != Regex || r.Access.open() {
			continue
		}
		for _, other := range s.Routes {
			if other.Kind == Prefix && !other.Access.Deny && !other.Access.atLeast(r.Access) {
				c.report(hcl.DiagWarning, r.Range, "A pattern that a prefix goes before",
					fmt.Sprintf("What this route says of access does not hold below %s: a prefix goes before every pattern. Say it there too.", other.Path.Value))
				break
			}
		}
	}
}

// atLeast tells that all who are kept out by b are kept out.
func (a Access) atLeast(b Access) bool {
	return a.Deny || a.sameAddresses(b) && a.Auth.equal(b.Auth) && a.either() == b.either() && (a.Certificate || !b.Certificate)
}
