package generator

import (
	"fmt"
	"slices"
	"strings"
)

// headers are the response headers of the place. Sections add to one another, so a
// header that the place does not have is taken away; where an application answers,
// its copies are dropped. The table always is sent with errors and redirects too,
// and holds none of the application's (mod_headers).
func (a apacheAt) headers() []apacheItem {
	s := a.host.site
	headers := s.headers(a.host, a.place)
	if !a.whole() && !a.differs(func(p *Place) bool {
		return sameHeaders(headers, s.headers(a.host, p)) && slices.Equal(p.Headers.Remove, a.place.Headers.Remove) && p.onFiles() == a.place.onFiles()
	}) {
		return nil
	}
	var out []apacheItem
	for _, name := range a.superseded(headers) {
		out = append(out, ap("Header", "always", "unset", apacheWord(name)))
	}
	copies := a.host.action == serve && !a.place.onFiles()
	if copies {
		out = append(out, ap("Header", a.answered(), "unset", accel))
		out = append(out, a.dropped(headers)...)
	}
	for _, name := range a.place.Headers.Remove {
		if !copies {
			out = append(out, ap("Header", "onsuccess", "unset", apacheWord(name)))
		}
		out = append(out, ap("Header", "always", "unset", apacheWord(name)))
	}
	for _, h := range headers {
		out = append(out, a.header(h))
	}
	switch {
	case !a.whole():
		return out
	case copies:
		return about("Sent with every answer, errors and redirects too; a copy from the application is dropped.", out...)
	}
	return about("Sent with every answer, errors and redirects too.", out...)
}

// typeCondition holds for content of some media types.
func typeCondition(on Answers) string {
	return "%{CONTENT_TYPE} =~ m#" + expressionPattern(on.TypePattern()) + "#"
}

// dropped takes the application's copies of headers away, those of answers of some types
// from these alone.
func (a apacheAt) dropped(headers []Header) []apacheItem {
	var out []apacheItem
	for _, name := range a.host.site.own(a.host, a.place) {
		unset := ap("Header", "onsuccess", "unset", apacheWord(name))
		if types, some := typesOf(name, headers); some {
			unset.Args = append(unset.Args, a.w.word("expr="+typeCondition(Answers{Types: types})))
		}
		out = append(out, unset)
	}
	return out
}

// typesOf are the media types that have a header; false if all have.
func typesOf(name string, headers []Header) (string, bool) {
	var types []string
	for _, h := range headers {
		if h.Name != name {
			continue
		}
		if h.On.Types == "" {
			return "", false
		}
		types = append(types, h.On.Types)
	}
	return strings.Join(types, "|"), types != nil
}

// answered is the table that the headers of an application are in.
func (a apacheAt) answered() apacheWord {
	if a.place.scripts() {
		return "always"
	}
	return "onsuccess"
}

// scripts tells that a program answers by FastCGI or SCGI: its headers stand with those
// that errors have too (ap_scan_script_header_err).
func (p *Place) scripts() bool {
	return p.PHP != nil || p.Gateway != nil && (p.Gateway.module() == "fastcgi" || p.Gateway.module() == "scgi")
}

// superseded are the headers that sections before this one add, and that this one
// does not put in their place with every answer. Where a script may have sent the same,
// they have not been added; see spared.
func (a apacheAt) superseded(headers []Header) []string {
	if a.place.scripts() && !a.page {
		return nil
	}
	var names []string
	for _, p := range a.earlier {
		for _, h := range a.host.site.headers(a.host, p) {
			if !h.replacedBy(headers) && !slices.Contains(names, h.Name) {
				names = append(names, h.Name)
			}
		}
	}
	return names
}

// replacedBy tells that one of some headers takes the place of this one in every answer.
func (h Header) replacedBy(headers []Header) bool {
	return slices.ContainsFunc(headers, func(own Header) bool {
		return own.Name == h.Name && (own.On.everywhere() || own.equal(h))
	})
}

// spared is the condition that leaves the paths of later sections out where scripts may
// send a header themselves: no section could take back one that has taken its place.
func (a apacheAt) spared(h Header) []string {
	if a.page {
		return nil
	}
	var patterns []string
	for _, r := range a.later {
		if r.scripts() && !h.replacedBy(a.host.site.headers(a.host, &r.Place)) {
			patterns = append(patterns, r.expression())
		}
	}
	if patterns == nil {
		return nil
	}
	return []string{"!(%{REQUEST_URI} =~ m#" + expressionPattern(strings.Join(patterns, "|")) + "#)"}
}

func (a apacheAt) header(h Header) apacheItem {
	action, value := apacheWord("set"), a.w.marked(a.w.format(h.Value), h.Range)
	if h.Joins {
		action = "merge"
	}
	if h.On.Origins != "" && h.Value == "" {
		value = `"expr=%{req_novary:Origin}"`
	}
	out := ap("Header", "always", action, apacheWord(h.Name), value)
	conditions := a.spared(h)
	if h.On.Preflight {
		conditions = append(conditions, preflightCondition)
	}
	if h.On.Origins != "" {
		conditions = append(conditions, fmt.Sprintf("%%{req_novary:Origin} =~ m#%s#", h.On.Origins))
	}
	if h.On.Status != 0 {
		conditions = append(conditions, fmt.Sprintf("%%{REQUEST_STATUS} -eq %d", h.On.Status))
	}
	if h.On.typed() {
		// A client that has the content already is not told its type by nginx.
		conditions = append(conditions, "%{REQUEST_STATUS} -ne 304", typeCondition(h.On))
	}
	if len(conditions) > 0 {
		out.Args = append(out.Args, a.w.word("expr="+strings.Join(conditions, " && ")))
	}
	return out
}

// preflightCondition holds for the question that a browser asks before it lets a
// script send a request to another origin.
const preflightCondition = "%{REQUEST_METHOD} == 'OPTIONS' && -n %{req_novary:Access-Control-Request-Method}"

// preflights answers those questions, before anybody asks for a password that
// browsers do not send with them.
func (a apacheAt) preflights(pattern apacheWord) []apacheItem {
	if a.place.CORS == nil || a.place.Access.Deny {
		return nil
	}
	return about("What browsers ask before a script may send a request to another origin.",
		ap("RewriteCond", "%{REQUEST_METHOD}", "=OPTIONS"),
		ap("RewriteCond", "%{HTTP:Access-Control-Request-Method}", ".", "[NV]"),
		ap("RewriteRule", pattern, "-", "[R=204,L]"))
}
