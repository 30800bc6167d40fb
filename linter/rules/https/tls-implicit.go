package https

import (
	_ "embed"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-implicit.md
var tlsImplicitText string

// TLSImplicit finds Apache virtual hosts that have TLS only because of how
// Listen is written.
var TLSImplicit = &rule.Rule{
	ID:         "tls-implicit",
	Title:      "TLS is on only because of the Listen directive",
	Severity:   source.Info,
	Servers:    []tlspolicy.Server{tlspolicy.Apache},
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslengine"},
	Fix:        rule.FixSafe,
	Text:       tlsImplicitText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			for _, h := range m.Hosts {
				if h.TLS == nil || !h.TLS.Implicit || h.Origin.IsDefault() || len(h.TLSListeners()) == 0 {
					continue
				}
				f := p.AtOrigin(h.Origin, h, "nothing turns TLS on here but that Listen names port 443 or https for the very same address: TLS goes off silently when one of the two is written otherwise")
				f.Help = `Add "SSLEngine on".`
				if h.TLS.Enabled.V && len(h.Origin.Includes) == 0 {
					f.Fixes = []rule.Fix{{Title: "Turn TLS on in so many words", Safe: true, Edits: []rule.Edit{engineOn(h.TLS)}}}
				}
				p.Report(f)
			}
		})
	},
}

// engineOn is the edit that puts "SSLEngine on" before the first certificate,
// indented like it.
func engineOn(t *vhost.TLS) rule.Edit {
	at := t.Certificates[0].Certificate.Origin.Span
	text := string(at.File.Data[:at.Start])
	indent := text[strings.LastIndexByte(text, '\n')+1:]
	if strings.TrimSpace(indent) != "" {
		indent = ""
	}
	start := source.Span{File: at.File, Range: source.Range{Start: at.Start, End: at.Start}}
	return rule.Replace(start, "SSLEngine on\n"+indent)
}
