package nginx

import (
	"errors"
	"fmt"
	"io/fs"

	"padlock/internal/source"
)

// Bounds of the effective configuration: a file included twice by a file that
// is included twice, and so on, would otherwise grow without end.
const (
	maxIncludeDepth = 100
	// maxSize is counted in directives, a reading of a file as one.
	maxSize = 4 << 20
)

// dataIncludes tells in which data blocks nginx follows include; in the others
// it is an entry like any other. (ngx_http_map_module.c, ngx_http_geo_module.c,
// ngx_http_core_module.c; nginx 1.30.)
var dataIncludes = map[string]bool{"map": true, "geo": true, "types": true}

// expand makes the effective tree, in the server's order.
func (l *loader) expand(main *Tree) {
	l.seen, l.told = map[*Tree]bool{}, map[told]bool{}
	c := l.config
	c.Root = &Node{Directive: synthetic("main"), Number: l.number()}
	parent := c.Root
	for _, name := range c.Context {
		n := &Node{Directive: synthetic(name), Parent: parent, Number: l.number()}
		parent.Children = []*Node{n}
		parent = n
	}
	l.add(&Reading{Tree: main}, parent)
}

// number is the Number of the next node; maxSize keeps it small.
func (l *loader) number() int32 {
	l.config.Nodes++
	return int32(l.config.Nodes - 1)
}

// synthetic is a block that stands in no file. A location needs a path to be
// one: it is "/".
func synthetic(name string) *Directive {
	d := &Directive{Name: name, Words: []Word{{Value: name}}, HasBlock: true}
	if name == "location" {
		d.Words = append(d.Words, Word{Value: "/"})
	}
	return d
}

// add splices a file into a block.
func (l *loader) add(r *Reading, parent *Node) {
	if !l.seen[r.Tree] {
		l.seen[r.Tree] = true
		l.config.Trees = append(l.config.Trees, r.Tree)
		for _, d := range r.Tree.Diagnostics {
			d.Includes = r.Includes()
			if dataBlocks[parent.Name] && isByteOrderMark(d) {
				d.Severity = source.Warning
			}
			l.config.Diagnostics = append(l.config.Diagnostics, d)
		}
	}
	l.size += 1 + r.Tree.Len()
	slab := &slab{nodes: make([]Node, r.Tree.Len()), lists: make([]*Node, r.Tree.Len())}
	if parent.Children == nil {
		parent.Children = slab.list(len(r.Tree.Directives))
	}
	l.splice(r.Tree.Directives, parent, r, slab)
}

// isByteOrderMark tells what a syntax error is about. Among entries any word
// will do for a key, and the server takes one that begins with the mark.
func isByteOrderMark(d source.Diagnostic) bool {
	return string(d.Subject.File.Text(d.Subject.Range)) == byteOrderMark
}

// slab is the memory of the nodes of one reading.
type slab struct {
	nodes []Node
	lists []*Node
}

func (s *slab) list(n int) []*Node {
	n = min(n, len(s.lists))
	list := s.lists[:0:n]
	s.lists = s.lists[n:]
	return list
}

func (l *loader) splice(list []*Directive, parent *Node, r *Reading, s *slab) {
	for _, d := range list {
		n := &s.nodes[0]
		s.nodes = s.nodes[1:]
		*n = Node{Directive: d, Parent: parent, Reading: r, Number: l.number()}
		parent.Children = append(parent.Children, n)
		if n.InData() {
			l.entry(n)
			if !dataIncludes[parent.Name] {
				continue
			}
		}
		if len(d.Block) > 0 {
			n.Children = s.list(len(d.Block))
			l.splice(d.Block, n, r, s)
		}
		if inc, ok := includeOf(d); ok {
			l.include(n, inc)
		}
	}
}

// entry reports an entry with a block in a file that is included in a data
// block; within one file the parser has done so.
func (l *loader) entry(n *Node) {
	if n.HasBlock && !n.Entry {
		d := n.Diagnostic(ruleSyntax, source.Error, n.Terminator,
			fmt.Sprintf(`unexpected "{": an entry of %q cannot have a block`, n.Parent.Name))
		d.Help = fmt.Sprintf("the file is included inside %q, where only entries may stand", n.Parent.Name)
		l.tell(n, "", d)
	}
}

// include follows one include directive.
func (l *loader) include(n *Node, inc include) {
	for _, t := range l.targets[inc] {
		if t.err != nil {
			l.tell(n, t.name, l.missing(n, t))
			continue
		}
		if message := l.endless(n, t.tree); message != "" {
			d := n.Diagnostic("include-cycle", source.Error, n.Words[1].Range, message)
			d.Help = "nginx follows includes until it runs out of open files, and does not start; remove one of the includes"
			l.tell(n, "", d)
			return
		}
		l.add(newReading(t.tree, n, n.Reading.Depth+1), n.Parent)
	}
}

// endless tells why an include must not be followed; empty if it may be.
func (l *loader) endless(n *Node, tree *Tree) string {
	for r := n.Reading; ; r = r.Include.Reading {
		if r.Tree == tree {
			return fmt.Sprintf("the include leads back to %s, which is being read", tree.Name)
		}
		if r.Include == nil {
			break
		}
	}
	switch {
	case n.Reading.Depth >= maxIncludeDepth:
		return fmt.Sprintf("files are included more than %d deep", maxIncludeDepth)
	case l.size+tree.Len() >= maxSize:
		return fmt.Sprintf("the includes add up to more than %d directives", maxSize)
	}
	return ""
}

// missing reports a file that is not read. That the server cannot read it
// either is certain only of a complete configuration, and of a file that does
// not exist or is none.
func (l *loader) missing(n *Node, t target) source.Diagnostic {
	severity := source.Warning
	if len(l.config.Context) == 0 && (errors.Is(t.err, fs.ErrNotExist) || errors.Is(t.err, source.ErrNotRegular)) {
		severity = source.Error
	}
	if errors.Is(t.err, source.ErrOutside) {
		// Left out is no fault of the configuration.
		d := n.Diagnostic("include-missing", source.Info, n.Words[1].Range, fmt.Sprintf("%s was not read: it %s", t.name, reasonOf(t.err)))
		d.Help = "what it holds is not judged; name its directory as well to have it read"
		return d
	}
	d := n.Diagnostic("include-missing", severity, n.Words[1].Range, fmt.Sprintf("%s %s", t.name, reasonOf(t.err)))
	d.Help = fmt.Sprintf("relative names start at the directory of nginx.conf, taken to be %s; a pattern such as *.conf may match nothing", l.prefix)
	return d
}

// told identifies what has been said of a directive.
type told struct {
	directive *Directive
	name      string
}

// tell reports what is wrong at a node, unless it has been said of the same
// directive in an earlier reading of the file.
func (l *loader) tell(n *Node, name string, d source.Diagnostic) {
	if key := (told{n.Directive, name}); !l.told[key] {
		l.told[key] = true
		l.config.Diagnostics = append(l.config.Diagnostics, d)
	}
}
