package syntax

import (
	_ "embed"

	"padlock/internal/nginx/check"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed directive-missing.md
var directiveMissingText string

// DirectiveMissing finds what nginx wants to be there: servers in an upstream, a
// certificate where TLS is on, the section events.
var DirectiveMissing = &rule.Rule{
	ID:       "directive-missing",
	Title:    "Something that the server does not start without is missing",
	Severity: source.Error,
	Servers:  []tlspolicy.Server{tlspolicy.Nginx},
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/configuring_https_servers.html",
		"https://nginx.org/en/docs/http/ngx_http_upstream_module.html",
	},
	Text:  directiveMissingText,
	Check: func(p *rule.Pass) { reportAgainst(p, (*check.Subject).Missing) },
}
