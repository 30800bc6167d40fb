package vhost

import (
	"strconv"
	"strings"
	"testing"
)

// ask parses "GET http://name:port/path?query" against a model.
func ask(t testing.TB, m *Model, line string, header map[string]string) Outcome {
	t.Helper()
	method, url, found := strings.Cut(line, " ")
	if !found {
		method, url = "", line
	}
	r := Request{Method: method, Port: 80, Header: header}
	scheme, rest, _ := strings.Cut(url, "://")
	if scheme == "https" {
		r.TLS, r.Port = true, 443
	}
	authority, path, _ := strings.Cut(rest, "/")
	r.Name = authority
	if name, port, ok := strings.Cut(authority, ":"); ok {
		number, err := strconv.Atoi(port)
		if err != nil {
			t.Fatal(err)
		}
		r.Name, r.Port = name, uint16(number)
	}
	r.Path, r.Query, r.HasQuery = "/"+path, "", false
	if path, query, ok := strings.Cut(r.Path, "?"); ok {
		r.Path, r.Query, r.HasQuery = path, query, true
	}
	for _, l := range m.Listeners {
		if l.Address.Port == r.Port && !l.QUIC {
			return m.Answer(l, r)
		}
	}
	t.Fatalf("nothing listens for %s", line)
	return Outcome{}
}

// short writes an outcome in a word or two.
func short(o Outcome) string {
	status := ""
	if o.Status != 0 {
		status = " " + strconv.Itoa(o.Status)
	}
	switch o.Kind {
	case Serves:
		return "serves" + status
	case Redirects:
		url := o.URL
		if o.Partial != "" {
			url += "…"
		}
		return "redirects" + status + " " + url
	case Rejects:
		return "rejects" + status
	}
	return "cannot tell: " + o.Reason
}

