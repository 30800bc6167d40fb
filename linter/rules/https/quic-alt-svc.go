package https

import (
	_ "embed"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed quic-alt-svc.md
var quicAltSvcText string

// QUICAltSvc finds HTTP/3 that no client is told of.
var QUICAltSvc = &rule.Rule{
	ID:         "quic-alt-svc",
	Title:      "No client learns of HTTP/3",
	Severity:   source.Info,
	Servers:    []tlspolicy.Server{tlspolicy.Nginx},
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/quic.html", "https://datatracker.ietf.org/doc/html/rfc7838"},
	Text:       quicAltSvcText,
	Check: func(p *rule.Pass) {
		onSurvey(p, func(s *survey) {
			for _, h := range s.model.Hosts {
				reportAltSvc(p, s, h)
			}
		})
	},
}

func reportAltSvc(p *rule.Pass, s *survey, h *vhost.Host) {
	var quic *vhost.Listener
	for _, l := range h.Listeners {
		if l.QUIC {
			quic = l
		}
	}
	names := s.askable(h)
	if quic == nil || h.Origin.IsDefault() || len(names) == 0 {
		return
	}
	listeners := h.TLSListeners()
	if len(listeners) == 0 {
		f := p.AtOrigin(quic.Origins[0], h, "this virtual host is reached by HTTP/3 alone: clients begin with TCP, where it does not answer")
		f.Help = `Add "listen 443 ssl" beside the listen directive with quic.`
		p.Report(f)
		return
	}
	for _, path := range vhost.ProbePaths()[:2] {
		o := s.model.Answer(listeners[0], vhost.Request{TLS: true, Name: s.examples[names[0]], Port: listeners[0].Address.Port, Path: path})
		if o.Host != h || o.Kind == vhost.CannotTell || o.Kind == vhost.Rejects || o.HeadersUnknown || o.Proxied || announces(o.Headers) {
			return
		}
	}
	f := p.AtOrigin(h.Origin, h, "no answer has an Alt-Svc header, so clients do not learn that HTTP/3 is offered here")
	f.Help = `Add: add_header Alt-Svc 'h3=":443"; ma=86400' always;`
	p.Report(f)
}

func announces(headers []vhost.Header) bool {
	for _, h := range headers {
		if strings.EqualFold(h.Name, "Alt-Svc") {
			return true
		}
	}
	return false
}
