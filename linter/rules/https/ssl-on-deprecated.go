package https

import (
	_ "embed"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed ssl-on-deprecated.md
var sslOnDeprecatedText string

// SSLOnDeprecated finds "ssl on", which nginx 1.25.1 does not know any more.
var SSLOnDeprecated = &rule.Rule{
	ID:         "ssl-on-deprecated",
	Title:      `"ssl on" is deprecated, and gone from nginx 1.25.1 on`,
	Severity:   source.Warning,
	Servers:    []tlspolicy.Server{tlspolicy.Nginx},
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl", "https://nginx.org/en/CHANGES"},
	Fix:        rule.FixSafe,
	Text:       sslOnDeprecatedText,
	Check: func(p *rule.Pass) {
		p.OnNginx(func(d *rule.NginxDirective) { reportSSLOn(p, d) }, "ssl")
	},
}

// In 1.15.0 "ssl" was deprecated, in 1.25.1 removed (CHANGES).
var (
	sslDeprecated = tlspolicy.Version{Major: 1, Minor: 15}
	sslRemoved    = tlspolicy.Version{Major: 1, Minor: 25, Patch: 1}
)

func reportSSLOn(p *rule.Pass, d *rule.NginxDirective) {
	version := p.Target.Version
	if !version.IsZero() && version.Before(sslDeprecated) || d.HasBlock || d.Arg(0) != "on" && d.Arg(0) != "off" {
		return
	}
	f := p.AtNode(d.Node, d.Range, `"ssl" is deprecated since nginx 1.15.0 and removed in 1.25.1, which does not start with it`)
	f.Help = `Remove it, and add "ssl" to the listen directives that are for TLS.`
	if version.AtLeast(sslRemoved) {
		f.Severity = source.Error
	}
	server := d.Node.Parent
	switch {
	case d.Arg(0) == "off":
		f.Help = "Remove it: off is the default."
	case server.Name == "server" && !server.Synthetic() && server.Within("http") != nil:
		f.Fixes = sslOnFix(d.Node, server)
	}
	p.Report(f)
}

// sslOnFix moves the setting to the listen directives. "ssl on" holds for all of
// them, so port 80 spoke TLS as well, which nobody wants: then a person decides.
func sslOnFix(on, server *nginx.Node) []rule.Fix {
	edits := []rule.Edit{rule.Replace(wholeLine(on), "")}
	listens := 0
	for _, n := range server.Children {
		if n.Name != "listen" {
			continue
		}
		if n.Arg(0) == "80" || n.Reading != server.Reading {
			return nil
		}
		listens++
		if wordAt(n, "ssl") < 2 {
			end := n.Words[len(n.Words)-1].Range.End
			edits = append(edits, rule.Replace(n.SpanOf(source.Range{Start: end, End: end}), " ssl"))
		}
	}
	if listens == 0 {
		return nil
	}
	return []rule.Fix{{Title: `Add "ssl" to listen`, Safe: true, Edits: edits}}
}

// wholeLine is a directive with its line, if nothing else stands there.
func wholeLine(n *nginx.Node) source.Span {
	at := n.Span()
	start, end := at.Start-int32(len(indentOf(n))), at.End
	data := at.File.Data
	if int(end) < len(data) && data[end] == '\n' && (start == 0 || data[start-1] == '\n') {
		return n.SpanOf(source.Range{Start: start, End: end + 1})
	}
	return at
}
