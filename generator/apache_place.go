package generator

import (
	"fmt"
	"regexp"
	"slices"
)

// apacheAt is a part of an Apache file that settings are written to: a virtual
// host, or a section in it.
type apacheAt struct {
	*apacheRenderer
	w    *apacheWords
	host host
	// place is what holds in the part.
	place *Place
	// earlier are the places whose sections stand before this one and may match
	// too, the virtual host's own first: what one of them says holds here as well
	// unless it is said again. Empty for the virtual host itself.
	earlier []*Place
	// later are the routes whose sections stand behind this one and may match too.
	later []*Route
	// route is nil for all paths that no route takes.
	route *Route
	// page tells that the part is about pages of the server itself, which no script
	// answers for.
	page bool
}

// apacheSettings are written to a part in this order; each says what the place
// needs and the parts before it do not say already.
var apacheSettings = []func(apacheAt) []apacheItem{
	apacheAt.headers,
	apacheAt.caching,
	apacheAt.limits,
	apacheAt.compression,
	apacheAt.errorPages,
	apacheAt.closedPage,
}

// whole tells that the part is the virtual host itself.
func (a apacheAt) whole() bool { return len(a.earlier) == 0 }

// differs tells that some place before this one is unlike it in what same
// compares, so that this one has to speak for itself.
func (a apacheAt) differs(same func(*Place) bool) bool {
	return a.whole() || slices.ContainsFunc(a.earlier, func(p *Place) bool { return !same(p) })
}

// server is what stands in a virtual host below its names and certificates.
func (a apacheAt) server() apacheBody {
	out := make([]apacheItem, 0, 96)
	add := func(items []apacheItem) { out = apart(out, items) }
	if a.host.site.Listen.ProxyProtocol {
		add(about("The balancer says which address a client has.", ap("RemoteIPProxyProtocol", "On")))
	}
	if a.host.action == serve {
		a.later = a.host.site.Routes
		add(a.clientAuth())
		add(a.realAddress())
	}
	if a.host.action == move || a.host.action == serve {
		add(a.headers())
	}
	if a.host.challenge {
		add(a.challenge())
	}
	switch a.host.action {
	case move:
		add(a.move())
	case refuse:
		add([]apacheItem{apBlock([]apacheItem{ap("Require", "all", "denied")}, "LocationMatch", `"^/(?!\.well-known/acme-challenge/)"`)})
	case turnAway:
		add([]apacheItem{apBlock([]apacheItem{ap("Require", "all", "denied")}, "Location", "/")})
	case serve:
		add(a.logs())
		add(a.serverLimits())
		for _, setting := range apacheSettings[1:] {
			add(setting(a))
		}
		add(a.rewriting())
		add(a.passing())
		add(a.directories())
		add(a.content())
		add(a.guarded())
		for _, section := range a.sections() {
			add(section)
		}
		add(a.redirectSections())
		add(a.respelled())
		if a.host.challenge && (len(a.host.site.Routes) > 0 || a.place.passesOn() || !a.place.Access.open()) {
			add(a.openChallenge())
		}
		add(a.raw())
		add(a.internalSections())
		add(a.retryAfter())
	}
	return out
}

// sections are those of the routes. Apache applies every section that matches, in
// the order of the file, and what a later one says counts: so the patterns come
// first, the last one at the front, then the hidden files of the site, which no
// pattern opens, then prefixes from short to long, then exact paths.
func (a apacheAt) sections() [][]apacheItem {
	routes := slices.Clone(a.host.site.Routes)
	patterns := 0
	for patterns < len(routes) && routes[patterns].Kind == Regex {
		patterns++
	}
	slices.Reverse(routes[:patterns])
	var out [][]apacheItem
	for i, r := range routes {
		if i == patterns {
			out = append(out, a.denied())
		}
		at := a
		at.route, at.place, at.earlier = r, &r.Place, []*Place{a.place}
		for _, before := range routes[:i] {
			if before.Kind == Regex || before.encloses(r.Match) {
				at.earlier = append(at.earlier, &before.Place)
			}
		}
		at.later = nil
		for _, after := range routes[i+1:] {
			if r.Kind == Regex || r.encloses(after.Match) {
				at.later = append(at.later, after)
			}
		}
		out = append(out, at.section())
	}
	if patterns == len(routes) {
		out = append(out, a.denied())
	}
	return out
}

