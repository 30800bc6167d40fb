package apache

import (
	"iter"
	"strings"

	"padlock/internal/source"
)

// Kind says what a line of a configuration is.
type Kind uint8

// The kinds of a logical line.
const (
	// Blank is a line without a word; `""` counts as one.
	Blank Kind = iota + 1
	// Comment is a line whose first character is '#'. Lines continued by a
	// backslash belong to it.
	Comment
	// Directive is a name with its arguments.
	Directive
	// Section is a line that opens a section: "<VirtualHost *:443>".
	Section
	// Close is a line that closes one: "</VirtualHost>".
	Close
	// Raw is a line in the body of a section that is not configuration: the Lua
	// of <LuaHook…>, the Perl of <Perl>.
	Raw
)

// Tree is one file as it is written. The lines tile the file: every byte
// belongs to exactly one Node. It is immutable and safe for concurrent use.
type Tree struct {
	File *source.File
	// Diagnostics are the structural errors that the file shows on its own,
	// rule "syntax-error". Load finds them anew with the knowledge of which
	// conditional sections are active; use its list when there is one.
	Diagnostics []source.Diagnostic

	// text is File's bytes, of which names and arguments are parts: making each
	// anew when it is asked for was a third of all allocations.
	text  string
	nodes []node
	// marks are those Diagnostics that do not depend on sections.
	marks []source.Diagnostic
}

// node is a logical line. All offsets are bytes of the file; the line ends
// where the next one starts.
type node struct {
	start   int32 // first byte of the line, white space included
	text    int32 // first byte that is not white space
	name    int32 // first byte of the name: after '<', "</" and quotes
	nameEnd int32
	args    int32 // first byte of the arguments
	end     int32 // behind the last byte that is not white space
	// link of an opening line is its closing line, or the first line behind
	// the section if none closes it; of a closing line its opening line or -1.
	link  int32
	up    int32 // the section that encloses the line, or -1
	kind  Kind
	flags flag
}

type flag uint8

const (
	// continued: the line spans more than one physical line.
	continued flag = 1 << iota
	// quotedName: the name is written in quotes.
	quotedName
	// variable: the line contains "${".
	variable
	// cutByNUL: httpd reads the line only up to a NUL byte.
	cutByNUL
	// unfinished: the line continues, but the file ends.
	unfinished
	// closed: a closing line was found for the section.
	closed
)

// Node is one logical line of a Tree: a directive, a section's opening or
// closing tag, a comment, a blank line. The zero Node is none.
type Node struct {
	tree  *Tree
	index int32
}

// IsZero tells that there is no node.
func (n Node) IsZero() bool { return n.tree == nil }

// Tree is the file that the node belongs to.
func (n Node) Tree() *Tree { return n.tree }

// File is the source file that the node belongs to.
func (n Node) File() *source.File { return n.tree.File }

// Len is the number of logical lines.
func (t *Tree) Len() int { return len(t.nodes) }

// Node is logical line i, counted from 0.
func (t *Tree) Node(i int) Node { return Node{t, int32(i)} }

// Nodes are all logical lines in file order, those inside sections included.
func (t *Tree) Nodes() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for i := range t.nodes {
			if !yield(Node{t, int32(i)}) {
				return
			}
		}
	}
}

// Children are the lines outside of any section.
func (t *Tree) Children() iter.Seq[Node] {
	return t.siblings(0, int32(len(t.nodes)))
}

// siblings are the lines from..to, without the insides of sections.
func (t *Tree) siblings(from, to int32) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for i := from; i < to; {
			if !yield(Node{t, i}) {
				return
			}
			if t.nodes[i].kind == Section {
				i = t.afterSection(i)
			} else {
				i++
			}
		}
	}
}

// afterSection is the index of the first line behind section i.
func (t *Tree) afterSection(i int32) int32 {
	n := &t.nodes[i]
	if n.flags&closed != 0 {
		return n.link + 1
	}
	return n.link
}

// Print gives back the bytes of the file.
func (t *Tree) Print() []byte {
	out := make([]byte, 0, len(t.File.Data))
	for n := range t.Nodes() {
		out = append(out, t.File.Text(n.Line())...)
	}
	return out
}

func (n Node) get() *node { return &n.tree.nodes[n.index] }

// Kind says what the line is.
func (n Node) Kind() Kind { return n.get().kind }

