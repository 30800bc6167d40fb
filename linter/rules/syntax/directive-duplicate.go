package syntax

import (
	_ "embed"
	"fmt"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/nginx/check"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed directive-duplicate.md
var directiveDuplicateText string

// DirectiveDuplicate finds directives and definitions that may be given once
// and are given twice. nginx refuses most of them; Apache takes the last one.
var DirectiveDuplicate = &rule.Rule{
	ID:       "directive-duplicate",
	Title:    "A directive that may be given once is given twice",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/dirindex.html",
		"https://httpd.apache.org/docs/2.4/sections.html#merging",
	},
	Text: directiveDuplicateText,
	Check: func(p *rule.Pass) {
		if p.Nginx != nil {
			duplicatesInNginx(p)
			reportAgainst(p, (*check.Subject).Duplicates)
			return
		}
		reportTogether(p)
		seen := map[single]apache.Item{}
		p.OnApache(func(d *rule.ApacheDirective) { duplicateInApache(p, d, seen) }, lastWins...)
	},
}

func duplicatesInNginx(p *rule.Pass) {
	seen := map[string]*nginx.Node{}
	check := func(block *nginx.Node) { duplicatesInBlock(p, block, seen) }
	p.OnNginxLeave(check)
	defined := map[definition]*nginx.Node{}
	p.OnNginx(func(d *rule.NginxDirective) { duplicateDefinition(p, d, defined) }, definers...)
	p.OnEnd(func() {
		// Root and the blocks around a fragment stand in no file, so that no
		// one leaves them.
		for block := p.Nginx.Root; ; block = block.Children[0] {
			check(block)
			if len(block.Children) != 1 || !block.Children[0].Synthetic() {
				return
			}
		}
	})
}

// duplicatesInBlock looks at one block. seen is memory to be used again.
func duplicatesInBlock(p *rule.Pass, block *nginx.Node, seen map[string]*nginx.Node) {
	if len(block.Children) < 2 {
		return
	}
	place := nginxfacts.Context(0)
	clear(seen)
	for _, n := range block.Children {
		if n.Name == "" || n.InData() {
			continue
		}
		first, twice := seen[n.Name]
		if !twice {
			seen[n.Name] = n
			continue
		}
		if place == 0 {
			if place = p.PlaceIn(block); place == 0 {
				return
			}
		}
		if form, ok := p.NginxTarget.Find(n.Name, place); ok && nginxfacts.Once(n.Name, form) {
			f := p.AtNode(n, n.NameSpan().Range, fmt.Sprintf("%q is duplicate: nginx takes it once in a block and refuses a second one", n.Name))
			f.Help = "Keep the one that is meant, and remove the other."
			f.Related = append(f.Related, source.Related{Subject: first.HeadSpan(), Message: "the first one"})
			p.Report(f)
		}
	}
}

// definition is a name that may be defined once in the http part or the stream
// part.
type definition struct{ part, kind, name string }

// definers define names of which nginx refuses a second definition, or, of
// zones, one that differs (tried with nginx 1.30.6).
var definers = []string{
	"upstream", "log_format", "limit_req_zone", "proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path",
}

func duplicateDefinition(p *rule.Pass, d *rule.NginxDirective, defined map[definition]*nginx.Node) {
	for _, r := range nginxfacts.References(d.Use()) {
		if !r.Defines {
			continue
		}
		key := definition{d.Context(), r.Kind, r.Name}
		first, twice := defined[key]
		if !twice {
			defined[key] = d.Node
			continue
		}
		if first == d.Node {
			continue // the last of two parameters counts
		}
		f := p.AtNode(d.Node, d.ArgumentRange(r.Argument), fmt.Sprintf("the %s %q is defined twice: nginx refuses the second definition", r.Kind, r.Name))
		f.Help = "Give one of them another name, or remove it; a file may be included twice."
		f.Related = append(f.Related, source.Related{Subject: first.HeadSpan(), Message: "the first definition"})
		p.Report(f)
	}
}

// lastWins are directives of Apache of which only the last one in a section
// counts, and of which a second one is therefore a mistake.
var lastWins = []string{"ServerName", "DocumentRoot", "SSLEngine", "SSLHonorCipherOrder", "SSLProtocol"}

type single struct {
	parent apache.Item
	name   string
}

func duplicateInApache(p *rule.Pass, d *rule.ApacheDirective, seen map[single]apache.Item) {
	parent, inside := d.Parent()
	if !inside || len(d.Conditions()) > 0 {
		// A virtual host is one piece; the server level may be spread over
		// files that override each other on purpose.
		return
	}
	key := single{parent, strings.ToLower(d.Name())}
	first, twice := seen[key]
	seen[key] = d.Item
	if !twice {
		return
	}
	f := p.AtItem(d.Item, d.ArgumentRange(-1), fmt.Sprintf("%s is given twice: Apache takes this one and forgets the first", d.Name()))
	f.Severity = source.Warning
	f.Help = "Keep the one that is meant, and remove the other."
	f.Related = append(f.Related, source.Related{Subject: first.Span(), Message: "the first one"})
	p.Report(f)
}
