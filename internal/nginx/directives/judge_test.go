package directives

import (
	"strings"
	"testing"
)

// TestJudge asks for the verdict on single directives.
func TestJudge(t *testing.T) {
	cases := []struct {
		name    string
		version string
		context Context
		text    string
		want    Kind
		message string
	}{
		{"known and right", "1.26.3", HTTP, "keepalive_timeout 65", 0, ""},
		{"misspelt name", "1.26.3", Server, "server_nane example.com", Unknown, `unknown directive "server_nane"`},
		{"wrong context", "1.26.3", Server, "worker_connections 10", Misplaced, `"worker_connections" is not allowed in server`},
		{"too many arguments", "1.26.3", Location, "root /a /b", Arguments, `invalid number of arguments in "root": 2`},
		{"a block without block", "1.26.3", Server, "location /", Arguments, `"location" has no opening "{"`},
		{"a block where none belongs", "1.26.3", Server, "root / {", Arguments, `"root" is not terminated by ";"`},
		{"http2 before it came", "1.25.0", Server, "http2 on", Version, `"http2" needs nginx 1.25.1, the target is 1.25.0`},
		{"http2 when it came", "1.25.1", Server, "http2 on", 0, ""},
		{"ssl on, not yet deprecated", "1.14.2", Server, "ssl on", 0, ""},
		{"ssl on, deprecated", "1.22.1", Server, "ssl on", Deprecated, `"ssl" is deprecated since nginx 1.15.0`},
		{"ssl on, removed", "1.26.3", Server, "ssl on", Version, `"ssl" was removed in nginx 1.25.1`},
		{"server push has no effect", "1.26.3", Server, "http2_push_preload on", Deprecated, `"http2_push_preload" has no effect since nginx 1.25.1`},
		{"long gone", "1.22.1", HTTP, "spdy_headers_comp 1", Version, `"spdy_headers_comp" was removed in nginx 1.9.5`},
		{"one count more from 1.29.7", "1.28.0", Upstream, "keepalive 32 local", Arguments, "invalid number"},
		{"two counts from 1.29.7", "1.29.7", Upstream, "keepalive 32 local", 0, ""},
		{"a directive of Plus", "1.26.3", Location, "health_check", Unloaded, `"health_check" is a directive of NGINX Plus`},
		{"a foreign module", "1.26.3", Location, "more_clear_headers Server", 0, ""},
		{"quic before it came", "1.24.0", Server, "listen 443 quic", Version, `parameter "quic" of "listen" needs nginx 1.25.0`},
		{"listen http2, deprecated", "1.26.3", Server, "listen 443 ssl http2", Deprecated, `parameter "http2" of "listen" is deprecated since nginx 1.25.1`},
		{"listen http2, still good", "1.22.1", Server, "listen 443 ssl http2", 0, ""},
		{"quic beside ssl", "1.26.3", Server, "listen 443 quic ssl", Value, `"ssl" cannot be combined with "quic"`},
		{"a flag in capitals", "1.26.3", Server, "sendfile ON", 0, ""},
		{"a bad flag", "1.26.3", Server, "sendfile onn", Value, `invalid value "onn" in "sendfile"`},
		{"a size with g", "1.26.3", HTTP, "client_max_body_size 1g", 0, ""},
		{"a size that takes no g", "1.26.3", HTTP, "client_body_buffer_size 1g", Value, `invalid value "1g"`},
		{"an unknown protocol", "1.26.3", Server, "ssl_protocols TLSv1.4", Value, `invalid value "TLSv1.4"`},
		{"a port too large", "1.26.3", Server, "listen 99999", Value, `invalid port in "99999"`},
		{"a zone too small", "1.26.3", HTTP, "limit_req_zone $host zone=a:1k rate=1r/s", Value, `invalid parameter "zone=a:1k"`},
		{"a rate without unit", "1.26.3", HTTP, "limit_req_zone $host zone=a:1m rate=1", Value, `invalid parameter "rate=1"`},
		{"assignment for comparison", "1.26.3", Server, "if ($a == b) {", Value, `unexpected "==" in condition`},
		{"a fragment of server or location", "1.26.3", Server | Location, "listen 80 default_server", 0, ""},
		{"a fault in a fragment", "1.26.3", Server | StreamServer, "listen 80 default_sever", Value, `invalid parameter "default_sever"`},
		{"misplaced in a fragment", "1.26.3", Server | Location, "worker_connections 1", Misplaced, `"worker_connections" is not allowed in server, location`},
		{"include anywhere", "1.26.3", Upstream, "include x", 0, ""},
		{"if in if", "1.26.3", LocationIf, "if ($a) {", Misplaced, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			problems := Target{Version: c.version}.Judge(use(c.text, c.context))
			if c.want == 0 {
				if len(problems) != 0 {
					t.Fatalf("accepted by the server, but: %v", problems)
				}
				return
			}
			if len(problems) != 1 || problems[0].Kind != c.want || !strings.Contains(problems[0].Message, c.message) {
				t.Fatalf("want %s: %s\ngot %+v", c.want, c.message, problems)
			}
		})
	}
}

// use reads a directive without quotes; a last word "{" makes it a block.
func use(text string, context Context) Use {
	words := strings.Fields(text)
	u := Use{Name: words[0], Arguments: words[1:], Context: context}
	if n := len(u.Arguments); n > 0 && u.Arguments[n-1] == "{" {
		u.Block, u.Arguments = true, u.Arguments[:n-1]
	}
	return u
}

func TestUnloadedModule(t *testing.T) {
	target := Target{Version: "1.26.3", Modules: []string{"modules/ngx_http_geoip_module.so"}}
	if p := target.Judge(use("stream {", Main)); len(p) != 1 || p[0].Kind != Unloaded || !strings.Contains(p[0].Help, "ngx_stream_module.so") {
		t.Errorf("stream without its module: %+v", p)
	}
	if p := target.Judge(use("geoip_country /x", HTTP)); len(p) != 0 {
		t.Errorf("geoip with its module: %+v", p)
	}
}

func TestSuggest(t *testing.T) {
	for _, c := range []struct {
		name    string
		context Context
		want    string
	}{
		{"lisen", Server, "listen"},
		{"proxy_set_heder", Location, "proxy_set_header"},
		{"servername", Server, "server_name"},
		{"workerconnections", Events, "worker_connections"},
		{"frobnicate", Server, ""},
	} {
		if got := (Target{}).Suggest(c.name, c.context); got != c.want {
			t.Errorf("Suggest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestContextOf(t *testing.T) {
	for _, c := range []struct {
		blocks string
		want   Context
	}{
		{"", Main},
		{"http server location location if", LocationIf},
		{"http server if", ServerIf},
		{"stream upstream", StreamUpstream},
		{"http server location limit_except", LimitExcept},
		{"http map", 0},
		{"events server", 0},
	} {
		got, ok := ContextOf(strings.Fields(c.blocks))
		if got != c.want || ok != (c.want != 0) {
			t.Errorf("ContextOf(%q) = %v, %t", c.blocks, got, ok)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"1.9.5", "1.25.1", -1}, {"1.25.1", "1.25.1", 0}, {"1.26", "1.26.0", 0}, {"", "0.1", -1}, {"1.26.3-3+deb13u1", "1.26.2", -1}} {
		if got := CompareVersions(c.a, c.b); got != c.want {
			t.Errorf("CompareVersions(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
