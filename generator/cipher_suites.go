package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/tlspolicy"
)

// The suites of TLS 1.3. They are no part of the cipher string; both servers hand
// them to OpenSSL by a directive of its own.

var cipherSuitesAttribute = attribute{
	Name: "cipher_suites", Type: cty.List(cty.String), Check: check(cipherSuite), Needs: []capability{capCipherSuites},
	Default: "OpenSSL's, which are the profile's", Example: `["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]`,
	Doc: "Suites of TLS 1.3. RFC 8446 has every client know TLS_AES_128_GCM_SHA256: without it some may stay away.",
}

// cipherSuite accepts a suite of TLS 1.3 that encrypts.
func cipherSuite(s string) (string, error) {
	for _, suite := range tlspolicy.TLS13Suites(s, tlspolicy.Version{}).Suites {
		switch {
		case suite.Name != s: // spaces, or several in one text
		case suite.Encryption == "None":
			return s, fmt.Errorf("%s proves who sent what, and encrypts nothing (RFC 9150)", s)
		default:
			return s, nil
		}
	}
	known := suiteNames13()
	hint := didYouMean(s, known)
	if hint == "" {
		hint = "; there are " + strings.Join(known, ", ")
	}
	return s, fmt.Errorf("%q is not a suite of TLS 1.3%s", s, hint)
}

// suiteNames13 are the names of the suites that encrypt, best known first.
func suiteNames13() []string {
	var names []string
	for _, suite := range tlspolicy.AllTLS13Suites() {
		if suite.Encryption != "None" {
			names = append(names, suite.Name)
		}
	}
	return names
}

// cipherSuites checks the suites of a site against the target.
func (c *checker) cipherSuites(t *TLS) {
	if len(t.CipherSuites) == 0 {
		return
	}
	at := t.CipherSuites[0].Range
	switch {
	case !c.abilities.need(capCipherSuites, at, "tls.cipher_suites"):
		t.CipherSuites = nil
	case len(t.Protocols) > 0 && !slices.Contains(t.Protocols, tlspolicy.TLSv13):
		c.report(hcl.DiagWarning, at, "Suites that are never chosen",
			"tls.cipher_suites are those of TLS 1.3, which tls.protocols leaves out. For TLS 1.2 write ciphers.")
	}
}

// suitesOfPorts warns where the server would give one site the suites of another.
// It chooses the suite when it chooses the protocol: before it knows the name.
func (c *checker) suitesOfPorts(sites []*Site) {
	support := tlspolicy.Supports(tlspolicy.FeaturePerHostProtocols, c.target.Target)
	first := map[int]*Site{}
	for _, s := range sites {
		if support.OK || !s.HTTPS() {
			continue
		}
		before, ok := first[s.Listen.HTTPS]
		if !ok {
			first[s.Listen.HTTPS] = s
			continue
		}
		if uniteSuites([]*Site{before, s}) == nil || sameSet(before.suites(), s.suites()) {
			continue
		}
		at := append(slices.Clone(s.TLS.CipherSuites), before.TLS.CipherSuites...)[0].Range
		c.report(hcl.DiagWarning, at, "Suites are decided for all sites of a port together",
			fmt.Sprintf("%s and %s have other suites of TLS 1.3, but the virtual host that is the port's default chooses before the name is known: %s. All sites of port %d accept the suites of both.",
				before.Name.Value, s.Name.Value, support.Reason, s.Listen.HTTPS))
		return
	}
}

// sameSet compares texts whatever their order.
func sameSet(a, b []Text) bool {
	x, y := values(a), values(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// uniteSuites are the suites of TLS 1.3 for a virtual host that decides for all the
// sites given; none if no site has a list. A site without one brings OpenSSL's.
func uniteSuites(sites []*Site) []Text {
	if !slices.ContainsFunc(sites, func(s *Site) bool { return len(s.TLS.CipherSuites) > 0 }) {
		return nil
	}
	var out []Text
	for _, s := range sites {
		for _, suite := range s.suites() {
			if !slices.ContainsFunc(out, func(known Text) bool { return known.Value == suite.Value }) {
				out = append(out, suite)
			}
		}
	}
	return out
}

// suites are the site's own, or OpenSSL's.
func (s *Site) suites() []Text {
	if len(s.TLS.CipherSuites) > 0 {
		return s.TLS.CipherSuites
	}
	var out []Text
	for _, suite := range tlspolicy.DefaultTLS13Suites() {
		out = append(out, Text{Value: suite.Name})
	}
	return out
}

// suiteText is the list as both servers write it; empty for OpenSSL's.
func (p *policy) suiteText() Text {
	if len(p.suites) == 0 {
		return Text{}
	}
	return Text{strings.Join(values(p.suites), ":"), p.suites[0].Range}
}
