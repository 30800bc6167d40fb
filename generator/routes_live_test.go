package generator_test

import (
	"testing"

	"padlock/internal/servertest"
)

// Which route takes a request, and what it answers with, on every server.

const routesDescription = `
site "routes.test" {
  root = "/srv/routes"
  tls { acme = "webroot:/srv/challenges" }
  route "/api/" {
    proxy { to = "http://127.0.0.1:3000" }
    max_body = "1k"
  }
  route "/api/docs/" { alias = "/srv/docs" }
  route "/api/big/"  { max_body = "4k" }
  route "= /status" {
    proxy { to = "http://127.0.0.1:3000" }
  }
  route "~ ^/[0-9]+/" {
    root = "/srv/numbers"
    headers { preset = "none" }
  }
  route "~ \\.cgi$" {
    proxy { to = "http://127.0.0.1:3000" }
  }
  route "/ä b/" { root = "/srv/odd" }
}

site "app.routes.test" {
  tls { acme = "webroot:/srv/challenges" }
  proxy { to = "http://127.0.0.1:3000" }
  route "/static/" { root = "/srv/static" }
  route "= /robots.txt" { alias = "/srv/robots.txt" }
}
`

var routesContent = servertest.Files{
	"/srv/routes/index.html":                       "home",
	"/srv/routes/api/docs/index.html":              "wrong docs",
	"/srv/docs/index.html":                         "docs",
	"/srv/docs/.secret":                            "secret",
	"/srv/numbers/1/index.html":                    "one",
	"/srv/numbers/1/.secret":                       "secret",
	"/srv/routes/1/index.html":                     "wrong one",
	"/srv/odd/ä b/index.html":                      "odd",
	"/srv/static/static/a.txt":                     "static a",
	"/srv/static/static/.secret":                   "secret",
	"/srv/robots.txt":                              "robots",
	"/srv/challenges/.well-known/acme-challenge/t": "challenge",
}

func TestRoutesLive(t *testing.T) {
	authority := servertest.NewAuthority(t)
	for _, server := range servertest.Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			result := render(t, server, routesDescription)
			instance := server.Start(t, servertest.Config{Files: siteFiles(t, result, authority).With(routesContent)})
			l := &live{Instance: instance, client: instance.Client(authority.Pool()), backend: instance.Backend(t, "127.0.0.1:3000")}
			for _, row := range []struct {
				url    string
				status int
				body   string
			}{
				{"https://routes.test/", 200, "home"},
				{"https://routes.test/api/x%2Fy?q", 200, "backend: GET /api/x%2Fy?q\n"},
				{"https://routes.test/api/x.cgi", 200, "backend: GET /api/x.cgi\n"},
				{"https://routes.test/api/docs/", 200, "docs"},
				{"https://routes.test/api/docs/x.cgi", 404, ""},
				{"https://routes.test/api/docs/.secret", 403, ""},
				{"https://routes.test/.x.cgi", 403, ""},
				{"https://routes.test/status", 200, "backend: GET /status\n"},
				{"https://routes.test/status/", 404, ""},
				{"https://routes.test/1/", 200, "one"},
				{"https://routes.test/1/.secret", 403, ""},
				{"https://routes.test/1/x.cgi", 404, ""},
				{"https://routes.test/x.cgi", 200, "backend: GET /x.cgi\n"},
				{"https://routes.test/%C3%A4%20b/", 200, "odd"},
				{"https://app.routes.test/", 200, "backend: GET /\n"},
				{"https://app.routes.test/.env", 200, "backend: GET /.env\n"},
				{"https://app.routes.test/static/a.txt", 200, "static a"},
				{"https://app.routes.test/static/.secret", 403, ""},
				{"https://app.routes.test/robots.txt", 200, "robots"},
				{"http://app.routes.test/.well-known/acme-challenge/t", 200, "challenge"},
			} {
				got := l.get(t, row.url)
				if got.Status != row.status || row.body != "" && got.Body != row.body {
					t.Errorf("%s: %d %q, want %d %q", row.url, got.Status, got.Body, row.status, row.body)
				}
			}
			l.redirects(t, "https://routes.test/api?x=1", 301, "https://routes.test/api/?x=1")
			l.redirects(t, "https://routes.test/api/docs", 301, "https://routes.test/api/docs/")
			for url, want := range map[string]int{"/api/x": 413, "/api/big/x": 200, "/status": 200, "/": 405, "/1/": 405} {
				got := l.do(t, servertest.Request{Method: "POST", URL: "https://routes.test" + url, Body: string(make([]byte, 2048))})
				if got.Status != want {
					t.Errorf("POST %s: %d, want %d", url, got.Status, want)
				}
			}
			for url, want := range map[string]string{"/1/": "", "/api/x": "nosniff", "/": "nosniff", "/api/docs/": "nosniff", "/missing": "nosniff"} {
				if got := l.get(t, "https://routes.test"+url).Header.Get("X-Content-Type-Options"); got != want {
					t.Errorf("%s: X-Content-Type-Options %q, want %q", url, got, want)
				}
			}
			if t.Failed() {
				t.Logf("log of the server:\n%s", instance.Log())
			}
		})
	}
}
