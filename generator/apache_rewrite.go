package generator

import (
	"fmt"
	"slices"
	"strings"
)

// rewriting are the rules of the virtual host. They see a request before anything
// else does, whatever answers it.
func (a apacheAt) rewriting() []apacheItem {
	rules := append(a.internalRules(), a.maintenance()...)
	rules = append(rules, a.redirects()...)
	rules = append(rules, a.ofPlaces()...)
	if len(rules) == 0 {
		return nil
	}
	return append([]apacheItem{ap("RewriteEngine", "On")}, rules...)
}

// toSelf is the target of a redirect: a path is one of this virtual host, under
// the name and protocol that it is served by, never those that the client sent.
func (a apacheAt) toSelf(to string) apacheWord {
	if !strings.HasPrefix(to, "/") {
		return a.w.substitution(to)
	}
	return a.toOwn(substitutionEscapes.Replace(to))
}

// toOwn is the target of a redirect within the virtual host; the path may hold back
// references.
func (a apacheAt) toOwn(path string) apacheWord {
	s := a.host.site
	if !s.severalNames() {
		return a.w.testString(s.origin(a.host.tls), path)
	}
	scheme := "http"
	if a.host.tls {
		scheme = "https"
	}
	rest := string(a.w.testString(s.Listen.portSuffix(a.host.tls), path))
	return apacheWord(`"` + scheme + "://%{SERVER_NAME}" + strings.TrimPrefix(rest, `"`))
}

// apachePlaceRules are the rules that a place needs of its own.
var apachePlaceRules = []func(apacheAt, apacheWord) []apacheItem{
	apacheAt.spelling, // as nginx's, before methods are looked at
	apacheAt.preflights,
	apacheAt.methods,
	apacheAt.bodies,
	apacheAt.versioned,
	apacheAt.readyMade,
	apacheAt.extensionless,
	apacheAt.fallback,
}

// ofPlaces are the rules of the places. The strongest place comes first, and its
// last rule ends the matter for its paths.
func (a apacheAt) ofPlaces() []apacheItem {
	var out []apacheItem
	some := false
	for _, r := range a.host.site.strongestFirst() {
		at := a
		at.route, at.place = r, &r.Place
		pattern := a.w.rewriteWord(r.expression())
		own := at.ofPlace(pattern)
		some = some || len(own) > 0
		out = append(append(out, own...), ap("RewriteRule", pattern, "-", "[L]"))
	}
	rest := a.ofPlace("^")
	if !some && len(rest) == 0 {
		return nil
	}
	if a.host.challenge { // no place may take it
		out = slices.Insert(out, 0, ap("RewriteRule", `"^/\.well-known/acme-challenge/"`, "-", "[L]"))
	}
	return append(out, rest...)
}

func (a apacheAt) ofPlace(pattern apacheWord) []apacheItem {
	var out []apacheItem
	for _, rules := range apachePlaceRules {
		out = append(out, rules(a, pattern)...)
	}
	return out
}

// methods refuses what the place does not answer: files are read, not written to.
func (a apacheAt) methods(pattern apacheWord) []apacheItem {
	p := a.place
	methods := p.answered()
	if methods == nil || p.Access.Deny {
		return nil
	}
	condition := `"!` + strings.TrimPrefix(string(methodPattern[apacheWord](methods)), `"`)
	rules := []apacheItem{ap("RewriteCond", "%{REQUEST_METHOD}", apacheWord(condition)), ap("RewriteRule", pattern, "-", "[R=405,L]")}
	if p.Methods == nil {
		return about("Files are read, not written to.", rules...)
	}
	return rules
}

// bodies refuses large bodies where LimitRequestBody does not reach.
func (a apacheAt) bodies(pattern apacheWord) []apacheItem {
	if a.place.link() == nil || a.place.MaxBody == 0 {
		return nil
	}
	return about("LimitRequestBody does not reach requests that are passed on (httpd 2.4).",
		ap("RewriteCond", "expr", apacheWord(fmt.Sprintf(`"%%{HTTP:Content-Length} -gt %d"`, a.place.MaxBody))),
		ap("RewriteRule", pattern, "-", "[R=413,L]"))
}
