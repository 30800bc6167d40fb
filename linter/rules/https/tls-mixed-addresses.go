package https

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-mixed-addresses.md
var tlsMixedAddressesText string

// TLSMixedAddresses finds Apache virtual hosts for ports 80 and 443 at once.
var TLSMixedAddresses = &rule.Rule{
	ID:         "tls-mixed-addresses",
	Title:      "One virtual host for port 80 and port 443: one of them cannot work",
	Severity:   source.Error,
	Servers:    []tlspolicy.Server{tlspolicy.Apache},
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslengine"},
	Text:       tlsMixedAddressesText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			for _, h := range m.Hosts {
				if !mixed(h) || h.Origin.IsDefault() {
					continue
				}
				broken := "port 443, which speaks plain HTTP"
				if h.TLS.Enabled.V {
					broken = "port 80, which speaks TLS"
				}
				f := p.AtOrigin(h.Origin, h, "one virtual host stands on port 80 and on port 443, but TLS is on or off for all of its addresses: browsers get an error on "+broken)
				f.Help = "Write two virtual hosts: one for port 443 with TLS, and one for port 80 that redirects to it."
				if len(h.Origin.Conditions) > 0 {
					f.Severity = source.Warning
				}
				p.Report(f)
			}
		})
	},
}

// mixed tells that an Apache virtual host stands on the ports of HTTP and of
// HTTPS, where it decides alone. In nginx TLS belongs to the listen directive.
func mixed(h *vhost.Host) bool {
	if h.Main || h.TLS == nil {
		return false
	}
	ports := map[uint16]bool{}
	tls := map[bool]bool{}
	for _, l := range h.Listeners {
		ports[l.Address.Port] = true
		tls[l.TLS.V] = true
	}
	return ports[80] && ports[443] && len(tls) == 1
}
