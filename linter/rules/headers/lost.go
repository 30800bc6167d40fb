package headers

import (
	"fmt"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// lostInNginx goes through the blocks of virtual hosts with TLS. An add_header
// of their own, or add_header_inherit off, cuts them off from what is set around
// them (ngx_http_headers_module; add_header_inherit since 1.29.3).
func lostInNginx(p *rule.Pass) {
	heads := encrypted(p)
	told := map[source.Span]bool{}
	var visit func(block *nginx.Node, inherited *nginx.Node, mode string, tls bool)
	visit = func(block *nginx.Node, inherited *nginx.Node, mode string, tls bool) {
		if block.Name == "server" && block.HasBlock {
			tls = heads[block.HeadSpan()]
		}
		cause, own := (*nginx.Node)(nil), (*nginx.Node)(nil)
		for _, n := range block.Children {
			switch n.Name {
			case "add_header_inherit":
				mode = n.Arg(0)
				if mode == "off" {
					cause = n
				}
			case "more_set_headers":
				if own == nil && strings.HasPrefix(strings.ToLower(n.Arg(0)), strings.ToLower(hsts)+":") {
					own = n
				}
			}
		}
		for _, n := range block.Children {
			if n.Name != "add_header" {
				continue
			}
			if strings.EqualFold(n.Arg(0), hsts) {
				own = n
			} else if cause == nil && mode != "merge" {
				cause = n
			}
		}
		if own == nil && cause != nil && inherited != nil {
			if tls && !block.Synthetic() && !told[block.HeadSpan()] {
				told[block.HeadSpan()] = true
				p.Report(lostFinding(p, block, cause, inherited))
			}
			inherited = nil
		}
		if own != nil {
			inherited = own
		}
		for _, n := range block.Children {
			if n.HasBlock && !n.Raw && !n.InData() && n.Name != "map" {
				visit(n, inherited, mode, tls)
			}
		}
	}
	for _, n := range p.Nginx.Root.Children {
		if n.Name == "http" {
			visit(n, nil, "on", false)
		}
	}
}

func lostFinding(p *rule.Pass, block, cause, inherited *nginx.Node) rule.Finding {
	what := fmt.Sprintf("its own add_header (%s) replaces all that it would inherit", cause.Arg(0))
	if cause.Name == "add_header_inherit" {
		what = "it inherits no headers"
	}
	f := p.AtNode(block, block.HeadSpan().Range, fmt.Sprintf("%s loses %s: %s", titleOf(block), hsts, what))
	f.Help = "Repeat the header here, or take add_header_inherit merge from nginx 1.29.3 on."
	f.Related = []source.Related{
		{Subject: inherited.HeadSpan(), Message: "the header is set here"},
		{Subject: cause.HeadSpan(), Message: "and lost by this"},
	}
	if inherited.Name == "add_header" && cause.Name == "add_header" && cause.Terminator.Len() > 0 {
		file := cause.Tree.File
		at := file.Span(source.Range{Start: cause.Range.End, End: cause.Range.End})
		text := "\n" + indentation(cause) + string(inherited.HeadSpan().Text()) + ";"
		// A file that others include too may get another header there.
		f.Fixes = []rule.Fix{{Title: "Repeat the header", Safe: cause.Tree == inherited.Tree, Edits: []rule.Edit{rule.Replace(at, text)}}}
	}
	return f
}

// titleOf is what people call a block: location "/api/".
func titleOf(block *nginx.Node) string {
	var words []string
	for _, w := range block.Args() {
		words = append(words, w.Value)
	}
	switch block.Name {
	case "location":
		return fmt.Sprintf("location %q", strings.Join(words, " "))
	case "server":
		return "this server"
	}
	return "this " + block.Name
}

// indentation is the blank space in front of a directive that begins its line.
func indentation(n *nginx.Node) string {
	file := n.Tree.File
	start := n.HeadSpan().StartPosition()
	before := string(file.Line(start.Line))
	blank := before[:len(before)-len(strings.TrimLeft(before, " \t"))]
	if len(blank) != start.Column-1 {
		return ""
	}
	return blank
}

// lostInApache goes through the lines that take the header away from a table
// that another line puts it in.
func lostInApache(p *rule.Pass, lines []*line) {
	heads := encrypted(p)
	for _, l := range lines {
		host := hostOf(l)
		if !l.unset || l.conditional || host.IsZero() || !heads[host] {
			continue
		}
		for _, set := range lines {
			if set.unset || set.always != l.always || !before(set, l, host) {
				continue
			}
			f := l.start(fmt.Sprintf("%s takes %s away that is set around it", where(l), hsts))
			f.Help = "Leave the line out."
			f.Related = []source.Related{{Subject: set.span, Message: "the header is set here"}}
			p.Report(f)
			break
		}
	}
}

// before tells that a line that sets the header comes before one that takes it
// away: that of the whole server, and what stands in the virtual host outside of
// sections.
func before(set, unset *line, host source.Span) bool {
	at := hostOf(set)
	if !at.IsZero() && at != host {
		return false
	}
	outer := len(set.item.Sections()) == 0 || !at.IsZero() && len(set.item.Sections()) == 1
	inner := len(unset.item.Sections()) > 1
	return outer && (inner || at.IsZero() || set.item.Index() < unset.item.Index())
}

// hostOf is the head of the virtual host around a line.
func hostOf(l *line) source.Span { return hostAround(l.item) }

func hostAround(item apache.Item) source.Span {
	for _, section := range item.Sections() {
		if section.Is("VirtualHost") {
			return section.Span()
		}
	}
	return source.Span{}
}

func where(l *line) string {
	sections := l.item.Sections()
	inner := sections[len(sections)-1]
	if inner.Is("VirtualHost") {
		return "this virtual host"
	}
	return fmt.Sprintf("<%s %s>", inner.Name(), inner.Args())
}
