package generator

import (
	"fmt"
	"regexp"
	"strings"
)

// movedPaths are the paths of the site that lead elsewhere by themselves: the redirect
// table, and the paths of directories without their slash, which some kinds of content
// answer with a redirect on one server alone.
func (s *Site) movedPaths() []Redirect {
	out := s.Redirects[:len(s.Redirects):len(s.Redirects)]
	for _, r := range s.Routes {
		path := strings.TrimSuffix(r.Path.Value, "/")
		if s.leadsToSlash(r) && !s.answersExactly(path) {
			out = append(out, Redirect{From: Text{path, r.Path.Range}, To: Text{escapedPath(r.Path.Value), r.Path.Range}})
		}
	}
	return out
}

// redirects are the locations of those paths, on the terms of the place that each
// belongs to.
func (a nginxAt) redirects() []nginxItem {
	var out []nginxItem
	for i, r := range a.host.site.movedPaths() {
		answer := ng("return", nginxWord(fmt.Sprint(a.code(r.code()))), a.moved(r.To, r.DropQuery))
		at := a.in(a.host.routes.place(a.host.site, r.From.Value))
		out = apart(out, []nginxItem{ngBlock(at.onTerms(fmt.Sprint("redirect_", i+1), answer), "location", "=", a.w.plain(r.From))})
	}
	return out
}

// redirects are the rules for those paths. Where not everybody may ask, the redirect
// itself stands in a section, behind access.
func (a apacheAt) redirects() []apacheItem {
	var out []apacheItem
	for _, r := range a.host.site.movedPaths() {
		if _, p := a.host.routes.place(a.host.site, r.From.Value); p.Access.open() {
			out = append(out, a.redirect(a.w.pattern(r.From), r))
		} else {
			out = append(out, ap("RewriteRule", a.w.pattern(r.From), "-", "[L]"))
		}
	}
	return out
}

// redirect leads the paths of a pattern elsewhere.
func (a apacheAt) redirect(pattern apacheWord, r Redirect) apacheItem {
	flags := fmt.Sprintf("[R=%d,L,NE]", r.code())
	if !keepsQuery(r.To.Value, r.DropQuery) {
		flags = fmt.Sprintf("[R=%d,L,NE,QSD]", r.code())
	}
	return ap("RewriteRule", pattern, a.w.marked(a.toSelf(r.To.Value), r.To.Range), apacheWord(flags))
}

// redirectSections are the redirects of paths that not everybody may ask for.
func (a apacheAt) redirectSections() []apacheItem {
	s := a.host.site
	var out []apacheItem
	for _, r := range s.movedPaths() {
		if _, p := a.host.routes.place(s, r.From.Value); p.Access.open() {
			continue
		}
		body := append(rewritingOn(), a.redirect("^", r))
		if s.passesOn() {
			body = append(body, ap("ProxyPassMatch", "!"))
		}
		out = append(out, apBlock(body, "LocationMatch", a.w.word("^"+regexp.QuoteMeta(r.From.Value)+"$")))
	}
	return out
}
