package headers

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed hsts-on-http.md
var hstsOnHTTPText string

// HSTSOnHTTP finds HSTS in answers without TLS, where browsers ignore it.
var HSTSOnHTTP = &rule.Rule{
	ID:       "hsts-on-http",
	Title:    "Strict-Transport-Security is sent without TLS, where browsers ignore it",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc6797#section-7.2",
	},
	Text: hstsOnHTTPText,
	Check: func(p *rule.Pass) {
		c := &clearance{pass: p, told: map[source.Span]bool{}, senders: map[source.Span][]source.Span{}}
		c.collectSenders()
		collectLines(p, func(lines []*line) {
			if len(lines) > 0 {
				c.sentInClear(p.Model())
			}
		})
	},
}

// clearance is the search for the header in answers without TLS.
type clearance struct {
	pass *rule.Pass
	told map[source.Span]bool
	// senders are the directives that speak of the header, by the head of the
	// virtual host around them; the zero Span for those outside.
	senders map[source.Span][]source.Span
}

func (c *clearance) collectSenders() {
	c.pass.OnNginx(func(d *rule.NginxDirective) {
		for _, word := range d.Args() {
			if speaksOfIt(word.Value) {
				var host source.Span
				if server := d.Within("server"); server != nil {
					host = server.HeadSpan()
				}
				c.senders[host] = append(c.senders[host], d.HeadSpan())
				return
			}
		}
	}, "add_header", "more_set_headers")
	c.pass.OnApache(func(d *rule.ApacheDirective) {
		if speaksOfIt(d.Item.Args()) {
			host := hostAround(d.Item)
			c.senders[host] = append(c.senders[host], d.Item.Span())
		}
	}, "Header")
}

func speaksOfIt(text string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(hsts))
}

// open tells that a virtual host may send the header by a directive that has not
// been told yet. Most hosts send it by one alone, and then one answer is enough.
func (c *clearance) open(h *vhost.Host) bool {
	untold := func(sender source.Span) bool { return !c.told[sender] }
	return slices.ContainsFunc(c.senders[h.Origin.Span], untold) || slices.ContainsFunc(c.senders[source.Span{}], untold)
}

// sentInClear asks every site that has HTTPS for its pages without. Where no
// listener has TLS, something in front has, and the header is in its place.
func (c *clearance) sentInClear(m *vhost.Model) {
	for _, site := range m.Sites() {
		if site.Example == "" {
			continue
		}
		if h, _, _ := m.Secure(site.Example); h == nil {
			continue
		}
		for _, member := range site.Members {
			for _, l := range member.Host.PlainListeners() {
				if !l.Address.Local() {
					c.inClear(m, site, member.Host, l)
				}
			}
		}
	}
}

func (c *clearance) inClear(m *vhost.Model, site *vhost.Site, h *vhost.Host, l *vhost.Listener) {
	for _, route := range m.Routes(h) {
		if !c.open(h) {
			return
		}
		o := m.Answer(l, vhost.Request{Name: site.Example, Port: l.Address.Port, Path: route.Path})
		sent, ok := sentHeader(o)
		if o.Host != h || !ok || sent.Unknown != "" || sent.Value == "" || sent.Origin.IsDefault() || c.told[sent.Origin.Span] {
			continue
		}
		c.told[sent.Origin.Span] = true
		f := c.pass.AtOrigin(sent.Origin, h, fmt.Sprintf("%s is also sent on %s without TLS, where browsers ignore it and RFC 6797 forbids it", hsts, l.Address))
		f.Help = "Set it in the virtual hosts with TLS only."
		c.pass.Report(f)
	}
}

// sentHeader finds the header in an answer.
func sentHeader(o vhost.Outcome) (vhost.Header, bool) {
	for _, h := range o.Headers {
		if strings.EqualFold(h.Name, hsts) {
			return h, true
		}
	}
	return vhost.Header{}, false
}
