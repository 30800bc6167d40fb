package syntax

import (
	_ "embed"
	"strings"

	apachefacts "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	"padlock/internal/nginx/check"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed directive-value.md
var directiveValueText string

// DirectiveValue finds arguments that are not of the type the directive takes.
var DirectiveValue = &rule.Rule{
	ID:       "directive-value",
	Title:    "An argument is not what the directive takes",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/dirindex.html",
		"https://httpd.apache.org/docs/2.4/mod/directives.html",
	},
	Text: directiveValueText,
	Check: func(p *rule.Pass) {
		entries := entryJudge{pass: p}
		p.OnNginx(func(d *rule.NginxDirective) {
			if d.InData() {
				entries.judge(d)
				return
			}
			reportNginx(p, d, nginxfacts.Value)
		})
		reportAgainst(p, (*check.Subject).Values)
		p.OnApache(func(d *rule.ApacheDirective) { valueInApache(p, d) })
		reportTogether(p)
	},
}

// entryJudge judges the lines of map, geo and their like.
type entryJudge struct {
	pass *rule.Pass
	// ranges is the geo block whose "ranges;" line was read last.
	ranges *nginx.Node
	words  []string
}

func (j *entryJudge) judge(d *rule.NginxDirective) {
	if len(d.Words) == 0 || d.Terminator.Len() == 0 {
		return
	}
	if d.Parent.Name == "geo" && d.Name == "ranges" {
		j.ranges = d.Parent
	}
	j.words = j.words[:0]
	for _, w := range d.Words {
		j.words = append(j.words, w.Value)
	}
	entry := nginxfacts.Entry{Block: d.Parent.Name, Words: j.words, Ranges: j.ranges == d.Parent, Nested: d.HasBlock}
	for _, problem := range nginxfacts.JudgeEntry(entry) {
		// A block within is a syntax error already.
		if entry.Nested {
			continue
		}
		f := nginxFinding(j.pass, d, problem)
		if entry.Block == "split_clients" && len(entry.Words) == 1 {
			// nginx 1.22 to 1.30 count no words here, and take what is left of
			// another line.
			f.Severity = source.Warning
		}
		j.pass.Report(f)
	}
}

func valueInApache(p *rule.Pass, d *rule.ApacheDirective) {
	for _, problem := range d.Problems() {
		if problem.Kind == apachefacts.Value && !isRegexProblem(problem) {
			p.Report(apacheFinding(p, d, problem))
		}
	}
}

// isRegexProblem tells what regex-invalid reports.
func isRegexProblem(problem apachefacts.Problem) bool {
	return strings.Contains(problem.Message, "invalid regular expression")
}
