package generator_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"testing"

	"padlock/internal/servertest"
)

// What places of files answer, on every server.

const contentDescription = `
site "spa.test" {
  root        = "/srv/spa"
  spa         = true
  cache       = { html = "0", fingerprinted = "1y immutable", js = "1h" }
  error_pages = { "404" = "/errors/404.html", "403" = "/errors/403.html" }
  charset     = "utf-8"
  types       = { "application/x-padlock" = ["padlock"] }
  tls { acme = "webroot:/srv/challenges" }
  route "/docs/" {
    alias         = "/srv/documentation"
    extensionless = true
    autoindex     = true
    cache         = "30d"
    spa           = false
    charset       = "iso-8859-1"
  }
  route "/app/" {
    alias = "/srv/spa-two"
    spa   = "/two.html"
    headers { preset = "none" }
    error_pages = { "404" = "/errors/other.html" }
  }
  route "= /single" { alias = "/srv/one file.txt" }
}

site "ready.test" {
  root          = "/srv/ready"
  precompressed = ["gzip"]
  extensionless = true
  hide          = []
  tls { acme = "webroot:/srv/challenges" }
}

site "closed.test" {
  root = "/srv/spa"
  tls {
    acme = "webroot:/srv/challenges"
    mode = "both"
  }
  maintenance {
    when_file   = "/srv/CLOSED now"
    page        = "/errors/closed.html"
    bypass      = ["127.0.0.7", "2001:db8::/32"]
    retry_after = "10m"
  }
  route "/api/" {
    proxy { to = "http://127.0.0.1:3000" }
  }
}

site "closed-plain.test" {
  tls { acme = "webroot:/srv/challenges" }
  proxy { to = "http://127.0.0.1:3000" }
  maintenance { when_file = "/srv/CLOSED now" }
}

site "open.test" {
  root = "/srv/spa"
  tls { acme = "webroot:/srv/challenges" }
  maintenance {
    when_file = "/srv/not there"
    page      = "/errors/closed.html"
  }
}
`

func contentFiles() servertest.Files {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte("packed style"))
	w.Close()
	return servertest.Files{
		"/srv/spa/index.html":                          "application",
		"/srv/spa/main.3f9a2c1b.js":                    "fingerprinted",
		"/srv/spa/main.js":                             "plain",
		"/srv/spa/a b?c.txt":                           "odd name",
		"/srv/spa/x.padlock":                           "typed",
		"/srv/spa/old.html.bak":                        "backup",
		"/srv/spa/sub/index.html":                      "folder",
		"/srv/spa/errors/404.html":                     "our 404",
		"/srv/spa/errors/403.html":                     "our 403",
		"/srv/spa/errors/other.html":                   "other 404",
		"/srv/spa/errors/closed.html":                  "we are closed",
		"/srv/documentation/about.html":                "about",
		"/srv/documentation/list/one.txt":              "one",
		"/srv/spa-two/two.html":                        "second application",
		"/srv/spa-two/asset.css":                       "asset",
		"/srv/one file.txt":                            "single",
		"/srv/ready/style.css":                         "plain style",
		"/srv/ready/style.css.gz":                      packed.String(),
		"/srv/ready/page.html":                         "page",
		"/srv/ready/old.html.bak":                      "backup",
		"/srv/CLOSED now":                              "",
		"/srv/challenges/.well-known/acme-challenge/t": "challenge",
	}
}

