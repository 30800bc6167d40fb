package generator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"padlock/internal/tlspolicy"
)

// headers are the response headers of the place. A location with an add_header of
// its own has none of the server's (ngx_http_headers_module), so one that differs
// writes all of its own, or says that both count (add_header_inherit).
func (a nginxAt) headers() []nginxItem {
	if a.outer == nil {
		return about("Sent with every answer. A location with an add_header of its own would lose all of them.", a.headersOf()...)
	}
	headers, outer := a.host.site.headers(a.host, a.place), a.host.site.headers(a.host, a.outer)
	if !a.place.sameCaching(a.outer) || a.place.runs() != a.outer.runs() && slices.ContainsFunc(headers, Header.typed) {
		return a.headersOf()
	}
	if sameHeaders(headers, outer) {
		return nil
	}
	if more, ok := without(headers, outer); ok && a.supports(tlspolicy.FeatureAddHeaderInherit) {
		return append([]nginxItem{ng("add_header_inherit", "merge")}, a.added(more)...)
	}
	return a.headersOf()
}

// headersOf is the complete set of the place, and more.
func (a nginxAt) headersOf(more ...nginxItem) []nginxItem {
	out := a.added(a.host.site.headers(a.host, a.place))
	if a.host.action == serve {
		out = append(out, a.caching()...)
	}
	out = append(out, more...)
	if len(out) == 0 && a.outer != nil {
		// An empty value is not sent, but takes the server's headers away.
		out = append(out, ng("add_header", "X-Padlock-None", `""`))
	}
	return out
}

// without are the headers that others do not have; false if one of the others is
// missing.
func without(headers, others []Header) (more []Header, ok bool) {
	for _, h := range others {
		if !slices.ContainsFunc(headers, h.equal) {
			return nil, false
		}
	}
	for _, h := range headers {
		if !slices.ContainsFunc(others, h.equal) {
			more = append(more, h)
		}
	}
	return more, true
}

func (a nginxAt) added(headers []Header) []nginxItem {
	var out []nginxItem
	typed := map[string]bool{}
	for _, h := range headers {
		switch {
		case !h.On.typed():
			out = append(out, ng("add_header", nginxWord(h.Name), a.headerValue(h), "always"))
		case !typed[h.Name]:
			typed[h.Name] = true
			out = append(out, ng("add_header", nginxWord(h.Name), a.typedHeader(h.Name, headers), "always"))
		}
	}
	return out
}

// typedHeader is the value of a header that goes by the media type. What the application
// says of other types stays.
func (a nginxAt) typedHeader(name string, headers []Header) nginxWord {
	other := nginxWord(`""`)
	if a.place.runs() {
		other = nginxWord("$upstream_http_" + strings.ToLower(strings.ReplaceAll(name, "-", "_")))
	}
	var rows []nginxItem
	key, before := nginxWord("$sent_http_content_type"), ""
	if slices.ContainsFunc(headers, func(h Header) bool { return h.Name == name && h.On.Types == "" }) {
		// Who has the content already is not told its type.
		rows = append(rows, ng(quotedKey("^304:"), other))
		key, before = `"$status:$sent_http_content_type"`, "^[0-9]+:"
	}
	for _, h := range headers {
		switch {
		case h.Name != name:
		case h.On.Types == "":
			other = a.headerText(h) // all types but those of the others
		case before != "":
			rows = append(rows, ng(quotedKey("(?i)"+before+strings.TrimPrefix(h.On.TypePattern(), "(?i)^")), a.headerText(h)))
		default:
			rows = append(rows, ng(quotedKey(h.On.TypePattern()), a.headerText(h)))
		}
	}
	return a.variable("header", key, append([]nginxItem{ng("default", other)}, rows...)...)
}

// headerValue is the value of a header; one that only some answers have is a
// variable, which is empty for the others: nginx does not send empty ones.
func (a nginxAt) headerValue(h Header) nginxWord {
	if h.On.everywhere() {
		return a.headerText(h)
	}
	var keys, patterns []string
	and := func(variable nginxWord, pattern string) {
		keys, patterns = append(keys, string(variable)), append(patterns, pattern)
	}
	if h.On.Preflight {
		and(a.preflight(), "1")
	}
	if h.On.Origins != "" {
		origin := a.allowedOrigin(h.On.Origins)
		if h.Value == "" {
			return origin
		}
		and(origin, ".+")
	}
	if h.On.Status != 0 {
		and("$status", fmt.Sprint(h.On.Status))
	}
	return a.variable("header", nginxWord(quoteNginx(strings.Join(keys, ":"))),
		ng("default", `""`), ng(string(quoteNginx("~^"+strings.Join(patterns, ":")+"$")), a.headerText(h)))
}

func (a nginxAt) headerText(h Header) nginxWord {
	word := string(a.w.evaluated("", Text{h.Value, h.Range}, ""))
	return nginxWord(strings.ReplaceAll(word, nonceMark, "$request_id"))
}

// allowedOrigin is the request's Origin if it is one of a pattern, else empty.
func (a nginxAt) allowedOrigin(pattern string) nginxWord {
	return a.variable("origin", "$http_origin", ng("default", `""`), ng(quoteNginx("~"+pattern), "$http_origin"))
}

// preflight is 1 for the question that a browser asks before it lets a script
// send a request to another origin (Fetch standard, section 4.8).
func (a nginxAt) preflight() nginxWord {
	return a.variable("preflight", `"$request_method:$http_access_control_request_method"`, ng("default", `""`), ng(`"~^OPTIONS:."`, "1"))
}

// variable is one that follows another by a map. Its name tells its content, so
// that equal maps of several sites do not contradict each other.
func (a nginxAt) variable(kind string, of nginxWord, rows ...nginxItem) nginxWord {
	content := withoutMarks([]byte(string(of) + printed(nginxLayout, rows, 0)))
	hash := sha256.Sum256(content)
	name := nginxWord("$padlock_" + kind + "_" + hex.EncodeToString(hash[:4]))
	a.around.add(string(name), ngBlock(rows, "map", of, name))
	return name
}

// nonces puts a new nonce into pages. What was stored of a page would not fit the
// header of a later answer, so nothing is compared with what the client has.
func (a nginxAt) nonces() []nginxItem {
	if !a.place.hasNonce() || a.outer != nil && a.outer.hasNonce() && a.outer.Headers.CSP.Nonce.Value == a.place.Headers.CSP.Nonce.Value {
		return nil
	}
	return []nginxItem{
		ng("sub_filter", a.w.evaluated("", a.place.Headers.CSP.Nonce, ""), "$request_id"),
		ng("sub_filter_once", "off"), ng("etag", "off"), ng("if_modified_since", "off"),
	}
}

// hasNonce tells that pages are changed on their way.
func (p *Place) hasNonce() bool { return p.Headers.CSP != nil && p.Headers.CSP.Nonce.Value != "" }
