package headers_test

import (
	"testing"

	"padlock/linter/rules/headers"
	"padlock/linter/ruletest"
)

func TestHSTSNotAlways(t *testing.T) {
	ruletest.Run(t, headers.HSTSNotAlways, []ruletest.Case{
		{Name: "nginx", Nginx: `add_header Strict-Transport-Security max-age=63072000;`, Want: []string{"1: error answers such as 404 lack"}},
		{Name: "with always", Nginx: nginxHSTS},
		{Name: "other headers are no business of it", Nginx: "add_header X-A b;\n"},
		{Name: "Apache", Apache: `Header set Strict-Transport-Security "max-age=63072000"`, Want: []string{"1: redirects and error answers"}},
		{Name: "a second line for errors", Apache: "Header set Strict-Transport-Security max-age=63072000\nHeader always set Strict-Transport-Security max-age=63072000\n"},
		{Name: "taken away", Apache: "Header unset Strict-Transport-Security\n"},
	})
}

func TestFixOfHSTSNotAlways(t *testing.T) {
	for _, c := range []struct {
		name string
		ruletest.Case
		want string
		safe bool
	}{
		{"nginx", ruletest.Case{Nginx: "add_header Strict-Transport-Security max-age=63072000 ;"}, "add_header Strict-Transport-Security max-age=63072000 always ;", true},
		{"Apache", ruletest.Case{Apache: "Header set Strict-Transport-Security max-age=63072000"}, "Header always set Strict-Transport-Security max-age=63072000", true},
		{"onsuccess", ruletest.Case{Apache: "Header onsuccess set Strict-Transport-Security max-age=63072000"}, "Header always set Strict-Transport-Security max-age=63072000", true},
		{"a backend may send it too", ruletest.Case{Apache: "Header set Strict-Transport-Security max-age=63072000\nProxyPass / http://127.0.0.1:1/"}, "Header always set Strict-Transport-Security max-age=63072000\nProxyPass / http://127.0.0.1:1/", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			findings := c.Lint(t, headers.HSTSNotAlways.ID).Findings
			if len(findings) != 1 || len(findings[0].Fixes) != 1 {
				t.Fatalf("got %+v", findings)
			}
			fix := findings[0].Fixes[0]
			edit := fix.Edits[0]
			text := string(edit.File.Data)
			if got := text[:edit.Range.Start] + edit.Text + text[edit.Range.End:]; got != c.want || fix.Safe != c.safe {
				t.Errorf("got %q, safe %v", got, fix.Safe)
			}
		})
	}
}
