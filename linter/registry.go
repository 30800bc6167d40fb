package linter

import (
	"slices"

	"padlock/linter/rule"
	"padlock/linter/rules/headers"
	"padlock/linter/rules/https"
	"padlock/linter/rules/syntax"
	"padlock/linter/rules/tls"
)

// Rules are all rules, category by category, in the order of the catalogue.
func Rules() []*rule.Rule {
	return slices.Concat(
		syntax.Rules,
		https.Rules,
		tls.Rules,
		headers.Rules,
	)
}

// FindRule finds a rule by its id.
func FindRule(id string) (*rule.Rule, bool) {
	for _, r := range Rules() {
		if r.ID == id {
			return r, true
		}
	}
	return nil, false
}
