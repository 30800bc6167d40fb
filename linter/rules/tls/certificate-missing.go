package tls

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed certificate-missing.md
var certificateMissingText string

// CertificateMissing finds TLS without a certificate or key.
var CertificateMissing = &rule.Rule{
	ID:       "certificate-missing",
	Title:    "TLS is on, and there is no certificate or no key for it",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcertificatefile",
	},
	Text: certificateMissingText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			if p.Target.Server == tlspolicy.Apache {
				apacheWithoutCertificate(p, m)
			} else {
				nginxWithoutCertificate(p, m)
			}
		})
		judgePairs(p, func(c *pair) {
			if c.Key.IsDefault() {
				f := c.report(p, "there is no ssl_certificate_key for this certificate, and nginx does not start")
				f.Help = "Add ssl_certificate_key beside it, one for each ssl_certificate."
				p.Report(f)
			}
		})
	},
}

// nginxWithoutCertificate judges each socket: its default server needs a
// certificate, or rejects every handshake; then the others need one
// (ngx_http_ssl_init of nginx 1.19.4 and newer). The others may go without
// otherwise, and show that of the default server.
func nginxWithoutCertificate(p *rule.Pass, m *vhost.Model) {
	if !p.Complete {
		return
	}
	told := map[*vhost.Host]bool{}
	for _, l := range m.Listeners {
		if !l.TLS.V || l.Default == nil {
			continue
		}
		lacking := l.Default
		if !bare(lacking) {
			if lacking = nil; l.Default.TLS.Reject.V && len(l.Default.TLS.Certificates) == 0 {
				lacking = firstBare(l.Hosts)
			}
		}
		if lacking == nil || told[lacking] || lacking.Origin.IsDefault() {
			continue
		}
		told[lacking] = true
		f := p.AtOrigin(lacking.Origin, lacking, fmt.Sprintf("TLS is on for %s, but there is no ssl_certificate, and nginx does not start", l.Address))
		f.Help = "Add ssl_certificate and ssl_certificate_key, or ssl_reject_handshake on for a server that takes nobody in."
		p.Report(f)
	}
}

// bare tells that a host has nothing to show.
func bare(h *vhost.Host) bool {
	return h.TLS == nil || len(h.TLS.Certificates) == 0 && !h.TLS.Reject.V && !h.TLS.Managed
}

func firstBare(hosts []*vhost.Host) *vhost.Host {
	for _, h := range hosts {
		if bare(h) {
			return h
		}
	}
	return nil
}

// apacheWithoutCertificate judges each virtual host: mod_ssl does not start
// without a certificate (AH02572), which the configuration test does not see.
func apacheWithoutCertificate(p *rule.Pass, m *vhost.Model) {
	if !p.Complete {
		return
	}
	for _, h := range m.Hosts {
		if !encrypts(h) || !h.TLS.Enabled.V || !bare(h) || h.TLS.Enabled.IsDefault() {
			continue
		}
		at := h.Origin
		if at.IsDefault() {
			at = h.TLS.Enabled.Origin
		}
		f := p.AtOrigin(at, h, "TLS is on here, but there is no SSLCertificateFile: Apache does not start, though its configuration test finds nothing")
		f.Help = "Add SSLCertificateFile and SSLCertificateKeyFile, or an MDomain that mod_md gets a certificate for."
		p.Report(f)
	}
}
