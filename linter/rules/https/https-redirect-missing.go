package https

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed https-redirect-missing.md
var httpsRedirectMissingText string

// HTTPSRedirectMissing finds sites with HTTPS that are served in the clear as
// well.
var HTTPSRedirectMissing = &rule.Rule{
	ID:         "https-redirect-missing",
	Title:      "A site with HTTPS is served without TLS too, instead of redirecting",
	Severity:   source.Warning,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://datatracker.ietf.org/doc/html/rfc6797#section-7.2"},
	Text:       httpsRedirectMissingText,
	Check: func(p *rule.Pass) {
		onSurvey(p, func(s *survey) {
			for _, d := range s.doors {
				reportRedirectMissing(p, d)
			}
		})
	},
}

func reportRedirectMissing(p *rule.Pass, d *door) {
	if d.listener.Address.Port != 80 {
		return
	}
	var names []string
	var first *visitor
	for _, v := range d.visitors {
		if v.name == nil || !vhost.PublicName(v.example) || d.survey.passThrough || !v.see().inTheClear() {
			continue
		}
		if sure, _ := d.survey.overHTTPS(v.example); !sure {
			continue
		}
		if first == nil {
			first = v
		}
		names = append(names, v.name.Text)
	}
	if first == nil {
		return
	}
	f := p.AtOrigin(first.place(), d.host, fmt.Sprintf(
		"%s %s HTTPS, but port 80 answers with content instead of a redirect: visitors stay without TLS", quoted(names), agree(names, "has", "have")))
	f.Help = "Redirect everything but /.well-known/acme-challenge/ to https:// on this port."
	if h, _, _ := d.survey.model.Secure(first.example); h != d.host {
		f.Related = related(h, "it is served with TLS here")
	}
	if d.survey.behindProxy(d.host) || d.survey.partlyUnread(d.host) {
		f.Severity = source.Info
	}
	p.Report(f)
}
