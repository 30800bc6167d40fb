package headers

import (
	_ "embed"
	"fmt"
	"strings"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed hsts-on-http.md
var hstsOnHTTPText string

// HSTSOnHTTP finds HSTS in answers without TLS, where browsers ignore it.
var HSTSOnHTTP = &rule.Rule{
	ID:       "hsts-on-http",
	Title:    "Strict-Transport-Security is sent without TLS, where browsers ignore it",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc6797#section-7.2",
	},
	Text: hstsOnHTTPText,
	Check: func(p *rule.Pass) {
		collectLines(p, func(lines []*line) {
			if len(lines) > 0 {
				sentInClear(p, p.Model())
			}
		})
	},
}

// sentInClear asks every site that has HTTPS for its pages without. Where no
// listener has TLS, something in front has, and the header is in its place.
func sentInClear(p *rule.Pass, m *vhost.Model) {
	told := map[source.Span]bool{}
	for _, site := range m.Sites() {
		if site.Example == "" {
			continue
		}
		if h, _, _ := m.Secure(site.Example); h == nil {
			continue
		}
		for _, member := range site.Members {
			for _, l := range member.Host.PlainListeners() {
				if !l.Address.Local() {
					inClear(p, m, site, member.Host, l, told)
				}
			}
		}
	}
}

func inClear(p *rule.Pass, m *vhost.Model, site *vhost.Site, h *vhost.Host, l *vhost.Listener, told map[source.Span]bool) {
	for _, route := range m.Routes(h) {
		o := m.Answer(l, vhost.Request{Name: site.Example, Port: l.Address.Port, Path: route.Path})
		sent, ok := sentHeader(o)
		if o.Host != h || !ok || sent.Unknown != "" || sent.Value == "" || sent.Origin.IsDefault() || told[sent.Origin.Span] {
			continue
		}
		told[sent.Origin.Span] = true
		f := p.AtOrigin(sent.Origin, h, fmt.Sprintf("%s is also sent on %s without TLS, where browsers ignore it and RFC 6797 forbids it", hsts, l.Address))
		f.Help = "Set it in the virtual hosts with TLS only."
		p.Report(f)
	}
}

// sentHeader finds the header in an answer.
func sentHeader(o vhost.Outcome) (vhost.Header, bool) {
	for _, h := range o.Headers {
		if strings.EqualFold(h.Name, hsts) {
			return h, true
		}
	}
	return vhost.Header{}, false
}
