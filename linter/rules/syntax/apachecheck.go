package syntax

import "padlock/linter/rule"

// reportTogether reports what httpd holds against directives that belong
// together, as far as it is the rule's.
func reportTogether(p *rule.Pass) {
	if p.Apache == nil {
		return
	}
	p.OnEnd(func() {
		for _, problem := range p.ApacheProblems() {
			if problem.Rule != p.Rule.ID {
				continue
			}
			f := p.AtItem(problem.Item, problem.Range, problem.Message)
			f.Severity, f.Help, f.Related = problem.Severity, problem.Help, problem.Related
			p.Report(f)
		}
	})
}
