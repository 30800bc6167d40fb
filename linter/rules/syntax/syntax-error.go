package syntax

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed syntax-error.md
var syntaxErrorText string

// SyntaxError finds what the grammar of the language has no place for.
var SyntaxError = &rule.Rule{
	ID:       "syntax-error",
	Title:    "The file breaks the grammar of the configuration language",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/beginners_guide.html#conf_structure",
		"https://httpd.apache.org/docs/2.4/configuring.html",
	},
	Text:  syntaxErrorText,
	Check: func(p *rule.Pass) { p.Forward(nil) },
}