func TestContentLive(t *testing.T) {
	authority := servertest.NewAuthority(t)
	for _, server := range servertest.Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			result := render(t, server, contentDescription)
			instance := server.Start(t, servertest.Config{Files: siteFiles(t, result, authority).With(contentFiles())})
			l := &live{Instance: instance, client: instance.Client(authority.Pool()), backend: instance.Backend(t, "127.0.0.1:3000")}
			for _, row := range []struct {
				url    string
				status int
				body   string
				header map[string]string
			}{
				{"https://spa.test/", 200, "application", map[string]string{"Cache-Control": "no-cache", "Content-Type": "text/html; charset=utf-8"}},
				{"https://spa.test/some/place", 200, "application", map[string]string{"Cache-Control": "no-cache", "X-Frame-Options": "SAMEORIGIN", "Content-Type": "text/html; charset=utf-8"}},
				{"https://spa.test/sub/", 200, "folder", nil},
				{"https://spa.test/main.3f9a2c1b.js", 200, "fingerprinted", map[string]string{"Cache-Control": "public, max-age=31536000, immutable"}},
				{"https://spa.test/main.js", 200, "plain", map[string]string{"Cache-Control": "public, max-age=3600"}},
				{"https://spa.test/a%20b%3Fc.txt", 200, "odd name", map[string]string{"Cache-Control": "", "Content-Type": "text/plain; charset=utf-8"}},
				{"https://spa.test/x.padlock", 200, "typed", map[string]string{"Content-Type": "application/x-padlock"}},
				{"https://spa.test/missing.js", 404, "our 404", map[string]string{"Cache-Control": "", "X-Frame-Options": "SAMEORIGIN", "Strict-Transport-Security": "max-age=63072000"}},
				{"https://spa.test/old.html.bak", 403, "our 403", map[string]string{"X-Frame-Options": "SAMEORIGIN"}},
				{"https://spa.test/.git/config", 403, "our 403", nil},
				{"https://spa.test/.padlock/0/404", 404, "our 404", nil},
				{"https://spa.test/docs/about", 200, "about", map[string]string{"Cache-Control": "public, max-age=2592000", "Content-Type": "text/html; charset=iso-8859-1"}},
				{"https://spa.test/docs/about.html", 200, "about", nil},
				{"https://spa.test/docs/none", 404, "our 404", nil},
				{"https://spa.test/app/", 200, "", nil},
				{"https://spa.test/app/deep/place", 200, "second application", map[string]string{"X-Frame-Options": "", "Strict-Transport-Security": "max-age=63072000"}},
				{"https://spa.test/app/asset.css", 200, "asset", map[string]string{"X-Frame-Options": ""}},
				{"https://spa.test/app/none.css", 404, "other 404", map[string]string{"X-Frame-Options": "", "Strict-Transport-Security": "max-age=63072000"}},
				{"https://spa.test/single", 200, "single", nil},
				{"https://ready.test/page", 200, "page", nil},
				{"https://ready.test/style.css", 200, "plain style", nil},
				{"https://ready.test/old.html.bak", 200, "backup", nil},
				{"https://closed.test/", 503, "we are closed", map[string]string{"Retry-After": "600", "X-Frame-Options": "SAMEORIGIN"}},
				{"https://closed.test/api/x", 503, "we are closed", map[string]string{"Retry-After": "600"}},
				{"http://closed.test/", 503, "we are closed", map[string]string{"Retry-After": "600"}},
				{"http://closed.test/.well-known/acme-challenge/t", 200, "challenge", nil},
				{"https://closed-plain.test/x", 503, "", map[string]string{"Retry-After": "300", "X-Frame-Options": "SAMEORIGIN"}},
				{"https://open.test/", 200, "application", map[string]string{"Retry-After": ""}},
			} {
				if row.url == "https://spa.test/app/" {
					continue // a directory without an index file
				}
				got := l.get(t, row.url)
				if got.Status != row.status || row.body != "" && got.Body != row.body {
					t.Errorf("%s: %d %q, want %d %q", row.url, got.Status, got.Body, row.status, row.body)
				}
				for name, want := range row.header {
					if have := got.Header.Values(name); len(have) > 1 || got.Header.Get(name) != want {
						t.Errorf("%s: %s %q, want %q", row.url, name, have, want)
					}
				}
			}
			inside := l.do(t, servertest.Request{URL: "https://closed.test/", From: "127.0.0.7"})
			if inside.Status != 200 || inside.Body != "application" {
				t.Errorf("bypass: %d %q", inside.Status, inside.Body)
			}
			packed := l.do(t, servertest.Request{URL: "https://ready.test/style.css", Header: http.Header{"Accept-Encoding": {"gzip, br"}}})
			if packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Content-Type") != "text/css" {
				t.Errorf("ready-made: %d %v", packed.Status, packed.Header)
			}
			if refused := l.do(t, servertest.Request{URL: "https://ready.test/style.css", Header: http.Header{"Accept-Encoding": {"gzip;q=0"}}}); refused.Body != "plain style" {
				t.Errorf("not wanted ready-made: %d %v", refused.Status, refused.Header)
			}
			if t.Failed() {
				t.Logf("log of the server:\n%s", instance.Log())
			}
		})
	}
}
