package generator_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"padlock/generator"
	"padlock/internal/servertest"
	"padlock/internal/tlspolicy"
)

// The live table: one description, rendered for every server of the matrix,
// run by it, and asked over real connections. Both kinds of server must answer
// alike; where they cannot, the difference is one of knownDifferences.

const liveDescription = `
site "example.test" {
  aliases = ["www.example.test"]
  root    = "/srv/www/example.test"
  tls { acme = "webroot:/srv/challenges" }
  redirects = {
    "/old"       = "/new"
    "/gone away" = "https://other.test/a%20b?x=1"
    "/dollar$1"  = "/cost%24/$100"
  }
}

site "app.test" {
  tls {
    acme = "certbot"
    hsts = { max_age = "1y", include_subdomains = true }
  }
  proxy {
    to        = "http://127.0.0.1:3000"
    websocket = true
  }
  max_body = "1k"
}

site "*.wild.test" {
  aliases       = ["wild.test"]
  serve_aliases = true
  root          = "/srv/www/wild"
  tls { acme = "webroot:/srv/challenges" }
}

site "exact.wild.test" {
  root = "/srv/www/exact"
  tls {
    acme = "webroot:/srv/challenges"
    mode = "only"
  }
}

site "plain.test" {
  root = "/srv/www/plain"
  tls {
    mode = "off"
  }
}

site "both.test" {
  root = "/srv/www/both"
  tls {
    mode = "both"
    acme = "webroot:/srv/challenges"
  }
}

site "ports.test" {
  root = "/srv/www/ports"
  listen {
    http  = 8080
    https = 8443
  }
  tls {
    acme = "webroot:/srv/challenges"
  }
}
`

// difference is one way in which the two servers cannot be made alike.
type difference struct {
	name, why string
}

// knownDifferences is the whole list.
var knownDifferences = []difference{
	{"unknown-host-http", "nginx closes the connection (444); Apache cannot, and answers 403."},
	{"unknown-host-tls", "nginx refuses the handshake; Apache has to complete it, with a certificate that covers no site, and answers 403."},
	{"unknown-sni", "with a site's name in Host but another in SNI, nginx refuses the handshake; Apache answers 421."},
}

// differs gives the expectation for a server of a known difference.
func differs[T any](t *testing.T, server *servertest.Server, name string, nginx, apache T) T {
	t.Helper()
	if !slices.ContainsFunc(knownDifferences, func(d difference) bool { return d.name == name }) {
		t.Fatalf("%q is not a known difference", name)
	}
	if server.Kind == servertest.Nginx {
		return nginx
	}
	return apache
}

// live is a running server with the sites of liveDescription.
type live struct {
	*servertest.Instance
	client  *servertest.Client
	backend *servertest.Backend
	target  tlspolicy.Target
}

func (l *live) do(t *testing.T, r servertest.Request) *servertest.Response {
	t.Helper()
	answer, err := l.client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return answer
}

func (l *live) get(t *testing.T, address string) *servertest.Response {
	t.Helper()
	return l.do(t, servertest.Request{URL: address})
}

// render renders a description for a server of the matrix.
func render(t testing.TB, server *servertest.Server, description string) *generator.Result {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sites.hcl")
	if err := os.WriteFile(file, []byte(description), 0o644); err != nil {
		t.Fatal(err)
	}
	result, diags := generator.Generate(context.Background(), generator.Request{
		Files:          []string{file},
		Server:         string(server.Kind),
		ServerVersion:  server.Version,
		OpenSSLVersion: server.OpenSSL,
	})
	if diags.HasErrors() {
		t.Fatalf("generate: %v", diags.List)
	}
	return result
}

