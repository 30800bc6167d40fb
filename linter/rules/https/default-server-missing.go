package https

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed default-server-missing.md
var defaultServerMissingText string

// DefaultServerMissing finds listeners where a site answers for unknown names
// because it happens to stand first.
var DefaultServerMissing = &rule.Rule{
	ID:         "default-server-missing",
	Title:      "A site answers for unknown names because it stands first",
	Severity:   source.Info,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/request_processing.html", "https://httpd.apache.org/docs/2.4/vhosts/name-based.html"},
	Text:       defaultServerMissingText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			told := map[*vhost.Host]bool{}
			for _, l := range m.Listeners {
				first := l.Default
				// What stands in other files may come first.
				if !p.Complete || l.Layer != vhost.HTTP || l.QUIC || l.Address.Local() || len(l.Hosts) < 2 || l.ExplicitDefault || told[first] {
					continue
				}
				if !catchAll(first) && !first.Origin.IsDefault() && len(first.Origin.Conditions) == 0 {
					told[first] = true
					reportNoDefault(p, l, first)
				}
			}
		})
	},
}

func reportNoDefault(p *rule.Pass, l *vhost.Listener, first *vhost.Host) {
	f := p.AtOrigin(first.Origin, first, fmt.Sprintf(
		"requests for unknown names on %s are answered by %q, only because it is the first of %d virtual hosts", l.Address, first.Site(), p.HostCount(l.Hosts)))
	f.Help = "Put a virtual host before it that turns unknown names away."
	if p.Nginx != nil {
		f.Help = `Add a server with "default_server" that turns unknown names away: "return 444", or "ssl_reject_handshake on" for TLS.`
	}
	p.Report(f)
}
