package vhost

import (
	"strings"
	"testing"
)

// headersOf writes headers as "Name: value", unknown values with "…".
func headersOf(o Outcome) string {
	var list []string
	for _, h := range o.Headers {
		value := h.Value
		if h.Unknown != "" {
			value += "…"
		}
		list = append(list, h.Name+": "+value)
	}
	if o.HeadersUnknown {
		list = append(list, "?")
	}
	return strings.Join(list, ", ")
}

func TestNginxHeaders(t *testing.T) {
	for _, row := range []struct{ name, http, server, path, want string }{
		{"inherited from http", `add_header A 1;`, `root /srv;`, "/", "A: 1"},
		{"a block's own replace them", `add_header A 1;`, `add_header B 2; root /srv;`, "/", "B: 2"},
		{"a location loses them", ``, `add_header A 1; location /x { add_header B 2; }`, "/x", "B: 2"},
		{"a location keeps them", ``, `add_header A 1; location /x { root /srv; }`, "/x", "A: 1"},
		{"error answers lose what is not always", ``, `add_header A 1; add_header B 2 always; return 404;`, "/", "B: 2"},
		{"redirects keep them", ``, `add_header A 1; return 308 https://$host/;`, "/", "A: 1"},
		{"304 and 206 too, 400 not", ``, `add_header A 1; return 400;`, "/", ""},
		{"empty values are not sent", ``, `add_header A ""; add_header B $http_nothing; root /srv;`, "/", ""},
		{"variables", ``, `add_header A "$scheme-$host"; root /srv;`, "/", "A: http-a.example"},
		{"a map on the scheme", `map $scheme $sts { https max-age=1; }`, `add_header Strict-Transport-Security $sts; root /srv;`, "/", ""},
		{"unknown values", ``, `add_header A "x$request_id"; root /srv;`, "/", "A: x…, ?"},
		{"an if that holds", ``, `add_header A 1; location / { if ($scheme = http) { add_header B 2; } root /srv; }`, "/", "B: 2"},
		{"an if that does not", ``, `add_header A 1; location / { if ($scheme = https) { add_header B 2; } root /srv; }`, "/", "A: 1"},
		{"an if that cannot be told", ``, `add_header A 1; location / { if ($geoip_x) { add_header B 2; } root /srv; }`, "/", "?"},
		{"merge", ``, `add_header A 1; location / { add_header_inherit merge; add_header B 2; root /srv; }`, "/", "B: 2, A: 1"},
		{"merge is inherited", `add_header A 1; add_header_inherit merge;`, `add_header B 2; location / { add_header C 3; root /srv; }`, "/", "C: 3, B: 2, A: 1"},
		{"off", ``, `add_header A 1; location / { add_header_inherit off; root /srv; }`, "/", ""},
		{"expires", ``, `expires max; root /srv;`, "/", "Cache-Control: max-age=315360000, Expires: Thu, 31 Dec 2037 23:55:55 GMT"},
		{"headers-more adds up over blocks", ``, `more_set_headers "A: 1"; location / { more_set_headers "B: 2"; root /srv; }`, "/", "A: 1, B: 2"},
		{"headers-more replaces", ``, `add_header A 1; location / { more_set_headers "A: 2"; root /srv; }`, "/", "A: 2"},
		{"headers of a file that may be missing", ``, `add_header A 1; location / { try_files $uri =404; }`, "/x", "A: 1"},
		{"Lua code", ``, `add_header A 1; header_filter_by_lua_block { x } root /srv;`, "/", "A: 1, ?"},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := lowerNginx(t, "1.30.6", "http { "+row.http+" server { listen 80; server_name a.example; "+row.server+" } }")
			if got := headersOf(ask(t, m, "http://a.example"+row.path, nil)); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
	m := lowerNginx(t, "1.26.3", `http { server { listen 80; add_header A 1; add_header_inherit merge; location / { add_header B 2; } } }`)
	if got := headersOf(ask(t, m, "http://a.example/", nil)); got != "B: 2" {
		t.Errorf("before 1.29.3: %s", got)
	}
}
