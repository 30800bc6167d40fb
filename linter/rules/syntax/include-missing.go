package syntax

import (
	"bytes"
	_ "embed"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// relative tells that the name of a file, as it is written, is none from the
// root directory.
func relative(at source.Span) bool {
	return !bytes.HasPrefix(bytes.TrimLeft(at.Text(), "\"'"), []byte("/"))
}

//go:embed include-missing.md
var includeMissingText string

// IncludeMissing finds include directives whose files are not there, or were not
// read because they lie elsewhere.
var IncludeMissing = &rule.Rule{
	ID:       "include-missing",
	Title:    "An included file is missing or was not read",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/ngx_core_module.html#include",
		"https://httpd.apache.org/docs/2.4/mod/core.html#include",
	},
	Text: includeMissingText,
	Check: func(p *rule.Pass) {
		for _, d := range p.Diagnostics() {
			if d.Rule != p.Rule.ID {
				continue
			}
			switch {
			case p.Nginx != nil && !p.Installed && nginx.Shipped(strings.Trim(string(d.Subject.Text()), "\"'")):
				// Every server has it; a repository does not.
				d.Severity = source.Info
			case !p.Fragment:
			case relative(d.Subject) && !p.Anchored:
				// Where it starts is a guess: the file is most likely on the server.
				d.Severity = source.Info
			case d.Severity == source.Error:
				d.Severity = source.Warning
			}
			p.Report(rule.Finding{Diagnostic: d})
		}
	},
}