// siteFiles lays rendered files out for a server, with the certificates and
// log directories that they name.
func siteFiles(t testing.TB, result *generator.Result, authority *servertest.Authority) servertest.Files {
	t.Helper()
	files := servertest.Files{"/var/log/nginx/.keep": "", "/var/log/apache2/.keep": ""}
	for _, f := range result.Files {
		files["sites/"+f.Name] = string(f.Content)
	}
	placeholder := authority.Issue(t, servertest.Leaf{Names: []string{"placeholder.invalid"}})
	files[result.Target.Platform.PlaceholderCertificate] = placeholder.Cert
	files[result.Target.Platform.PlaceholderKey] = placeholder.Key
	for _, s := range result.Sites {
		if !s.HTTPS() {
			continue
		}
		var names []string
		for _, name := range s.Names() {
			names = append(names, name.Value)
		}
		pair := authority.Issue(t, servertest.Leaf{Names: names})
		files[s.TLS.Certificate.Value] = pair.Cert + pair.Chain
		files[s.TLS.Key.Value] = pair.Key
	}
	return files
}

var content = servertest.Files{
	"/srv/www/example.test/index.html":                         "home of example",
	"/srv/www/example.test/.env":                               "SECRET=1",
	"/srv/www/example.test/.well-known/security.txt":           "Contact: mailto:security@example.test",
	"/srv/www/example.test/sub/index.html":                     "a folder",
	"/srv/www/example.test/style.css":                          strings.Repeat("body { color: #333; }\n", 100),
	"/srv/challenges/.well-known/acme-challenge/token":         "challenge answer",
	"/var/www/letsencrypt/.well-known/acme-challenge/token":    "certbot answer",
	"/srv/www/wild/index.html":                                 "wild",
	"/srv/www/exact/index.html":                                "exact",
	"/srv/www/plain/index.html":                                "plain",
	"/srv/www/both/index.html":                                 "both",
	"/srv/www/ports/index.html":                                "ports",
	"/srv/www/example.test/.git/config":                        "[core]",
	"/srv/www/example.test/%20/index.html":                     "a folder named %20",
	"/srv/www/example.test/.well-known/acme-challenge/ignored": "from the root",
}

func TestLive(t *testing.T) {
	authority := servertest.NewAuthority(t)
	for _, server := range servertest.Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			result := render(t, server, liveDescription)
			instance := server.Start(t, servertest.Config{Files: siteFiles(t, result, authority).With(content)})
			l := &live{
				Instance: instance,
				client:   instance.Client(authority.Pool()),
				backend:  instance.Backend(t, "127.0.0.1:3000"),
				target:   result.Target.Target,
			}
			for _, check := range liveChecks {
				t.Run(check.name, func(t *testing.T) { check.run(t, l) })
			}
			if t.Failed() {
				t.Logf("log of the server:\n%s", instance.Log())
			}
		})
	}
}

type liveCheck struct {
	name string
	run  func(t *testing.T, l *live)
}

