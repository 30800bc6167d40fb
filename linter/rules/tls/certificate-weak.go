package tls

import (
	_ "embed"
	"fmt"

	"padlock/internal/certificate"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed certificate-weak.md
var certificateWeakText string

// CertificateWeak finds keys and signatures that do not hold.
var CertificateWeak = &rule.Rule{
	ID:       "certificate-weak",
	Title:    "The certificate has a weak key, or a weak signature",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc9325#section-4.5",
		"https://docs.openssl.org/master/man3/SSL_CTX_set_security_level/",
	},
	JudgesCopies: true,
	Text:         certificateWeakText,
	Check: func(p *rule.Pass) {
		judgeLeaves(p, func(c *pair, _ certificate.Certificate) {
			for i, one := range c.certificate.Bundle.Certificates {
				for _, weakness := range one.Weaknesses() {
					if i > 0 && weakness == certificate.UncommonKey {
						continue
					}
					f := c.report(p, fmt.Sprintf("the certificate of %s has %s", called(one), weaknessOf(one, weakness)))
					f.Help = "Make a new key, ECDSA with P-256 or RSA with 2048 bits, and have it certified."
					if i > 0 {
						f.Help = "Get the current chain from the authority."
					}
					if weakness == certificate.UncommonKey {
						f.Severity = source.Warning
					}
					p.Report(f)
				}
			}
		})
	},
}

func weaknessOf(c certificate.Certificate, weakness certificate.Weakness) string {
	switch weakness {
	case certificate.WeakRSA:
		return fmt.Sprintf("an RSA key of %d bits: it can be broken, and OpenSSL refuses it at security level 2", c.Key.Bits)
	case certificate.WeakCurve:
		return fmt.Sprintf("a key on the curve %s, which is too short or unknown to clients", c.Key.Curve)
	case certificate.WeakDSA:
		return "a DSA key, which no current client takes"
	case certificate.WeakSignatureMD5:
		return fmt.Sprintf("a signature that can be forged (%s)", c.SignatureAlgorithm)
	case certificate.WeakSignatureSHA1:
		return fmt.Sprintf("a signature with SHA-1 (%s), which no browser takes", c.SignatureAlgorithm)
	}
	return fmt.Sprintf("a key of a kind that browsers do not support (%s)", c.Key.Type)
}
