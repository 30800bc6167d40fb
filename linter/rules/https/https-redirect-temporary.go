package https

import (
	_ "embed"
	"fmt"
	"net/http"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed https-redirect-temporary.md
var httpsRedirectTemporaryText string

// HTTPSRedirectTemporary finds redirects to HTTPS that browsers do not remember.
var HTTPSRedirectTemporary = &rule.Rule{
	ID:         "https-redirect-temporary",
	Title:      "The redirect to HTTPS is a temporary one",
	Severity:   source.Info,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://datatracker.ietf.org/doc/html/rfc9110#section-15.4"},
	Text:       httpsRedirectTemporaryText,
	Check: func(p *rule.Pass) {
		onSurvey(p, func(s *survey) {
			told := map[source.Span]bool{}
			for _, d := range s.doors {
				for _, v := range d.visitors {
					reportTemporary(p, v, told)
				}
			}
		})
	},
}

func reportTemporary(p *rule.Pass, v *visitor, told map[source.Span]bool) {
	for _, j := range v.see().secured {
		o := j.steps[len(j.steps)-1].Outcome
		if !toTLS(o.URL) || o.Status != http.StatusFound && o.Status != http.StatusSeeOther && o.Status != http.StatusTemporaryRedirect {
			continue
		}
		at := decidedBy(o)
		if at.IsDefault() || told[at.Span] {
			continue
		}
		told[at.Span] = true
		f := p.AtOrigin(at, v.door.host, fmt.Sprintf(
			"the redirect to HTTPS has status %d: browsers ask again without TLS at every visit", o.Status))
		f.Help = "Use 301, or 308 to keep the method of requests, once HTTPS works."
		p.Report(f)
	}
}
