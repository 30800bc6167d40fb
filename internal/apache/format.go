package apache

import (
	"bytes"
	"slices"
	"strings"
)

const (
	indentation = "    "
	// maxIndent is the deepest indentation, in levels: without a bound, deeply
	// nested sections would make the output grow with the square of the input.
	maxIndent = 24
)

// Format lays a file out in the one canonical way: four spaces for each
// section, at most one blank line in a row and none at the ends of the file,
// no white space at line ends, one kind of line end. What stands between a
// line's first and last character is not touched; continued lines keep their
// breaks. The bodies of Lua and Perl sections stay as they are. A file with a
// structural error comes back unchanged.
func Format(t *Tree) []byte {
	if len(t.Diagnostics) > 0 {
		return slices.Clone(t.File.Data)
	}
	f := formatter{tree: t, eol: "\n", levels: make([]int32, len(t.nodes))}
	if i := bytes.IndexByte(t.File.Data, '\n'); i > 0 && t.File.Data[i-1] == '\r' {
		f.eol = "\r\n"
	}
	for i := range t.nodes {
		f.line(int32(i))
	}
	return f.out
}

type formatter struct {
	tree   *Tree
	eol    string
	out    []byte
	levels []int32 // of each line
	blank  bool    // a blank line is due before the next line
	macro  int32   // depth of sections open within a macro's body
}

func (f *formatter) line(i int32) {
	n := Node{f.tree, i}
	g := n.get()
	f.levels[i] = f.level(i)
	switch {
	case g.kind == Raw:
		f.out = append(f.out, f.tree.File.Text(n.Line())...)
		return
	case g.kind == Blank && n.Range().Len() == 0 || g.kind == Blank && g.flags&continued != 0 && n.logical().s == "":
		f.blank = len(f.out) > 0
		return
	}
	if f.blank && !f.afterRaw(i) {
		f.out = append(f.out, f.eol...)
	}
	f.blank = false
	indent := strings.Repeat(indentation, min(int(f.levels[i]), maxIndent))
	if g.flags&continued != 0 {
		f.out = append(f.out, f.continued(n, indent)...)
		return
	}
	f.out = append(f.out, indent...)
	f.out = append(f.out, f.tree.File.Text(n.Range())...)
	if bytes.HasSuffix(f.out, []byte{'\\'}) {
		// White space behind keeps the backslash from continuing the line.
		f.out = append(f.out, f.tree.File.Data[g.end:n.Line().End]...)
		return
	}
	f.out = append(f.out, f.eol...)
}

// afterRaw tells that the line follows a foreign body, which keeps its own
// blank lines.
func (f *formatter) afterRaw(i int32) bool {
	return i > 0 && f.tree.nodes[i-1].kind == Raw
}

// level is how many sections a line lies in.
func (f *formatter) level(i int32) int32 {
	g := &f.tree.nodes[i]
	if g.kind == Close && g.link >= 0 {
		f.macro = 0
		return f.levels[g.link]
	}
	if g.up < 0 {
		return 0
	}
	level := f.levels[g.up] + 1
	if bodyOf(Node{f.tree, g.up}.Name()) != template {
		return level
	}
	// The body of a macro need not be balanced; what is, is indented.
	switch g.kind {
	case Close:
		f.macro = max(0, f.macro-1)
	case Section:
		f.macro++
		return level + f.macro - 1
	}
	return level + f.macro
}

// continued lays out a line of several physical lines. A line behind a break
// is indented one level more, unless its indentation may be part of a word: in
// quotes, or right behind a character.
func (f *formatter) continued(n Node, indent string) []byte {
	lines := physicalLines(f.tree.File.Text(n.Line()))
	comment := n.Kind() == Comment
	var so builderState
	for i, l := range lines {
		content := strings.TrimLeft(l.content, " \t\v\f\r")
		switch {
		case i == 0:
			so.add(indent, content, l)
		case content == "":
			so.add("", "", l)
		case comment || so.between(l.content):
			so.add(indent+indentation, content, l)
		default:
			so.add("", l.content, l)
		}
	}
	out := so.finish(f.eol)
	if sameLine(n, out) {
		return out
	}
	r := n.Line()
	return append([]byte(indent), bytes.TrimLeft(f.tree.File.Data[r.Start:r.End], " \t\v\f")...)
}

// physicalLine is one line of a continued line, without the backslash.
type physicalLine struct {
	content string
	more    bool // a backslash follows
	ended   bool // a line end follows
}

func physicalLines(data []byte) []physicalLine {
	var out []physicalLine
	for at := 0; at < len(data); {
		next, content, ended := physicalEnd(data, at)
		l := physicalLine{ended: ended}
		s := string(data[at:content])
		if ended {
			s = strings.TrimSuffix(s, "\r")
			s, l.more = strings.CutSuffix(s, `\`)
		}
		l.content = s
		out = append(out, l)
		at = next
	}
	return out
}

// builderState puts the physical lines of a continued line together.
type builderState struct {
	lines []physicalLine
	// text is what httpd has read so far.
	text strings.Builder
}

func (b *builderState) add(indent, content string, l physicalLine) {
	b.text.WriteString(l.content)
	l.content = indent + content
	if content == "" {
		l.content = ""
	}
	b.lines = append(b.lines, l)
}

// between tells whether white space at the start of the next line separates
// words: there is some at the break, and no quote is open.
func (b *builderState) between(next string) bool {
	text := b.text.String()
	if strings.Count(text, `"`)%2 != 0 || strings.Count(text, "'")%2 != 0 || strings.HasSuffix(text, `\`) {
		return false
	}
	return text == "" || isSpace(text[len(text)-1]) || next != "" && isSpace(next[0])
}

func (b *builderState) finish(eol string) []byte {
	var out []byte
	for i, l := range b.lines {
		if i == len(b.lines)-1 && !l.more {
			l.content = strings.TrimRight(l.content, " \t\v\f\r")
		}
		out = append(out, l.content...)
		if l.more {
			out = append(out, '\\')
		}
		if l.ended || i == len(b.lines)-1 && !strings.HasSuffix(l.content, `\`) {
			out = append(out, eol...)
		}
	}
	return out
}

// sameLine tells whether a line that was laid out anew says the same.
func sameLine(n Node, data []byte) bool {
	joined, next, more := join(data, 0)
	if next != len(data) || more != (n.get().flags&unfinished != 0) {
		return false
	}
	if n.Kind() == Comment {
		return strings.HasPrefix(trim(joined).s, "#")
	}
	before, after := n.logical().s, trim(joined).s
	return slices.Equal(strings.Fields(before), strings.Fields(after)) && slices.Equal(values(before), values(after))
}

// values are all words of a line.
func values(line string) []string {
	var out []string
	for i := skipSpace(line, 0); i < len(line); {
		w := cutWord(line, i)
		out = append(out, w.value)
		i = w.next
	}
	return out
}
