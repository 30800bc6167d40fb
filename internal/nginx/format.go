package nginx

import (
	"bytes"
	"strings"

	"padlock/internal/source"
)

// indentUnit is one level of indentation.
const indentUnit = "    "

// Format lays a file out in one way: a directive a line, four blanks for each
// block, "{" on the line of its directive, at most one blank line in a row and
// none after "{" or before "}". Comments keep their place. Words, and the
// bodies of Lua blocks, stay byte for byte; words that stand on lines of their
// own keep them, indented below the directive. Line ends are those of the
// file's first line. A file with a syntax error is returned as it is.
func Format(t *Tree) []byte {
	if len(t.Diagnostics) > 0 {
		return t.Print()
	}
	out := layOut(t)
	if again := Parse(source.NewFile(t.Name, out)); len(again.Diagnostics) > 0 {
		// A comment of just less than the length that nginx refuses can come
		// to it by a changed line end.
		return t.Print()
	}
	return out
}

func layOut(t *Tree) []byte {
	f := &formatter{tree: t, comments: t.Comments, pos: t.Range.Start, end: "\n", fresh: true}
	if i := bytes.IndexByte(t.Print(), '\n'); i > 0 && t.Print()[i-1] == '\r' {
		f.end = "\r\n"
	}
	f.out.Grow(t.Range.Len() + t.Range.Len()/8)
	f.block(t.Directives)
	f.commentsBefore(t.Range.End, false)
	f.newline()
	return f.out.Bytes()
}

// formatter writes a tree, going through the file from start to end.
type formatter struct {
	tree     *Tree
	out      bytes.Buffer
	comments []source.Range // not written yet
	pos      int32          // what lies before has been written
	depth    int
	end      string // line end
	written  bool   // something stands on the current line
	fresh    bool   // nothing stands in the block yet
}

func (f *formatter) newline() {
	if f.written {
		f.out.WriteString(f.end)
		f.written = false
	}
}

// text is the bytes of a range, which must not be empty.
func (f *formatter) text(r source.Range) {
	f.out.Write(f.tree.File.Text(r))
	f.pos = r.End
	f.written = true
}

// startLine begins a line for what stands at an offset, keeping one of the
// blank lines before it.
func (f *formatter) startLine(at int32, extra int) {
	f.newline()
	if !f.fresh && bytes.Count(f.tree.File.Data[f.pos:at], []byte{'\n'}) > 1 {
		f.out.WriteString(f.end)
	}
	f.fresh = false
	for range f.depth + extra {
		f.out.WriteString(indentUnit)
	}
}

// commentsBefore writes the comments that stand before an offset: on the
// current line if they stood there, otherwise on lines of their own.
// continued tells that a directive has begun and goes on after them.
func (f *formatter) commentsBefore(at int32, continued bool) {
	extra := 0
	if continued {
		extra = 1
	}
	for len(f.comments) > 0 && f.comments[0].Start < at {
		c := f.comments[0]
		f.comments = f.comments[1:]
		if f.written && bytes.IndexByte(f.tree.File.Data[f.pos:c.Start], '\n') < 0 {
			f.out.WriteByte(' ')
		} else {
			f.startLine(c.Start, extra)
		}
		f.comment(c)
	}
}

// comment writes a comment without the blanks at its end, and ends the line.
func (f *formatter) comment(c source.Range) {
	f.out.WriteString(strings.TrimRight(string(f.tree.File.Text(c)), " \t\r"))
	f.pos = c.End
	f.written = true
	f.newline()
}

func (f *formatter) block(list []*Directive) {
	for _, d := range list {
		f.commentsBefore(d.Range.Start, false)
		f.startLine(d.Range.Start, 0)
		f.directive(d)
	}
}

func (f *formatter) directive(d *Directive) {
	for i, w := range d.Words {
		if i > 0 {
			f.gap(w.Range.Start)
		}
		f.text(w.Range)
	}
	f.terminator(d)
	if !d.HasBlock {
		return
	}
	if d.Raw {
		f.text(source.Range{Start: d.Terminator.End, End: d.Close.End})
		return
	}
	empty := len(d.Block) == 0 && len(f.tree.CommentsIn(d.Body())) == 0
	f.depth++
	f.fresh = true
	f.block(d.Block)
	f.commentsBefore(d.Close.Start, false)
	f.depth--
	if !empty {
		f.fresh = true
		f.startLine(d.Close.Start, 0)
	}
	f.fresh = false
	f.text(d.Close)
}

// gap writes what stands between two words: the line break, if there is one,
// or one blank; nothing where no blank stood (a ")" behind a quoted word).
func (f *formatter) gap(next int32) {
	f.commentsBefore(next, true)
	between := f.tree.File.Data[f.pos:next]
	switch {
	case !f.written:
		f.startLine(f.pos, 1)
	case bytes.IndexByte(between, '\n') >= 0:
		f.startLine(f.pos, 1)
	case len(between) > 0:
		f.out.WriteByte(' ')
	}
}

// terminator writes ";" or "{" behind the last word; behind a comment, it needs
// a line of its own.
func (f *formatter) terminator(d *Directive) {
	f.commentsBefore(d.Terminator.Start, true)
	switch {
	case !f.written:
		f.startLine(f.pos, 0)
	case d.HasBlock:
		f.out.WriteByte(' ')
	}
	f.text(d.Terminator)
}
