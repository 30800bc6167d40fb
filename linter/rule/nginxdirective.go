package rule

import (
	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
	"padlock/internal/source"
)

// NginxDirective is an nginx directive during the walk, with what is known
// about it. What is costly to find out is found out once, for all rules.
type NginxDirective struct {
	*nginx.Node

	config    *Config
	context   directives.Context
	judged    bool
	problems  []directives.Problem
	hasUse    bool
	use       directives.Use
	arguments []string
}

func (d *NginxDirective) enter(n *nginx.Node, context directives.Context) {
	*d = NginxDirective{Node: n, config: d.config, context: context, arguments: d.arguments}
}

// PlaceIn is the place that a block is for the directives in it: 0 if nothing
// is known about what may stand in it, or if it holds data. For the outside of a
// fragment it may be a union of places.
func (c *Config) PlaceIn(block *nginx.Node) directives.Context {
	if block.Parent == nil && !c.Nginx.Inferred {
		return directives.Main
	}
	var names []string
	if block.Parent != nil {
		names = append(block.Path(), block.Name)
	}
	context, _ := directives.ContextOf(names)
	if context != 0 && c.Nginx.Inferred && holdsFragment(block) {
		return c.fragmentPlace(block, context)
	}
	return context
}

// holdsFragment tells that a block is the innermost around a fragment.
func holdsFragment(block *nginx.Node) bool {
	return block.Synthetic() && !(len(block.Children) == 1 && block.Children[0].Synthetic())
}

// fragmentPlace corrects the guess at where a fragment belongs, if it does not
// hold for every directive, by the places that all of them have in common.
func (c *Config) fragmentPlace(block *nginx.Node, guess directives.Context) directives.Context {
	common, fits := directives.Anywhere, true
	for _, n := range block.Children {
		if d, ok := directives.Lookup(n.Name); ok && n.Name != "include" {
			common &= d.Contexts()
			fits = fits && d.Contexts()&guess != 0
		}
	}
	if fits || common == 0 {
		return guess
	}
	return common
}

// Place is the context it stands in; 0 for a line of a data block, and within
// blocks that nothing is known about.
func (d *NginxDirective) Place() directives.Context { return d.context }

// Use is the directive as the facts want it. Its Arguments are valid during
// the call only.
func (d *NginxDirective) Use() directives.Use {
	if !d.hasUse {
		d.hasUse = true
		d.arguments = d.arguments[:0]
		for _, w := range d.Args() {
			d.arguments = append(d.arguments, w.Value)
		}
		d.use = directives.Use{Name: d.Name, Arguments: d.arguments, Block: d.HasBlock, Context: d.context}
	}
	return d.use
}

// Problems is what the target holds against the directive by itself: its name,
// place, arguments and values. It is nil where Place is 0 and for a directive
// that is a syntax error already.
func (d *NginxDirective) Problems() []directives.Problem {
	if d.judged || d.context == 0 || len(d.Words) == 0 || d.Terminator.Len() == 0 {
		return d.problems
	}
	d.judged = true
	d.problems = d.config.NginxTarget.Judge(d.Use())
	return d.problems
}

// ArgumentRange is the range of argument i, counted from 0, quotes included; of
// the name if i is negative or there is no such argument.
func (d *NginxDirective) ArgumentRange(i int) source.Range {
	if i < 0 || i+1 >= len(d.Words) {
		i = -1
	}
	if len(d.Words) == 0 {
		return d.Terminator
	}
	return d.Words[i+1].Range
}
