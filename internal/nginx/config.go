package nginx

import "padlock/internal/source"

// Config is a configuration as the server reads it: a main file and everything
// it includes.
type Config struct {
	// Main is the tree of the file that was asked for.
	Main *Tree
	// Trees are all files, each once, in the order in which the server first
	// reads them; Main is the first.
	Trees []*Tree
	// Root stands for the whole configuration; its Name is "main". Around a
	// fragment (a file that belongs inside http or server) it holds synthetic
	// blocks, so that the way from Root down is always a complete one.
	Root *Node
	// Context is where the main file's directives stand, outermost block first;
	// empty for a complete configuration, {"http", "server"} for a snippet that
	// belongs in a virtual host.
	Context []string
	// Nodes is how many nodes there are, Root included.
	Nodes int
	// Inferred tells that Context was guessed from the file's directives.
	Inferred bool
	// Diagnostics are the syntax errors of all files and the includes that
	// cannot be followed, sorted. An error in a file that is included several
	// times is told once, with the first include chain.
	Diagnostics []source.Diagnostic
}

// Node is a directive at one place of the effective configuration. A directive
// of a file that is included twice has two nodes.
type Node struct {
	*Directive
	// Parent is the node of the enclosing block, across files; nil for Root.
	// (It hides Directive.Parent, which ends at the file.)
	Parent *Node
	// Children are the effective directives of the block, in the order in which
	// the server reads them. An include directive stays in the list; what it
	// includes follows it.
	Children []*Node
	// Reading is the file it was read from, and how the server got there.
	Reading *Reading
	// Number tells the nodes of a configuration apart: from 0 to
	// Config.Nodes - 1, in the server's order.
	Number int32
}

// Reading is one reading of a file: by being the main file, or by one include
// directive.
type Reading struct {
	// Tree is what was read.
	Tree *Tree
	// Include is the include directive; nil for the main file.
	Include *Node
	// Depth is the number of include directives on the way; 0 for the main
	// file.
	Depth int

	// chain is what Includes returns, nil if it has to be made.
	chain []source.Span
}

// maxChain is the depth up to which a reading keeps its include chain, which is
// asked for at every directive that decides something. Deeper ones are rare, and
// could take much memory if files include each other many times.
const maxChain = 4

func newReading(tree *Tree, include *Node, depth int) *Reading {
	r := &Reading{Tree: tree, Include: include, Depth: depth}
	if depth <= maxChain {
		r.chain = r.Includes()
	}
	return r
}

// Includes is the chain of include directives that led to the file, outermost
// first; nil for the main file. The slice is shared: do not change it.
func (r *Reading) Includes() []source.Span {
	if r.Depth == 0 || r.chain != nil {
		return r.chain
	}
	chain := make([]source.Span, r.Depth)
	for ; r.Include != nil; r = r.Include.Reading {
		chain[r.Depth-1] = r.Include.Span()
	}
	return chain
}

// Synthetic tells that the node stands in no file: Root, and the blocks around
// a fragment. There is nothing to report on it.
func (n *Node) Synthetic() bool { return n.Directive.Tree == nil }

// Context is the name of the block the node stands in: "main" at the top,
// otherwise "http", "server", "location", "if", ….
func (n *Node) Context() string {
	if n.Parent == nil {
		return ""
	}
	return n.Parent.Name
}

// Path is the names of the blocks around the node, outermost first, without
// "main": {"http", "server", "location"}.
func (n *Node) Path() []string {
	depth := 0
	for p := n.Parent; p != nil && p.Parent != nil; p = p.Parent {
		depth++
	}
	path := make([]string, depth)
	for p := n.Parent; p != nil && p.Parent != nil; p = p.Parent {
		depth--
		path[depth] = p.Name
	}
	return path
}

// Within finds the closest enclosing block of a name; nil if there is none.
func (n *Node) Within(name string) *Node {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// InData tells that the node is an entry of a block whose body is data, such as
// map or types, and so no directive at all.
func (n *Node) InData() bool {
	return n.Parent != nil && n.Parent.Parent != nil && dataBlocks[n.Parent.Name]
}

// Diagnostic starts a diagnostic at a range of the node's file, with the
// include chain filled in.
func (n *Node) Diagnostic(rule string, severity source.Severity, at source.Range, message string) source.Diagnostic {
	d := source.Diagnostic{Rule: rule, Severity: severity, Message: message, Subject: n.SpanOf(at)}
	if n.Reading != nil {
		d.Includes = n.Reading.Includes()
	}
	return d
}

// Walk visits every node that stands in a file, in the order in which the
// server reads them. When visit returns false, the children of that node are
// left out.
func (c *Config) Walk(visit func(*Node) bool) { walkNodes(c.Root, visit) }

func walkNodes(n *Node, visit func(*Node) bool) {
	for _, child := range n.Children {
		if child.Synthetic() || visit(child) {
			walkNodes(child, visit)
		}
	}
}
