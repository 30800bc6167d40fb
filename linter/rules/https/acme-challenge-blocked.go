package https

import (
	_ "embed"
	"fmt"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed acme-challenge-blocked.md
var acmeChallengeBlockedText string

// ACMEChallengeBlocked finds places for ACME challenges that requests do not
// reach.
var ACMEChallengeBlocked = &rule.Rule{
	ID:         "acme-challenge-blocked",
	Title:      "Challenges of certificate authorities do not reach the place made for them",
	Severity:   source.Warning,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://datatracker.ietf.org/doc/html/rfc8555#section-8.3", "https://letsencrypt.org/docs/challenge-types/"},
	Text:       acmeChallengeBlockedText,
	Check: func(p *rule.Pass) {
		places := map[source.Span]source.Span{}
		onSurvey(p, func(s *survey) {
			for _, d := range s.doors {
				if made, ok := places[d.host.Origin.Span]; ok {
					reportChallenge(p, d, made, places)
				}
			}
		})
		p.OnNginx(func(d *rule.NginxDirective) {
			if server := d.Within("server"); server != nil && !server.Synthetic() && forChallenges(d.Node) {
				places[server.HeadSpan()] = d.HeadSpan()
			}
		}, "location")
		p.OnApache(func(d *rule.ApacheDirective) {
			if !strings.Contains(d.Arg(0), "/.well-known") {
				return
			}
			for _, section := range d.Sections() {
				if section.Is("VirtualHost") {
					places[section.Span()] = d.Span()
				}
			}
		}, "Alias", "AliasMatch", "ProxyPass")
	},
}

// forChallenges tells that a location is made to answer challenges.
func forChallenges(n *nginx.Node) bool {
	if !strings.Contains(n.Arg(0)+n.Arg(1), "acme-challenge") {
		return false
	}
	for _, child := range n.Children {
		if child.Name == "deny" || child.Name == "return" && !strings.Contains(child.Arg(1), "$") {
			return false
		}
	}
	return true
}

func reportChallenge(p *rule.Pass, d *door, made source.Span, places map[source.Span]source.Span) {
	for _, v := range d.visitors {
		j := d.survey.travel(d.listener, vhost.Request{Name: v.example, Port: d.listener.Address.Port, Path: vhost.ChallengePath}, toTheEnd)
		last := j.steps[len(j.steps)-1]
		became := ""
		switch {
		case j.end == rejected && last.Outcome.Status != 404:
			became = fmt.Sprintf("rejected with status %d", last.Outcome.Status)
		case j.end == served && len(j.steps) > 1 && last.Request.Path != vhost.ChallengePath:
			became = "redirected to " + addressOf(last.Request)
		case j.end == served && len(j.steps) > 1 && last.Outcome.Host != d.host && places[last.Outcome.Host.Origin.Span].IsZero():
			became = "redirected to " + addressOf(last.Request) + ", where there is no such place"
		default:
			continue
		}
		by := decidedBy(j.steps[0].Outcome)
		f := p.AtOrigin(vhost.Origin{Span: made, Includes: d.host.Origin.Includes}, d.host,
			"challenges of certificate authorities do not get here, they are "+became+": certificates cannot be renewed this way")
		f.Help = "Take /.well-known/acme-challenge/ out of what redirects or denies."
		if !by.IsDefault() {
			f.Related = []source.Related{{Subject: by.Span, Message: "this takes the request first"}}
		}
		p.Report(f)
		return
	}
}
