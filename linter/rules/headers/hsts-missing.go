package headers

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed hsts-missing.md
var hstsMissingText string

// HSTSMissing finds sites with HTTPS that do not bind browsers to it.
var HSTSMissing = &rule.Rule{
	ID:       "hsts-missing",
	Title:    "A site with HTTPS does not send Strict-Transport-Security",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc6797",
		"https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security",
	},
	Text: hstsMissingText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			if lacksIncludes(p) {
				return // the header may be in one of them
			}
			told := map[*vhost.Host]bool{}
			for _, site := range m.Sites() {
				if !publicName(site.Example) {
					continue
				}
				h, l, _ := m.Secure(site.Example)
				if h != nil && !told[h] && !h.Origin.IsDefault() {
					told[h] = true
					judgeSite(p, m, h, l, site.Example)
				}
			}
		})
	},
}

func lacksIncludes(p *rule.Pass) bool {
	return slices.ContainsFunc(p.Diagnostics(), func(d source.Diagnostic) bool { return d.Rule == "include-missing" })
}

// publicName tells that HSTS can hold for a name: not for addresses (RFC 6797,
// section 8.1.1), nor for what has no domain.
func publicName(name string) bool {
	return strings.Contains(name, ".") && strings.ContainsFunc(name[strings.LastIndexByte(name, '.'):], func(c rune) bool {
		return c >= 'a' && c <= 'z'
	})
}

func judgeSite(p *rule.Pass, m *vhost.Model, h *vhost.Host, l *vhost.Listener, name string) {
	o := m.Answer(l, vhost.Request{TLS: true, Name: name, Port: l.Address.Port, Path: "/"})
	if _, sent := sentHeader(o); sent || o.HeadersUnknown || o.Host != h {
		return
	}
	if !p.Complete && !decided(p, o) {
		return
	}
	message := fmt.Sprintf("%s does not send %s: the first visit of each browser goes out in the clear, and can be led astray", name, hsts)
	severity := source.Warning
	switch {
	case o.Kind == vhost.Redirects:
		severity = source.Info
	case o.Kind != vhost.Serves:
		return
	case o.Proxied:
		severity = source.Info
		message += ", unless the application behind it sends the header"
	}
	f := p.AtOrigin(h.Origin, h, message)
	f.Severity = severity
	f.Help = "Add it once the site works by HTTPS alone: " + example(p.Target.Server)
	p.Report(f)
}

// decided tells, of a part of a configuration, that what stands around it does
// not matter: headers of nginx replace all that would be inherited.
func decided(p *rule.Pass, o vhost.Outcome) bool {
	return p.Target.Server == tlspolicy.Nginx && slices.ContainsFunc(o.Headers, func(h vhost.Header) bool {
		return strings.HasPrefix(string(h.Origin.Span.Text()), "add_header")
	})
}

func example(server tlspolicy.Server) string {
	if server == tlspolicy.Nginx {
		return `add_header Strict-Transport-Security "max-age=63072000" always;`
	}
	return `Header always set Strict-Transport-Security "max-age=63072000"`
}
