package linter

import (
	"padlock/internal/source"
)

// deduplicate tells each finding once, however often its file is included. The
// first include chain is shown.
func deduplicate(_ *processing, result *Result) {
	type key struct {
		rule, message string
		subject       source.Span
	}
	seen := map[key]bool{}
	kept := result.Findings[:0]
	for _, f := range result.Findings {
		k := key{f.Rule, f.Message, f.Subject}
		if !seen[k] {
			seen[k] = true
			kept = append(kept, f)
		}
	}
	clear(result.Findings[len(kept):])
	result.Findings = kept
}
