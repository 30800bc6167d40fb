package https

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed virtual-host-unreachable.md
var virtualHostUnreachableText string

// VirtualHostUnreachable finds virtual hosts that no request can reach.
var VirtualHostUnreachable = &rule.Rule{
	ID:         "virtual-host-unreachable",
	Title:      "No request can reach the virtual host",
	Severity:   source.Warning,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/request_processing.html", "https://httpd.apache.org/docs/2.4/vhosts/details.html"},
	Text:       virtualHostUnreachableText,
	Check: func(p *rule.Pass) {
		onSurvey(p, func(s *survey) {
			for _, h := range s.model.Hosts {
				if h.Layer != vhost.HTTP || h.Main || h.Origin.IsDefault() || len(h.Origin.Conditions) > 0 {
					continue
				}
				if reason, help := s.unreachable(h); reason != "" {
					f := p.AtOrigin(h.Origin, h, "no request reaches this virtual host: "+reason)
					f.Help = help
					p.Report(f)
				}
			}
		})
	},
}

// unreachable says why a host is never chosen; empty if it may be.
func (s *survey) unreachable(h *vhost.Host) (reason, help string) {
	if len(h.Listeners) == 0 {
		if !s.config.Complete || s.model.Fragment || s.config.Nginx != nil {
			return "", ""
		}
		return "Listen opens none of its addresses, or more specific virtual hosts take all requests for them",
			"Add a Listen directive for its port, and write the same address in all virtual hosts of a port."
	}
	named := false
	for i := range h.Names {
		n := &h.Names[i]
		switch {
		case n.Text == "" && !n.Implied, n.Text == "$hostname", isPlaceholder(n.Text):
			return "", ""
		case n.Unmatchable != "" || n.Text == "":
			continue
		}
		named = true
		if s.reachedBy(h, n) {
			return "", ""
		}
	}
	for _, l := range h.Listeners {
		if l.Default == h {
			return "", ""
		}
	}
	if !named {
		return "it has no name that clients can ask for, and another virtual host is the default", "Give it a name, or remove it."
	}
	return "other virtual hosts have all of its names", "Remove it, or put it first."
}

// reachedBy tells that a name may lead to its host. A name that two hosts have
// word by word is for name-duplicate to tell.
func (s *survey) reachedBy(h *vhost.Host, n *vhost.Name) bool {
	example := s.examples[n]
	if example == "" {
		return true
	}
	for _, l := range h.Listeners {
		chosen := s.model.Select(l, example)
		if chosen.Undecided != "" || chosen.Host == h {
			return true
		}
		if chosen.Name != nil && chosen.Name.Text == n.Text && chosen.Name.Kind == n.Kind {
			return true
		}
	}
	return false
}
