package tls

import (
	_ "embed"
	"errors"
	"fmt"

	"padlock/internal/certificate"
	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed certificate-unreadable.md
var certificateUnreadableText string

// CertificateUnreadable finds certificate and key files that a server cannot
// load.
var CertificateUnreadable = &rule.Rule{
	ID:       "certificate-unreadable",
	Title:    "A certificate or key file does not exist, or is not what the server can load",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcertificatefile",
	},
	JudgesCopies: true,
	Text:         certificateUnreadableText,
	Check: func(p *rule.Pass) {
		told := map[source.Span]bool{}
		judgePairs(p, func(c *pair) {
			unreadable := func(at vhost.Origin, file *rule.PEMFile, what string) {
				message := faultOf(file, what)
				if message == "" || at.IsDefault() || told[at.Span] {
					return
				}
				told[at.Span] = true
				f := c.reportAt(p, at, message)
				f.Help = "Put the file in its place in PEM form (it begins with \"-----BEGIN\"), or correct the path; until then the server does not start."
				p.Report(f)
			}
			unreadable(c.Certificate.Origin, c.certificate, "certificate")
			unreadable(c.Key.Origin, c.key, "private key")
			unreadable(c.Chain.Origin, c.chain, "certificate")
		})
	},
}

// faultOf says why the server cannot load a file; empty if it can, or if nothing
// is known.
func faultOf(file *rule.PEMFile, what string) string {
	var fault *certificate.SyntaxError
	switch {
	case errors.As(file.Fault, &fault):
		return fmt.Sprintf("the server cannot load %s: line %d: %s", file.Path, fault.Place.Line, fault.Message)
	case file.Fault != nil:
		return fmt.Sprintf("the server cannot load %s: %v", file.Path, file.Fault)
	case !file.Read:
		return ""
	case what == "certificate" && len(file.Bundle.Certificates) == 0, what == "private key" && len(file.Bundle.Keys) == 0:
		return fmt.Sprintf("there is no %s in %s", what, file.Path)
	}
	return ""
}