// section is the part of a route, with what it needs outside.
func (a apacheAt) section() []apacheItem {
	var body []apacheItem
	for _, setting := range apacheSettings {
		body = apart(body, setting(a))
	}
	body = apart(body, append(a.content(), a.access()...))
	body = apart(body, a.raw())
	name, arg := "Location", a.w.plain(a.route.Path)
	if a.route.Kind != Prefix {
		name, arg = "LocationMatch", a.w.word(a.route.expression())
	}
	return append([]apacheItem{apBlock(body, name, arg)}, a.denied()...)
}

// expression is the regular expression of the paths that the match takes.
func (m Match) expression() string {
	switch m.Kind {
	case Exact:
		return "^" + regexp.QuoteMeta(m.Path.Value) + "$"
	case Prefix:
		return "^" + regexp.QuoteMeta(m.Path.Value)
	}
	return m.Path.Value
}

// denied are the paths in the place that nobody gets.
func (a apacheAt) denied() []apacheItem { return append(a.hidden(), a.closed()...) }

// content is what answers in a place, after what earlier sections have that answer by
// themselves.
func (a apacheAt) content() []apacheItem {
	return append(append(a.noAnswer(), a.noKeeping()...), a.answering()...)
}

// answering is what answers in a place.
func (a apacheAt) answering() []apacheItem {
	switch {
	case a.place.Proxy != nil:
		return a.proxy()
	case a.place.Gateway != nil:
		return a.gateway()
	case a.place.Respond != nil:
		return a.respond()
	case a.place.Move != nil:
		return a.moveAll()
	}
	return slices.Concat(a.files(), a.php(), a.readDirectories())
}

func (a apacheAt) challenge() []apacheItem {
	dir := Text{a.host.site.TLS.Challenge.Value + "/.well-known/acme-challenge", a.host.site.TLS.Challenge.Range}
	return about("Certificate challenges (RFC 8555) stay on plain HTTP.",
		ap("Alias", "/.well-known/acme-challenge/", a.w.plain(Text{dir.Value + "/", dir.Range})),
		apBlock(openDirectory("None"), "Directory", a.w.directory(dir)))
}

// openChallenge takes the challenge path out of what answers elsewhere.
func (a apacheAt) openChallenge() []apacheItem {
	open := []apacheItem{ap("Require", "all", "granted")}
	if a.host.site.passesOn() {
		open = append(open, ap("ProxyPass", "!"))
	}
	return []apacheItem{apBlock(open, "Location", "/.well-known/acme-challenge/")}
}

func openDirectory(options apacheWord) []apacheItem {
	return []apacheItem{ap("Options", options), ap("AllowOverride", "None"), ap("Require", "all", "granted")}
}

func (a apacheAt) move() []apacheItem {
	out := []apacheItem{ap("RewriteEngine", "On")}
	if a.host.challenge {
		out = append(out, ap("RewriteCond", "%{REQUEST_URI}", `"!^/\.well-known/acme-challenge/"`))
	}
	return append(out, append(about("The request line has the path as the client wrote it; the query is kept.",
		ap("RewriteCond", "%{THE_REQUEST}", `"^\S+ (?:[a-z]+://[^/?\s]*)?(/[^?\s]*)?"`, "[NC]")),
		ap("RewriteRule", "^", a.w.moveTo(a.host), apacheWord(fmt.Sprintf("[R=%d,L,NE]", a.host.site.RedirectCode))),
		ap("AllowEncodedSlashes", "NoDecode"))...)
}

func (a apacheAt) limits() []apacheItem {
	if !a.differs(func(p *Place) bool { return p.MaxBody == a.place.MaxBody }) {
		return nil
	}
	return []apacheItem{ap("LimitRequestBody", apacheWord(fmt.Sprint(a.place.MaxBody)))}
}
