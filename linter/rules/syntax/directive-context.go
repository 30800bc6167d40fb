package syntax

import (
	_ "embed"

	apachefacts "padlock/internal/apache/directives"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed directive-context.md
var directiveContextText string

// DirectiveContext finds directives in a place where the server refuses them.
var DirectiveContext = &rule.Rule{
	ID:       "directive-context",
	Title:    "The directive may not stand in this place",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/dirindex.html",
		"https://httpd.apache.org/docs/2.4/mod/directive-dict.html#Context",
	},
	Text: directiveContextText,
	Check: func(p *rule.Pass) {
		p.OnNginx(func(d *rule.NginxDirective) { reportNginx(p, d, nginxfacts.Misplaced) })
		p.OnApache(func(d *rule.ApacheDirective) { reportApache(p, d, apachefacts.Context) })
		reportTogether(p)
	},
}
