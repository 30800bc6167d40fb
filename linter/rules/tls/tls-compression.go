package tls

import (
	_ "embed"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed tls-compression.md
var tlsCompressionText string

// TLSCompression finds compression below HTTP.
var TLSCompression = &rule.Rule{
	ID:       "tls-compression",
	Title:    "TLS compression is switched on",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc9325#section-3.3",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcompression",
	},
	Fix:  rule.FixSafe,
	Text: tlsCompressionText,
	Check: func(p *rule.Pass) {
		judgeSettings(p, []string{"ssl_conf_command"}, []string{"SSLCompression", "SSLOpenSSLConfCmd"}, func(s *setting) {
			if strings.EqualFold(s.name, "SSLCompression") && strings.EqualFold(s.arg(0), "on") {
				f := s.report("TLS compression lets who sits in between guess secrets, such as cookies, from the length of messages (CRIME)")
				if tlspolicy.Supports(tlspolicy.FeatureSSLCompressionRejected, p.Target).OK && !p.Target.Version.IsZero() {
					f.Message += "; Apache does not start with an OpenSSL that lacks it"
				}
				f.Help = "Switch it off; gzip within HTTP is another matter."
				f.Fixes = []rule.Fix{{Title: "Switch it off", Safe: true, Edits: []rule.Edit{s.words[0].replace("off")}}}
				p.Report(f)
			}
			judgeOption(s, "Compression", func(option optionWord) {
				f := s.start(option.at, "TLS compression lets who sits in between guess secrets, such as cookies, from the length of messages (CRIME)")
				f.Help = "Take the option out."
				f.Fixes = []rule.Fix{option.negated()}
				p.Report(f)
			})
		})
	},
}
