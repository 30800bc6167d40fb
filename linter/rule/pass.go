package rule

import (
	"slices"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
)

// Pass is one rule at work on one configuration. Its On… methods subscribe, and
// may be called within Rule.Check only; Report may be called at any time until
// the walk is over.
type Pass struct {
	// Rule is the rule at work.
	Rule *Rule
	*Config

	walk *Walk
	// out is where findings go: in the walk to one list, after it to one of the
	// subscription.
	out   *[]Finding
	notes *notes
	// walks tells that the rule has subscribed to the walk itself.
	walks bool
	// failure is the panic that ended the rule.
	failure *Failure
}

// OnNginx calls do for each nginx directive of these names, or for every
// directive if there are none, in the order in which the server reads them. The
// lines of data blocks (map, geo, types, …) come too if no name is given; see
// NginxDirective.InData. The argument is valid during the call only; its Node
// may be kept.
func (p *Pass) OnNginx(do func(*NginxDirective), names ...string) {
	p.walks = true
	s := nginxSubscription{pass: p, do: do}
	if len(names) == 0 {
		p.walk.nginxAll = append(p.walk.nginxAll, s)
	}
	for _, name := range names {
		p.walk.nginxNamed[name] = append(p.walk.nginxNamed[name], s)
	}
}

// OnNginxLeave calls do at the end of each nginx block of these names, or of
// every block if there are none, after everything in it has been seen.
func (p *Pass) OnNginxLeave(do func(*nginx.Node), names ...string) {
	p.walks = true
	s := leaveSubscription{pass: p, do: do}
	if len(names) == 0 {
		p.walk.leaveAll = append(p.walk.leaveAll, s)
	}
	for _, name := range names {
		p.walk.leaveNamed[name] = append(p.walk.leaveNamed[name], s)
	}
}

// OnNginxTree calls do for each nginx file, once even if it is included several
// times.
func (p *Pass) OnNginxTree(do func(*nginx.Tree)) {
	p.OnEnd(func() {
		for _, t := range p.Nginx.Trees {
			do(t)
		}
	})
}

// OnApache calls do for each Apache directive or section of these names, or for
// every one if there are none, in httpd's order. A section's name is written
// with a bracket: "<VirtualHost". Case does not matter. What httpd executes
// while it reads (Include, Define, …) comes too; see apache.Item.OnRead. The
// argument is valid during the call only; its Item may be kept.
func (p *Pass) OnApache(do func(*ApacheDirective), names ...string) {
	p.walks = true
	s := apacheSubscription{pass: p, do: do}
	if len(names) == 0 {
		p.walk.apacheAll = append(p.walk.apacheAll, s)
	}
	for _, name := range names {
		name = strings.ToLower(name)
		p.walk.apacheNamed[name] = append(p.walk.apacheNamed[name], s)
	}
}

// OnEnd calls do when the whole configuration has been walked, as far as the
// rule takes part in that. Rules of one category are called one after the other,
// those of several categories at the same time.
func (p *Pass) OnEnd(do func()) {
	p.walk.end = append(p.walk.end, endSubscription{p, do})
}

// Report adds a finding. The subject must lie in a file.
func (p *Pass) Report(f Finding) {
	f.Rule = p.Rule.ID
	if f.Severity == 0 {
		f.Severity = p.Rule.Severity
	}
	if f.References == nil {
		f.References = p.Rule.References
	}
	f.Server = p.Target.Server
	*p.out = append(*p.out, f)
}

// AtNode starts a finding at a range of an nginx directive's file.
func (p *Pass) AtNode(n *nginx.Node, at source.Range, message string) Finding {
	return Finding{Diagnostic: n.Diagnostic(p.Rule.ID, p.Rule.Severity, at, message), Site: nginxSite(n)}
}

// AtItem starts a finding at a range of an Apache directive's file. Conditions
// that could not be decided are named in the message: "… (if mod_ssl is
// loaded)".
func (p *Pass) AtItem(i apache.Item, at source.Range, message string) Finding {
	for _, c := range i.Conditions() {
		message += " (" + c.String() + ")"
	}
	return Finding{Diagnostic: i.Report(p.Rule.ID, p.Rule.Severity, at, message), Site: apacheSite(i)}
}

// Forward reports what the reading of the configuration has found under the
// rule's id, as far as keep wants it; all if keep is nil.
func (p *Pass) Forward(keep func(*source.Diagnostic) bool) {
	for _, d := range p.Diagnostics() {
		if d.Rule == p.Rule.ID && (keep == nil || keep(&d)) {
			p.Report(Finding{Diagnostic: d})
		}
	}
}

// nginxSite is the first name of the virtual host around a node.
func nginxSite(n *nginx.Node) string {
	server := n
	if n.Name != "server" || !n.HasBlock {
		server = n.Within("server")
	}
	if server == nil {
		return ""
	}
	for _, child := range server.Children {
		if child.Name == "server_name" {
			return child.Arg(0)
		}
	}
	return ""
}

// apacheSite is the ServerName of the virtual host around an item.
func apacheSite(i apache.Item) string {
	sections := append(i.Sections(), i)
	at := slices.IndexFunc(sections, func(s apache.Item) bool { return s.IsSection() && s.Is("VirtualHost") })
	if at < 0 {
		return ""
	}
	for child := range sections[at].Children() {
		if words := child.Words(); child.Is("ServerName") && len(words) > 0 {
			return words[0].Value
		}
	}
	return ""
}
