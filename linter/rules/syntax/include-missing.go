package syntax

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/linter/rule"
)

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
			// Where a part of a configuration starts relative names is a guess.
			if p.Fragment && d.Severity == source.Error {
				d.Severity = source.Warning
			}
			p.Report(rule.Finding{Diagnostic: d})
		}
	},
}
