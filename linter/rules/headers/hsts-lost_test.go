package headers_test

import (
	"strings"
	"testing"

	"padlock/linter/rules/headers"
	"padlock/linter/ruletest"
)

func TestHSTSLost(t *testing.T) {
	ruletest.Run(t, headers.HSTSLost, []ruletest.Case{
		{Name: "a header of a location", Nginx: nginxSite(nginxHSTS + "\nlocation /api/ {\nadd_header X-A b;\n}"), Want: []string{`7: location "/api/" loses Strict-Transport-Security: its own add_header (X-A) replaces`}},
		{Name: "repeated there", Nginx: nginxSite(nginxHSTS + "\nlocation /api/ {\nadd_header X-A b;\n" + nginxHSTS + "\n}")},
		{Name: "no header of its own", Nginx: nginxSite(nginxHSTS + "\nlocation /api/ {\nexpires 1d;\n}")},
		{Name: "a location within loses nothing more", Nginx: nginxSite(nginxHSTS + "\nlocation /api/ {\nadd_header X-A b;\nlocation /api/v1/ {\nadd_header X-B c;\n}\n}"), Want: []string{"7: loses"}},
		{Name: "a whole server", Nginx: nginxWhole(nginxHSTS + "\n" + nginxSite("add_header X-A b;")), Want: []string{"4: this server loses"}},
		{Name: "a server without TLS has nothing to lose", Nginx: nginxWhole(nginxHSTS + "\nserver {\nlisten 80;\nadd_header X-A b;\n}\n")},
		{Name: "merged, from nginx 1.29.3 on", Nginx: nginxSite(nginxHSTS + "\nadd_header_inherit merge;\nlocation /api/ {\nadd_header X-A b;\n}")},
		{Name: "inheritance switched off", Nginx: nginxSite(nginxHSTS + "\nlocation /api/ {\nadd_header_inherit off;\n}"), Want: []string{"7: it inherits no headers"}},
		{Name: "an if in a location", Nginx: nginxSite(nginxHSTS + "\nlocation / {\nif ($arg_a) {\nadd_header X-A b;\n}\n}"), Want: []string{"8: this if loses"}},
		{Name: "Apache takes nothing away by adding", Apache: apacheSite(apacheHSTS + "\n<Location /api>\nHeader always set X-A b\n</Location>")},
		{Name: "unset in a section", Apache: apacheSite(apacheHSTS + "\n<Location /api>\nHeader always unset Strict-Transport-Security\n</Location>"), Want: []string{"7: <Location /api> takes Strict-Transport-Security away"}},
		{Name: "unset in the other table does nothing", Apache: apacheSite(apacheHSTS + "\n<Location /api>\nHeader unset Strict-Transport-Security\n</Location>")},
		{Name: "unset of what a backend sends, then set", Apache: apacheSite("Header always unset Strict-Transport-Security\n" + apacheHSTS)},
		{Name: "unset without TLS", Apache: apacheHSTS + "\n" + apacheSite("") + "<VirtualHost *:80>\nServerName shop.example\nHeader always unset Strict-Transport-Security\n</VirtualHost>\n"},
	})
}

func TestFixOfHSTSLost(t *testing.T) {
	c := ruletest.Case{Nginx: nginxSite("    " + nginxHSTS + "\n    location /api/ {\n        add_header X-A b;\n    }")}
	findings := c.Lint(t, headers.HSTSLost.ID).Findings
	if len(findings) != 1 || len(findings[0].Fixes) != 1 {
		t.Fatalf("got %+v", findings)
	}
	edit := findings[0].Fixes[0].Edits[0]
	fixed := ruletest.Case{Nginx: c.Nginx[:edit.Range.Start] + edit.Text + c.Nginx[edit.Range.End:]}
	if want := "        add_header X-A b;\n        " + nginxHSTS + "\n    }"; !strings.Contains(fixed.Nginx, want) {
		t.Errorf("got %s", fixed.Nginx)
	}
	if left := fixed.Lint(t, headers.HSTSLost.ID).Findings; len(left) > 0 {
		t.Errorf("the fix leaves %+v", left)
	}
}
