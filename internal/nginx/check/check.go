// Package check judges a whole nginx configuration: what the server refuses
// because of how directives stand to each other. What a directive by itself
// tells (its name, place, arguments and values) is the directives package's
// business, and the grammar is package nginx's.
//
// In comes a configuration with its includes followed; out come problems, each
// with the lint rule it belongs to. Nothing is read from disk: whether files,
// host names and users exist is not asked.
package check

import (
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
	"padlock/internal/source"
)

// Problem is something that the server would refuse, or that it warns of.
type Problem struct {
	// Rule is the id of the lint rule.
	Rule     string
	Severity source.Severity
	// Node is the directive at fault; nil if something is missing from the
	// configuration as a whole.
	Node *nginx.Node
	// Range lies in Node's file.
	Range         source.Range
	Message, Help string
	// Related are the places that explain it, such as the first of two.
	Related []source.Related
}

// Diagnostic is the problem with its place and include chain. Without a Node
// it has no subject.
func (p *Problem) Diagnostic() source.Diagnostic {
	d := source.Diagnostic{Rule: p.Rule, Severity: p.Severity, Message: p.Message}
	if p.Node != nil {
		d = p.Node.Diagnostic(p.Rule, p.Severity, p.Range, p.Message)
	}
	d.Help, d.Related = p.Help, p.Related
	return d
}

// Subject is a configuration that is judged. Its methods may be called in any
// order, and from several goroutines.
type Subject struct {
	config   *nginx.Config
	target   directives.Target
	complete bool
	uses     []*use
	byNumber []*use // by nginx.Node.Number; nil for those that the target does not take
	room     room
	// large holds the directives of blocks with many, such as an http block with
	// thousands of servers, which every one of them asks.
	large map[inBlock][]*use
}

// inBlock is the directives of a name right within a block.
type inBlock struct {
	block *nginx.Node
	name  string
}

// largeBlock is from how many directives on a block is not searched one by one.
const largeBlock = 64

// use is a directive at a place where the target takes it.
type use struct {
	*nginx.Node
	// Use is what the facts about directives are asked with.
	Use  directives.Use
	form *directives.Form
}

// room is memory for uses and their arguments, taken in large pieces: nearly
// every directive of a configuration needs some.
type room struct {
	// piece is how many are taken at once.
	piece int
	uses  []use
	words []string
}

func (r *room) use() *use {
	if len(r.uses) == 0 {
		r.uses = make([]use, r.piece)
	}
	u := &r.uses[0]
	r.uses = r.uses[1:]
	return u
}

func (r *room) arguments(n *nginx.Node) []string {
	args := n.Args()
	if len(args) > len(r.words) {
		r.words = make([]string, max(r.piece, len(args)))
	}
	list := r.words[:len(args):len(args)]
	r.words = r.words[len(args):]
	for i := range args {
		list[i] = args[i].Value
	}
	return list
}

func (u *use) name() string { return u.Use.Name }

// Of prepares a configuration. complete tells that the main file and all its
// includes were read, so that what is not there is nowhere: only then can
// something be missing or undefined.
func Of(config *nginx.Config, target directives.Target, complete bool) *Subject {
	s := &Subject{config: config, target: target, complete: complete, byNumber: make([]*use, config.Nodes), large: map[inBlock][]*use{}}
	s.room.piece = min(config.Nodes, 512)
	s.collect(config.Root, directives.Main, true)
	return s
}

// collect keeps the directives that the target takes, in the server's order.
// known tells that the directives of the block have a context.
func (s *Subject) collect(block *nginx.Node, context directives.Context, known bool) {
	for _, n := range block.Children {
		if !n.InData() && known && (n.Terminator.Len() > 0 || n.Synthetic()) && n.Directive.Name != "" {
			s.add(n, context)
		}
		if len(n.Children) > 0 && !n.InData() {
			inner, ok := context.Enter(n.Directive.Name)
			s.collect(n, inner, known && ok)
		}
	}
}

func (s *Subject) add(n *nginx.Node, context directives.Context) {
	form, ok := s.target.Find(n.Directive.Name, context)
	if !ok || form.Block != n.HasBlock {
		return
	}
	if !form.Arity.Allows(len(n.Args())) {
		return
	}
	u := s.room.use()
	*u = use{Node: n, form: form,
		Use: directives.Use{Name: n.Directive.Name, Arguments: s.room.arguments(n), Block: n.HasBlock, Context: context}}
	s.uses = append(s.uses, u)
	s.byNumber[n.Number] = u
	if len(n.Parent.Children) >= largeBlock {
		key := inBlock{n.Parent, u.name()}
		s.large[key] = append(s.large[key], u)
	}
}

// of is the use of a node; nil if the target does not take it.
func (s *Subject) of(n *nginx.Node) *use { return s.byNumber[n.Number] }

// within are the directives of a name right within a block, in order.
func (s *Subject) within(block *nginx.Node, name string) []*use {
	if len(block.Children) >= largeBlock {
		return s.large[inBlock{block, name}]
	}
	var all []*use
	for _, n := range block.Children {
		if n.Directive.Name == name {
			if u := s.of(n); u != nil {
				all = append(all, u)
			}
		}
	}
	return all
}

// All is everything that the other methods find.
func (s *Subject) All() []Problem {
	return slices.Concat(s.Duplicates(), s.Locations(), s.Listens(), s.Variables(), s.References(), s.Values(), s.Missing(), s.Hashes())
}

// problem starts a problem at argument i of a directive, or at its words if i
// is negative.
func (u *use) problem(rule string, i int, message, help string) Problem {
	at := u.HeadSpan().Range
	if i >= 0 && i+1 < len(u.Words) {
		at = u.Words[i+1].Range
	}
	return Problem{Rule: rule, Severity: source.Error, Node: u.Node, Range: at, Message: message, Help: help}
}

// and adds the place that explains a problem.
func (p Problem) and(other *use, message string) Problem {
	if !other.Synthetic() {
		p.Related = append(p.Related, source.Related{Subject: other.HeadSpan(), Message: message})
	}
	return p
}

// argument is the first argument that begins with a prefix: its position, and
// what follows the prefix; -1 if there is none.
func (u *use) argument(prefix string) (i int, rest string) {
	for i, arg := range u.Use.Arguments {
		if rest, ok := strings.CutPrefix(arg, prefix); ok {
			return i, rest
		}
	}
	return -1, ""
}

// has tells whether a word is among the arguments.
func (u *use) has(word string) bool { return slices.Contains(u.Use.Arguments, word) }

// child is the last directive of a name right within a block; nil for none.
func (s *Subject) child(block *nginx.Node, name string) *use {
	if all := s.within(block, name); len(all) > 0 {
		return all[len(all)-1]
	}
	return nil
}

// effective is the directive of a name that holds in a block: the block's own,
// or the one of the nearest block around it; nil for none.
func (s *Subject) effective(block *nginx.Node, name string) *use {
	for ; block != nil; block = block.Parent {
		if u := s.child(block, name); u != nil {
			return u
		}
	}
	return nil
}

// protocol is the half of the configuration that a directive belongs to:
// "http", "stream", "mail" or, for the main level, "".
func (u *use) protocol() string {
	for n := u.Node.Parent; n != nil; n = n.Parent {
		switch n.Directive.Name {
		case "http", "stream", "mail":
			return n.Directive.Name
		}
	}
	return ""
}
