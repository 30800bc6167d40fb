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

//go:embed tls-group-unsupported.md
var tlsGroupUnsupportedText string

// TLSGroupUnsupported finds key-exchange groups that OpenSSL does not have.
var TLSGroupUnsupported = &rule.Rule{
	ID:       "tls-group-unsupported",
	Title:    "A key-exchange group that OpenSSL does not know stops the server from starting",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://docs.openssl.org/master/man3/SSL_CTX_set1_curves/",
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ecdh_curve",
	},
	Fix:  rule.FixUnsafe,
	Text: tlsGroupUnsupportedText,
	Check: func(p *rule.Pass) {
		hosts := reacher(p, func(t *vhost.TLS) vhost.Origin { return t.Groups.Origin })
		judgeSettings(p, []string{"ssl_ecdh_curve", "ssl_conf_command"}, []string{"SSLOpenSSLConfCmd"}, func(s *setting) {
			w, ok := s.command("Curves", "Groups")
			if !ok && s.name == "ssl_ecdh_curve" && len(s.words) == 1 {
				w, ok = s.words[0], s.arg(0) != "auto"
			}
			if ok && !strings.Contains(w.value, "$") {
				unsupportedGroups(p, s, w, hosts(s.span))
			}
		})
	},
}

func unsupportedGroups(p *rule.Pass, s *setting, w word, hosts []*vhost.Host) {
	list := tlspolicy.Groups(w.value, p.Target.OpenSSL)
	told := false
	for _, problem := range list.Problems {
		f := s.start(w.part(problem.Start, problem.End), fmt.Sprintf("%q: %s", problem.Word, problem.Message))
		switch {
		case !problem.Fatal:
			f.Severity = source.Info
		case p.Target.OpenSSL.IsZero():
			// Another library, or a newer OpenSSL, may have it.
			f.Severity = source.Warning
		}
		f.Help = "Leave it out; the server does not start with it."
		suggestion := problem.Suggestion
		if strings.EqualFold(suggestion, strings.Trim(problem.Word, "?*-")) {
			suggestion = ""
		}
		suggest(&f, w, problem.Start, problem.End, problem.Word, suggestion)
		holdsFor(p, &f, hosts)
		p.Report(f)
		told = true
	}
	if !told && list.Refused != "" {
		f := s.start(w.at, "OpenSSL refuses the list of groups, and the server does not start: "+list.Refused)
		f.Help = "Correct the list, for example to X25519:prime256v1:secp384r1."
		holdsFor(p, &f, hosts)
		p.Report(f)
	}
}
