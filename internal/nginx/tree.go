package nginx

import (
	"bytes"
	"sort"
	"strings"

	"padlock/internal/source"
)

// Tree is one file, read as nginx reads it. Every byte of the file lies in a
// directive, a comment, a skipped range, or is white space between those. A
// Tree is immutable once made and safe for concurrent use.
type Tree struct {
	// File holds the bytes. All ranges of the tree are offsets into it.
	File *source.File
	// Name is the server's path of the file; File.Name unless the tree is one
	// file of an nginx -T dump.
	Name string
	// Range is the part of File that the tree covers: all of it, unless the
	// tree is one file of an nginx -T dump.
	Range source.Range
	// Directives are those outside every block, in file order.
	Directives []*Directive
	// Comments are all comments in file order, from the "#" up to, but without,
	// the line end. Comments within raw bodies are not among them.
	Comments []source.Range
	// Skipped ranges are what the grammar has no place for: a stray "}" or ";",
	// a byte order mark. Each run of them has a diagnostic (up to a limit).
	Skipped []source.Range
	// Diagnostics are the syntax errors, in file order. nginx accepts the
	// grammar of the file exactly when there are none.
	Diagnostics []source.Diagnostic

	all []Directive // in file order
}

// Directive is one directive, simple or with a block.
type Directive struct {
	// Name is the first word as nginx sees it, quotes and escapes resolved. It
	// is empty only for a block without a name, which is a syntax error.
	Name string
	// Words are all words, the name first.
	Words []Word
	// Block holds the directives between the braces.
	Block []*Directive
	// Parent is the directive whose block this one stands in; nil at the top
	// of the file.
	Parent *Directive
	// Tree is the file it belongs to; nil for the synthetic blocks around a
	// fragment.
	Tree *Tree
	// Range covers everything from the first word to the ";" or the closing
	// brace.
	Range source.Range
	// Terminator is the ";" or the "{"; empty where it is missing.
	Terminator source.Range
	// Close is the "}" of a block; empty where it is missing.
	Close source.Range
	// HasBlock tells that the directive opened a block, even if nothing is in
	// it.
	HasBlock bool
	// Raw tells that the bytes between the braces are another language (Lua),
	// or nested too deeply to be read; Block is empty then.
	Raw bool
	// Entry tells that it is an entry of a block whose body is data, not
	// directives: map, geo, types, split_clients, charset_map, match, geoip2.
	Entry bool
}

// Word is one word of a directive.
type Word struct {
	// Value is the word as nginx sees it: without its quotes, with \" \' \\ \t
	// \r \n resolved, every other backslash kept.
	Value string
	// Range covers the word as written, with its quotes.
	Range source.Range
	// Quote is the quote character that encloses the word, 0 without one.
	Quote byte
}

// Print returns the bytes the tree was made from.
func (t *Tree) Print() []byte { return t.File.Text(t.Range) }

// Len is the number of directives in the tree, at every depth.
func (t *Tree) Len() int { return len(t.all) }

// Walk visits every directive in file order; the directives within a block
// follow their block's directive. When visit returns false, the block of that
// directive is left out.
func (t *Tree) Walk(visit func(*Directive) bool) { walkDirectives(t.Directives, visit) }

func walkDirectives(list []*Directive, visit func(*Directive) bool) {
	for _, d := range list {
		if visit(d) {
			walkDirectives(d.Block, visit)
		}
	}
}

// Args are the words after the name.
func (d *Directive) Args() []Word {
	if len(d.Words) == 0 {
		return nil
	}
	return d.Words[1:]
}

// Arg is the value of argument i, counted from 0; empty if there is none.
func (d *Directive) Arg(i int) string {
	if i < 0 || i+1 >= len(d.Words) {
		return ""
	}
	return d.Words[i+1].Value
}

// Span is the whole directive; the zero Span for a synthetic block.
func (d *Directive) Span() source.Span { return d.SpanOf(d.Range) }

// NameSpan is the name as written; for a block without a name, its "{".
func (d *Directive) NameSpan() source.Span {
	if len(d.Words) == 0 {
		return d.SpanOf(d.Terminator)
	}
	return d.SpanOf(d.Words[0].Range)
}

// HeadSpan covers the words from the first to the last, without the
// terminator: what to point at when the whole directive, but not its block, is
// meant.
func (d *Directive) HeadSpan() source.Span {
	if len(d.Words) == 0 {
		return d.SpanOf(d.Terminator)
	}
	return d.SpanOf(source.Range{Start: d.Words[0].Range.Start, End: d.Words[len(d.Words)-1].Range.End})
}

// SpanOf makes a range of the directive's file stand on its own; the zero Span
// for a synthetic block.
func (d *Directive) SpanOf(r source.Range) source.Span {
	if d.Tree == nil {
		return source.Span{}
	}
	return d.Tree.File.Span(r)
}

// Body is the range between the braces; empty without a block.
func (d *Directive) Body() source.Range {
	if !d.HasBlock {
		return source.Range{Start: d.Range.End, End: d.Range.End}
	}
	end := d.Range.End
	if d.Close.Len() > 0 {
		end = d.Close.Start
	}
	return source.Range{Start: d.Terminator.End, End: end}
}

// RawWord is word i as written, quotes and escapes included.
func (d *Directive) RawWord(i int) string {
	if d.Tree == nil {
		return d.Words[i].Value
	}
	return string(d.Tree.File.Text(d.Words[i].Range))
}

// CommentsIn are the comments that start within a range.
func (t *Tree) CommentsIn(r source.Range) []source.Range {
	first := sort.Search(len(t.Comments), func(i int) bool { return t.Comments[i].Start >= r.Start })
	last := sort.Search(len(t.Comments), func(i int) bool { return t.Comments[i].Start >= r.End })
	return t.Comments[first:max(first, last)]
}

// Leading are the comments on lines of their own directly above a directive,
// with no blank line between, top one first.
func (t *Tree) Leading(d *Directive) []source.Range {
	end := sort.Search(len(t.Comments), func(i int) bool { return t.Comments[i].Start >= d.Range.Start })
	first := end
	next := d.Range.Start
	for first > 0 {
		c := t.Comments[first-1]
		gap := t.File.Data[c.End:next]
		if bytes.Count(gap, []byte{'\n'}) != 1 || len(bytes.TrimSpace(gap)) > 0 || !t.startsLine(c.Start) {
			break
		}
		first--
		next = c.Start
	}
	return t.Comments[first:end]
}

// Trailing is the comment on the line on which a simple directive ends, or a
// block opens; ok is false if there is none.
func (t *Tree) Trailing(d *Directive) (comment source.Range, ok bool) {
	end := d.Range.End
	if d.HasBlock {
		end = d.Terminator.End
	}
	i := sort.Search(len(t.Comments), func(i int) bool { return t.Comments[i].Start >= end })
	if i == len(t.Comments) || len(strings.Trim(string(t.File.Data[end:t.Comments[i].Start]), " \t")) > 0 {
		return source.Range{}, false
	}
	return t.Comments[i], true
}

// startsLine tells that only blanks stand before an offset on its line.
func (t *Tree) startsLine(offset int32) bool {
	_, ok := indentation(t.File.Data[t.Range.Start:offset])
	return ok
}

// indentation is the number of bytes of blanks that end before; ok tells that
// nothing but them stands on that line.
func indentation[T string | []byte](before T) (width int, ok bool) {
	for i := len(before) - 1; i >= 0; i-- {
		switch before[i] {
		case ' ', '\t':
			width++
		case '\n':
			return width, true
		default:
			return width, false
		}
	}
	return width, true
}
