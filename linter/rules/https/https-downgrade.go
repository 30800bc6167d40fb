package https

import (
	_ "embed"
	"fmt"
	"net/url"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed https-downgrade.md
var httpsDowngradeText string

// HTTPSDowngrade finds redirects from HTTPS back to HTTP of a site that has
// HTTPS.
var HTTPSDowngrade = &rule.Rule{
	ID:         "https-downgrade",
	Title:      "A virtual host with TLS redirects to http://",
	Severity:   source.Warning,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://datatracker.ietf.org/doc/html/rfc6797#section-2.3"},
	Text:       httpsDowngradeText,
	Check: func(p *rule.Pass) {
		onSurvey(p, func(s *survey) {
			told := map[source.Span]bool{}
			for _, j := range s.overTLS() {
				reportDowngrade(p, s, j, told)
			}
		})
	},
}

func reportDowngrade(p *rule.Pass, s *survey, j journey, told map[source.Span]bool) {
	o := j.steps[0].Outcome
	at := decidedBy(o)
	if !hasScheme(o.URL, "http") || j.end == looped || at.IsDefault() || told[at.Span] {
		return
	}
	to, err := url.Parse(o.URL)
	if err != nil {
		return
	}
	// Of names that others serve nothing is known.
	if h, _, _ := s.model.Secure(to.Hostname()); h == nil {
		return
	}
	told[at.Span] = true
	f := p.AtOrigin(at, o.Host, fmt.Sprintf(
		"clients that come with TLS are sent to http://%s, which has HTTPS too: the way there can be read and changed", to.Host))
	f.Help = "Redirect to https:// instead."
	p.Report(f)
}
