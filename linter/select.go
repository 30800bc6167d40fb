package linter

import (
	"fmt"
	"slices"

	"github.com/agext/levenshtein"

	"padlock/linter/rule"
)

// selection is the rules that run, out of those there are.
type selection struct {
	all, rules []*rule.Rule
	// only are the names that the user gave.
	only []string
}

// UnknownRuleError: there is no rule of that id.
type UnknownRuleError struct {
	ID string
	// Suggestion is the id that was probably meant; empty if none is near.
	Suggestion string
}

func (e *UnknownRuleError) Error() string {
	if e.Suggestion == "" {
		return fmt.Sprintf("there is no rule %q; \"padlock rules\" lists them all", e.ID)
	}
	return fmt.Sprintf("there is no rule %q; did you mean %s?", e.ID, e.Suggestion)
}

// selectRules picks the rules to run. A name is a rule's id or a category.
func selectRules(all []*rule.Rule, only, without []string) (selection, error) {
	s := selection{all: all, only: only}
	for _, id := range slices.Concat(only, without) {
		if !slices.ContainsFunc(all, named(id)) {
			return s, NewUnknownRuleError(id)
		}
	}
	for _, r := range all {
		wanted := len(only) == 0 || slices.ContainsFunc(only, func(id string) bool { return named(id)(r) })
		if wanted && !slices.ContainsFunc(without, func(id string) bool { return named(id)(r) }) {
			s.rules = append(s.rules, r)
		}
	}
	return s, nil
}

func named(id string) func(*rule.Rule) bool {
	return func(r *rule.Rule) bool { return r.ID == id || r.Category == id }
}

// runs tells whether a rule is among those that run.
func (s *selection) runs(r *rule.Rule) bool { return slices.Contains(s.rules, r) }

// NewUnknownRuleError finds the rule that an unknown id most likely means.
func NewUnknownRuleError(id string) *UnknownRuleError {
	e := &UnknownRuleError{ID: id}
	best := 1 + len(id)/4
	for _, r := range Rules() {
		if d := levenshtein.Distance(id, r.ID, nil); d < best || d == best && e.Suggestion == "" {
			e.Suggestion, best = r.ID, d
		}
	}
	return e
}