var liveChecks = []liveCheck{
	{"port 80 redirects with path and query unchanged", func(t *testing.T, l *live) {
		for _, target := range []string{
			"/", "/path?query", "/a%20b?c=%20d", "/what%3Fnot?x=%3F", "/h%C3%A9llo?q=%E2%82%AC", "/a+b?c+d", "/x;y=1", "/%25?100%25", "/a%2Fb", "/?", "/%c3%a9",
		} {
			l.redirects(t, "http://example.test"+target, 308, "https://example.test"+target)
			l.redirects(t, "http://www.example.test"+target, 308, "https://example.test"+target)
			l.redirects(t, "http://sub.wild.test"+target, 308, "https://sub.wild.test"+target)
		}
	}},
	{"a path of two slashes stays on the site", func(t *testing.T, l *live) {
		l.redirects(t, "http://example.test//other.test/", 308, "https://example.test//other.test/")
		l.redirects(t, "https://www.example.test//other.test/", 308, "https://example.test//other.test/")
	}},
	{"alias redirects to the name over HTTPS", func(t *testing.T, l *live) {
		for _, target := range []string{"/", "/path?query", "/a%20b?c=%20d", "/what%3Fnot?x=%3F", "/h%C3%A9llo"} {
			l.redirects(t, "https://www.example.test"+target, 308, "https://example.test"+target)
		}
	}},
	{"served aliases keep their name", func(t *testing.T, l *live) {
		l.redirects(t, "http://wild.test/x?y", 308, "https://wild.test/x?y")
		l.answers(t, "https://wild.test/", 200, "wild")
		l.answers(t, "https://any.wild.test/", 200, "wild")
		l.answers(t, "https://exact.wild.test/", 200, "exact")
	}},
	{"redirects keep a port that is not the usual one", func(t *testing.T, l *live) {
		l.redirects(t, "http://ports.test:8080/x?y", 308, "https://ports.test:8443/x?y")
		l.answers(t, "https://ports.test:8443/", 200, "ports")
	}},
	{"challenge path stays open on port 80", func(t *testing.T, l *live) {
		path := "/.well-known/acme-challenge/token"
		for _, host := range []string{"example.test", "www.example.test", "any.wild.test", "exact.wild.test", "both.test"} {
			l.answers(t, "http://"+host+path, 200, "challenge answer")
		}
		l.answers(t, "http://app.test"+path, 200, "certbot answer")
		if got := l.get(t, "http://example.test/.well-known/acme-challenge/none"); got.Status != 404 {
			t.Errorf("missing challenge: status %d, want 404", got.Status)
		}
	}},
	{"mode only serves nothing else on port 80", func(t *testing.T, l *live) {
		l.refuses(t, servertest.Request{URL: "http://exact.wild.test/"}, "unknown-host-http")
	}},
	{"mode off serves plain HTTP alone", func(t *testing.T, l *live) {
		l.answers(t, "http://plain.test/", 200, "plain")
		l.refuses(t, servertest.Request{URL: "https://plain.test/"}, "unknown-host-tls")
	}},
	{"mode both serves both", func(t *testing.T, l *live) {
		l.answers(t, "http://both.test/", 200, "both")
		l.answers(t, "https://both.test/", 200, "both")
		if got := l.get(t, "http://both.test/").Header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("HSTS over plain HTTP: %q", got)
		}
	}},
	{"the page comes over HTTP/2", func(t *testing.T, l *live) {
		got := l.answers(t, "https://example.test/", 200, "home of example")
		if got.Proto != "HTTP/2.0" {
			t.Errorf("protocol %s", got.Proto)
		}
		if got := l.do(t, servertest.Request{URL: "https://example.test/", HTTP1: true}); got.Proto != "HTTP/1.1" || got.Status != 200 {
			t.Errorf("over HTTP/1.1: %d %s", got.Status, got.Proto)
		}
	}},
	{"IPv6 is served like IPv4", func(t *testing.T, l *live) {
		if got := l.do(t, servertest.Request{URL: "https://example.test/", Address: "::1"}); got.Status != 200 {
			t.Errorf("status %d", got.Status)
		}
		if got := l.do(t, servertest.Request{URL: "http://example.test/", Address: "::1"}); got.Status != 308 {
			t.Errorf("status %d", got.Status)
		}
	}},
	{"security headers are on every answer", func(t *testing.T, l *live) {
		for _, address := range []string{
			"https://example.test/", "https://example.test/missing", "https://www.example.test/", "https://example.test/.env",
			"https://example.test/sub", "https://example.test/old", "https://app.test/", "https://app.test/status/500",
		} {
			l.hasHeaders(t, address, true)
		}
		l.hasHeaders(t, "http://example.test/", false)
	}},
	{"old protocols are refused", func(t *testing.T, l *live) {
		for _, c := range []struct {
			version uint16
			ok      bool
		}{{tls.VersionTLS10, false}, {tls.VersionTLS11, false}, {tls.VersionTLS12, true}, {tls.VersionTLS13, true}} {
			state, err := l.client.Handshake(servertest.Request{URL: "https://example.test/", MinTLS: c.version, MaxTLS: c.version})
			if (err == nil) != c.ok || c.ok && state.Version != c.version {
				t.Errorf("%s: accepted %v, want %v (%v)", tls.VersionName(c.version), err == nil, c.ok, err)
			}
		}
	}},
	{"the key exchange is the best of the target", func(t *testing.T, l *live) {
		want := tls.X25519
		if tlspolicy.Supports(tlspolicy.FeatureHybridGroup, l.target).OK {
			want = tls.X25519MLKEM768
		}
		if got := l.get(t, "https://example.test/").TLS.CurveID; got != want {
			t.Errorf("group %v, want %v", got, want)
		}
	}},
	{"unknown names are refused", func(t *testing.T, l *live) {
		l.refuses(t, servertest.Request{URL: "http://unknown.test/"}, "unknown-host-http")
		l.refuses(t, servertest.Request{URL: "https://unknown.test/"}, "unknown-host-tls")
		l.refuses(t, servertest.Request{URL: "https://example.test/", ServerName: "-"}, "unknown-host-tls")
		l.refuses(t, servertest.Request{URL: "https://example.test/", Host: "unknown.test", ServerName: "example.test"}, "unknown-host-tls")
	}},
	{"a name asked for under another's handshake is refused", func(t *testing.T, l *live) {
		got, err := l.Client(nil).Do(servertest.Request{URL: "https://example.test/", Host: "example.test", ServerName: "unknown.test"})
		if differs(t, l.Server, "unknown-sni", err == nil, err != nil || got.Status/100 != 4) {
			t.Errorf("answered %+v, %v", got, err)
		}
	}},
	{"hidden files are denied, well-known ones are not", func(t *testing.T, l *live) {
		l.answers(t, "https://example.test/.env", 403, "")
		l.answers(t, "https://example.test/.git/config", 403, "")
		l.answers(t, "https://example.test/.well-known/security.txt", 200, "Contact: mailto:security@example.test")
	}},
	{"no version banner", func(t *testing.T, l *live) {
		for _, address := range []string{"http://example.test/", "https://example.test/", "https://example.test/missing", "https://app.test/"} {
			got := l.get(t, address)
			if strings.Contains(got.Header.Get("Server"), l.Server.Version) || strings.Contains(got.Body, l.Server.Version) {
				t.Errorf("%s tells the version: Server: %s", address, got.Header.Get("Server"))
			}
		}
	}},
	{"redirect table", func(t *testing.T, l *live) {
		l.redirects(t, "https://example.test/old", 301, "https://example.test/new")
		l.redirects(t, "https://example.test/old?q=%20x", 301, "https://example.test/new?q=%20x")
		l.redirects(t, "https://example.test/gone%20away", 301, "https://other.test/a%20b?x=1")
		l.redirects(t, "https://example.test/gone%20away?y=2", 301, "https://other.test/a%20b?x=1")
		l.redirects(t, "https://example.test/dollar$1", 301, "https://example.test/cost%24/$100")
		l.answers(t, "https://example.test/older", 404, "")
		l.answers(t, "https://example.test/old/", 404, "")
	}},
	{"files are read, not written", func(t *testing.T, l *live) {
		for _, method := range []string{"POST", "PUT", "DELETE", "TRACE"} {
			if got := l.do(t, servertest.Request{URL: "https://example.test/", Method: method}); got.Status != 405 {
				t.Errorf("%s: status %d, want 405", method, got.Status)
			}
		}
	}},
	{"text is compressed when asked for", func(t *testing.T, l *live) {
		got := l.do(t, servertest.Request{URL: "https://example.test/style.css", Header: http.Header{"Accept-Encoding": {"gzip"}}})
		if got.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(got.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("headers %v", got.Header)
		}
	}},
	{"the proxy passes requests on as they are", func(t *testing.T, l *live) {
		l.get(t, "https://app.test/a%20b%2Fc%3Fd?q=%2F")
		r, _ := l.backend.Last()
		if r == nil || r.RequestURI != "/a%20b%2Fc%3Fd?q=%2F" || r.Host != "app.test" {
			t.Fatalf("the backend saw %+v", r)
		}
	}},
	{"the proxy replaces forwarded headers", func(t *testing.T, l *live) {
		l.do(t, servertest.Request{URL: "https://app.test/", Header: http.Header{
			"X-Forwarded-For": {"203.0.113.9"}, "X-Forwarded-Proto": {"http"}, "X-Forwarded-Host": {"evil.test"},
			"X-Real-Ip": {"203.0.113.9"}, "Forwarded": {"for=203.0.113.9"},
		}})
		r, _ := l.backend.Last()
		want := map[string]string{
			"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "app.test",
			"X-Real-Ip": "127.0.0.1", "Forwarded": "",
		}
		for name, value := range want {
			if got := strings.Join(r.Header.Values(name), ", "); got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
	}},
	{"the proxy's application cannot double a security header", func(t *testing.T, l *live) {
		got := l.get(t, "https://app.test/header?X-Frame-Options=DENY")
		if values := got.Header.Values("X-Frame-Options"); !slices.Equal(values, []string{"SAMEORIGIN"}) {
			t.Errorf("X-Frame-Options: %q", values)
		}
	}},
	{"bodies above the limit are refused", func(t *testing.T, l *live) {
		if got := l.do(t, servertest.Request{URL: "https://app.test/", Method: "POST", Body: strings.Repeat("x", 2000)}); got.Status != 413 {
			t.Errorf("status %d, want 413", got.Status)
		}
		if got := l.do(t, servertest.Request{URL: "https://app.test/", Method: "POST", Body: strings.Repeat("x", 1000)}); got.Status != 200 {
			t.Errorf("status %d, want 200", got.Status)
		}
	}},
	{"WebSocket through the proxy", func(t *testing.T, l *live) {
		for _, scheme := range []string{"wss"} {
			echo, err := l.client.EchoWebSocket(servertest.Request{URL: scheme + "://app.test/ws"}, "hello")
			if err != nil || echo != "hello" {
				t.Errorf("%s: %q, %v", scheme, echo, err)
			}
		}
	}},
}

