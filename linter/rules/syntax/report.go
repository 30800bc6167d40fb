package syntax

import (
	"fmt"
	"slices"
	"strconv"

	apachefacts "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	"padlock/internal/nginx/check"
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
	if problem.Kind == nginxfacts.Arguments || problem.Kind == nginxfacts.Value {
		if last, next, ok := check.SwallowedLine(d.Node, d.Place(), p.NginxTarget); ok {
			f := p.AtNode(d.Node, last.Range, fmt.Sprintf("the \";\" after %s is missing: nginx takes the next line, which begins with %q, for more arguments of %q",
				shortened(d.Node, last), next.Value, d.Name))
			f.Help = "Add the \";\"."
			return f
		}
	}
	f := p.AtNode(d.Node, d.ArgumentRange(problem.Argument), problem.Message)
	f.Help = problem.Help
	return f
}

// shortened quotes a word for a message, unless its file may not be shown.
func shortened(n *nginx.Node, w nginx.Word) string {
	const most = 40
	text := []rune(w.Value)
	switch {
	case n.Tree.File.Hidden:
		return "this word"
	case len(text) > most:
		return strconv.Quote(string(text[:most]) + "…")
	}
	return strconv.Quote(w.Value)
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
