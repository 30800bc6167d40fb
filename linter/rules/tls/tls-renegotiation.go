package tls

import (
	_ "embed"
	"strings"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed tls-renegotiation.md
var tlsRenegotiationText string

// TLSRenegotiation finds renegotiation that clients can start, or that is not
// bound to the connection.
var TLSRenegotiation = &rule.Rule{
	ID:       "tls-renegotiation",
	Title:    "Insecure renegotiation is allowed",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc5746",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslinsecurerenegotiation",
	},
	Fix:  rule.FixSafe,
	Text: tlsRenegotiationText,
	Check: func(p *rule.Pass) {
		const injected = "clients without RFC 5746 may renegotiate: who sits in between can put a request of its own in front of theirs"
		judgeSettings(p, []string{"ssl_conf_command"}, []string{"SSLInsecureRenegotiation", "SSLOpenSSLConfCmd"}, func(s *setting) {
			if strings.EqualFold(s.name, "SSLInsecureRenegotiation") && strings.EqualFold(s.arg(0), "on") {
				f := s.report(injected)
				f.Help = "Switch it off; clients have had the secure form since 2010."
				f.Fixes = []rule.Fix{{Title: "Switch it off", Safe: true, Edits: []rule.Edit{s.words[0].replace("off")}}}
				p.Report(f)
			}
			judgeOption(s, "UnsafeLegacyRenegotiation", func(option optionWord) {
				f := s.start(option.at, injected)
				f.Help = "Take the option out; clients have had the secure form since 2010."
				f.Fixes = []rule.Fix{option.negated()}
				p.Report(f)
			})
			judgeOption(s, "ClientRenegotiation", func(option optionWord) {
				f := s.start(option.at, "clients may renegotiate as often as they like, which costs the server far more than them")
				f.Severity = source.Warning
				f.Help = "Take the option out."
				f.Fixes = []rule.Fix{option.negated()}
				p.Report(f)
			})
		})
	},
}
