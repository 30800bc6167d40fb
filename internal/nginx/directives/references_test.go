package directives

import (
	"fmt"
	"strings"
	"testing"

	"padlock/internal/servertest"
)

func TestReferences(t *testing.T) {
	for _, c := range []struct {
		context Context
		text    string
		want    string
	}{
		{HTTP, "limit_req_zone $binary_remote_addr zone=one:10m rate=10r/s", "[define limit_req zone one at 1:5]"},
		{Location, "limit_req zone=one burst=5", "[must limit_req zone one at 0:5]"},
		{Location, "limit_conn addr 10", "[must limit_conn zone addr at 0:0]"},
		{Location, "proxy_pass http://app/x", "[may upstream app at 0:7]"},
		{Location, "proxy_pass http://127.0.0.1:8080", "[]"},
		{Location, "proxy_pass http://$backend", "[]"},
		{Location, "proxy_pass http://unix:/run/a.sock", "[]"},
		{StreamServer, "proxy_pass app", "[may upstream app at 0:0]"},
		{HTTP, "proxy_cache_path /c levels=1:2 keys_zone=c:10m", "[define proxy cache c at 2:10]"},
		{Location, "proxy_cache off", "[]"},
		{Location, "proxy_cache c", "[must proxy cache c at 0:0]"},
		{HTTP, "access_log /a.log main buffer=4k", "[must log format main at 1:0]"},
		{HTTP, "access_log /a.log combined", "[]"},
		{Stream, "access_log /a.log combined", "[must log format combined at 1:0]"},
		{HTTP, "access_log off", "[]"},
		{Server, "location @app {", "[define named location @app at 0:0]"},
		{Server, "location /app {", "[]"},
		{Location, "try_files $uri @app", "[must named location @app at 1:0]"},
		{Location, "try_files $uri =404", "[]"},
		{Location, "error_page 404 = @app", "[must named location @app at 2:0]"},
		{HTTP, "ssl_session_cache builtin shared:S:10m", "[define session cache S at 1:7]"},
		{Location, "aio threads=io", "[must thread pool io at 0:8]"},
		{Location, "aio threads", "[]"},
	} {
		var got []string
		for _, r := range References(use(c.text, c.context)) {
			role := "may"
			if r.Defines {
				role = "define"
			} else if r.Required {
				role = "must"
			}
			got = append(got, fmt.Sprintf("%s %s %s at %d:%d", role, r.Kind, r.Name, r.Argument, r.Offset))
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", c.text, got, c.want)
		}
	}
}

func TestVariablesInText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"https://$host$request_uri", "[{host 8 13} {request_uri 13 25}]"},
		{"${a}b", "[{a 0 4}]"},
		{"/x/$1y", "[{1 3 5}]"},
		{"cost $ 5", "[]"},
		{"${open", "[]"},
		{"$a$", "[{a 0 2}]"},
	} {
		if got := fmt.Sprint(Variables(c.text)); got != c.want {
			t.Errorf("Variables(%q) = %s, want %s", c.text, got, c.want)
		}
	}
}

func TestFindVariable(t *testing.T) {
	old := Target{Version: "1.22.1"}
	for _, c := range []struct {
		name    string
		context Context
		want    bool
	}{
		{"host", Server, true}, {"HOST", Server, true}, {"arg_page", Location, true}, {"http_x_y", Location, true}, {"hots", Server, false},
		{"http3", Server, false}, {"host", StreamServer, false}, {"ssl_preread_server_name", StreamServer, true}, {"arg_", Location, true},
		{"geoip_city", HTTP, true}, {"upstream_http_x", Location, true},
	} {
		if got := old.HasVariable(c.name, c.context); got != c.want {
			t.Errorf("nginx 1.22.1 has $%s in %s: %t, want %t", c.name, c.context, got, c.want)
		}
	}
}

// TestDefinitions: what a directive defines, and what its regular expressions
// are.
func TestDefinitions(t *testing.T) {
	for _, c := range []struct {
		context Context
		text    string
		want    int
	}{
		{Server, "set $a b", 0}, {HTTP, "map $host $a {", 1}, {HTTP, "geo $a {", 0}, {HTTP, "geo $host $a {", 1},
		{HTTP, "split_clients $a $b {", 1}, {Location, "set_escape_uri $a $b", 0}, {Location, "root /x", -1},
	} {
		got, ok := Defines(use(c.text, c.context))
		if !ok {
			got = -1
		}
		if got != c.want {
			t.Errorf("%s: defines argument %d, want %d", c.text, got, c.want)
		}
	}
	for text, want := range map[string]string{
		"location ~* \\.php$ {":       `map[1:\.php$]`,
		"location ~^/x {":             "map[0:^/x]",
		"server_name a ~^(?<n>.+)$":   "map[1:^(?<n>.+)$]",
		"if ($a !~* \"x\") {":         `map[2:"x"]`,
		"rewrite ^/(.*) /x":           "map[0:^/(.*)]",
		"location / {":                "map[]",
		"proxy_redirect ~*^http:// /": "map[0:^http://]",
	} {
		if got := fmt.Sprint(RegexArguments(use(text, Server))); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestServersHaveVariables asks the real servers for every variable of ours,
// and for one that is none.
func TestServersHaveVariables(t *testing.T) {
	for _, server := range servertest.NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			t.Parallel()
			p := newProber(t, server)
			for _, protocol := range []struct {
				context Context
				format  string
			}{{Server, "http { log_format a '%s'; server { listen 80; access_log /tmp/a a; } }"}, {StreamServer, "stream { server { listen 80; return '%s'; } }"}} {
				text := ""
				for _, name := range VariableNames(protocol.context) {
					v, _ := variable(protocolOf(protocol.context), name)
					if v.Foreign || !p.target.HasVariable(name, protocol.context) || strings.HasPrefix(name, "geoip_") {
						continue
					}
					text += "$" + name + " "
					if v.Prefix {
						text += "$" + name + "x "
					}
				}
				for suffix, want := range map[string]bool{"": true, "$padlock_none": false} {
					config := p.head + "events {} " + fmt.Sprintf(protocol.format, text+suffix)
					v := p.session.Test(servertest.Config{Main: "nginx.conf", Files: servertest.Files{"nginx.conf": config}})
					if v.Accepted != want {
						t.Errorf("%s%s: accepted=%t\n%s", protocol.context, suffix, v.Accepted, v.Output)
					}
				}
			}
		})
	}
}
