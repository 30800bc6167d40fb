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
	for _, r := range a.host.site.Redirects {
		flags := fmt.Sprintf("[R=%d,L,NE]", r.code())
		if !keepsQuery(r.To.Value, r.DropQuery) {
			flags = fmt.Sprintf("[R=%d,L,NE,QSD]", r.code())
		}
		rules = append(rules, ap("RewriteRule", a.w.pattern(r.From), a.w.marked(a.toSelf(r.To.Value), r.To.Range), apacheWord(flags)))
	}
	rules = append(rules, a.slashless()...)
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

// slashless leads the path of a directory without its slash to the directory.
func (a apacheAt) slashless() []apacheItem {
	var out []apacheItem
	for _, r := range a.host.site.Routes {
		path := strings.TrimSuffix(r.Path.Value, "/")
		if !a.host.site.leadsToSlash(r) || a.host.site.answersExactly(path) {
			continue
		}
		out = append(out, ap("RewriteRule", a.w.pattern(Text{path, r.Path.Range}), a.toSelf(escapedPath(r.Path.Value)), "[R=301,L,NE]"))
	}
	return out
}

// apachePlaceRules are the rules that a place needs of its own.
var apachePlaceRules = []func(apacheAt, apacheWord) []apacheItem{
	apacheAt.slash, // as nginx's, before methods are looked at
	apacheAt.preflights,
	apacheAt.methods,
	apacheAt.bodies,
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
