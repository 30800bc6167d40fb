package tls

import (
	_ "embed"
	"fmt"
	"slices"

	"padlock/internal/certificate"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed certificate-key-mismatch.md
var certificateKeyMismatchText string

// CertificateKeyMismatch finds keys that belong to another certificate.
var CertificateKeyMismatch = &rule.Rule{
	ID:       "certificate-key-mismatch",
	Title:    "The private key does not belong to the certificate",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/configuring_https_servers.html#chains",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcertificatekeyfile",
	},
	JudgesCopies: true,
	Text:         certificateKeyMismatchText,
	Check: func(p *rule.Pass) {
		judgeLeaves(p, func(c *pair, leaf certificate.Certificate) {
			if c.key.Fault != nil || len(c.key.Bundle.Keys) == 0 || c.key.Bundle.Keys[0].Matches(leaf) != certificate.MatchNo {
				return
			}
			message := fmt.Sprintf("this key does not belong to the certificate of %s, and the server does not start", called(leaf))
			help := "Name the key that the certificate was issued for."
			for _, other := range c.certificate.Bundle.Certificates[1:] {
				if c.key.Bundle.Keys[0].Matches(other) == certificate.MatchYes {
					message = fmt.Sprintf("this key belongs to the certificate of %s, which has to stand first in its file", called(other))
					help = "Put the server's own certificate in front of the chain."
				}
			}
			if p.Target.Server == tlspolicy.Nginx && c.key.Bundle.Keys[0].Type != leaf.Key.Type {
				// OpenSSL keeps a certificate and a key of each kind, and compares
				// what is of one kind.
				if keyElsewhere(p, c, leaf) {
					return
				}
				message = fmt.Sprintf("this key (%s) is of another kind than the certificate of %s (%s): nginx starts, and no client can connect", c.key.Bundle.Keys[0].Type, called(leaf), leaf.Key.Type)
			}
			f := c.reportAt(p, c.Key.Origin, message)
			f.Help = help
			f.Related = append(f.Related, source.Related{Subject: c.Certificate.Origin.Span, Message: "the certificate is named here"})
			p.Report(f)
		})
	},
}

// keyElsewhere tells that all hosts with a certificate have its key beside another
// of their certificates.
func keyElsewhere(p *rule.Pass, c *pair, leaf certificate.Certificate) bool {
	for _, h := range c.hosts {
		if !slices.ContainsFunc(h.TLS.Certificates, func(cp vhost.CertificatePair) bool {
			keys := p.PEM(cp.Key.V).Bundle.Keys
			return len(keys) > 0 && keys[0].Matches(leaf) == certificate.MatchYes
		}) {
			return false
		}
	}
	return true
}
