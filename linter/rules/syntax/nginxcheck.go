package syntax

import (
	"padlock/internal/nginx/check"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// reportAgainst reports what nginx holds against the configuration as a whole,
// as one of the subject's methods finds it.
func reportAgainst(p *rule.Pass, find func(*check.Subject) []check.Problem) {
	if p.Nginx == nil {
		return
	}
	p.OnEnd(func() {
		for _, problem := range find(p.NginxSubject()) {
			f := rule.Finding{Diagnostic: source.Diagnostic{
				Severity: problem.Severity, Message: problem.Message, Subject: p.Nginx.Main.File.Span(source.Range{}),
			}}
			if problem.Node != nil {
				f = p.AtNode(problem.Node, problem.Range, problem.Message)
				f.Severity = problem.Severity
			}
			f.Help, f.Related = problem.Help, problem.Related
			p.Report(f)
		}
	})
}
