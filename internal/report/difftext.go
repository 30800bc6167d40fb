package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"padlock/internal/diff"
	"padlock/linter/rule"
)

// diffText is for people: what the change does first, riskiest on top, then what
// else is different, site by site. Every line says in words what its symbol and
// colour say.
type diffText struct{ Options }

func (t diffText) WriteDiff(w io.Writer, d *Diff) error {
	out := &diffTextWriter{textWriter: textWriter{Writer: bufio.NewWriter(w), Options: t.Options}}
	out.consequences(d)
	out.others(d)
	out.findings(d)
	if d.ShowCosmetic {
		out.cosmetic(d)
	}
	out.folded(d)
	return out.Flush()
}

type diffTextWriter struct {
	textWriter
	// begun tells that a section has been written.
	begun bool
}

// heading begins a section.
func (w *diffTextWriter) heading(text string) {
	if w.begun {
		w.WriteByte('\n')
	}
	w.begun = true
	w.wrapped("", 0, 2, text, color.Bold)
}

func (w *diffTextWriter) mark(a diff.Action) string {
	colors := map[diff.Action]color.Attribute{
		diff.Added: color.FgGreen, diff.Removed: color.FgRed, diff.Changed: color.FgYellow, diff.Moved: color.FgMagenta, diff.Renamed: color.FgCyan,
	}
	return w.paint(actionMarks[a], colors[a], color.Bold)
}

func (w *diffTextWriter) risk(r diff.Risk) string {
	colors := map[diff.Risk]color.Attribute{diff.High: color.FgRed, diff.Medium: color.FgYellow, diff.Low: color.FgCyan}
	return w.paint(r.String(), colors[r], color.Bold)
}

// Columns: "  ~ high    ".
const (
	riskColumn = 4
	textColumn = riskColumn + len("medium") + 2
)

// lead writes the columns before a text.
func (w *diffTextWriter) lead(c *diff.Change) string {
	if c.Risk == 0 {
		// Without meaning there is no risk.
		return "  " + w.mark(c.Action) + strings.Repeat(" ", textColumn-riskColumn+1)
	}
	return "  " + w.mark(c.Action) + " " + w.risk(c.Risk) + strings.Repeat(" ", textColumn-riskColumn-len(c.Risk.String()))
}

func (w *diffTextWriter) consequences(d *Diff) {
	begun := false
	for i := range d.Changes {
		c := &d.Changes[i]
		if !c.Consequence {
			continue
		}
		if !begun {
			w.heading("What the change does")
			begun = true
		}
		w.wrapped(w.lead(c), textColumn, textColumn, shown(c.Message), color.Bold)
		if len(c.Sites) > 1 {
			w.detail("in " + siteList(c.Sites))
		}
		if !told(c) {
			w.detail(values(c))
		}
		w.detail(where(c))
		w.cause(c)
	}
}

// told tells that the sentence of a change has its values in it already.
func told(c *diff.Change) bool {
	return strings.Contains(c.Message, c.Before) && strings.Contains(c.Message, c.After)
}

// detail is a line below a change.
func (w *diffTextWriter) detail(text string) {
	if text != "" {
		w.wrapped(strings.Repeat(" ", textColumn), textColumn, textColumn+2, text)
	}
}

func (w *diffTextWriter) cause(c *diff.Change) {
	if text := because(c); text != "" {
		w.detail("because of " + text)
	}
}

func (w *diffTextWriter) others(d *Diff) {
	for _, g := range grouped(d.Changes, func(c *diff.Change) bool { return !c.Consequence }) {
		w.group("Changed in ", g)
	}
}

// group writes changes as aligned columns: subject, values, place. Includes that
// lead to all of them are told once.
func (w *diffTextWriter) group(title string, g *group) {
	head := common(g.changes)
	place := where
	shared, ok := sharedChain(g.changes)
	if ok {
		place = whereAlone
	}
	w.heading(title + g.title() + shared)
	subjects, valueColumn := 0, 0
	for _, c := range g.changes {
		subjects = max(subjects, min(displayWidth(subject(c, head)), widestSubject))
		valueColumn = max(valueColumn, min(displayWidth(changeValues(c)), widestValues))
	}
	for _, c := range g.changes {
		line := padded(subject(c, head), subjects) + "  " + padded(changeValues(c), valueColumn)
		place := place(c)
		if room := max(w.Width, 40) - textColumn; w.Width > 0 && displayWidth(line)+2+displayWidth(place) > room {
			w.wrapped(w.lead(c), textColumn, textColumn+2, subject(c, head)+" "+changeValues(c))
			w.detail(place)
		} else {
			fmt.Fprintf(w, "%s%s\n", w.lead(c), strings.TrimRight(line+"  "+place, " "))
		}
		w.cause(c)
	}
}

// Wider texts are not aligned.
const (
	widestSubject = 50
	widestValues  = 40
)

// changeValues are the values of a change, with a word for what has none or does
// not tell by them what became of it.
func changeValues(c *diff.Change) string {
	text := values(c)
	switch {
	case len(c.Path) == 0:
		return ""
	case strings.HasSuffix(" "+shown(c.Path[len(c.Path)-1]), " "+text) && (c.Before == "" || c.After == ""):
		// The path has the value already.
		return actionWords[c.Action]
	case text == "" || c.Action == diff.Moved || c.Action == diff.Renamed:
		return strings.TrimSpace(actionWords[c.Action] + " " + text)
	case c.Before == "" || c.After == "":
		return actionWords[c.Action] + " " + text
	}
	return text
}

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-displayWidth(text)))
}

func (w *diffTextWriter) findings(d *Diff) {
	for _, part := range []struct {
		title    string
		action   diff.Action
		findings []rule.Finding
	}{{"New findings", diff.Added, d.Introduced}, {"Resolved findings", diff.Removed, d.Resolved}} {
		if len(part.findings) == 0 {
			continue
		}
		w.heading(part.title)
		for i := range part.findings {
			f := &part.findings[i]
			w.wrapped("  "+w.mark(part.action)+" "+w.severity(f.Severity)+strings.Repeat(" ", max(1, len("warning ")-len(f.Severity.String()))),
				riskColumn+len("warning "), riskColumn+len("warning "), fmt.Sprintf("%s [%s]", shown(f.Message), f.Rule))
			if place := placed(f.Subject); place != "" {
				w.wrapped(strings.Repeat(" ", riskColumn+len("warning ")), riskColumn+len("warning "), riskColumn+len("warning ")+2, place)
			}
		}
	}
}

func (w *diffTextWriter) cosmetic(d *Diff) {
	for _, g := range grouped(d.Cosmetic, func(*diff.Change) bool { return true }) {
		w.group("Without meaning, in ", g)
	}
}

// folded counts what is not written.
func (w *diffTextWriter) folded(d *Diff) {
	if n := d.untouched(); w.begun && n > 0 {
		fmt.Fprintf(w, "\n%s\n", w.paint(fmt.Sprintf("(%s unchanged)", counted(n, "site")), color.Faint))
	}
}
