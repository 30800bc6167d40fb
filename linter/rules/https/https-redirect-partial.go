package https

import (
	_ "embed"
	"fmt"
	"slices"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed https-redirect-partial.md
var httpsRedirectPartialText string

// HTTPSRedirectPartial finds redirects to HTTPS that leave paths out.
var HTTPSRedirectPartial = &rule.Rule{
	ID:         "https-redirect-partial",
	Title:      "The redirect to HTTPS leaves some paths in the clear",
	Severity:   source.Warning,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://datatracker.ietf.org/doc/html/rfc6797#section-7.2"},
	Text:       httpsRedirectPartialText,
	Check: func(p *rule.Pass) {
		onSurvey(p, func(s *survey) {
			for _, d := range s.doors {
				reportPartial(p, d)
			}
		})
	},
}

func reportPartial(p *rule.Pass, d *door) {
	for _, v := range d.visitors {
		if v.name != nil && !vhost.PublicName(v.example) {
			continue
		}
		seen := v.see()
		if len(seen.secured) == 0 || seen.forwarded {
			continue
		}
		left := paths(seen.clear)
		at := v.place()
		var places []source.Related
		for _, r := range v.otherClearPaths() {
			if slices.Contains(left, r.Path) {
				continue
			}
			left = append(left, r.Path)
			if !r.Origin.IsDefault() {
				places = append(places, source.Related{Subject: r.Origin.Span, Message: fmt.Sprintf("%s is answered here", r.Path)})
			}
		}
		if len(left) == 0 {
			continue
		}
		if len(places) > 0 {
			at.Span, places = places[0].Subject, places[1:]
		}
		f := p.AtOrigin(at, d.host, fmt.Sprintf(
			"port %d redirects to HTTPS, but not for %s: what is sent there can be read and changed on the way", d.listener.Address.Port, quoted(left)))
		f.Help = "Redirect every path but /.well-known/acme-challenge/."
		f.Related = places
		if d.survey.behindProxy(d.host) || d.listener.Address.Port != 80 {
			f.Severity = source.Info
		}
		p.Report(f)
		// The other names of the host are led the same way.
		return
	}
}
