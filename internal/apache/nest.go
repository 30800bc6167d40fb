package apache

import (
	"fmt"
	"strings"

	"padlock/internal/source"
)

// nester finds which closing tag belongs to which section, for a file on its
// own: no condition is known, so that every section must be balanced.
type nester struct {
	tree *Tree
	open []int32 // sections open, outermost first
	// lost are the names of sections that were given up for a closing tag
	// further out: their own closing tags, when they come, are no news.
	lost []string
}

// nest links the lines of a tree and reports what does not fit.
func nest(t *Tree) {
	n := nester{tree: t}
	for i := int32(0); int(i) < len(t.nodes); i++ {
		line := &t.nodes[i]
		if len(n.open) > 0 {
			line.up = n.open[len(n.open)-1]
		}
		switch line.kind {
		case Section:
			i = n.section(i)
		case Close:
			n.close(i)
		}
	}
	n.finish()
}

// section opens section i and returns the last line that belongs to it for
// certain: the body of a macro and of foreign code is not nested here.
func (n *nester) section(i int32) int32 {
	t := n.tree
	node := Node{t, i}
	if args := node.RawArgs(); !strings.Contains(args, ">") {
		t.report(node.Range(), unclosedTag(args),
			fmt.Sprintf("The opening tag <%s has no closing '>'.", node.Name()),
			"Add '>' at the end of the line.")
	}
	if body := bodyOf(node.Name()); body != configuration {
		return n.opaque(i, body)
	}
	if strings.EqualFold(node.Name(), "VirtualHost") {
		n.leaveVirtualHost(i)
	}
	n.open = append(n.open, i)
	return i
}

// unclosedTag is how bad it is that an opening tag has no '>'. Without
// arguments httpd adds it; whether the section may do without them is another
// question.
func unclosedTag(args string) source.Severity {
	if args == "" {
		return source.Warning
	}
	return source.Error
}

// leaveVirtualHost closes a virtual host that is still open when the next one
// starts. They never nest, so its closing tag was forgotten; taken literally,
// every virtual host behind it would be lost.
func (n *nester) leaveVirtualHost(i int32) {
	t := n.tree
	for at, outer := range n.open {
		if !(Node{t, outer}).Is("VirtualHost") {
			continue
		}
		if n.nestedVirtualHost(i) {
			return
		}
		for j := len(n.open) - 1; j >= at; j-- {
			inner := n.open[j]
			t.nodes[inner].link = i
			n.unclosed(inner)
			n.lost = append(n.lost, Node{t, inner}.Name())
		}
		n.open = n.open[:at]
		t.nodes[i].up = -1
		if at > 0 {
			t.nodes[i].up = n.open[at-1]
		}
		return
	}
}

// nestedVirtualHost tells whether virtual host i, inside another, is followed
// by closing tags for both: then the nesting was meant, wrong as it is.
func (n *nester) nestedVirtualHost(i int32) bool {
	t := n.tree
	closing := 0
	for j := i + 1; int(j) < len(t.nodes) && closing < 2; j++ {
		node := Node{t, j}
		switch {
		case node.Is("VirtualHost"):
			return false
		case node.Kind() == Close && strings.EqualFold(node.Name(), "VirtualHost"):
			closing++
		}
	}
	return closing == 2
}

// opaque takes a section whose body is not configuration, or not yet.
func (n *nester) opaque(i int32, body body) int32 {
	t := n.tree
	end := endOfBody(t, i)
	if int(end) == len(t.nodes) && body == template {
		// Without its end, the lines are more likely meant for the server.
		n.unclosed(i)
		t.nodes[i].link = i + 1
		return i
	}
	for j := i + 1; j < end; j++ {
		t.nodes[j].up = i
		if body == foreign {
			t.nodes[j].kind = Raw
		} else {
			// The template may be unbalanced; its lines stand flat.
			n.flatten(j)
		}
	}
	t.nodes[i].link = end
	if int(end) == len(t.nodes) {
		n.unclosed(i)
		return end
	}
	t.nodes[i].flags |= closed
	t.nodes[end].link, t.nodes[end].up = i, i
	return end
}

// flatten marks a section line inside a macro as having no lines of its own.
func (n *nester) flatten(i int32) {
	if n.tree.nodes[i].kind == Section {
		n.tree.nodes[i].link = i + 1
	}
}

