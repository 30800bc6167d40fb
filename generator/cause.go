package generator

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/source"
)

// Cause tells from which part of the description some bytes of a rendered file
// come.
type Cause struct {
	// Range is within File.Content.
	source.Range
	// From is the value of an attribute, or the head of a site's block.
	From hcl.Range
}

// compareCauses puts wide ranges before those within them.
func compareCauses(a, b Cause) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
}

// Words carry their place through the templates: markStart, the place, markEnd,
// the word, markClose. These are control characters, which no text of a
// description may contain (see checkString), and which the words of the program
// do not; so nothing that is written by users can be taken for a mark.
const (
	markStart = '\x02'
	markEnd   = '\x05'
	markClose = '\x03'
)

// marked is a word with its place in the description. Without a place it is the
// word alone.
func marked[W ~string](word W, at hcl.Range) W {
	if at.Filename == "" || word == "" {
		return word
	}
	mark := append(make([]byte, 0, 64+len(at.Filename)+len(word)), markStart)
	mark = strconv.AppendQuoteToASCII(mark, at.Filename)
	for _, n := range []int{at.Start.Byte, at.Start.Line, at.Start.Column, at.End.Byte, at.End.Line, at.End.Column} {
		mark = strconv.AppendInt(append(mark, ' '), int64(n), 10)
	}
	mark = append(append(append(mark, markEnd), word...), markClose)
	return W(mark)
}

// unmark takes the marks out of a rendered file, and gives what they said. What
// carries no mark is of the site's block, whole.
func unmark(rendered []byte, whole hcl.Range) ([]byte, []Cause) {
	content := make([]byte, 0, len(rendered))
	var causes []Cause
	var open []int // causes whose end is to come
	for len(rendered) > 0 {
		i := bytes.IndexAny(rendered, string([]rune{markStart, markClose}))
		if i < 0 {
			break
		}
		content = append(content, rendered[:i]...)
		closes := rendered[i] == markClose
		rendered = rendered[i+1:]
		if closes {
			if n := len(open); n > 0 {
				causes[open[n-1]].End = int32(len(content))
				open = open[:n-1]
			}
			continue
		}
		place, rest, _ := bytes.Cut(rendered, []byte{markEnd})
		rendered = rest
		open = append(open, len(causes))
		from := readMark(string(place))
		if from.Filename == whole.Filename {
			from.Filename = whole.Filename // one text for all
		}
		causes = append(causes, Cause{Range: source.Range{Start: int32(len(content))}, From: from})
	}
	content = append(content, rendered...)
	if whole.Filename != "" {
		causes = append(causes, Cause{Range: source.Range{End: int32(len(content))}, From: whole})
	}
	slices.SortStableFunc(causes, compareCauses)
	return content, causes
}

// withoutMarks takes the marks out.
func withoutMarks(rendered []byte) []byte {
	if bytes.IndexByte(rendered, markStart) < 0 {
		return rendered
	}
	content, _ := unmark(rendered, hcl.Range{})
	return content
}

// readMark reads the place within a mark. Marks are the program's own, so one
// that cannot be read is a mistake of the program.
func readMark(place string) hcl.Range {
	var r hcl.Range
	quoted, err := strconv.QuotedPrefix(place)
	if err == nil {
		r.Filename, err = strconv.Unquote(quoted)
	}
	rest := place[len(quoted):]
	for _, n := range []*int{&r.Start.Byte, &r.Start.Line, &r.Start.Column, &r.End.Byte, &r.End.Line, &r.End.Column} {
		if err == nil {
			var number string
			number, rest, _ = strings.Cut(strings.TrimPrefix(rest, " "), " ")
			*n, err = strconv.Atoi(number)
		}
	}
	if err != nil {
		panic(fmt.Sprintf("%q is no mark of the renderer: %v", place, err))
	}
	return r
}

// CausesOf are the parts of the description that some bytes of the file come
// from, the closest first: what was written for those bytes, else what was
// written for others of their line, and last the block of the site. A range of
// several lines is a block, of which single values tell little.
func (f File) CausesOf(at source.Range) []hcl.Range {
	line := source.NewFile(f.Name, f.Content)
	first := line.LineRange(line.Position(int(at.Start)).Line)
	var close, beside, block []hcl.Range
	for _, c := range f.Causes {
		switch {
		case c.Start == 0 && int(c.End) == len(f.Content):
			block = append(block, c.From)
		case at.End > first.End:
		case c.Start < max(at.End, at.Start+1) && at.Start < c.End:
			close = append(close, c.From)
		case c.Start < first.End && first.Start < c.End:
			beside = append(beside, c.From)
		}
	}
	return slices.Concat(close, beside, block)
}
