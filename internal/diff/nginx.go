package diff

import (
	"slices"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// unread are the include directives whose files could not be read: unlike
// others they stay in the tree, for what they bring is not known.
var unread = rule.NewShared(func(c *rule.Config) map[source.Span]bool {
	set := map[source.Span]bool{}
	for _, d := range c.Diagnostics() {
		if d.Rule == "include-missing" || d.Rule == "include-cycle" {
			set[lineOf(d.Subject)] = true
		}
	}
	return set
})

// lineOf is the span of the line on which a span begins.
func lineOf(s source.Span) source.Span {
	return s.File.Span(s.File.LineRange(s.StartPosition().Line))
}

// nginxChildren are the elements of a block's directives.
func nginxChildren(parent *element, nodes []*nginx.Node) []*element {
	list := make([]*element, 0, len(nodes))
	for _, n := range nodes {
		if n.Name == "include" && !n.HasBlock && !n.InData() && !unread.Of(parent.config)[lineOf(n.HeadSpan())] {
			continue
		}
		list = append(list, newNginx(parent, n))
	}
	return list
}

func newNginx(parent *element, n *nginx.Node) *element {
	e := parent.child(n.Name)
	e.nginx, e.block = n, n.HasBlock && !n.Raw
	args := make([]string, 0, len(n.Words))
	for _, w := range n.Args() {
		args = append(args, w.Value)
	}
	if n.Raw {
		args = append(args, string(n.SpanOf(n.Body()).Text()))
	}
	e.words = canonicalNginx(e, args)
	return e.settle()
}

// entry tells that an element is a line of a block that holds data: map, geo,
// types.
func (e *element) entry() bool { return e.nginx != nil && e.nginx.InData() }

// canonicalNginx spells arguments in one way, as far as the server reads
// different spellings as the same.
func canonicalNginx(e *element, args []string) []string {
	if e.entry() {
		return args
	}
	if change, ok := nginxSpellings[e.name]; ok {
		return change(e, args)
	}
	if len(args) == 0 {
		return nil
	}
	return directives.Canonical(directives.Use{Name: e.name, Arguments: args, Block: e.block, Context: contextOf(e.parent)})
}

// contextOf is the place of the directives in a block; 0 if not known.
func contextOf(e *element) directives.Context {
	var names []string
	for at := e; at != nil && at.parent != nil; at = at.parent {
		names = append(names, at.name)
	}
	slices.Reverse(names)
	context, _ := directives.ContextOf(names)
	return context
}

// nginxSpellings are directives that read their arguments in a way of their own.
var nginxSpellings = map[string]func(*element, []string) []string{
	"listen":      listenWords,
	"server_name": nameWords,
	"location":    func(_ *element, args []string) []string { return locationWords(args) },
	"if":          func(_ *element, args []string) []string { return []string{ifCondition(args)} },
	"server":      peerWords,
	"return":      returnWords,
	"rewrite":     rewriteWords,
	"error_page":  errorPageWords,
	"limit_except": func(_ *element, args []string) []string {
		args = slices.Clone(args)
		slices.Sort(args)
		return args
	},
	"valid_referers":   setWords,
	"add_header":       fieldWords,
	"add_trailer":      fieldWords,
	"proxy_set_header": fieldWords, "grpc_set_header": fieldWords,
	"proxy_hide_header": fieldWords, "fastcgi_hide_header": fieldWords, "uwsgi_hide_header": fieldWords,
	"proxy_pass_header": fieldWords, "fastcgi_pass_header": fieldWords, "uwsgi_pass_header": fieldWords,
}