// close matches a closing tag with an open section. The innermost section of
// that name is taken; those inside it are reported as not closed.
func (n *nester) close(i int32) {
	t := n.tree
	tag := Node{t, i}
	name, complete := closeName(tag)
	if !complete {
		t.report(tag.Range(), source.Error,
			fmt.Sprintf("The closing tag </%s has no '>' directly behind the name.", name),
			fmt.Sprintf("Write </%s> without white space, alone on its line.", name))
	}
	at := len(n.open) - 1
	for at >= 0 && !strings.EqualFold(Node{t, n.open[at]}.Name(), name) {
		at--
	}
	if at < 0 {
		n.stray(tag, name)
		return
	}
	if at < len(n.open)-1 {
		n.mismatch(tag, name, at)
	}
	for _, inner := range n.open[at+1:] {
		t.nodes[inner].link = i
		n.lost = append(n.lost, Node{t, inner}.Name())
	}
	section := n.open[at]
	t.nodes[section].link = i
	t.nodes[section].flags |= closed
	t.nodes[i].link, t.nodes[i].up = section, section
	n.open = n.open[:at]
}

// closeName is what a closing tag closes. complete is false if the word does
// not end in '>'.
func closeName(tag Node) (name string, complete bool) {
	c := splitCommand(tag.logical())
	name = c.bare()
	if strings.HasSuffix(c.word, ">") {
		return name, true
	}
	name, _, _ = strings.Cut(name, ">")
	if name == "" {
		// "</ VirtualHost>": the name is the next word.
		name = strings.TrimSuffix(cutWord(c.args.s, 0).value, ">")
	}
	return name, false
}

func (n *nester) stray(tag Node, name string) {
	for i, lost := range n.lost {
		if strings.EqualFold(lost, name) {
			n.lost = append(n.lost[:i], n.lost[i+1:]...)
			return
		}
	}
	d := source.Diagnostic{
		Rule:     "syntax-error",
		Severity: source.Error,
		Message:  fmt.Sprintf("</%s> closes nothing: no <%s> is open here.", name, name),
		Help:     "Remove the line, or add the opening tag that it belongs to.",
		Subject:  tag.Span(),
	}
	if len(n.open) > 0 {
		inner := Node{n.tree, n.open[len(n.open)-1]}
		d.Message = fmt.Sprintf("</%s> closes nothing: expected </%s>, opened on line %d.", name, inner.Name(), inner.line())
		d.Related = []source.Related{{Subject: inner.Span(), Message: fmt.Sprintf("<%s> is open", inner.Name())}}
	}
	n.tree.Diagnostics = append(n.tree.Diagnostics, d)
}

func (n *nester) mismatch(tag Node, name string, at int) {
	inner := Node{n.tree, n.open[len(n.open)-1]}
	n.tree.Diagnostics = append(n.tree.Diagnostics, mismatch(tag, name, inner))
}

// mismatch is the diagnostic for a closing tag that comes while an inner
// section is still open.
func mismatch(tag Node, name string, inner Node) source.Diagnostic {
	return source.Diagnostic{
		Rule:     "syntax-error",
		Severity: source.Error,
		Message:  fmt.Sprintf("Expected </%s>, opened on line %d, but found </%s>.", inner.Name(), inner.line(), name),
		Help:     fmt.Sprintf("Close <%s> before this line.", inner.Name()),
		Subject:  tag.Span(),
		Related:  []source.Related{{Subject: inner.Span(), Message: fmt.Sprintf("<%s> is still open", inner.Name())}},
	}
}

// finish reports the sections that the file leaves open.
func (n *nester) finish() {
	for _, i := range n.open {
		n.tree.nodes[i].link = int32(len(n.tree.nodes))
		n.unclosed(i)
	}
}

func (n *nester) unclosed(i int32) {
	section := Node{n.tree, i}
	n.tree.Diagnostics = append(n.tree.Diagnostics, unclosed(section, isConditional(section.Name())))
}

// unclosed is the diagnostic for a section without its closing tag. httpd
// accepts that of a conditional section that holds, and of no other.
func unclosed(section Node, conditional bool) source.Diagnostic {
	d := source.Diagnostic{
		Rule:     "syntax-error",
		Severity: source.Error,
		Message:  fmt.Sprintf("<%s> is not closed.", section.Name()),
		Help:     fmt.Sprintf("Add </%s>.", section.Name()),
		Subject:  section.Span(),
	}
	if conditional {
		d.Severity = source.Warning
		d.Message = fmt.Sprintf("<%s> is not closed. Apache accepts that as long as the condition holds, and refuses the file when it does not.", section.Name())
	}
	return d
}

// line is the number of the line on which the node's text starts.
func (n Node) line() int {
	return n.tree.File.Position(int(n.get().text)).Line
}

func (t *Tree) report(at source.Range, severity source.Severity, message, help string) {
	t.Diagnostics = append(t.Diagnostics, t.diagnostic(at, severity, message, help))
}
