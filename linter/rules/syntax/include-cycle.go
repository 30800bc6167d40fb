package syntax

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed include-cycle.md
var includeCycleText string

// IncludeCycle finds files that include themselves, directly or by others.
var IncludeCycle = &rule.Rule{
	ID:       "include-cycle",
	Title:    "Files include each other without end",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/ngx_core_module.html#include",
		"https://httpd.apache.org/docs/2.4/mod/core.html#include",
	},
	Text:  includeCycleText,
	Check: func(p *rule.Pass) { p.Forward(nil) },
}
