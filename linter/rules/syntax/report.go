package syntax

import (
	"slices"

	apachefacts "padlock/internal/apache/directives"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// reportNginx reports what nginx holds against a directive, as far as it is of
// one of the kinds.
func reportNginx(p *rule.Pass, d *rule.NginxDirective, kinds ...nginxfacts.Kind) {
	for _, problem := range d.Problems() {
		if slices.Contains(kinds, problem.Kind) {
			p.Report(nginxFinding(p, d, problem))
		}
	}
}

func nginxFinding(p *rule.Pass, d *rule.NginxDirective, problem nginxfacts.Problem) rule.Finding {
	f := p.AtNode(d.Node, d.ArgumentRange(problem.Argument), problem.Message)
	f.Help = problem.Help
	return f
}

// reportApache reports what Apache holds against a directive, as far as it is
// of one kind.
func reportApache(p *rule.Pass, d *rule.ApacheDirective, kind apachefacts.Kind) {
	for _, problem := range d.Problems() {
		if problem.Kind == kind {
			p.Report(apacheFinding(p, d, problem))
		}
	}
}

// apacheFinding is a warning under a condition that could not be decided: the
// server may never read the line.
func apacheFinding(p *rule.Pass, d *rule.ApacheDirective, problem apachefacts.Problem) rule.Finding {
	f := p.AtItem(d.Item, d.ArgumentRange(problem.Arg), problem.Message)
	f.Help = problem.Help
	if problem.Silent || len(d.Conditions()) > 0 {
		f.Severity = source.Warning
	}
	return f
}
