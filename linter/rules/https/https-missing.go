package https

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed https-missing.md
var httpsMissingText string

// HTTPSMissing finds names that are served in the clear and by no virtual host
// over TLS.
var HTTPSMissing = &rule.Rule{
	ID:         "https-missing",
	Title:      "A site is served without TLS and has no HTTPS",
	Severity:   source.Error,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://datatracker.ietf.org/doc/html/rfc9325", "https://owasp.org/www-project-top-ten/"},
	Text:       httpsMissingText,
	Check: func(p *rule.Pass) {
		onSurvey(p, func(s *survey) {
			for _, d := range s.doors {
				reportMissing(p, d)
			}
		})
	},
}

func reportMissing(p *rule.Pass, d *door) {
	var missing []*visitor
	var names []string
	for _, v := range d.visitors {
		if v.name == nil || v.name.Kind == vhost.Regex || !vhost.PublicName(v.name.Text) {
			continue
		}
		if seen := v.see(); (seen.forwarded || seen.inTheClear()) && !d.survey.secure(v.example) {
			missing = append(missing, v)
			names = append(names, v.name.Text)
		}
	}
	if len(missing) == 0 {
		return
	}
	first := missing[0]
	served := fmt.Sprintf("%s %s served on port %d without TLS", quoted(names), agree(names, "is", "are"), d.listener.Address.Port)
	them := agree(names, "it", "them")
	const risk = ": whoever sits on the way can read and change everything"
	f := p.AtOrigin(first.place(), d.host, served+", and no virtual host has TLS for "+them+risk)
	f.Help = "Add a virtual host with TLS for the name, and let this one redirect to it."
	switch {
	case first.see().forwarded || d.survey.behindProxy(d.host):
		f.Severity = source.Info
		f.Message = served + "; it seems that a proxy in front of it ends TLS"
		f.Help = "See that this port can be reached from the proxy alone."
	case d.survey.partlyUnread(d.host):
		f.Severity = source.Info
		f.Message += ", unless a file that was not read redirects"
	case d.listener.Address.Port != 80:
		// Such a port is rarely one that people's browsers are led to.
		f.Severity = source.Info
	case !d.survey.knowsAllHosts():
		f.Severity = source.Warning
		f.Message = served + " and without a redirect, and nothing that was read has TLS for " + them + risk
		f.Help = "Let this virtual host redirect to HTTPS. If another file has the virtual host with TLS, lint the whole configuration."
	}
	p.Report(f)
}
