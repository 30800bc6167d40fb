package tls

import (
	_ "embed"
	"strings"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-client-auth-unchecked.md
var tlsClientAuthUncheckedText string

// TLSClientAuthUnchecked finds client certificates that are asked for, and then
// not looked at.
var TLSClientAuthUnchecked = &rule.Rule{
	ID:       "tls-client-auth-unchecked",
	Title:    "Client certificates are optional, and nothing looks at the result",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslverifyclient",
	},
	Text: tlsClientAuthUncheckedText,
	Check: func(p *rule.Pass) {
		if !p.Complete {
			return // what looks at the result may stand elsewhere
		}
		looked := false
		p.OnNginx(func(d *rule.NginxDirective) { looked = looked || looksAtClient(d) })
		p.OnApache(func(d *rule.ApacheDirective) { looked = looked || apacheLooksAtClient(d) })
		p.OnModel(func(m *vhost.Model) {
			if !looked {
				uncheckedClients(p, m)
			}
		})
	},
}

// looksAtClient tells that a directive uses what is known of the client's
// certificate, or may: scripts can.
func looksAtClient(d *rule.NginxDirective) bool {
	if d.Raw || strings.Contains(d.Name, "_by_lua") || strings.HasPrefix(d.Name, "js_") || strings.HasPrefix(d.Name, "perl") {
		return true
	}
	for _, w := range d.Words {
		if strings.Contains(strings.ToLower(w.Value), "ssl_client_") && strings.Contains(w.Value, "$") {
			return true
		}
	}
	return false
}

func apacheLooksAtClient(d *rule.ApacheDirective) bool {
	name := d.Name()
	switch {
	case strings.EqualFold(name, "SSLOptions"):
		// The application gets to see it, and may look.
		args := strings.ToUpper(d.Args())
		return strings.Contains(args, "STDENVVARS") || strings.Contains(args, "EXPORTCERTDATA") || strings.Contains(args, "FAKEBASICAUTH")
	case strings.EqualFold(name, "SSLUserName"), strings.EqualFold(name, "SSLProxyMachineCertificateFile"):
		return true
	case len(name) >= 3 && strings.EqualFold(name[:3], "Lua"):
		return true
	case !strings.ContainsAny(d.Args(), "_-"):
		return false
	}
	args := strings.ToUpper(d.Args())
	return strings.Contains(args, "SSL_CLIENT") || strings.Contains(args, "SSL-VERIFY-CLIENT")
}

func uncheckedClients(p *rule.Pass, m *vhost.Model) {
	told := map[source.Span]bool{}
	report := func(h *vhost.Host, auth vhost.Value[string], all []*vhost.Host) {
		if !strings.HasPrefix(auth.V, "optional") || auth.IsDefault() || told[auth.Origin.Span] {
			return
		}
		told[auth.Origin.Span] = true
		f := p.AtOrigin(auth.Origin, h, "clients are asked for a certificate, but nothing looks at whether they had a good one: everybody gets in")
		f.Help = "Demand it (\"on\" in nginx, \"require\" in Apache), or check $ssl_client_verify, or Require ssl-verify-client."
		holdsFor(p, &f, all)
		p.Report(f)
	}
	byOrigin := reach(m, func(t *vhost.TLS) vhost.Origin { return t.ClientAuth.Origin })
	for _, h := range m.Hosts {
		if encrypts(h) {
			report(h, h.TLS.ClientAuth, byOrigin[h.TLS.ClientAuth.Origin.Span])
			for _, route := range h.TLS.ClientAuthRoutes {
				report(h, route, []*vhost.Host{h})
			}
		}
	}
}
