package https

import (
	_ "embed"
	"slices"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed http2-listen-deprecated.md
var http2ListenDeprecatedText string

// HTTP2ListenDeprecated finds "listen … http2", which nginx 1.25.1 replaced by a
// directive.
var HTTP2ListenDeprecated = &rule.Rule{
	ID:         "http2-listen-deprecated",
	Title:      "The http2 parameter of listen is deprecated",
	Severity:   source.Warning,
	Servers:    []tlspolicy.Server{tlspolicy.Nginx},
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2", "https://nginx.org/en/CHANGES"},
	Fix:        rule.FixSafe,
	Text:       http2ListenDeprecatedText,
	Check: func(p *rule.Pass) {
		var servers []*nginx.Node
		p.OnNginx(func(d *rule.NginxDirective) {
			if d.HasBlock && d.Parent.Name == "http" && len(listensWith(d.Node, "http2")) > 0 {
				servers = append(servers, d.Node)
			}
		}, "server")
		p.OnEnd(func() {
			if version := p.Target.Version; len(servers) == 0 || !version.IsZero() && version.Before(http2Directive) {
				return
			}
			sockets := wantedSockets(p.Model(), servers)
			for _, server := range servers {
				reportHTTP2(p, server, sockets)
			}
		})
	},
}

// http2Directive is the version with the http2 directive (CHANGES, 1.25.1).
var http2Directive = tlspolicy.Version{Major: 1, Minor: 25, Patch: 1}

func reportHTTP2(p *rule.Pass, server *nginx.Node, alike map[source.Span]bool) {
	marked := listensWith(server, "http2")
	first := marked[0]
	f := p.AtNode(first, first.Words[wordAt(first, "http2")].Range, `the parameter "http2" of listen is deprecated since nginx 1.25.1, which warns of it at every start`)
	f.Help = `Write "http2 on;" in the server instead.`
	if p.Target.Version.IsZero() {
		f.Severity = source.Info
		f.Help = `From nginx 1.25.1 on write "http2 on;" in the server instead.`
	} else {
		f.Fixes = []rule.Fix{{
			Title: `Replace the parameter by "http2 on"`,
			Safe:  alike[server.HeadSpan()],
			Edits: http2Edits(server, marked),
		}}
	}
	for _, n := range marked[1:] {
		f.Related = append(f.Related, source.Related{Subject: n.SpanOf(n.Words[wordAt(n, "http2")].Range), Message: "here as well"})
	}
	p.Report(f)
}

// http2Edits take the parameter away, and add the directive after the last
// listen unless the server has it.
func http2Edits(server *nginx.Node, marked []*nginx.Node) []rule.Edit {
	var edits []rule.Edit
	for _, n := range marked {
		word := wordAt(n, "http2")
		gap := source.Range{Start: n.Words[word-1].Range.End, End: n.Words[word].Range.End}
		edits = append(edits, rule.Replace(n.SpanOf(gap), ""))
	}
	for _, n := range server.Children {
		if n.Name == "http2" {
			return edits
		}
	}
	last := marked[len(marked)-1]
	return append(edits, rule.Replace(after(last), "\n"+indentOf(last)+"http2 on;"))
}

// wantedSockets tells of each server whether all servers on its sockets are
// among those that name http2: the parameter holds for the whole socket, the directive for
// its server alone.
func wantedSockets(m *vhost.Model, servers []*nginx.Node) map[source.Span]bool {
	says := map[source.Span]bool{}
	for _, server := range servers {
		says[server.HeadSpan()] = true
	}
	mixed := map[*vhost.Listener]bool{}
	for _, l := range m.Listeners {
		for _, h := range l.Hosts {
			mixed[l] = mixed[l] || l.HTTP2.V && !says[h.Origin.Span]
		}
	}
	alike := map[source.Span]bool{}
	for _, h := range m.Hosts {
		alike[h.Origin.Span] = !slices.ContainsFunc(h.Listeners, func(l *vhost.Listener) bool { return mixed[l] })
	}
	return alike
}
