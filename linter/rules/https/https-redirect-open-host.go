package https

import (
	_ "embed"
	"net/url"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed https-redirect-open-host.md
var httpsRedirectOpenHostText string

// HTTPSRedirectOpenHost finds default hosts that redirect to whatever name the
// client asks for.
var HTTPSRedirectOpenHost = &rule.Rule{
	ID:         "https-redirect-open-host",
	Title:      "A default host redirects to any name that a client sends",
	Severity:   source.Info,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://cwe.mitre.org/data/definitions/601.html"},
	Text:       httpsRedirectOpenHostText,
	Check: func(p *rule.Pass) {
		onSurvey(p, func(s *survey) {
			told := map[source.Span]bool{}
			for _, d := range s.doors {
				reportOpenHost(p, s, d, told)
			}
		})
	},
}

func reportOpenHost(p *rule.Pass, s *survey, d *door, told map[source.Span]bool) {
	chosen := s.model.Select(d.listener, strangerName)
	if chosen.Host != d.host || chosen.Name != nil || chosen.Undecided != "" {
		return
	}
	o := s.model.Answer(d.listener, vhost.Request{Name: strangerName, Port: d.listener.Address.Port, Path: "/"})
	to, err := url.Parse(o.URL)
	if o.Kind != vhost.Redirects || err != nil || to.Hostname() != strangerName || !toTLS(o.URL) {
		return
	}
	at := decidedBy(o)
	if at.IsDefault() || told[at.Span] {
		return
	}
	told[at.Span] = true
	f := p.AtOrigin(at, d.host, "this default host redirects to whatever name the client sends in its Host header, which may end up in caches and logs")
	f.Help = "Redirect to a fixed name, and turn away names that no virtual host has."
	p.Report(f)
}
