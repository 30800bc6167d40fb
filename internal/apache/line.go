package apache

import (
	"bytes"
	"strings"

	"padlock/internal/source"
)

// logical is the line as httpd sees it: continued lines joined, white space
// around it dropped.
func (n Node) logical() text {
	if n.get().flags&continued == 0 {
		r := n.Range()
		return text{s: n.tree.part(r), base: r.Start}
	}
	joined, _, _ := join(n.tree.File.Data, int(n.get().start))
	return trim(joined)
}

// join takes the backslashes, with the line ends behind them, out of the
// logical line that starts at data[start], and tells where the next line
// starts. The indentation of a continued line stays.
//
// httpd looks for the backslash at the end of all it has read so far, not of
// the last physical line alone: in `a\\`, empty line, `b` the empty line
// uncovers the first backslash, and the line goes on.
//
// more tells that the file ended where another line was wanted.
func join(data []byte, start int) (line text, next int, more bool) {
	var b builder
	more = true
	for next = start; more && next < len(data); {
		next, more = b.physical(data, next)
	}
	return b.text(int32(start)), next, more
}

// physical appends the physical line at data[at] without its line end, and
// without the backslash that continues it. A line without a line end is never
// continued; neither is one that a NUL cuts off.
func (b *builder) physical(data []byte, at int) (next int, more bool) {
	next, content, ended := physicalEnd(data, at)
	if content > at {
		b.s = append(b.s, data[at:content]...)
		b.add(part{at: int32(len(b.s) - (content - at)), from: source.Range{Start: int32(at), End: int32(content)}, copied: true})
	}
	if !ended {
		return next, false
	}
	if b.last() == '\r' {
		b.drop()
	}
	if b.last() == '\\' {
		b.drop()
		return next, true
	}
	return next, false
}

// physicalEnd tells where the physical line behind data[at] starts, where the
// content of this one ends, and whether a line end that httpd sees ends it.
func physicalEnd(data []byte, at int) (next, content int, ended bool) {
	next, content = len(data), len(data)
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		next, content, ended = at+i+1, at+i, true
	}
	if nul := bytes.IndexByte(data[at:content], 0); nul >= 0 {
		return next, at + nul, false
	}
	return next, content, ended
}

func trim(t text) text {
	from, to := 0, len(t.s)
	for from < to && isSpace(t.s[from]) {
		from++
	}
	for to > from && isSpace(t.s[to-1]) {
		to--
	}
	return t.slice(from, to)
}

func (t *Tree) part(r source.Range) string { return t.text[r.Start:r.End] }

// split is the name without brackets, and the arguments with a section's '>'.
func (n Node) split() (string, text) {
	g := n.get()
	if g.flags&(continued|quotedName) == 0 {
		args := n.ArgsRange()
		return n.tree.part(n.NameRange()), text{s: n.tree.part(args), base: args.Start}
	}
	c := splitCommand(n.logical())
	return c.bare(), c.args
}

// command is a logical line taken apart.
type command struct {
	// word is the first word, unquoted, brackets included, but without a '>' at
	// its end, which belongs to the arguments: "<VirtualHost", "</VirtualHost>".
	word string
	// name is the place of the bare name in the line.
	nameFrom, nameTo int
	args             text
	argsAt           int
	// bracket: the word ended in '>'.
	quoted, bracket, escaped bool
}

// bare is the name without brackets.
func (c command) bare() string {
	if strings.HasPrefix(c.word, "</") {
		return strings.TrimSuffix(c.word[2:], ">")
	}
	return strings.TrimPrefix(c.word, "<")
}

func (c command) kind() Kind {
	switch {
	case strings.HasPrefix(c.word, "</"):
		return Close
	case strings.HasPrefix(c.word, "<"):
		return Section
	case c.word == "" && !c.bracket:
		return Blank
	}
	return Directive
}

// splitCommand takes a logical line apart. A name that ends in '>' loses it,
// unless it is a closing tag; a section without arguments gets it for its
// argument text ("<RequireAll>"; ap_build_config_sub of httpd 2.4).
func splitCommand(line text) command {
	w := cutWord(line.s, 0)
	c := command{word: w.value, quoted: w.quote != 0, argsAt: w.next}
	c.nameFrom, c.nameTo = w.from, w.to
	c.escaped = w.value != line.s[w.from:w.to]
	if c.quoted {
		c.nameFrom++
		if !w.unclosed {
			c.nameTo--
		}
	}
	c.args = line.slice(w.next, len(line.s))
	if strings.HasSuffix(w.value, ">") && (len(w.value) < 2 || w.value[1] != '/') {
		c.bracket = true
		c.word = w.value[:len(w.value)-1]
		c.nameTo--
		if c.args.s == "" && strings.HasPrefix(c.word, "<") {
			c.argsAt = c.nameTo
			c.args = line.slice(c.nameTo, c.nameTo+1)
		}
	}
	switch {
	case strings.HasPrefix(c.word, "</"):
		c.nameFrom += 2
		if strings.HasSuffix(c.word[2:], ">") {
			c.nameTo--
		}
	case strings.HasPrefix(c.word, "<"):
		c.nameFrom++
	}
	c.nameTo = max(c.nameTo, c.nameFrom)
	return c
}

// cutBracket takes the last '>' and what follows off a section's arguments;
// ok is false if there is none.
func cutBracket(args text) (text, bool) {
	i := strings.LastIndexByte(args.s, '>')
	if i < 0 {
		return args, false
	}
	return trim(args.slice(0, i)), true
}
