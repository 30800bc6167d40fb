package directives

import (
	"strings"
	"testing"
)

// TestNoTextPanics gives every directive of the table hostile arguments.
func TestNoTextPanics(t *testing.T) {
	texts := []string{"", `""`, `"`, "'", "[", "(", "-", "+", "!", "~", "%", "%{", "${", "=", ":", "/", "#", "*", "s", "s/",
		"a b c d e f", "\\", `a\`, "[::", "balancer://", "x=", "%{a:%{b", strings.Repeat("(", 3000), strings.Repeat("!", 3000),
		"expr=", "env=", "not", "expr " + strings.Repeat("(", 3000), "a ", "unix:", "1 2 3 \x00 \xff", "[a", "(?", "(?<", "\\x{", "a -"}
	places := []Place{{}, {Enclosing: []string{"VirtualHost", "Directory"}}, {AccessFile: true}}
	for _, f := range All() {
		for _, text := range texts {
			for _, place := range places {
				c := Call{Args: splitWords(text), Raw: strings.TrimSpace(text), Place: place}
				Check(f, c)
				Defines(f, c)
				Refers(f, c)
				VariableProblems(f, c)
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("RewriteRule", `^/(.*)$ https://%{HTTP_HOST}/$1 [R=301,L]`)
	f.Add("Header", `always set X "%{x}e" "expr=%{HTTPS} == 'on'"`)
	f.Add("Require", `expr %{HTTP_HOST} =~ m#^a# && ! -f "/x"`)
	f.Add("<VirtualHost", `*:443 [::1]:443`)
	f.Fuzz(func(t *testing.T, name, raw string) {
		for _, facts := range Lookup(name) {
			c := Call{Args: splitWords(raw), Raw: raw}
			for _, p := range Check(facts, c) {
				if p.Message == "" || p.Kind == 0 {
					t.Errorf("%s %q: empty problem %+v", name, raw, p)
				}
			}
			Refers(facts, c)
		}
	})
}
