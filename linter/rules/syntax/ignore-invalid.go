package syntax

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed ignore-invalid.md
var ignoreInvalidText string

// IgnoreInvalid finds ignore comments that do not count. The linter itself
// reports it, as it knows all rules.
var IgnoreInvalid = &rule.Rule{
	ID:       "ignore-invalid",
	Title:    "An ignore comment names an unknown rule or gives no reason",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	Text:     ignoreInvalidText,
}
