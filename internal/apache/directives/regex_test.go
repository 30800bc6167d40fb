package directives

import (
	"strings"
	"testing"
)

// What PCRE2 10.42 says of the patterns, by the servers' own words.
func TestRegexProblem(t *testing.T) {
	for _, row := range []struct{ pattern, want string }{
		{`^([\x20\x21\x23-\x5b\x5d-\x7e]*)`, ""},
		{`[\x{20}-\x{7e}]`, ""},
		{`[\t-\r]`, ""},
		{`[\b-z]`, ""},
		{`[\cA-z]`, ""},
		{`[a\-z]`, ""},
		{`[]a]`, ""},
		{`[a-]`, ""},
		{`[\x7e-\x20]`, "out of order"},
		{`[z-a]`, "out of order"},
		{`[\d-z]`, "invalid range"},
		{`[a-[:digit:]]`, "invalid range"},
		{`[a`, "missing terminating ]"},
		{`(a`, "missing closing parenthesis"},
		{`a**`, "nothing to repeat|quantifier"},
	} {
		got := RegexProblem(row.pattern)
		ok := row.want == "" && got == ""
		for want := range strings.SplitSeq(row.want, "|") {
			ok = ok || want != "" && strings.Contains(got, want)
		}
		if !ok {
			t.Errorf("%s: %q, want %q", row.pattern, got, row.want)
		}
	}
}
