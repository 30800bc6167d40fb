package tls

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-command-invalid.md
var tlsCommandInvalidText string

// TLSCommandInvalid finds commands to OpenSSL that it does not take.
var TLSCommandInvalid = &rule.Rule{
	ID:       "tls-command-invalid",
	Title:    "OpenSSL does not take a command, and the server does not start",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://docs.openssl.org/master/man3/SSL_CONF_cmd/",
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_conf_command",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslopensslconfcmd",
	},
	Text: tlsCommandInvalidText,
	Check: func(p *rule.Pass) {
		judgeSettings(p, []string{"ssl_conf_command"}, []string{"SSLOpenSSLConfCmd"}, func(s *setting) {
			if len(s.words) != 2 {
				return
			}
			problem := tlspolicy.CheckCommand(s.arg(0), s.arg(1), p.Target.OpenSSL)
			if problem == nil {
				return
			}
			at := s.words[0].at
			if problem.End > 0 {
				at = s.words[1].part(problem.Start, problem.End)
			}
			f := s.start(at, problem.Message)
			f.Help = "See the manual of SSL_CONF_cmd."
			if problem.Suggestion != "" {
				f.Help = "Did you mean " + problem.Suggestion + "?"
			}
			switch {
			case p.Nginx != nil && unencrypted(p, s.span):
				f.Severity = source.Info
				f.Message += "; nginx notices when the server speaks TLS"
			case p.Target.OpenSSL.IsZero():
				// Another library, or a newer OpenSSL, may have it.
				f.Severity = source.Warning
			}
			p.Report(f)
		})
	},
}

// unencrypted tells that nginx does not hand the commands at a place to OpenSSL:
// the virtual host around it, or every one, speaks no TLS.
func unencrypted(p *rule.Pass, at source.Span) bool {
	var around *vhost.Host
	some := false
	for _, h := range p.Model().Hosts {
		some = some || encrypts(h)
		if o := h.Origin.Span; o.File == at.File && o.Start < at.Start && (around == nil || around.Origin.Span.Start < o.Start) {
			around = h
		}
	}
	return p.Complete && !some || around != nil && !encrypts(around)
}
