package https

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-on-port-80.md
var tlsOnPort80Text string

// TLSOnPort80 finds listeners on port 80 that speak TLS.
var TLSOnPort80 = &rule.Rule{
	ID:         "tls-on-port-80",
	Title:      "Port 80 speaks TLS",
	Severity:   source.Error,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/configuring_https_servers.html", "https://httpd.apache.org/docs/2.4/mod/core.html#listen"},
	Text:       tlsOnPort80Text,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			told := map[source.Span]bool{}
			for _, l := range m.Listeners {
				if l.Layer == vhost.HTTP && !l.QUIC && l.TLS.V && l.Address.Port == 80 && !l.Address.Local() && !(p.Apache != nil && mixed(l.Default)) {
					reportTLSOn80(p, m, l, told)
				}
			}
		})
	},
}

func reportTLSOn80(p *rule.Pass, m *vhost.Model, l *vhost.Listener, told map[source.Span]bool) {
	at := l.TLS.Origin
	if at.IsDefault() {
		at = l.Default.Origin
	}
	// nginx can lead those who come without TLS somewhere (error_page 497).
	plain := m.Answer(l, vhost.Request{Name: strangerName, Port: 80, Path: "/"})
	if at.IsDefault() || told[at.Span] || plain.Kind != vhost.Rejects {
		return
	}
	told[at.Span] = true
	f := p.AtOrigin(at, l.Default, "port 80 speaks TLS: browsers, which speak plain HTTP there, get an error")
	f.Help = "Serve TLS on port 443, and let port 80 redirect there."
	if len(at.Conditions) > 0 {
		f.Severity = source.Warning
	}
	p.Report(f)
}