func TestNginxAnswers(t *testing.T) {
	for _, row := range []struct{ name, server, request, want string }{
		{"return with a URL", `return 301 https://$host$request_uri;`, "http://a.example/x?y=1", "redirects 301 https://a.example/x?y=1"},
		{"a URL alone is 302", `return https://b.example/;`, "http://a.example/", "redirects 302 https://b.example/"},
		{"server_name", `return 308 https://$server_name$uri$is_args$args;`, "http://other/x?y", "redirects 308 https://a.example/x?y"},
		{"files", `root /srv/www;`, "http://a.example/x", "serves"},
		{"a fixed answer", `return 200 ok;`, "http://a.example/", "serves 200"},
		{"444", `return 444;`, "http://a.example/", "rejects 444"},
		{"403", `return 403;`, "http://a.example/", "rejects 403"},
		{"deny all", `deny all;`, "http://a.example/", "rejects 403"},
		{"deny all comes after return", `deny all; return 301 https://$host/;`, "http://a.example/", "redirects 301 https://a.example/"},
		{"the world is not private", `allow 10.0.0.0/8; deny all;`, "http://a.example/", "rejects 403"},
		{"a public client cannot be told", `allow 8.8.8.8; deny all;`, "http://a.example/", "cannot tell: it depends on the client's address"},
		{"a password is asked for", `auth_basic x; auth_basic_user_file f;`, "http://a.example/", "serves 401"},
		{"redirect but for the challenge", `location / { return 301 https://$host$request_uri; } location ^~ /.well-known/acme-challenge/ { root /srv; }`,
			"http://a.example/.well-known/acme-challenge/t", "serves"},
		{"redirect behind the challenge", `location / { return 301 https://$host$request_uri; } location ^~ /.well-known/acme-challenge/ { root /srv; }`,
			"http://a.example/other", "redirects 301 https://a.example/other"},
		{"if on the scheme", `if ($scheme = http) { return 301 https://$host$request_uri; }`, "http://a.example/", "redirects 301 https://a.example/"},
		{"if on the name", `if ($host = a.example) { return 301 https://$host$request_uri; } return 404;`, "http://b.example/", "rejects 404"},
		{"rewrite permanent", `rewrite ^(.*)$ https://$host$1 permanent;`, "http://a.example/x?y=1", "redirects 301 https://a.example/x?y=1"},
		{"rewrite without query", `rewrite ^ https://$host$uri? redirect;`, "http://a.example/x?y=1", "redirects 302 https://a.example/x"},
		{"rewrite with request_uri doubles the query", `rewrite ^ https://$host$request_uri permanent;`, "http://a.example/x?y=1", "redirects 301 https://a.example/x?y=1?y=1"},
		{"rewrite within the server", `rewrite ^/old/(.*)$ /new/$1 last; location /new/ { return 301 https://$host$uri; }`,
			"http://a.example/old/x", "redirects 301 https://a.example/new/x"},
		{"rewrite break stays", `location /old/ { rewrite ^/old/(.*)$ /new/$1 break; root /srv; } location /new/ { return 301 /x; }`, "http://a.example/old/x", "serves"},
		{"endless rewrite", `location / { rewrite ^/(.*)$ /x/$1 last; }`, "http://a.example/", "rejects 500"},
		{"relative redirects are completed", `return 301 /x;`, "http://a.example/", "redirects 301 http://a.example/x"},
		{"unless switched off", `absolute_redirect off; return 301 /x;`, "http://a.example/", "redirects 301 /x"},
		{"the path is decoded", `location = /a/b { return 301 /x; } location / { return 403; }`, "http://a.example/%61//c/../b", "redirects 301 http://a.example/x"},
		{"try_files falls back", `location / { try_files $uri /index.php; } location = /index.php { proxy_pass http://127.0.0.1; }`, "http://a.example/x", "serves"},
		{"try_files or redirect", `location / { try_files $uri @tls; } location @tls { return 301 https://$host$request_uri; }`,
			"http://a.example/x", "cannot tell: it depends on which files exist"},
		{"try_files 404", `location / { try_files $uri =404; }`, "http://a.example/x", "serves"},
		{"internal", `location /x { internal; }`, "http://a.example/x", "rejects 404"},
		{"error page that redirects", `error_page 403 https://b.example/; location / { deny all; }`, "http://a.example/x", "redirects 302 https://b.example/"},
		{"error page with another status", `error_page 403 =200 /ok; location / { deny all; } location = /ok { allow all; return 200 fine; }`, "http://a.example/x", "serves 200"},
		{"a rewrite in a named location leads to another", `location / { error_page 404 = @php; return 404; } location @php { rewrite ^ /index.php last; } location = /index.php { return 301 https://a.example$uri; }`,
			"http://a.example/x", "redirects 301 https://a.example/index.php"},
		{"a rewrite in a named location comes back to its access rules", `error_page 403 = @x; location / { deny all; } location @x { rewrite ^ /q last; }`, "http://a.example/x", "rejects 403"},
		{"error page by name", `error_page 404 = @tls; location / { return 404; } location @tls { return 301 https://$host$request_uri; }`,
			"http://a.example/x", "redirects 301 https://a.example/x"},
		{"proxy", `location / { proxy_pass http://127.0.0.1:3000; }`, "http://a.example/x", "serves"},
		{"slash is added for proxies", `location /app/ { proxy_pass http://127.0.0.1:3000; }`, "http://a.example/app?x", "redirects 301 http://a.example/app/?x"},
		{"unknown variable in the path of a URL", `return 301 https://$host/$geoip_country_code;`, "http://a.example/", "redirects 301 https://a.example/…"},
		{"unknown condition", `if ($geoip_country_code = XX) { return 301 https://$host/; }`, "http://a.example/", "cannot tell: it depends on the value of $geoip_country_code, which is known only while the server runs"},
		{"unknown condition without effect", `if ($geoip_country_code = XX) { set $x 1; } return 301 https://$host/;`, "http://a.example/", "redirects 301 https://a.example/"},
		{"forwarded protocol", `if ($http_x_forwarded_proto != "https") { return 301 https://$host$request_uri; }`, "http://a.example/", "redirects 301 https://a.example/"},
		{"wrong Host", `return 200 ok;`, "http://a..example/", "rejects 400"},
		{"above the root", `return 200 ok;`, "http://a.example/../x", "rejects 400"},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := lowerNginx(t, "1.30.6", "http { server { listen 80; server_name a.example; "+row.server+" } }")
			if got := short(ask(t, m, row.request, nil)); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}
