package generator

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/apache"
	apachewords "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	nginxwords "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// Raw are directives of one server, as the description writes them.
type Raw struct {
	Server tlspolicy.Server
	// Outside tells that they stand beside the virtual host: in http of nginx, in
	// the server configuration of Apache. Otherwise they stand where the block does,
	// in the virtual host or the place of the route.
	Outside bool
	Text    Text
}

var rawBlock = &block{
	Name: "raw", Labels: []string{"server"}, Many: true,
	Doc:     "Directives of one server, for what the language has no words for. They are read and checked in their place; the other server's are left out.",
	Example: "raw \"nginx\" {\n  text = \"proxy_buffers 16 32k;\"\n}",
	Attributes: []attribute{
		{Name: "text", Type: cty.String, Lines: true, Example: `"proxy_buffers 16 32k;"`, Doc: "The directives, as the server's configuration has them."},
		{Name: "context", Type: cty.String, Check: oneOf("place", "outside"), Default: "place",
			Doc: "place: in the virtual host, or in the route that the block stands in; outside: in http of nginx, in the server configuration of Apache."},
	},
}

// rawOf are the raw blocks of a body. Routes do not inherit them: what stands in a
// virtual host holds in it by the server's own rules.
func rawOf(l *layer) ([]Raw, hcl.Diagnostics) {
	var out []Raw
	var diags hcl.Diagnostics
	for _, b := range l.blocks[rawBlock.Name] {
		server := tlspolicy.Server(b.Labels[0])
		if server != tlspolicy.Nginx && server != tlspolicy.Apache {
			at := b.labelRange()
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown server", Subject: &at,
				Detail: fmt.Sprintf("%q is not a server; it is nginx or apache%s", b.Labels[0], orStop(didYouMean(b.Labels[0], []string{"nginx", "apache"})))})
			continue
		}
		out = append(out, Raw{Server: server, Outside: b.text("context", "place").Value == "outside", Text: b.text("text", "")})
	}
	return out, diags
}

// rawProblem is what is wrong with raw text.
type rawProblem struct {
	// Line is that of the text, from 1.
	Line    int
	Message string
}

// raw reads and checks the raw blocks of a place.
func (c *checker) raw(s *Site, list []Raw, inRoute bool) {
	for _, r := range list {
		if r.Server != c.target.Server {
			continue
		}
		var problems []rawProblem
		if r.Server == tlspolicy.Nginx {
			_, problems = nginxRaw(r, inRoute, nginxwords.Target{Version: c.target.Version.String()})
		} else {
			_, problems = apacheRaw(r, inRoute)
		}
		for _, p := range problems {
			c.report(hcl.DiagError, r.Text.Range, fmt.Sprintf("Unusable directives for %s", r.Server),
				fmt.Sprintf("Line %d of the text: %s", p.Line, sentence(p.Message)))
		}
	}
}

// nginxRaw reads raw text and judges each directive in its place.
func nginxRaw(r Raw, inRoute bool, target nginxwords.Target) ([]nginxItem, []rawProblem) {
	tree := nginx.Parse(source.NewFile("raw", []byte(r.Text.Value)))
	problems := syntaxProblems(tree.Diagnostics)
	blocks := []string{"http", "server"}
	if r.Outside {
		blocks = blocks[:1]
	} else if inRoute {
		blocks = append(blocks, "location")
	}
	var convert func(list []*nginx.Directive, blocks []string) []nginxItem
	convert = func(list []*nginx.Directive, blocks []string) []nginxItem {
		context, known := nginxwords.ContextOf(blocks)
		var out []nginxItem
		for _, d := range list {
			line := tree.File.Position(int(d.Range.Start)).Line
			if len(d.Words) == 0 {
				problems = append(problems, rawProblem{line, "a block begins without the name of its directive"})
				continue
			}
			words := make([]nginxWord, len(d.Words))
			values := []string{}
			for i, w := range d.Words {
				words[i] = nginxWord(tree.File.Text(w.Range))
				if i > 0 {
					values = append(values, w.Value)
				}
			}
			switch {
			case len(words) == 0:
				continue // a block without a name, which is a mistake of syntax
			case d.Raw:
				problems = append(problems, rawProblem{line, fmt.Sprintf("%s holds another language, which cannot be checked; put it into a file and name that", d.Name)})
				continue
			case strings.ContainsAny(string(tree.File.Text(d.HeadSpan().Range)), "\n"):
				problems = append(problems, rawProblem{line, fmt.Sprintf("%s goes over several lines; write a directive on one", d.Name)})
				continue
			case known && !d.Entry:
				for _, p := range target.Judge(nginxwords.Use{Name: d.Name, Arguments: values, Block: d.HasBlock, Context: context}) {
					if p.Kind != nginxwords.Deprecated && p.Kind != nginxwords.Unloaded {
						problems = append(problems, rawProblem{line, strings.TrimSpace(p.Message + ". " + p.Help)})
					}
				}
			}
			item := nginxItem{Name: string(words[0]), Args: words[1:], Block: d.HasBlock}
			if d.HasBlock {
				item.Items = convert(d.Block, append(blocks[:len(blocks):len(blocks)], d.Name))
			}
			out = append(out, marks(item, r.Text.Range))
		}
		return out
	}
	return convert(tree.Directives, blocks), problems
}

