package tls

import (
	_ "embed"
	"fmt"
	"slices"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-protocol-ignored.md
var tlsProtocolIgnoredText string

// TLSProtocolIgnored finds protocols that the default virtual host overrides.
var TLSProtocolIgnored = &rule.Rule{
	ID:       "tls-protocol-ignored",
	Title:    "The protocols of a virtual host have no effect, because the default one decides",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/CHANGES",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslprotocol",
	},
	Text: tlsProtocolIgnoredText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) { ignoredProtocols(p, m) })
	},
}

func ignoredProtocols(p *rule.Pass, m *vhost.Model) {
	support := tlspolicy.Supports(tlspolicy.FeaturePerHostProtocols, p.Target)
	// Of an Apache of unknown version a recent one is to be assumed.
	if support.OK && (!support.Undecided || p.Target.Server == tlspolicy.Apache) {
		return
	}
	told := map[source.Span]bool{}
	for _, l := range m.Listeners {
		if !l.TLS.V || l.QUIC || l.Default == nil || l.Default.TLS == nil {
			continue
		}
		decides := l.Default.TLS.Protocols
		for _, h := range l.Hosts {
			if h == l.Default || h.TLS == nil || slices.Equal(h.TLS.Protocols.V, decides.V) {
				continue
			}
			at := h.TLS.Protocols.Origin
			if at.IsDefault() || told[at.Span] {
				continue
			}
			told[at.Span] = true
			p.Report(ignoredFinding(p, l, h, support))
		}
	}
}

func ignoredFinding(p *rule.Pass, l *vhost.Listener, h *vhost.Host, support tlspolicy.Support) rule.Finding {
	who := "before " + p.Target.Server.String() + " " + support.Since.String()
	if !p.Target.Version.IsZero() {
		who = "in " + p.Target.Server.String() + " " + p.Target.Version.String()
	}
	decides := l.Default.TLS.Protocols
	f := p.AtOrigin(h.TLS.Protocols.Origin, h, fmt.Sprintf("%s this has no effect on %s: clients get the protocols of the default virtual host, %s",
		who, l.Address, protocolNames(decides.V)))
	if support.Undecided {
		f.Severity = source.Info
	}
	f.Help = "Set the protocols once, where they hold for every virtual host of the address."
	related, message := decides.Origin, "these hold"
	if related.IsDefault() {
		related, message = l.Default.Origin, "this one decides, and says nothing"
	}
	if !related.IsDefault() {
		f.Related = append(f.Related, source.Related{Subject: related.Span, Message: message})
	}
	return f
}
