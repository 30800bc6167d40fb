package apache

import (
	"bytes"

	"padlock/internal/source"
)

// maxLine is the longest logical line httpd reads, its line end included
// (httpd 2.4.71: 16777216 bytes are read, one more is "Line too long").
const maxLine = 16 << 20

// Parse reads one file. It never fails: what httpd would refuse is in the
// tree's Diagnostics, and everything else of the file is still there.
func Parse(file *source.File) *Tree {
	t := &Tree{File: file, text: file.String()}
	data := file.Data
	t.nodes = make([]node, 0, bytes.Count(data, []byte{'\n'})+1)
	dollars := bytes.IndexByte(data, '$') >= 0
	for start := 0; start < len(data); {
		n, next := scan(data, start)
		if dollars && bytes.Contains(data[start:next], []byte("${")) {
			n.flags |= variable
		}
		t.nodes = append(t.nodes, n)
		start = next
	}
	t.nodes = fit(t.nodes)
	nest(t)
	t.checkLines()
	t.Diagnostics = append(t.Diagnostics, t.marks...)
	source.SortDiagnostics(t.Diagnostics)
	return t
}

// fit gives back the memory of lines that were counted but joined to others.
func fit(nodes []node) []node {
	if cap(nodes) > len(nodes)+len(nodes)/4 {
		return append(make([]node, 0, len(nodes)), nodes...)
	}
	return nodes
}

// scan reads the logical line at data[start].
func scan(data []byte, start int) (n node, next int) {
	next, content, ended := physicalEnd(data, start)
	end := content
	if ended && end > start && data[end-1] == '\r' {
		end--
	}
	if ended && end > start && data[end-1] == '\\' {
		line, next, more := join(data, start)
		n = classify(trim(line))
		n.start = int32(start)
		n.flags |= continued
		if more {
			n.flags |= unfinished
		}
		return n, next
	}
	n = node{start: int32(start), link: -1, up: -1}
	if !ended && next != content {
		n.flags |= cutByNUL
	}
	plain(&n, data, start, content)
	return n, next
}

// plain fills in a line that is one physical line, data[from:to].
func plain(n *node, data []byte, from, to int) {
	for from < to && isSpace(data[from]) {
		from++
	}
	for to > from && isSpace(data[to-1]) {
		to--
	}
	n.text, n.end = int32(from), int32(to)
	n.name, n.nameEnd, n.args = n.text, n.text, n.text
	if from == to {
		n.kind = Blank
		return
	}
	switch data[from] {
	case '#':
		n.kind = Comment
		return
	case '"', '\'':
		n.takeApart(text{s: string(data[from:to]), base: n.text})
		return
	}
	nameEnd := from
	for nameEnd < to && !isSpace(data[nameEnd]) {
		nameEnd++
	}
	args := nameEnd
	for args < to && isSpace(data[args]) {
		args++
	}
	if data[nameEnd-1] == '>' || data[from] == '<' && from+1 < nameEnd && data[from+1] == '/' ||
		bytes.IndexByte(data[from:nameEnd], '\\') >= 0 {
		n.takeApart(text{s: string(data[from:to]), base: n.text})
		return
	}
	n.kind = Directive
	if data[from] == '<' {
		n.kind = Section
		n.name++
	}
	n.nameEnd, n.args = int32(nameEnd), int32(args)
}

// classify is the node of a line that needed joining.
func classify(line text) node {
	n := node{link: -1, up: -1}
	whole := line.origin(0, len(line.s))
	n.text, n.end = whole.Start, whole.End
	n.name, n.nameEnd, n.args = n.text, n.text, n.text
	switch {
	case line.s == "":
		n.kind = Blank
	case line.s[0] == '#':
		n.kind = Comment
	default:
		n.takeApart(line)
	}
	return n
}

// takeApart fills in name and arguments where the quick way does not do.
func (n *node) takeApart(line text) {
	c := splitCommand(line)
	n.kind = c.kind()
	if c.quoted || c.escaped {
		n.flags |= quotedName
	}
	name := line.origin(c.nameFrom, c.nameTo)
	n.name, n.nameEnd = name.Start, name.End
	n.args = line.origin(c.argsAt, c.argsAt).Start
}

// checkLines reports what is wrong with lines whatever they say.
func (t *Tree) checkLines() {
	data := t.File.Data
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		t.mark(source.Range{Start: 0, End: 3}, source.Error,
			"The file starts with a byte order mark, which Apache takes for part of the first word, so that the first line is an unknown directive.",
			"Save the file as UTF-8 without a byte order mark.")
	}
	for i := range t.nodes {
		n := Node{t, int32(i)}
		if t.nodes[i].flags&cutByNUL != 0 {
			end := n.Line().End
			at := t.nodes[i].start + int32(bytes.IndexByte(data[t.nodes[i].start:end], 0))
			t.mark(source.Range{Start: at, End: at + 1}, source.Warning,
				"A NUL byte ends the line for Apache: the rest of it is ignored without a message.",
				"Remove the byte.")
		}
		if n.Line().Len() > maxLine {
			t.mark(n.Range(), source.Error,
				"The line is longer than 16777216 bytes, the most that Apache reads: \"Line too long\".",
				"Split the file, or take out the backslashes that continue the line.")
		}
	}
}

func (t *Tree) mark(at source.Range, severity source.Severity, message, help string) {
	t.marks = append(t.marks, t.diagnostic(at, severity, message, help))
}

func (t *Tree) diagnostic(at source.Range, severity source.Severity, message, help string) source.Diagnostic {
	return source.Diagnostic{Rule: "syntax-error", Severity: severity, Message: message, Help: help, Subject: t.File.Span(at)}
}
