package diff

import (
	"padlock/internal/vhost"
)

// compareRoutes notes that another place of the configuration answers.
func (p *probing) compareRoutes(path string, x, y vhost.Outcome) {
	if p.w.across || x.Host == nil || y.Host == nil || p.a.host.peer != p.b.host {
		return
	}
	a, b := p.w.elementAt(p.a.host, x.Route), p.w.elementAt(p.b.host, y.Route)
	if a == nil || b == nil || p.w.matcher.peers[a] == b || sameRoute(a, b) {
		return
	}
	if p.describe(p.a, path, x) != p.describe(p.b, path, y) && x.Kind != vhost.CannotTell && y.Kind != vhost.CannotTell {
		return // told with the answer
	}
	risk := Medium
	if x.Kind == y.Kind && x.Kind != vhost.Serves && x.Kind != vhost.CannotTell {
		risk = Low // whoever answers, the answer is the same
	}
	p.differ(path, fact{
		kind: "route-changed", risk: risk, before: routeTitle(a), after: routeTitle(b),
		old: originsOf(x.Route), new: originsOf(y.Route),
	})
}

// because says that another place of the configuration answers; why names both
// places.
func (p *probing) because(x, y vhost.Outcome) (because, why string) {
	if p.w.across || p.a.host.peer != p.b.host {
		return "", ""
	}
	a, b := p.w.elementAt(p.a.host, x.Route), p.w.elementAt(p.b.host, y.Route)
	if a == nil || b == nil || a == b || p.w.matcher.peers[a] == b || sameRoute(a, b) {
		return "", ""
	}
	if !b.isHost() {
		because = ", because " + routeTitle(b) + " answers now"
	}
	return because, routeTitle(a) + " > " + routeTitle(b)
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
