package https

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-off-on-443.md
var tlsOffOn443Text string

// TLSOffOn443 finds listeners on port 443 that speak plain HTTP.
var TLSOffOn443 = &rule.Rule{
	ID:         "tls-off-on-443",
	Title:      "Port 443 speaks plain HTTP",
	Severity:   source.Error,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/configuring_https_servers.html", "https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslengine"},
	Fix:        rule.FixUnsafe,
	Text:       tlsOffOn443Text,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			told := map[source.Span]bool{}
			for _, l := range m.Listeners {
				if l.Layer != vhost.HTTP || l.QUIC || l.TLS.V || l.Address.Port != 443 || l.Address.Local() || l.ProxyProtocol {
					continue
				}
				if p.Nginx != nil {
					reportPlainListen(p, l, told)
				} else {
					reportPlainHosts(p, l, told)
				}
			}
		})
	},
}

// reportPlainListen tells of the listen directives of an nginx socket.
func reportPlainListen(p *rule.Pass, l *vhost.Listener, told map[source.Span]bool) {
	at := l.Origins[0]
	if at.IsDefault() || told[l.Default.Origin.Span] {
		return
	}
	told[l.Default.Origin.Span] = true
	f := p.AtOrigin(at, l.Default, "port 443 speaks plain HTTP: browsers, which speak TLS there, show an error")
	f.Help = `Add "ssl" to the listen directive, and a certificate to the server.`
	if !surveys.Of(p.Config).knowsAllHosts() {
		// Any listen directive of the socket may say ssl, in any file.
		f.Severity = source.Warning
		f.Message += ", unless another file turns TLS on for the socket"
	}
	if l.Default.TLS != nil && len(l.Default.TLS.Certificates) > 0 {
		end := source.Span{File: at.Span.File, Range: source.Range{Start: at.Span.End, End: at.Span.End}}
		f.Fixes = []rule.Fix{{Title: "Turn TLS on", Edits: []rule.Edit{rule.Replace(end, " ssl")}}}
	}
	p.Report(f)
}

// reportPlainHosts tells of the virtual hosts of an Apache address.
func reportPlainHosts(p *rule.Pass, l *vhost.Listener, told map[source.Span]bool) {
	for _, h := range l.Hosts {
		switch {
		case h.TLS != nil && h.TLS.Enabled.V, mixed(h), surveys.Of(p.Config).partlyUnread(h):
			// tls-first-virtual-host and tls-mixed-addresses tell more, and a file
			// that was not read may.
			return
		case h.Main:
			reportPlainMain(p, l)
			return
		}
	}
	for _, h := range l.Hosts {
		if h.Origin.IsDefault() || told[h.Origin.Span] {
			continue
		}
		told[h.Origin.Span] = true
		f := p.AtOrigin(h.Origin, h, "this virtual host speaks plain HTTP on port 443: browsers, which speak TLS there, show an error")
		f.Help = "Say \"SSLEngine on\" and name a certificate."
		if h.TLS != nil && !h.TLS.Enabled.IsDefault() {
			f.Related = []source.Related{{Subject: h.TLS.Enabled.Origin.Span, Message: "TLS is turned off here"}}
		}
		if !surveys.Of(p.Config).knowsAllHosts() || len(h.Origin.Conditions) > 0 {
			f.Severity = source.Warning
		}
		p.Report(f)
	}
}

// reportPlainMain tells of an Apache that listens on 443 without a virtual host
// for it. A condition that was not decided may spare it.
func reportPlainMain(p *rule.Pass, l *vhost.Listener) {
	at := l.Origins[0]
	if !p.Complete || at.IsDefault() || len(at.Conditions) > 0 {
		return
	}
	f := p.AtOrigin(at, nil, fmt.Sprintf("no virtual host stands on %s, so the main server answers there in plain HTTP", l.Address))
	f.Help = "Add a virtual host with \"SSLEngine on\" for port 443, or do not listen there."
	// No site is broken by it.
	f.Severity = source.Warning
	p.Report(f)
}
