package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fatih/color"
	"github.com/rivo/uniseg"

	"padlock/internal/source"
)

const (
	// tabWidth is how wide a tab is shown; the terminal's own stops would put
	// the caret elsewhere.
	tabWidth = 4
	// widestLine is the widest part of a line that is shown where no width is
	// known.
	widestLine = 160
)

// snippet writes where a span is, its first line, and a mark below it. Of a file
// that must not be shown only the place is written.
func (w *textWriter) snippet(at source.Span, gutter int, arrow string, mark rune, label string) {
	start, end := at.StartPosition(), at.EndPosition()
	margin := strings.Repeat(" ", gutter)
	fmt.Fprintf(w, "%s%s %s:%d:%d\n", margin, w.paint(arrow, color.FgBlue), printable(at.File.Name), start.Line, start.Column)
	line, ok := at.File.Excerpt(start.Line)
	if !ok {
		if label != "" {
			w.note(gutter, "there:", printable(label))
		}
		return
	}
	from := start.Offset - int(at.File.LineRange(start.Line).Start)
	to := len(line)
	if end.Line == start.Line {
		to = min(to, from+end.Offset-start.Offset)
	}
	shown, before, marked := w.window(line, min(from, len(line)), max(to, min(from, len(line))), gutter)
	bar := w.paint("|", color.FgBlue)
	fmt.Fprintf(w, "%s %s\n", margin, bar)
	fmt.Fprintf(w, "%s %s %s\n", w.paint(fmt.Sprintf("%*d", gutter, start.Line), color.FgBlue), bar, shown)
	marks := strings.Repeat(string(mark), max(1, marked))
	if label != "" {
		marks += " " + printable(label)
	}
	fmt.Fprintf(w, "%s %s %s%s\n", margin, bar, strings.Repeat(" ", before), w.paint(marks, color.FgRed, color.Bold))
}

// window is the part of a line to show, so that the marked bytes from..to are
// in it; before and marked are columns.
func (w *textWriter) window(line []byte, from, to, gutter int) (shown string, before, marked int) {
	room := widestLine
	if w.Width > 0 {
		room = max(w.Width-gutter-3, 20)
	}
	left, middle, right := visible(line[:from]), visible(line[from:to]), visible(line[to:])
	if displayWidth(left)+displayWidth(middle)+displayWidth(right) <= room {
		return strings.TrimRight(left+middle+right, " "), displayWidth(left), displayWidth(middle)
	}
	if displayWidth(left) > room/3 {
		left = "…" + lastColumns(left, room/3)
	}
	middle = firstColumns(middle, room-displayWidth(left)-1)
	rest := firstColumns(right, room-displayWidth(left)-displayWidth(middle)-1)
	return left + middle + rest + "…", displayWidth(left), displayWidth(middle)
}

func firstColumns(s string, columns int) string {
	width := 0
	for i, r := range s {
		if width += displayWidth(string(r)); width > columns {
			return s[:i]
		}
	}
	return s
}

func lastColumns(s string, columns int) string {
	width := 0
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if width += displayWidth(string(r)); width > columns {
			return s[i:]
		}
		i -= size
	}
	return s
}

func displayWidth(s string) int { return uniseg.StringWidth(s) }

// visible is text of a file as a terminal may show it: tabs as blanks, and
// nothing that could act on the terminal.
func visible(text []byte) string {
	return printable(strings.ReplaceAll(string(text), "\t", strings.Repeat(" ", tabWidth)))
}

// printable replaces control characters, invisible direction marks and bytes
// that are not UTF-8, which could make a line show something else than it says.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
