package syntax

import (
	_ "embed"
	"fmt"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/nginx/check"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed location-conflict.md
var locationConflictText string

// LocationConflict finds locations that nginx refuses beside or inside each
// other.
var LocationConflict = &rule.Rule{
	ID:         "location-conflict",
	Title:      "Two locations are the same, or one may not stand inside the other",
	Severity:   source.Error,
	Servers:    []tlspolicy.Server{tlspolicy.Nginx},
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/ngx_http_core_module.html#location"},
	Text:       locationConflictText,
	Check: func(p *rule.Pass) {
		first := map[locationKey]*nginx.Node{}
		p.OnNginx(func(d *rule.NginxDirective) {
			if l := readLocation(d.Node); l.kind != 0 && d.HasBlock {
				nestedLocation(p, d, l)
				duplicateLocation(p, d, l, first)
			}
		}, "location")
		reportAgainst(p, (*check.Subject).Locations)
	},
}

// locationKind is how a location is compared with a request.
type locationKind uint8

const (
	prefix locationKind = iota + 1 // with ^~ or without
	exact
	regex
	named
)

type location struct {
	kind locationKind
	path string
}

// readLocation takes the arguments apart; the modifier may be a word of its own
// or stand before the path. The kind is 0 if nginx refuses them.
func readLocation(n *nginx.Node) location {
	modifier, name := "", n.Arg(0)
	switch len(n.Args()) {
	case 1:
		for _, m := range []string{"=", "^~", "~*", "~"} {
			if strings.HasPrefix(name, m) {
				modifier, name = m, name[len(m):]
				break
			}
		}
	case 2:
		modifier, name = name, n.Arg(1)
	default:
		return location{}
	}
	switch {
	case modifier == "=":
		return location{exact, name}
	case modifier == "~" || modifier == "~*":
		return location{regex, name}
	case modifier == "" && strings.HasPrefix(name, "@"):
		return location{named, name}
	case modifier == "" || modifier == "^~":
		return location{prefix, name}
	}
	return location{}
}

// nestedLocation compares a location with the one around it, as
// ngx_http_core_location of nginx 1.30 does.
func nestedLocation(p *rule.Pass, d *rule.NginxDirective, inner location) {
	parent := d.Node.Parent
	if parent == nil || parent.Name != "location" || parent.Synthetic() {
		return
	}
	outer := readLocation(parent)
	message, help := "", "Move it out of the location around it."
	switch {
	case outer.kind == exact:
		message = fmt.Sprintf("location %q cannot be inside the exact location %q, which matches that one path only", inner.path, outer.path)
	case outer.kind == named:
		message = fmt.Sprintf("location %q cannot be inside the named location %q", inner.path, outer.path)
	case inner.kind == named:
		message = fmt.Sprintf("the named location %q can stand directly in the server only", inner.path)
	case inner.kind != regex && outer.kind != 0 && !strings.HasPrefix(inner.path, outer.path):
		message = fmt.Sprintf("location %q is outside location %q: no request could reach it", inner.path, outer.path)
		help = "Write the whole path, which begins like that of the location around it, or move it out."
	default:
		return
	}
	f := p.AtNode(d.Node, d.HeadSpan().Range, message)
	f.Help = help
	f.Related = []source.Related{{Subject: parent.HeadSpan(), Message: "the location around it"}}
	p.Report(f)
}

type locationKey struct {
	parent *nginx.Node
	location
}

// duplicateLocation finds the same location twice. nginx 1.30.6 accepts the
// same name and the same regular expression twice without a word; the latter
// does no harm.
func duplicateLocation(p *rule.Pass, d *rule.NginxDirective, l location, seen map[locationKey]*nginx.Node) {
	if l.kind == regex {
		return
	}
	key := locationKey{d.Node.Parent, l}
	first, twice := seen[key]
	if !twice {
		seen[key] = d.Node
		return
	}
	f := p.AtNode(d.Node, d.HeadSpan().Range, fmt.Sprintf("duplicate location %q: nginx refuses a second one in the same block", l.path))
	if l.kind == named {
		f.Message = fmt.Sprintf("the named location %q is given twice: nginx takes one of them without a word", l.path)
		f.Severity = source.Warning
	}
	f.Help = "Merge the two, or change the path of one."
	f.Related = []source.Related{{Subject: first.HeadSpan(), Message: "the first one"}}
	p.Report(f)
}
