package tls

import (
	_ "embed"
	"slices"

	"padlock/internal/certificate"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed certificate-chain.md
var certificateChainText string

// CertificateChain finds chains that clients cannot follow.
var CertificateChain = &rule.Rule{
	ID:       "certificate-chain",
	Title:    "The chain of certificates is incomplete or out of order",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/configuring_https_servers.html#chains",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcertificatefile",
	},
	JudgesCopies: true,
	Text:         certificateChainText,
	Check: func(p *rule.Pass) {
		judgeLeaves(p, func(c *pair, leaf certificate.Certificate) { judgeChain(p, c, leaf) })
	},
}

func judgeChain(p *rule.Pass, c *pair, leaf certificate.Certificate) {
	if leaf.SelfSigned {
		if c.public() {
			f := c.report(p, "the certificate is signed by itself: clients that were not told to trust it refuse the connection")
			f.Severity = source.Info
			f.Help = "Get a certificate from an authority that clients trust; it costs nothing."
			p.Report(f)
		}
		return
	}
	bundle := certificate.Bundle{Certificates: slices.Clone(c.certificate.Bundle.Certificates)}
	if !c.Chain.IsDefault() {
		if !c.chain.Read || c.chain.Fault != nil {
			return
		}
		bundle.Certificates = append(bundle.Certificates, c.chain.Bundle.Certificates...)
	}
	for _, problem := range bundle.ChainProblems() {
		f := c.report(p, problem.Message)
		switch problem.Kind {
		case certificate.ChainIncomplete:
			f.Help = "Name the file that holds the certificate and its chain (fullchain.pem)."
			if len(leaf.IssuerAddresses) == 0 {
				f.Severity = source.Info
				f.Message += "; that is right only if clients trust this issuer itself"
			}
		case certificate.ChainOrder:
			f.Help = "Put the server's certificate first, then each certificate's issuer."
		case certificate.ChainLeafIsCA:
			f.Help = "Put the server's own certificate in front of the chain."
		case certificate.ChainUnrelated:
			f.Help = "Take it out of the file: every handshake carries it for nothing."
		default:
			f.Severity = source.Info
			f.Help = "Take it out of the file: every handshake carries it for nothing."
		}
		p.Report(f)
	}
}
