package https

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-first-virtual-host.md
var tlsFirstVirtualHostText string

// TLSFirstVirtualHost finds Apache addresses whose first virtual host overrules
// what later ones say of TLS.
var TLSFirstVirtualHost = &rule.Rule{
	ID:         "tls-first-virtual-host",
	Title:      "The first virtual host of an address overrules the TLS of the others",
	Severity:   source.Error,
	Servers:    []tlspolicy.Server{tlspolicy.Apache},
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://httpd.apache.org/docs/2.4/vhosts/details.html", "https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslengine"},
	Text:       tlsFirstVirtualHostText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			told := map[source.Span]bool{}
			for _, l := range m.Listeners {
				first := l.Default
				if first == nil || first.Main || mixed(first) || first.Origin.IsDefault() || told[first.Origin.Span] {
					continue
				}
				if overruled := overruledBy(l, first); overruled != nil {
					told[first.Origin.Span] = true
					reportFirst(p, l, first, overruled)
				}
			}
		})
	},
}

// overruledBy is the first host whose word on TLS does not count. A host that
// says nothing is certificate-inherited's.
func overruledBy(l *vhost.Listener, first *vhost.Host) *vhost.Host {
	for _, h := range l.Hosts {
		if h == first || h.TLS == nil || h.TLS.Enabled.V == l.TLS.V || mixed(h) {
			continue
		}
		if h.TLS.Enabled.V || !h.TLS.Enabled.IsDefault() {
			return h
		}
	}
	return nil
}

func reportFirst(p *rule.Pass, l *vhost.Listener, first, overruled *vhost.Host) {
	message := fmt.Sprintf("no virtual host on %s speaks TLS, because this one stands first and does not", l.Address)
	help := `Say "SSLEngine on" with a certificate here as well, or put a virtual host with TLS before it.`
	if l.TLS.V {
		message = fmt.Sprintf("every virtual host on %s speaks TLS, because this one stands first and does", l.Address)
		help = "Put virtual hosts without TLS on another port."
	}
	f := p.AtOrigin(first.Origin, first, message)
	f.Help = help
	f.Related = related(overruled, fmt.Sprintf("%s says otherwise, in vain", overruled.Site()))
	if !p.Complete || l.TLS.V || len(first.Origin.Conditions)+len(overruled.Origin.Conditions) > 0 {
		f.Severity = source.Warning
	}
	p.Report(f)
}
