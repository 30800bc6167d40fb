package tls

import (
	_ "embed"
	"fmt"

	"padlock/internal/certificate"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed certificate-expired.md
var certificateExpiredText string

// CertificateExpired finds certificates whose time is over, or has not come.
var CertificateExpired = &rule.Rule{
	ID:       "certificate-expired",
	Title:    "The certificate is not valid today",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
	},
	JudgesCopies: true,
	Text:         certificateExpiredText,
	Check: func(p *rule.Pass) {
		judgeLeaves(p, func(c *pair, _ certificate.Certificate) {
			for i, one := range c.certificate.Bundle.Certificates {
				if one.ValidAt(p.Now) || i > 0 && one.SelfSigned {
					continue
				}
				what := "the certificate of " + called(one)
				if i > 0 {
					what = "the certificate of the authority " + called(one)
				}
				message := fmt.Sprintf("%s expired on %s: clients refuse the connection", what, one.NotAfter.UTC().Format("2006-01-02"))
				if p.Now.Before(one.NotBefore) {
					message = fmt.Sprintf("%s is valid from %s only: until then clients refuse the connection", what, one.NotBefore.UTC().Format("2006-01-02 15:04 UTC"))
				}
				f := c.report(p, message)
				f.Help = "Renew it, reload the server, and find out why it was not renewed by itself."
				if !c.public() {
					f.Severity = source.Info
				}
				p.Report(f)
				return
			}
		})
	},
}
