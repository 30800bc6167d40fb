package vhost

import (
	"slices"
	"strings"

	"padlock/internal/nginx"
)

// headerStatus are the statuses whose answers get headers without "always"
// (ngx_http_headers_module documentation, add_header).
var headerStatus = []int{200, 201, 204, 206, 301, 302, 303, 304, 307, 308}

// headers are the response headers that the configuration adds to an answer of
// a status; 0 is a successful one. unknown tells that there may be more or fewer.
func (q *nginxRequest) headers(status int) (list []Header, unknown bool) {
	plain := status == 0 || slices.Contains(headerStatus, status)
	if plain {
		list = q.expires()
	}
	for _, node := range q.addedHeaders() {
		always := node.Arg(2) == "always"
		if !plain && !always {
			continue
		}
		value := q.expand(node.Arg(1), false)
		if value == (text{}) {
			continue // an empty header is not sent
		}
		unknown = unknown || !value.isKnown()
		h := Header{Name: node.Arg(0), Value: value.known, Unknown: value.rest, Always: always, Origin: q.model.origin(node)}
		if strings.EqualFold(h.Name, "last-modified") || strings.EqualFold(h.Name, "etag") {
			list = withoutHeader(list, asciiLower(h.Name))
		}
		list = append(list, h)
	}
	list, more := q.moreHeaders(list)
	return list, unknown || more || q.codeSetsHeaders()
}

// addedHeaders are the add_header directives in effect: those of the nearest
// block that has any, unless add_header_inherit says otherwise (since 1.29.3;
// merge: those of the blocks around follow its own, tried with 1.30.6).
func (q *nginxRequest) addedHeaders() []*nginx.Node {
	if !q.model.inheritsHeaders {
		return q.at.array("add_header")
	}
	return mergedHeaders(q.at)
}

func mergedHeaders(at *level) []*nginx.Node {
	if at == nil {
		return nil
	}
	own := at.own("add_header")
	inherit := "on"
	if node := at.setting("add_header_inherit"); node != nil {
		inherit = node.Arg(0)
	}
	switch {
	case inherit == "off":
		return own
	case inherit == "merge":
		return append(slices.Clone(own), mergedHeaders(at.parent)...)
	case len(own) > 0:
		return own
	}
	return mergedHeaders(at.parent)
}

// expires are the headers of the expires directive.
func (q *nginxRequest) expires() []Header {
	node := q.at.setting("expires")
	if node == nil {
		return nil
	}
	value := q.expand(node.Arg(len(node.Args())-1), false)
	if value.isKnown() && (value.known == "off" || value.known == "") {
		return nil
	}
	origin := q.model.origin(node)
	cache, date := cacheControl(value.known), "the time of the request"
	control := Header{Name: "Cache-Control", Value: cache, Origin: origin, Unknown: value.rest}
	expires := Header{Name: "Expires", Origin: origin, Unknown: date}
	switch {
	case value.known == "epoch":
		expires.Value, expires.Unknown = "Thu, 01 Jan 1970 00:00:01 GMT", ""
	case value.known == "max":
		expires.Value, expires.Unknown = "Thu, 31 Dec 2037 23:55:55 GMT", ""
	case cache == "":
		control.Unknown = date
	}
	return []Header{control, expires}
}

// cacheControl is what goes with a value of expires that does not depend on the
// clock; empty if it does.
func cacheControl(value string) string {
	switch {
	case value == "epoch" || strings.HasPrefix(value, "-"):
		return "no-cache"
	case value == "max":
		return "max-age=315360000"
	case value == "0":
		return "max-age=0"
	}
	return ""
}

// moreHeaders applies the directives of the headers-more module, which holds
// what all blocks around say, outermost first.
func (q *nginxRequest) moreHeaders(list []Header) (result []Header, unknown bool) {
	var nodes []*nginx.Node
	for at := q.at; at != nil; at = at.parent {
		if len(at.own("more_set_headers")) == 0 && len(at.own("more_clear_headers")) == 0 {
			continue
		}
		var own []*nginx.Node
		for _, node := range at.node.Children {
			if node.Name == "more_set_headers" || node.Name == "more_clear_headers" {
				own = append(own, node)
			}
		}
		nodes = append(own, nodes...)
	}
	for _, node := range nodes {
		for _, word := range node.Args() {
			name, value, _ := strings.Cut(word.Value, ":")
			if strings.HasPrefix(word.Value, "-") || strings.ContainsAny(name, "*$ ") {
				unknown = true // conditions on status or type, or a pattern
				break
			}
			list = withoutHeader(list, asciiLower(name))
			sent := q.expand(strings.TrimSpace(value), false)
			if node.Name == "more_set_headers" && sent != (text{}) {
				list = append(list, Header{Name: name, Value: sent.known, Unknown: sent.rest, Always: true, Origin: q.model.origin(node)})
			}
		}
	}
	return list, unknown
}

func withoutHeader(list []Header, name string) []Header {
	return slices.DeleteFunc(slices.Clone(list), func(h Header) bool { return asciiLower(h.Name) == name })
}

// codeSetsHeaders tells that code that cannot be read has its hand on the
// headers.
func (q *nginxRequest) codeSetsHeaders() bool {
	for _, name := range []string{"header_filter_by_lua", "header_filter_by_lua_block", "header_filter_by_lua_file", "js_header_filter", "security_headers"} {
		if node := q.at.setting(name); node != nil && node.Arg(0) != "off" {
			return true
		}
	}
	return false
}
