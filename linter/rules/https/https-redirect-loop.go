package https

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed https-redirect-loop.md
var httpsRedirectLoopText string

// HTTPSRedirectLoop finds redirects that lead back to where they began.
var HTTPSRedirectLoop = &rule.Rule{
	ID:         "https-redirect-loop",
	Title:      "Redirects lead in a circle",
	Severity:   source.Error,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://datatracker.ietf.org/doc/html/rfc9110#section-15.4"},
	Text:       httpsRedirectLoopText,
	Check: func(p *rule.Pass) {
		onSurvey(p, func(s *survey) {
			told := map[source.Span]bool{}
			for _, d := range s.doors {
				for _, v := range d.visitors {
					for _, j := range v.see().circles {
						reportLoop(p, j, told)
					}
				}
			}
			for _, j := range s.overTLS() {
				reportLoop(p, j, told)
			}
		})
	},
}

func reportLoop(p *rule.Pass, j journey, told map[source.Span]bool) {
	if j.end != looped || setsCookie(j) {
		return
	}
	last := j.steps[len(j.steps)-1]
	at := decidedBy(last.Outcome)
	if at.IsDefault() || told[at.Span] {
		return
	}
	f := p.AtOrigin(at, last.Outcome.Host, fmt.Sprintf(
		"%s is redirected in a circle, so that no browser can show it", addressOf(last.Request)))
	f.Help = "Redirect to HTTPS on port 80 alone, and between names in one direction alone."
	for _, step := range j.steps {
		if by := decidedBy(step.Outcome); !by.IsDefault() {
			told[by.Span] = true
			f.Related = append(f.Related, source.Related{
				Subject: by.Span, Message: fmt.Sprintf("%s is redirected to %s", addressOf(step.Request), step.Outcome.URL),
			})
		}
	}
	p.Report(f)
}

// setsCookie tells that the circle may end when the client comes back with a
// cookie.
func setsCookie(j journey) bool {
	for _, step := range j.steps {
		if step.Outcome.HeadersUnknown {
			return true
		}
		for _, h := range step.Outcome.Headers {
			if h.Name == "Set-Cookie" {
				return true
			}
		}
	}
	return false
}

func addressOf(r vhost.Request) string { return schemeOf(r) + "://" + hostOf(r) + r.Path }

// overTLS follows the redirects that each virtual host with TLS sends.
func (s *survey) overTLS() []journey {
	if s.secureJourneys != nil {
		return s.secureJourneys
	}
	s.secureJourneys = []journey{}
	for _, h := range s.model.Hosts {
		listeners := h.TLSListeners()
		if h.Layer != vhost.HTTP || len(listeners) == 0 {
			continue
		}
		l := listeners[0]
		for i, name := range s.askable(h) {
			// The names of a host differ in what it tests for alone.
			const enough = 8
			if chosen := s.model.Select(l, s.examples[name]); i == enough || chosen.Host != h {
				continue
			}
			for _, path := range vhost.ProbePaths()[:2] {
				r := vhost.Request{TLS: true, Name: s.examples[name], Port: l.Address.Port, Path: path}
				j := s.travel(l, r, toTheEnd)
				if j.steps[0].Outcome.Kind != vhost.Redirects {
					// The root shows content, and so will most of what is below it.
					break
				}
				s.secureJourneys = append(s.secureJourneys, j.kept())
			}
		}
	}
	return s.secureJourneys
}
