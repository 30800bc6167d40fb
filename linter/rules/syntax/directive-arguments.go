package syntax

import (
	_ "embed"

	apachefacts "padlock/internal/apache/directives"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed directive-arguments.md
var directiveArgumentsText string

// DirectiveArguments finds directives with a wrong number of arguments, or with a
// block where none belongs.
var DirectiveArguments = &rule.Rule{
	ID:       "directive-arguments",
	Title:    "The directive has too few or too many arguments",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/dirindex.html",
		"https://httpd.apache.org/docs/2.4/mod/directive-dict.html#Syntax",
	},
	Text: directiveArgumentsText,
	Check: func(p *rule.Pass) {
		p.Forward(nil)
		p.OnNginx(func(d *rule.NginxDirective) { reportNginx(p, d, nginxfacts.Arguments) })
		p.OnApache(func(d *rule.ApacheDirective) { reportApache(p, d, apachefacts.Arguments) })
	},
}
