package diff

import (
	"slices"
	"strings"

	"padlock/internal/vhost"
)

// securityHeaders are fields that protect those who visit a site.
var securityHeaders = map[string]bool{
	"content-security-policy": true, "x-frame-options": true, "x-content-type-options": true, "referrer-policy": true,
	"permissions-policy": true, "cross-origin-opener-policy": true, "cross-origin-embedder-policy": true,
	"cross-origin-resource-policy": true, "x-xss-protection": true, "content-security-policy-report-only": true,
}

const hsts = "strict-transport-security"

// compareHeaders notes the header fields that only one of two answers has, and
// those with other values.
func (p *probing) compareHeaders(path string, x, y vhost.Outcome) {
	if x.Kind != y.Kind || x.HeadersUnknown != y.HeadersUnknown {
		return
	}
	before, after := byField(x.Headers), byField(y.Headers)
	for _, name := range fieldsOf(x.Headers, y.Headers) {
		a, b := before[name], after[name]
		if sameFields(a, b) || x.HeadersUnknown && (len(a) == 0 || len(b) == 0) {
			continue
		}
		if name == hsts && !p.a.socket.TLS.V {
			continue // nobody heeds it there (RFC 6797, section 8.1)
		}
		f := fact{before: fieldText(name, a), after: fieldText(name, b)}
		for _, h := range a {
			f.old = append(f.old, originsOf(h.Origin)...)
		}
		for _, h := range b {
			f.new = append(f.new, originsOf(h.Origin)...)
		}
		prefix := "header"
		switch {
		case name == hsts:
			prefix = "hsts"
		case securityHeaders[name]:
			prefix = "security-header"
		}
		f.what = fieldName(a, b)
		switch {
		case len(b) == 0:
			f.kind = prefix + "-lost"
			f.because, f.new = p.whyLost(a, y)
			f.why = f.because
			f.old = append(f.old, p.routePlaces(p.a.host, p.b.host, x)...)
		case len(a) == 0:
			f.kind = prefix + "-gained"
			f.why, f.old = p.whyGained(b, x)
			f.new = append(f.new, p.routePlaces(p.b.host, p.a.host, y)...)
		default:
			f.kind = prefix + "-changed"
		}
		p.differ(path, f)
	}
}

func byField(list []vhost.Header) map[string][]vhost.Header {
	m := map[string][]vhost.Header{}
	for _, h := range list {
		name := strings.ToLower(h.Name)
		m[name] = append(m[name], h)
	}
	return m
}

func fieldsOf(a, b []vhost.Header) []string {
	var names []string
	for _, h := range slices.Concat(a, b) {
		names = append(names, strings.ToLower(h.Name))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func sameFields(a, b []vhost.Header) bool {
	return slices.EqualFunc(a, b, func(x, y vhost.Header) bool {
		return x.Value == y.Value && (x.Unknown == "") == (y.Unknown == "") && x.Always == y.Always
	})
}

func fieldName(a, b []vhost.Header) string {
	if len(a) > 0 {
		return a[0].Name
	}
	return b[0].Name
}

// fieldText is the value of a field, secrets masked; that it is sent with errors
// too is told, as it makes a difference.
func fieldText(name string, list []vhost.Header) string {
	var parts []string
	for _, h := range list {
		value := h.Value
		if h.Unknown != "" {
			value += "…"
		}
		if value = maskText(value); secretWords.MatchString(name) {
			value = mask
		}
		if h.Always {
			value += " (always)"
		}
		parts = append(parts, value)
	}
	return strings.Join(parts, ", ")
}

// whyLost looks for what took a header away that was set: directives that the
// answering block has now and had not before.
func (p *probing) whyLost(lost []vhost.Header, now vhost.Outcome) (because string, places []Place) {
	if p.w.across {
		return "", nil
	}
	b := p.w.elementAt(p.b.host, now.Route)
	if b == nil {
		return "", nil
	}
	a := p.w.matcher.peers[b]
	places = originsOf(now.Route)
	own := ownHeaders(b)
	if len(own) == 0 {
		return "", p.takenAway(lost[0].Name, b, places)
	}
	if a == nil {
		return ", because " + routeTitle(b) + " is new and has its own " + own[0].name, places
	}
	if len(ownHeaders(a)) > 0 || b.isHost() && lostAtHost(p, lost, a) {
		return "", p.takenAway(lost[0].Name, b, places)
	}
	for _, e := range own {
		places = append(places, e.place())
	}
	return ", because " + routeTitle(b) + " now has its own " + own[0].name, places
}

// lostAtHost tells that the header was set in the virtual host itself.
func lostAtHost(_ *probing, lost []vhost.Header, host *element) bool {
	return len(lost) > 0 && slices.ContainsFunc(host.open(), func(e *element) bool { return e.place().Span == lost[0].Origin.Span })
}

// takenAway adds the lines of Apache that unset a header.
func (p *probing) takenAway(name string, block *element, places []Place) []Place {
	for at := block; at != nil; at = at.parent {
		for _, e := range at.open() {
			if e.name == "header" && slices.ContainsFunc(e.words, func(w string) bool { return strings.EqualFold(w, name) }) {
				places = append(places, e.place())
			}
		}
		if at.isHost() {
			break
		}
	}
	return places
}

// whyGained is whyLost seen from the other side.
func (p *probing) whyGained(gained []vhost.Header, before vhost.Outcome) (string, []Place) {
	q := *p
	q.a, q.b = p.b, p.a
	return q.whyLost(gained, before)
}

// routePlaces is the place that answered, if it has no counterpart.
func (p *probing) routePlaces(h, _ *host, o vhost.Outcome) []Place {
	if e := p.w.elementAt(h, o.Route); e != nil && p.w.matcher.peers[e] == nil {
		return originsOf(o.Route)
	}
	return nil
}

// ownHeaders are the add_header directives directly in a block of nginx.
func ownHeaders(e *element) []*element {
	var list []*element
	for _, c := range e.open() {
		if c.name == "add_header" || c.name == "add_header_inherit" {
			list = append(list, c)
		}
	}
	return list
}
