package syntax

import (
	_ "embed"

	"padlock/internal/nginx/check"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed directive-missing.md
var directiveMissingText string

// DirectiveMissing finds what the server wants to be there: nginx servers in an
// upstream, a certificate where TLS is on, the section events; Apache a Require
// in a <RequireAll>.
var DirectiveMissing = &rule.Rule{
	ID:       "directive-missing",
	Title:    "Something that the server does not start without is missing",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/configuring_https_servers.html",
		"https://nginx.org/en/docs/http/ngx_http_upstream_module.html",
		"https://httpd.apache.org/docs/2.4/mod/mod_authz_core.html",
	},
	Text: directiveMissingText,
	Check: func(p *rule.Pass) {
		reportAgainst(p, (*check.Subject).Missing)
		reportTogether(p)
	},
}
