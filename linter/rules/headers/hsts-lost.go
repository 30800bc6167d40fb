package headers

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed hsts-lost.md
var hstsLostText string

// HSTSLost finds places of a site that lose the HSTS set around them.
var HSTSLost = &rule.Rule{
	ID:       "hsts-lost",
	Title:    "A part of the site loses the Strict-Transport-Security that is set around it",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header",
		"https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header",
	},
	Fix:  rule.FixSafe,
	Text: hstsLostText,
	Check: func(p *rule.Pass) {
		collectLines(p, func(lines []*line) {
			if len(lines) == 0 {
				return
			}
			if p.Target.Server == tlspolicy.Nginx {
				lostInNginx(p)
			} else {
				lostInApache(p, lines)
			}
		})
	},
}

// encrypted are the heads of the virtual hosts that speak TLS.
func encrypted(p *rule.Pass) map[source.Span]bool {
	heads := map[source.Span]bool{}
	for _, h := range p.Model().Hosts {
		if len(h.TLSListeners()) > 0 {
			heads[h.Origin.Span] = true
		}
	}
	return heads
}
