package tls

import (
	_ "embed"
	"fmt"
	"time"

	"padlock/internal/certificate"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed certificate-expires-soon.md
var certificateExpiresSoonText string

// CertificateExpiresSoon finds certificates that should have been renewed.
var CertificateExpiresSoon = &rule.Rule{
	ID:       "certificate-expires-soon",
	Title:    "The certificate ends soon, and should have been renewed already",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://letsencrypt.org/docs/integration-guide/",
	},
	JudgesCopies: true,
	Text:         certificateExpiresSoonText,
	Check: func(p *rule.Pass) {
		judgeLeaves(p, func(c *pair, leaf certificate.Certificate) {
			left := leaf.NotAfter.Sub(p.Now)
			if !leaf.ValidAt(p.Now) || left >= renewalTime(leaf) || !c.public() {
				return
			}
			f := c.report(p, fmt.Sprintf("the certificate of %s ends on %s, and has not been renewed", called(leaf), leaf.NotAfter.UTC().Format("2006-01-02")))
			f.Help = "Renew it and reload the server. If that should happen by itself, look why it did not."
			p.Report(f)
		})
	},
}

// renewalTime is how long before its end a certificate should be replaced by
// now: three weeks, or a ninth of a short life. Clients of ACME renew when a
// third is left.
func renewalTime(c certificate.Certificate) time.Duration {
	return min(21*24*time.Hour, c.Lifetime()/9)
}
