package syntax

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	apachefacts "padlock/internal/apache/directives"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed regex-invalid.md
var regexInvalidText string

// RegexInvalid finds regular expressions that PCRE refuses. Both servers use
// it, and do not start if it refuses one.
var RegexInvalid = &rule.Rule{
	ID:       "regex-invalid",
	Title:    "A regular expression is not valid",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.pcre.org/current/doc/html/pcre2syntax.html",
		"https://nginx.org/en/docs/http/server_names.html#regex_names",
	},
	Text: regexInvalidText,
	Check: func(p *rule.Pass) {
		p.OnNginx(func(d *rule.NginxDirective) { regexInNginx(p, d) }, withRegex...)
		p.OnNginx(func(d *rule.NginxDirective) { regexInMap(p, d) })
		p.OnApache(func(d *rule.ApacheDirective) { regexInApache(p, d) })
	},
}

// withRegex are the directives whose arguments nginxfacts.RegexArguments knows.
var withRegex = []string{
	"location", "server_name", "valid_referers", "rewrite", "fastcgi_split_path_info", "if", "gzip_disable",
	"proxy_redirect", "proxy_cookie_domain", "proxy_cookie_path", "proxy_cookie_flags",
}

func regexInNginx(p *rule.Pass, d *rule.NginxDirective) {
	patterns := nginxfacts.RegexArguments(d.Use())
	for _, i := range slices.Sorted(maps.Keys(patterns)) {
		reportRegex(p, d, i, patterns[i])
	}
}

// regexInMap judges the key of a map's line.
func regexInMap(p *rule.Pass, d *rule.NginxDirective) {
	if d.InData() && d.Parent.Name == "map" && strings.HasPrefix(d.Name, "~") {
		reportRegex(p, d, -1, strings.TrimPrefix(d.Name[1:], "*"))
	}
}

func reportRegex(p *rule.Pass, d *rule.NginxDirective, argument int, pattern string) {
	problem := apachefacts.RegexProblem(pattern)
	if problem == "" {
		return
	}
	f := p.AtNode(d.Node, d.ArgumentRange(argument), fmt.Sprintf("invalid regular expression %q: %s", pattern, problem))
	f.Help = `Correct the pattern; a pattern with "{", "}", ";" or a blank has to stand in quotes.`
	p.Report(f)
}

func regexInApache(p *rule.Pass, d *rule.ApacheDirective) {
	for _, problem := range d.Problems() {
		if problem.Kind == apachefacts.Value && isRegexProblem(problem) {
			p.Report(apacheFinding(p, d, problem))
		}
	}
}
