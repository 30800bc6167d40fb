package headers

import (
	_ "embed"
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed hsts-not-always.md
var hstsNotAlwaysText string

// HSTSNotAlways finds HSTS that error answers, and in Apache redirects, lack.
var HSTSNotAlways = &rule.Rule{
	ID:       "hsts-not-always",
	Title:    "Strict-Transport-Security is missing from error answers, because always is missing",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header",
		"https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header",
	},
	Fix:  rule.FixSafe,
	Text: hstsNotAlwaysText,
	Check: func(p *rule.Pass) {
		proxied := false
		p.OnApache(func(d *rule.ApacheDirective) {
			proxied = proxied || !strings.EqualFold(d.Name(), "SetHandler") || strings.HasPrefix(strings.ToLower(d.Arg(0)), "proxy:")
		}, "ProxyPass", "ProxyPassMatch", "<Proxy", "SetHandler")
		collectLines(p, func(lines []*line) {
			// With a second line for the other answers, none lacks it in Apache.
			twice := p.Nginx == nil && slices.ContainsFunc(lines, func(l *line) bool { return l.always && !l.unset })
			for _, l := range lines {
				if !twice && !l.always && !l.unset {
					withoutAlways(p, l, proxied)
				}
			}
		})
	},
}

func withoutAlways(p *rule.Pass, l *line, proxied bool) {
	if l.node != nil {
		if support := tlspolicy.Supports(tlspolicy.FeatureHeaderAlways, p.Target); !support.OK {
			return
		}
		f := l.start("without always, error answers such as 404 lack " + hsts)
		f.Help = "Add always at the end."
		end := source.Range{Start: l.span.End, End: l.span.End}
		f.Fixes = []rule.Fix{{Title: "Add always", Safe: true, Edits: []rule.Edit{rule.Replace(l.span.File.Span(end), " always")}}}
		p.Report(f)
		return
	}
	f := l.start("without always, redirects and error answers such as 404 lack " + hsts)
	f.Help = "Write Header always set."
	if edit, ok := alwaysEdit(l); ok {
		// What a backend sends is in the other table: the header could come twice.
		f.Fixes = []rule.Fix{{Title: "Add always", Safe: !proxied, Edits: []rule.Edit{edit}}}
	}
	p.Report(f)
}

// alwaysEdit puts always in front of Header's action, or in the place of
// onsuccess.
func alwaysEdit(l *line) (rule.Edit, bool) {
	words := l.item.Words()
	if len(words) == 0 || !words[0].Verbatim {
		return rule.Edit{}, false
	}
	if strings.EqualFold(words[0].Value, "onsuccess") {
		return rule.Replace(l.item.File().Span(words[0].Range), "always"), true
	}
	at := source.Range{Start: words[0].Start, End: words[0].Start}
	return rule.Replace(l.item.File().Span(at), "always "), true
}
