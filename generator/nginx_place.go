package generator

import (
	"fmt"
	"net/url"
)

// nginxAround collects what a site needs outside its server blocks, each thing
// once.
type nginxAround struct {
	known map[string]bool
	items []nginxItem
}

// add writes items once, whoever asks for them.
func (a *nginxAround) add(id string, items ...nginxItem) {
	if !a.known[id] {
		a.known[id] = true
		a.items = append(append(a.items, items...), gap[nginxWord]())
	}
}

// nginxAt is a block of an nginx file that settings are written to: a server, or
// a location in it.
type nginxAt struct {
	*nginxRenderer
	w      *nginxWords
	around *nginxAround
	host   host
	// place is what holds in the block.
	place *Place
	// outer is what the server around a location has written; nil in the server
	// itself.
	outer *Place
	// route is nil for all paths that no route takes.
	route *Route
	// named collects named locations, which stand in the server.
	named *[]nginxItem
}

// nginxSettings are written to a block in this order. Each says what the place
// needs and the block around it has not said already: nginx inherits what a
// location does not mention, but for lists such as add_header and for what
// answers, which a location has all of or nothing.
var nginxSettings = []func(nginxAt) []nginxItem{
	nginxAt.headers,
	nginxAt.access,
	nginxAt.limits,
	nginxAt.rates,
	nginxAt.nonces,
	nginxAt.compression,
	nginxAt.errorPages,
	nginxAt.directory,
	nginxAt.scripting,
}

// server is what stands in a server block below its names and certificates.
func (a nginxAt) server() nginxBody {
	out := make([]nginxItem, 0, 64)
	add := func(items []nginxItem) { out = apart(out, items) }
	var named []nginxItem
	a.named = &named
	if a.host.action == move || a.host.action == serve {
		add(a.headers())
	}
	if a.host.challenge {
		add(a.challenge())
	}
	switch a.host.action {
	case move:
		add([]nginxItem{ngBlock(a.move(), "location", "/")})
	case refuse:
		add([]nginxItem{ngBlock([]nginxItem{ng("return", "444")}, "location", "/")})
	case turnAway:
		add(about("A name within another site's connection: the client may try a connection of its own (RFC 9110).", ng("return", "421")))
	case serve:
		add(a.clientAuth())
		add(a.realAddress())
		add(a.logs())
		add(a.serverLimits())
		for _, setting := range nginxSettings[1:] {
			add(setting(a))
		}
		add(a.raw())
		add(a.early())
		add(a.maintenance())
		add(a.spelling())
		add(a.redirects())
		for _, location := range a.locations() {
			add([]nginxItem{location})
		}
		add(named)
	}
	return out
}

// locations are those of all places of the site. nginx takes an exact path first,
// then the longest prefix marked ^~, then the first pattern, then the rest.
func (a nginxAt) locations() []nginxItem {
	var exact, prefixes, patterns []nginxItem
	rest := a.in(nil, &a.host.site.Place)
	inner, nested := rest.content()
	hidden := rest.hidden()
	for _, r := range a.host.site.Routes {
		at := a.in(r, &r.Place)
		location := at.location()
		switch r.Kind {
		case Exact:
			exact = append(exact, location)
		case Prefix:
			prefixes = append(prefixes, location)
		case Regex:
			patterns = append(patterns, location)
		}
	}
	var out []nginxItem
	out = append(append(append(out, hidden...), exact...), prefixes...)
	out = append(append(out, patterns...), rest.guarded(nested)...)
	return append(out, ngBlock(append(rest.guards(), inner...), "location", "/"))
}

// in is a location of the server.
func (a nginxAt) in(r *Route, p *Place) nginxAt {
	a.outer, a.route, a.place = a.place, r, p
	return a
}

// location is the block of a route.
func (a nginxAt) location() nginxItem {
	body := make([]nginxItem, 0, 16)
	for _, setting := range nginxSettings {
		body = apart(body, setting(a))
	}
	body = apart(body, a.guards())
	inner, nested := a.content()
	for _, items := range [...][]nginxItem{a.raw(), a.hidden(), a.guarded(nested), inner} {
		body = apart(body, items)
	}
	sign := map[MatchKind]nginxWord{Exact: "=", Prefix: "^~", Regex: "~"}[a.route.Kind]
	return ngBlock(body, "location", sign, a.w.plain(a.route.Path))
}

// content is what answers in a place: inner stands in its location, nested are
// locations that go before it, in the location or, for the rest of a site, in the
// server.
func (a nginxAt) content() (inner, nested []nginxItem) {
	switch {
	case a.place.Proxy != nil:
		return a.proxy(), nil
	case a.place.Gateway != nil:
		return a.gateway(), nil
	case a.place.Respond != nil:
		return a.respond(), nil
	case a.place.Move != nil:
		return a.moveAll(), nil
	case a.place.PHP != nil:
		return a.php()
	}
	return a.files()
}

// self is scheme://name[:port] of the virtual host, as it can stand in front of a
// word with variables.
func (a nginxAt) self() string {
	s := a.host.site
	if !s.severalNames() {
		return s.origin(a.host.tls)
	}
	scheme := "http"
	if a.host.tls {
		scheme = "https"
	}
	return scheme + "://$host" + s.Listen.portSuffix(a.host.tls)
}

// escapedPath is a path as a URL writes it.
func escapedPath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// answersExactly tells that an exact route or a redirect has the path.
func (s *Site) answersExactly(path string) bool {
	for _, r := range s.Routes {
		if r.Kind == Exact && r.Path.Value == path {
			return true
		}
	}
	for _, r := range s.Redirects {
		if r.From.Value == path {
			return true
		}
	}
	return false
}

// severalNames tells that content is served under more names than the site's own.
func (s *Site) severalNames() bool {
	return manyNames(s.Name.Value) || s.ServeAliases && len(s.Aliases) > 0
}

func (a nginxAt) challenge() []nginxItem {
	return about("Certificate challenges (RFC 8555) stay on plain HTTP.", ngBlock(append([]nginxItem{
		ng("root", a.w.evaluated("", a.host.site.TLS.Challenge, "")),
		ng("default_type", "text/plain"),
	}, a.openAgain()...), "location", "^~", "/.well-known/acme-challenge/"))
}

func (a nginxAt) move() []nginxItem {
	target := a.host.target + "$request_uri"
	if a.host.keepName {
		target = a.host.target + "$host" + a.host.portSuffix + "$request_uri"
	}
	return []nginxItem{ng("return", nginxWord(fmt.Sprint(a.code(a.host.site.RedirectCode))), a.w.marked(nginxWord(quoteNginx(target)), a.host.site.Name.Range))}
}
