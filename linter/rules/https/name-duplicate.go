package https

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed name-duplicate.md
var nameDuplicateText string

// NameDuplicate finds names that two virtual hosts of one listener have.
var NameDuplicate = &rule.Rule{
	ID:         "name-duplicate",
	Title:      "Two virtual hosts of one listener have the same name",
	Severity:   source.Warning,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/server_names.html", "https://httpd.apache.org/docs/2.4/vhosts/name-based.html"},
	Text:       nameDuplicateText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			told := map[*vhost.Name]bool{}
			for _, l := range m.Listeners {
				if l.Layer == vhost.HTTP {
					reportDuplicates(p, l, told)
				}
			}
		})
	},
}

func reportDuplicates(p *rule.Pass, l *vhost.Listener, told map[*vhost.Name]bool) {
	type key struct {
		kind vhost.NameKind
		text string
	}
	type owner struct {
		host *vhost.Host
		name *vhost.Name
	}
	owners := make(map[key]owner, len(l.Hosts))
	for _, h := range l.Hosts {
		for i := range h.Names {
			n := &h.Names[i]
			if n.Text == "" || n.Unmatchable != "" || n.Implied || isPlaceholder(n.Text) && n.Kind != vhost.Regex {
				continue
			}
			first, taken := owners[key{n.Kind, n.Text}]
			if !taken {
				owners[key{n.Kind, n.Text}] = owner{h, n}
				continue
			}
			if first.host == h || told[n] || conditional(first.name.Origin, n.Origin, h.Origin, first.host.Origin) {
				continue
			}
			told[n] = true
			f := p.AtOrigin(n.Origin, h, fmt.Sprintf(
				"another virtual host on %s has the name %q already and answers all requests for it: this one never does", l.Address, n.Text))
			f.Help = "Remove the name from one of the two, or put both into one virtual host."
			f.Related = []source.Related{{Subject: first.name.Origin.Span, Message: "the name that counts"}}
			p.Report(f)
		}
	}
}

// conditional tells that something holds only on a condition that could not be
// decided.
func conditional(origins ...vhost.Origin) bool {
	for _, o := range origins {
		if len(o.Conditions) > 0 {
			return true
		}
	}
	return false
}
