package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"padlock/internal/patch"
	"padlock/internal/secret"
	"padlock/internal/source"
)

// diffUnified is the lines of the files as a patch that git apply and patch(1)
// take. On a terminal nothing of a file acts on it, and what differs within a
// line is marked. Secrets are masked; a file in which that was needed is said to
// be one that the patch cannot change.
type diffUnified struct{ Options }

func (u diffUnified) WriteDiff(w io.Writer, d *Diff) error {
	out := &unifiedWriter{textWriter{bufio.NewWriter(w), u.Options}}
	for _, f := range d.Files {
		out.file(f)
	}
	return out.Flush()
}

type unifiedWriter struct{ textWriter }

// side is a file's text, its lines without secrets, and which of them had one.
type side struct {
	name   string
	data   []byte
	lines  []string
	masked []bool
}

func sideOf(f *source.File, secrets []secret.Span) side {
	if f == nil {
		return side{}
	}
	s := side{name: f.Name, data: f.Data}
	s.lines, s.masked = secret.Lines(f.Data, secrets)
	return s
}

func (w *unifiedWriter) file(f DiffFile) {
	if f.Old != nil && f.New != nil && bytes.Equal(f.Old.Data, f.New.Data) || f.Old != nil && f.Old.Hidden || f.New != nil && f.New.Hidden {
		return
	}
	before, after := sideOf(f.Old, f.OldSecrets), sideOf(f.New, f.NewSecrets)
	hunks := patch.Hunks(before.data, after.data, patch.DefaultContext)
	if n := maskedLines(hunks, before, after); n > 0 {
		fmt.Fprintf(w, "# %s with secrets masked below: this part of the patch does not apply.\n", counted(n, "line"))
	}
	old, new := patch.Header(before.name, after.name)
	fmt.Fprintln(w, w.paint(old, color.Bold))
	fmt.Fprintln(w, w.paint(new, color.Bold))
	for i := range hunks {
		w.hunk(&hunks[i], before, after)
	}
}

// maskedLines is how many lines of a patch are not what they are in the files.
func maskedLines(hunks []patch.Hunk, before, after side) int {
	n := 0
	for i := range hunks {
		for line, at := range hunks[i].Numbered() {
			if line.Kind != patch.Added && before.masked[at.Old-1] || line.Kind == patch.Added && after.masked[at.New-1] {
				n++
			}
		}
	}
	return n
}

func (w *unifiedWriter) hunk(h *patch.Hunk, before, after side) {
	fmt.Fprintln(w, w.paint(h.Header(), color.FgCyan))
	var lines []patch.Line
	for line, at := range h.Numbered() {
		if line.Kind == patch.Added {
			line.Text = after.lines[at.New-1]
		} else {
			line.Text = before.lines[at.Old-1]
		}
		lines = append(lines, line)
	}
	marks := map[int][]span{}
	if w.Snippets && w.Color {
		marks = lineMarks(lines)
	}
	for i, line := range lines {
		w.line(line, marks[i])
	}
}

var kindColors = map[patch.Kind]color.Attribute{patch.Added: color.FgGreen, patch.Removed: color.FgRed}

func (w *unifiedWriter) line(l patch.Line, marks []span) {
	text, ended := strings.CutSuffix(l.Text, "\n")
	if w.Snippets {
		text = strings.TrimSuffix(text, "\r")
	}
	switch c, colored := kindColors[l.Kind]; {
	case colored:
		w.WriteString(w.paint(string(l.Kind), c))
		at := 0
		for _, m := range marks {
			w.WriteString(w.paint(w.safe(text[at:m.start]), c))
			w.WriteString(w.paint(w.safe(text[m.start:m.end]), c, color.ReverseVideo))
			at = m.end
		}
		w.WriteString(w.paint(w.safe(text[at:]), c))
	default:
		w.WriteString(string(l.Kind) + w.safe(text))
	}
	w.WriteByte('\n')
	if !ended {
		w.WriteString("\\ No newline at end of file\n")
	}
}

// safe is text as a terminal may show it. Elsewhere it is for programs, byte for
// byte.
func (w *unifiedWriter) safe(text string) string {
	if !w.Snippets || text == "" {
		return text
	}
	return visible([]byte(text))
}
