// Package patch writes the difference of two texts as a patch that git apply
// and patch(1) take: unified hunks of whole lines. Texts are bytes; nothing is
// assumed about their encoding or their line ends.
package patch

import (
	"bytes"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind says what a patch does with a line.
type Kind byte

// The kinds of lines, as hunks mark them.
const (
	Same    Kind = ' '
	Removed Kind = '-'
	Added   Kind = '+'
)

// Line is a line of a hunk.
type Line struct {
	Kind Kind
	// Text is with its line end, which the last line of a text may lack.
	Text string
}

// Hunk is a group of changes with the lines around them.
type Hunk struct {
	// Old and New are the numbers, from 1, of the first line in either text; of
	// a side without lines, that of the line before.
	Old, New int
	Lines    []Line
}

// Count is how many lines of the hunk are of either text.
func (h *Hunk) Count() (before, after int) {
	for _, l := range h.Lines {
		if l.Kind != Added {
			before++
		}
		if l.Kind != Removed {
			after++
		}
	}
	return before, after
}

// DefaultContext is how many unchanged lines stand around changes by custom.
const DefaultContext = 3

// Hunks groups the changes between two texts, with up to context unchanged lines
// around each; none if the texts are equal.
func Hunks(before, after []byte, context int) []Hunk {
	if bytes.Equal(before, after) {
		return nil
	}
	var hunks []Hunk
	lines := Lines(before, after)
	old, new := 1, 1 // the numbers of lines[i]
	end := 0         // what lies before is in a hunk already
	for i, line := range lines {
		if line.Kind != Same && i >= end {
			start := max(i-context, end)
			h := Hunk{Old: old - (i - start), New: new - (i - start)}
			end = hunkEnd(lines, i, context)
			h.Lines = lines[start:end]
			hunks = append(hunks, h)
		}
		if line.Kind != Added {
			old++
		}
		if line.Kind != Removed {
			new++
		}
	}
	for i := range hunks {
		hunks[i].number()
	}
	return hunks
}

// hunkEnd is where the hunk ends that has its first change at i: changes with no
// more than twice the context between them share one.
func hunkEnd(lines []Line, i, context int) int {
	last := i
	for j := i; j < len(lines) && j-last <= 2*context+1; j++ {
		if lines[j].Kind != Same {
			last = j
		}
	}
	return min(last+1+context, len(lines))
}

// number moves the number of a side without lines to the line before, as the
// format wants it.
func (h *Hunk) number() {
	before, after := h.Count()
	if before == 0 {
		h.Old--
	}
	if after == 0 {
		h.New--
	}
}

// Unified is the patch that makes after of before, for a file of this name; nil
// if they are equal. A file below the current directory is best named relative
// to it.
func Unified(name string, before, after []byte) []byte {
	hunks := Hunks(before, after, DefaultContext)
	if len(hunks) == 0 {
		return nil
	}
	var out bytes.Buffer
	old, new := Header(name, name)
	fmt.Fprintf(&out, "%s\n%s\n", old, new)
	for _, h := range hunks {
		out.WriteString(h.Header() + "\n")
		for _, l := range h.Lines {
			out.WriteByte(byte(l.Kind))
			out.WriteString(l.Text)
			if !strings.HasSuffix(l.Text, "\n") {
				out.WriteString("\n\\ No newline at end of file\n")
			}
		}
	}
	return out.Bytes()
}

// Header is the two lines that begin the patch of a file. A name that is empty is
// that of a file that is not there.
func Header(oldName, newName string) (old, new string) {
	old, new = "--- /dev/null", "+++ /dev/null"
	if oldName != "" {
		old = "--- " + quoted("a/"+strings.TrimPrefix(oldName, "/"))
	}
	if newName != "" {
		new = "+++ " + quoted("b/"+strings.TrimPrefix(newName, "/"))
	}
	return old, new
}

// Place is the number of a line, from 1, in either text; of the text that does
// not have it, the number of the line that comes next.
type Place struct{ Old, New int }

// Numbered are the lines of the hunk with their places.
func (h *Hunk) Numbered() iter.Seq2[Line, Place] {
	return func(yield func(Line, Place) bool) {
		at := Place{h.Old, h.New}
		before, after := h.Count()
		if before == 0 {
			at.Old++
		}
		if after == 0 {
			at.New++
		}
		for _, l := range h.Lines {
			if !yield(l, at) {
				return
			}
			if l.Kind != Added {
				at.Old++
			}
			if l.Kind != Removed {
				at.New++
			}
		}
	}
}

// Header is the line that begins a hunk: "@@ -1,3 +1,4 @@".
func (h *Hunk) Header() string {
	before, after := h.Count()
	return fmt.Sprintf("@@ -%s +%s @@", side(h.Old, before), side(h.New, after))
}

func side(start, count int) string {
	if count == 1 {
		return strconv.Itoa(start)
	}
	return fmt.Sprintf("%d,%d", start, count)
}

// quoted is a file's name as git writes it: in the manner of C if it has
// characters that could be misread, and with a tab behind it if it has blanks.
func quoted(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f || r == utf8.RuneError }) {
		if strings.Contains(name, " ") {
			return name + "\t"
		}
		return name
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range []byte(name) {
		switch {
		case c == '"' || c == '\\':
			out.WriteByte('\\')
			out.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&out, "\\%03o", c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}
