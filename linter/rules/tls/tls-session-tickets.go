package tls

import (
	_ "embed"
	"fmt"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-session-tickets.md
var tlsSessionTicketsText string

// TLSSessionTickets finds session tickets whose key lives for long.
var TLSSessionTickets = &rule.Rule{
	ID:       "tls-session-tickets",
	Title:    "The key of session tickets is not changed by itself",
	Severity: source.Info,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_session_ticket_key",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslsessiontickets",
		"https://www.rfc-editor.org/rfc/rfc9325#section-4.4",
	},
	Text: tlsSessionTicketsText,
	Check: func(p *rule.Pass) {
		judgeSettings(p, []string{"ssl_session_ticket_key"}, []string{"SSLSessionTicketKeyFile"}, func(s *setting) {
			f := s.report("the key of session tickets stays until the file is replaced: who gets it can read all connections that it protected")
			f.Help = "Replace the file at least once a day and reload the server, or switch session tickets off."
			p.Report(f)
		})
		if p.Target.Server == tlspolicy.Nginx {
			ownKey := false
			p.OnNginx(func(*rule.NginxDirective) { ownKey = true }, "ssl_session_ticket_key")
			p.OnModel(func(m *vhost.Model) {
				if !ownKey {
					lastingTickets(p, m)
				}
			})
		}
	},
}

// lastingTickets finds nginx servers that make one key when they start. From
// 1.23.2 on the keys change if they live in a shared session cache. Of an unknown
// version nothing is claimed, unless tickets are asked for.
func lastingTickets(p *rule.Pass, m *vhost.Model) {
	defaults := tlspolicy.DefaultTickets(p.Target).Value
	for span, hosts := range reach(m, func(t *vhost.TLS) vhost.Origin { return t.Tickets.Origin }) {
		var lasting []*vhost.Host
		for _, h := range hosts {
			shared := strings.Contains(h.TLS.SessionCache.V, "shared:")
			if h.TLS.Tickets.V && !(defaults.KeysRotate && shared) {
				lasting = append(lasting, h)
			}
		}
		explicit := !span.IsZero()
		old := !p.Target.Version.IsZero() && !defaults.KeysRotate
		if len(lasting) == 0 || !explicit && !old || p.Fragment && !explicit {
			continue
		}
		at := lasting[0].TLS.Tickets.Origin
		if !explicit {
			at = lasting[0].Origin
		}
		if at.IsDefault() {
			continue
		}
		f := p.AtOrigin(at, lasting[0], ticketMessage(p, explicit, old))
		f.Help = "Switch them off (ssl_session_tickets off), or from nginx 1.23.2 on share a session cache, which changes the keys."
		holdsFor(p, &f, lasting)
		p.Report(f)
	}
}

func ticketMessage(p *rule.Pass, explicit, old bool) string {
	const until = "their key stays until the server is restarted: who gets it can read all connections that it protected"
	switch {
	case !explicit:
		return fmt.Sprintf("session tickets are on by default, and in nginx %s %s", p.Target.Version, until)
	case old:
		return fmt.Sprintf("session tickets are on, and in nginx %s %s", p.Target.Version, until)
	}
	return "session tickets are on without a shared session cache, so that " + until
}
