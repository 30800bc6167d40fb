package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// text is for people. With snippets each finding shows its line and points at
// the place; without, it is one line that editors and reviewers' tools
// understand: "file:line:column: severity: message [rule]".
type text struct{ Options }

func (t text) Write(w io.Writer, r *Report) error {
	out := &textWriter{Writer: bufio.NewWriter(w), Options: t.Options}
	for i := range r.Findings {
		if t.Snippets {
			out.block(&r.Findings[i])
		} else {
			out.line(&r.Findings[i])
		}
	}
	return out.Flush()
}

type textWriter struct {
	*bufio.Writer
	Options
}

func (w *textWriter) paint(s string, attributes ...color.Attribute) string {
	if !w.Color || len(attributes) == 0 {
		return s
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(s)
}

func (w *textWriter) severity(s source.Severity) string {
	switch s {
	case source.Error:
		return w.paint(s.String(), color.FgRed, color.Bold)
	case source.Warning:
		return w.paint(s.String(), color.FgYellow, color.Bold)
	}
	return w.paint(s.String(), color.FgCyan, color.Bold)
}

// line writes a finding as one line.
func (w *textWriter) line(f *rule.Finding) {
	start := f.Subject.StartPosition()
	fmt.Fprintf(w, "%s:%d:%d: %s: %s [%s]\n", printable(f.Subject.File.Name), start.Line, start.Column,
		w.severity(f.Severity), printable(f.Message), f.Rule)
}

// block writes a finding with the line it is about.
func (w *textWriter) block(f *rule.Finding) {
	start := f.Subject.StartPosition()
	head := w.severity(f.Severity) + w.paint("["+f.Rule+"]", color.Bold)
	width := len(f.Severity.String()) + len(f.Rule) + len("[]: ")
	w.wrapped(head+": ", width, 4, printable(f.Message), color.Bold)
	gutter := len(fmt.Sprint(start.Line))
	for _, related := range f.Related {
		gutter = max(gutter, len(fmt.Sprint(related.Subject.StartPosition().Line)))
	}
	w.snippet(f.Subject, gutter, "-->", '^', "")
	for _, related := range f.Related {
		w.snippet(related.Subject, gutter, ":::", '-', related.Message)
	}
	for i := len(f.Includes) - 1; i >= 0; i-- {
		w.note(gutter, "included from", printable(placeOf(f.Includes[i])))
	}
	if f.Site != "" {
		w.note(gutter, "site:", printable(f.Site))
	}
	if f.Help != "" {
		w.note(gutter, "help:", printable(f.Help))
	}
	w.WriteByte('\n')
}

// note is a line below the snippet.
func (w *textWriter) note(gutter int, label, message string) {
	margin := strings.Repeat(" ", gutter+1)
	w.wrapped(margin+w.paint("= ", color.FgBlue)+w.paint(label, color.Bold)+" ", gutter+len("= ")+len(label)+2, gutter+5, message)
}

// wrapped writes a prefix of a known width and a message, broken at blanks to
// stay within the terminal; continued lines are indented.
func (w *textWriter) wrapped(prefix string, width, indent int, message string, attributes ...color.Attribute) {
	w.WriteString(prefix)
	at := width
	var line []string
	flush := func() {
		w.WriteString(w.paint(strings.Join(line, " "), attributes...))
		w.WriteByte('\n')
	}
	for _, word := range strings.Fields(message) {
		size := displayWidth(word)
		if w.Width > 0 && len(line) > 0 && at+1+size > max(w.Width, 40) {
			flush()
			w.WriteString(strings.Repeat(" ", indent))
			line, at = line[:0], indent
		}
		line = append(line, word)
		at += size + 1
	}
	flush()
}
