package syntax

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed ignore-unused.md
var ignoreUnusedText string

// IgnoreUnused finds ignore comments that have become useless. The linter itself
// reports it, after all other rules.
var IgnoreUnused = &rule.Rule{
	ID:       "ignore-unused",
	Title:    "An ignore comment silences nothing",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	Fix:      rule.FixSafe,
	Text:     ignoreUnusedText,
}