func (l *live) redirects(t *testing.T, address string, status int, location string) {
	t.Helper()
	got := l.get(t, address)
	if got.Status != status || got.Header.Get("Location") != location {
		t.Errorf("%s: %d %s\nwant %d %s", address, got.Status, got.Header.Get("Location"), status, location)
	}
	if _, err := url.Parse(got.Header.Get("Location")); err != nil {
		t.Errorf("%s: the Location is not a URL: %v", address, err)
	}
}

// answers checks status and, for 200, the body.
func (l *live) answers(t *testing.T, address string, status int, body string) *servertest.Response {
	t.Helper()
	got := l.get(t, address)
	if got.Status != status || status == 200 && strings.TrimSpace(got.Body) != body {
		t.Errorf("%s: %d %q\nwant %d %q", address, got.Status, got.Body, status, body)
	}
	return got
}

// refuses checks that no site answers: nginx gives no answer, Apache 403.
func (l *live) refuses(t *testing.T, r servertest.Request, difference string) {
	t.Helper()
	client := l.Client(nil)
	got, err := client.Do(r)
	refused := differs(t, l.Server, difference, err != nil, err == nil && got.Status == 403)
	if err == nil && got.Status == http.StatusMisdirectedRequest {
		refused = true // an unknown Host under the handshake of a site
	}
	if !refused {
		t.Errorf("%s as %q (SNI %q): %+v, %v", r.URL, r.Host, r.ServerName, got, err)
	}
}

func (l *live) hasHeaders(t *testing.T, address string, hsts bool) {
	t.Helper()
	got := l.get(t, address)
	want := map[string]string{
		"X-Content-Type-Options": "nosniff",
		"X-Frame-Options":        "SAMEORIGIN",
		"Referrer-Policy":        "strict-origin-when-cross-origin",
	}
	want["Strict-Transport-Security"] = ""
	if hsts {
		want["Strict-Transport-Security"] = "max-age=63072000"
		if strings.HasPrefix(address, "https://app.test") {
			want["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
		}
	}
	for name, value := range want {
		if values := got.Header.Values(name); strings.Join(values, "|") != value {
			t.Errorf("%s (%d): %s: %q, want %q", address, got.Status, name, values, value)
		}
	}
}