// Index is the node's place among the tree's lines, counted from 0.
func (n Node) Index() int { return int(n.index) }

// Line is the range of the whole logical line: indentation, continued lines
// and the line end included.
func (n Node) Line() source.Range {
	end := int32(len(n.tree.File.Data))
	if int(n.index)+1 < len(n.tree.nodes) {
		end = n.tree.nodes[n.index+1].start
	}
	return source.Range{Start: n.get().start, End: end}
}

// Range is the line without the white space around it: for a section its
// opening tag.
func (n Node) Range() source.Range { return source.Range{Start: n.get().text, End: n.get().end} }

// Whole is the range of a section from its opening to its closing tag, or to
// the end of its last line if it is not closed; for other lines it is Range.
func (n Node) Whole() source.Range {
	r := n.Range()
	if n.Kind() == Section {
		if last := n.tree.afterSection(n.index) - 1; last > n.index {
			r.End = max(r.End, n.tree.nodes[last].end)
		}
	}
	return r
}

// NameRange is the name alone, without brackets and quotes.
func (n Node) NameRange() source.Range {
	return source.Range{Start: n.get().name, End: n.get().nameEnd}
}

// ArgsRange is everything behind the name up to the end of the line: for a
// section the closing '>' and what follows it included.
func (n Node) ArgsRange() source.Range {
	return source.Range{Start: n.get().args, End: max(n.get().args, n.get().end)}
}

// Span is Range with its file.
func (n Node) Span() source.Span { return n.tree.File.Span(n.Range()) }

// Name is the directive's name as written, without the brackets of a section.
// Names mean the same in any case; see Is.
func (n Node) Name() string {
	switch n.Kind() {
	case Directive, Section, Close:
		name, _ := n.split()
		return name
	}
	return ""
}

// Is tells whether the line is a directive or section of that name, in any
// case. A closing tag is neither.
func (n Node) Is(name string) bool {
	return (n.Kind() == Directive || n.Kind() == Section) && strings.EqualFold(n.Name(), name)
}

// RawArgs is everything behind the name, with continued lines joined.
func (n Node) RawArgs() string {
	_, args := n.split()
	return args.s
}

// Args is the argument text: of a section without the last '>' of the line
// and what follows it, which httpd ignores.
func (n Node) Args() string { return n.argText().s }

func (n Node) argText() text {
	_, args := n.split()
	if n.Kind() == Section {
		args, _ = cutBracket(args)
	}
	return args
}

// Words are the arguments, split as httpd does for every directive that does
// not parse its own text.
func (n Node) Words() []Word {
	if n.Kind() != Directive && n.Kind() != Section {
		return nil
	}
	return words(n.argText())
}

// Trailing is the range behind the last '>' of a section's opening line. httpd
// ignores what stands there.
func (n Node) Trailing() source.Range {
	_, args := n.split()
	if i := strings.LastIndexByte(args.s, '>'); i >= 0 && n.Kind() == Section {
		i = skipSpace(args.s, i+1)
		return args.origin(i, len(args.s))
	}
	return source.Range{Start: n.get().end, End: n.get().end}
}

// Children are the lines directly inside a section, without its closing tag.
func (n Node) Children() iter.Seq[Node] {
	if n.Kind() != Section {
		return func(func(Node) bool) {}
	}
	return n.tree.siblings(n.index+1, n.get().link)
}

// CloseTag is the line that closes the section; none if it is missing.
func (n Node) CloseTag() (Node, bool) {
	if n.Kind() == Section && n.get().flags&closed != 0 {
		return Node{n.tree, n.get().link}, true
	}
	return Node{}, false
}

// Parent is the section that encloses the line; none at the top of the file.
// A closing tag lies within the section it closes.
func (n Node) Parent() (Node, bool) {
	if up := n.get().up; up >= 0 {
		return Node{n.tree, up}, true
	}
	return Node{}, false
}

// LastLine is the number of the last physical line of the node, counted from
// 1. httpd gives a directive this number. It counts one more when the file ends
// where another line was wanted.
func (n Node) LastLine() int {
	if n.get().flags&unfinished != 0 {
		return n.tree.File.Position(len(n.tree.File.Data)).Line + 1
	}
	return n.tree.File.Position(int(max(n.get().start, n.Line().End-1))).Line
}