// marks gives the words of a directive their place in the description.
func marks[W ~string](i item[W], at hcl.Range) item[W] {
	for n := range i.Args {
		i.Args[n] = marked(i.Args[n], at)
	}
	return i
}

func syntaxProblems(diagnostics []source.Diagnostic) []rawProblem {
	var out []rawProblem
	for _, d := range diagnostics {
		out = append(out, rawProblem{d.Subject.StartPosition().Line, d.Message})
	}
	return out
}

// apacheRaw reads raw text and judges each directive in its place.
func apacheRaw(r Raw, inRoute bool) ([]apacheItem, []rawProblem) {
	tree := apache.Parse(source.NewFile("raw", []byte(r.Text.Value)))
	problems := syntaxProblems(tree.Diagnostics)
	place := []string{"VirtualHost"}
	if r.Outside {
		place = nil
	} else if inRoute {
		place = append(place, "Location")
	}
	var convert func(nodes []apache.Node, place []string) []apacheItem
	convert = func(nodes []apache.Node, place []string) []apacheItem {
		var out []apacheItem
		for _, n := range nodes {
			line := tree.File.Position(int(n.Range().Start)).Line
			section := n.Kind() == apache.Section
			switch {
			case n.Kind() == apache.Blank || n.Kind() == apache.Comment || n.Kind() == apache.Close:
				continue
			case n.Kind() == apache.Raw || strings.Contains(string(tree.File.Text(n.Range())), "\n"):
				problems = append(problems, rawProblem{line, n.Name() + " goes over several lines; write a directive on one"})
				continue
			}
			problems = append(problems, apacheProblems(n, place, line)...)
			raw := strings.TrimSuffix(n.RawArgs(), ">")
			item := apacheItem{Name: n.Name(), Block: section}
			if raw = strings.TrimSpace(raw); raw != "" {
				item.Args = []apacheWord{apacheWord(raw)}
			}
			if section {
				var inner []apache.Node
				for child := range n.Children() {
					inner = append(inner, child)
				}
				item.Items = convert(inner, append(place[:len(place):len(place)], n.Name()))
			}
			out = append(out, marks(item, r.Text.Range))
		}
		return out
	}
	var top []apache.Node
	for n := range tree.Children() {
		top = append(top, n)
	}
	return convert(top, place), problems
}

// apacheProblems is what httpd holds against one directive.
func apacheProblems(n apache.Node, place []string, line int) []rawProblem {
	title := n.Name()
	if n.Kind() == apache.Section {
		title = "<" + title
	}
	facts := apachewords.Lookup(title)
	if len(facts) == 0 {
		return []rawProblem{{line, fmt.Sprintf("%s is no directive of Apache that Padlock knows", n.Name())}}
	}
	where := apachewords.Place{Enclosing: place}
	found := apachewords.CheckPlace(facts, where)
	if len(found) == 0 {
		call := apachewords.Call{Raw: strings.TrimSuffix(n.Args(), ">"), Place: where}
		for _, w := range n.Words() {
			call.Args = append(call.Args, w.Value)
		}
		for i, f := range facts {
			if problems := apachewords.Check(f, call); i == 0 || len(problems) < len(found) {
				found = problems
			}
		}
	}
	var out []rawProblem
	for _, p := range found {
		out = append(out, rawProblem{line, strings.TrimSpace(p.Message + ". " + p.Help)})
	}
	return out
}

// raw are the directives of the description for the place.
func (a nginxAt) raw() []nginxItem {
	list := a.host.site.Raw
	if a.route != nil {
		list = a.route.Raw
	} else if a.outer != nil {
		return nil // the virtual host has them
	}
	var out []nginxItem
	for i, r := range list {
		if r.Server != tlspolicy.Nginx {
			continue
		}
		items, _ := nginxRaw(r, a.route != nil, nginxwords.Target{})
		if r.Outside {
			a.around.add(fmt.Sprintf("raw %s %d", a.id(), i), items...)
			continue
		}
		out = append(out, items...)
	}
	return about("As the description has it.", out...)
}

// raw are the directives of the description for the place.
func (a apacheAt) raw() []apacheItem {
	list := a.host.site.Raw
	if a.route != nil {
		list = a.route.Raw
	}
	var out []apacheItem
	for _, r := range list {
		if r.Server == tlspolicy.Apache && !r.Outside {
			items, _ := apacheRaw(r, a.route != nil)
			out = append(out, items...)
		}
	}
	return about("As the description has it.", out...)
}

// rawOutside are the directives that stand beside the virtual hosts of the site.
func (s *Site) rawOutside() []apacheItem {
	var out []apacheItem
	add := func(list []Raw) {
		for _, r := range list {
			if r.Server == tlspolicy.Apache && r.Outside {
				items, _ := apacheRaw(r, false)
				out = append(out, items...)
			}
		}
	}
	add(s.Raw)
	for _, r := range s.Routes {
		add(r.Raw)
	}
	return about("As the description has it.", out...)
}
