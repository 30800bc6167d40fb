package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// githubShown is how many annotations of one kind GitHub shows for a step of a
// job; the rest is in the log only.
const githubShown = 10

// github writes workflow commands, which GitHub Actions turns into annotations
// of the changed lines. The worst come first, because only the first are shown.
type github struct{}

func (github) Write(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	for _, f := range bySeverity(r.Findings) {
		writeGitHub(out, f)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(out, "::error title=%s::%s\n", githubProperty.Replace("Padlock: "+f.Rule.ID), githubMessage.Replace(printable(f.Error())))
	}
	for _, s := range severities {
		if n := r.Count(s); n > githubShown {
			fmt.Fprintf(out, "GitHub shows %d of %d annotations of kind %s; all are in this log.\n", githubShown, n, githubKind(s))
		}
	}
	return out.Flush()
}

func writeGitHub(out *bufio.Writer, f *rule.Finding) {
	name := printable(f.Subject.File.Name)
	start, end := f.Subject.StartPosition(), f.Subject.EndPosition()
	fmt.Fprintf(out, "::%s file=%s,line=%d,endLine=%d", githubKind(f.Severity), githubProperty.Replace(name), start.Line, end.Line)
	if start.Line == end.Line {
		// Columns of a range of several lines make GitHub drop the annotation.
		fmt.Fprintf(out, ",col=%d,endColumn=%d", start.Column, end.Column)
	}
	// The log shows the message alone: it names the place itself.
	message := fmt.Sprintf("%s:%d:%d: %s", name, start.Line, start.Column, printable(f.Message))
	if f.Help != "" {
		message += "\n" + printable(f.Help)
	}
	fmt.Fprintf(out, ",title=%s::%s\n", githubProperty.Replace("Padlock: "+f.Rule), githubMessage.Replace(message))
}

func githubKind(s source.Severity) string {
	if s == source.Info {
		return "notice"
	}
	return s.String()
}

// The escapes of workflow commands, as the runner undoes them
// (escapeData and escapeProperty of @actions/core).
var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
