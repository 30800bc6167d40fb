package https

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed certificate-inherited.md
var certificateInheritedText string

// CertificateInherited finds names that are served over TLS with the
// certificate of another virtual host.
var CertificateInherited = &rule.Rule{
	ID:         "certificate-inherited",
	Title:      "A virtual host without certificate is served with the default host's",
	Severity:   source.Warning,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/configuring_https_servers.html#name_based_https_servers", "https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcertificatefile"},
	Text:       certificateInheritedText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			if !p.Complete {
				// The certificate may be set around what was read.
				return
			}
			for _, h := range m.Hosts {
				if l := borrowing(h, p.Apache != nil); l != nil {
					reportBorrowed(p, h, l.Default)
				}
			}
		})
	},
}

// borrowing is the listener at which a host has no certificate, and the default
// host has one.
func borrowing(h *vhost.Host, apache bool) *vhost.Listener {
	if h.Layer != vhost.HTTP || h.Origin.IsDefault() || len(h.Origin.Conditions) > 0 || catchAll(h) {
		return nil
	}
	if apache && h.TLS != nil && !(h.TLS.Enabled.IsDefault() && !h.TLS.Enabled.V) {
		// With "SSLEngine on" Apache does not start: certificate-missing.
		return nil
	}
	for _, l := range h.Listeners {
		if !l.TLS.V || l.QUIC || l.Default == h || l.Default == nil || l.Default.TLS == nil || len(l.Default.TLS.Certificates) == 0 {
			continue
		}
		if h.TLS == nil || len(h.TLS.Certificates) == 0 && !h.TLS.Managed && !h.TLS.Reject.V {
			return l
		}
	}
	return nil
}

func reportBorrowed(p *rule.Pass, h, from *vhost.Host) {
	f := p.AtOrigin(h.Origin, h, fmt.Sprintf(
		"no certificate is set for %q, so clients get that of the default host %q and refuse it unless it has both names", h.Site(), from.Site()))
	f.Help = "Name a certificate in this virtual host, or for all of them one level above."
	f.Related = related(from, "the certificate is taken from here")
	p.Report(f)
}
