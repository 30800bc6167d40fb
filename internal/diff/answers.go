package diff

import (
	"cmp"
	"strconv"
	"strings"

	"padlock/internal/vhost"
)

// compareAnswers notes how two answers to one request differ.
func (p *probing) compareAnswers(path string, x, y vhost.Outcome) {
	before, after := p.describe(path, x), p.describe(path, y)
	if before == after {
		return
	}
	f := fact{before: before, after: after, old: originsOf(append(x.By, x.Route)...), new: originsOf(append(y.By, y.Route)...)}
	f.because = p.because(x, y)
	plain := !p.a.socket.TLS.V
	switch {
	case plain && toHTTPS(x) && y.Kind != vhost.Redirects:
		f.kind, f.what = "redirect-lost", portOf(p.a)
	case plain && toHTTPS(y) && x.Kind != vhost.Redirects:
		f.kind, f.what = "redirect-gained", portOf(p.a)
	case plain && x.Kind == vhost.Redirects && y.Kind == vhost.Redirects && toHTTPS(x) != toHTTPS(y):
		f.kind, f.what = "redirect-gained", portOf(p.a)
		if toHTTPS(x) {
			f.kind = "redirect-lost"
		}
	case x.Kind == vhost.Redirects && y.Kind == vhost.Redirects:
		f.kind = "redirect-changed"
	case x.Kind == vhost.Redirects:
		f.kind = "redirect-removed"
	case y.Kind == vhost.Redirects:
		f.kind = "redirect-added"
	case isDenial(x) && y.Kind == vhost.Serves:
		f.kind = "access-lifted"
	case isDenial(y) && x.Kind == vhost.Serves:
		f.kind = "access-restricted"
	case x.Kind == vhost.Serves && y.Kind == vhost.Serves && x.Proxied && y.Proxied:
		f.kind = "proxy-target-changed"
	default:
		f.kind = "answer-changed"
	}
	p.differ(path, f)
}

// isDenial tells that access rules refuse a request.
func isDenial(o vhost.Outcome) bool {
	return o.Kind == vhost.Rejects && (o.Status == 401 || o.Status == 403)
}

func toHTTPS(o vhost.Outcome) bool {
	return o.Kind == vhost.Redirects && strings.HasPrefix(strings.ToLower(o.URL), "https://")
}

// describe says what an answer is: "308 to https://shop.example/…", "403",
// "proxy_pass http://127.0.0.1:3000", "files". Of the paths of one redirect the
// texts are the same.
func (p *probing) describe(path string, o vhost.Outcome) string {
	switch o.Kind {
	case vhost.Redirects:
		url := o.URL
		if tail := strings.Index(url, path); tail > 0 && path != "/" {
			url = url[:tail] + "<path>" + url[tail+len(path):]
		} else if path == "/" && strings.HasSuffix(url, "/") && strings.Count(url, "/") == 3 {
			url = strings.TrimSuffix(url, "/") + "<path>"
		}
		url = strings.ReplaceAll(url, label, "…")
		if o.Partial != "" {
			url += "…"
		}
		return statusText(o.Status, "a redirect") + " to " + maskText(url)
	case vhost.Rejects:
		if o.Status == 444 {
			return "a closed connection"
		}
		return statusText(o.Status, "an error")
	}
	text := ""
	if p.w.across {
		if text = "content"; o.Proxied {
			text = "another server's answer"
		}
		return text
	}
	text = cmp.Or(maskText(o.Reason), "content")
	if o.Status != 0 && o.Status != 200 {
		text += " with status " + strconv.Itoa(o.Status)
	}
	return text
}

func statusText(status int, unknown string) string {
	if status == 0 {
		return unknown
	}
	return strconv.Itoa(status)
}

// compareRoutes notes that another place of the configuration answers.
func (p *probing) compareRoutes(path string, x, y vhost.Outcome) {
	if p.w.across || x.Host == nil || y.Host == nil || p.a.host.peer != p.b.host {
		return
	}
	a, b := p.w.elementAt(p.a.host, x.Route), p.w.elementAt(p.b.host, y.Route)
	if a == nil || b == nil || p.w.matcher.peers[a] == b || sameRoute(a, b) {
		return
	}
	if p.describe(path, x) != p.describe(path, y) && x.Kind != vhost.CannotTell && y.Kind != vhost.CannotTell {
		return // told with the answer
	}
	p.differ(path, fact{
		kind: "route-changed", before: routeTitle(a), after: routeTitle(b),
		old: originsOf(x.Route), new: originsOf(y.Route),
	})
}

// because says that another place of the configuration answers.
func (p *probing) because(x, y vhost.Outcome) string {
	if p.w.across || p.a.host.peer != p.b.host {
		return ""
	}
	a, b := p.w.elementAt(p.a.host, x.Route), p.w.elementAt(p.b.host, y.Route)
	if a == nil || b == nil || a == b || p.w.matcher.peers[a] == b || sameRoute(a, b) || b.isHost() {
		return ""
	}
	return ", because " + routeTitle(b) + " answers now"
}

func routeTitle(e *element) string {
	if e.isHost() {
		return "the virtual host itself"
	}
	return e.text()
}

// sameRoute tells that two blocks go by the same keys within their hosts.
func sameRoute(a, b *element) bool {
	for !a.isHost() && !b.isHost() && a.parent != nil && b.parent != nil {
		if a.key != b.key {
			return false
		}
		a, b = a.parent, b.parent
	}
	return a.isHost() == b.isHost()
}

// elementAt finds the block of a host that stands at a place; nil if it stands
// elsewhere.
func (w *comparer) elementAt(h *host, o vhost.Origin) *element {
	if h.element == nil || o.IsDefault() {
		return nil
	}
	if w.blocks[h] == nil {
		w.blocks[h] = map[spanStart]*element{}
		var visit func(e *element)
		visit = func(e *element) {
			if span := e.place().Span; !span.IsZero() {
				w.blocks[h][spanStart{span.File, span.Start}] = e
			}
			for _, c := range e.open() {
				if c.block && !c.isHost() {
					visit(c)
				}
			}
		}
		visit(h.element)
	}
	return w.blocks[h][spanStart{o.Span.File, o.Span.Start}]
}
