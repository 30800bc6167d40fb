package generator_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"testing"

	"padlock/generator"
	"padlock/internal/servertest"
	"padlock/linter/rule"
)

// randomContent is below the root of every random site.
var randomContent = servertest.Files{
	"/var/log/web/.keep":                                    "",
	"/srv/random-users":                                     "user:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n",
	"/srv/random/index.html":                                "home",
	"/srv/random/a.css":                                     strings.Repeat("a {}\n", 200),
	"/srv/random/a.txt":                                     "text",
	"/srv/random/404.html":                                  "an error",
	"/srv/random/sub/index.html":                            "a folder",
	"/srv/random/sub/b.txt":                                 "text below",
	"/srv/random/sub/sub/index.html":                        "deeper",
	"/srv/random/.env":                                      "SECRET=1",
	"/srv/random/empty/note.bak":                            "backup",
	"/srv/challenges/.well-known/acme-challenge/token":      "challenge",
	"/var/www/letsencrypt/.well-known/acme-challenge/token": "challenge",
}

// randomRequests are asked of every random site over both protocols.
var randomRequests = []servertest.Request{
	{URL: "/"}, {URL: "/index.html"}, {URL: "/a.css"}, {URL: "/a.txt"}, {URL: "/missing"}, {URL: "/missing.css"}, {URL: "/old?q=1"},
	{URL: "/sub"}, {URL: "/sub/"}, {URL: "/sub/b.txt"}, {URL: "/sub/missing"}, {URL: "/.env"}, {URL: "/empty/"}, {URL: "/empty/note.bak"},
	{URL: "/api/x%25y?z"}, {URL: "/a%20b"}, {URL: "/", Method: "POST"}, {URL: "/sub/", Method: "PUT"}, {URL: "/", Method: "HEAD"},
	{URL: "/.well-known/acme-challenge/token"}, {URL: "//x"},
	{URL: "/", Header: http.Header{"Origin": {"https://app.example"}}}, {URL: "/", From: "198.51.100.7"},
	{URL: "/", Method: "OPTIONS", Header: http.Header{"Origin": {"https://app.example"}, "Access-Control-Request-Method": {"POST"}}},
}

// TestRandomSites: sites with features combined at random are accepted by both
// servers, lint clean, do what the model says, and answer alike.
func TestRandomSites(t *testing.T) {
	count, seeds := 24, 1
	if os.Getenv("PADLOCK_PROVE") != "" {
		count, seeds = 150, 10
	}
	servers := servertest.Servers(t)
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			sites := randomSites(t, servers, uint64(seed), count)
			answers := make([]randomAnswers, len(servers))
			t.Run("servers", func(t *testing.T) {
				for i, server := range servers {
					t.Run(server.Name(), func(t *testing.T) {
						t.Parallel()
						answers[i] = askRandomSites(t, server, sites)
					})
				}
			})
			for i, server := range servers {
				for j, other := range servers {
					if server.Suite == other.Suite && server.Kind == servertest.Nginx && other.Kind == servertest.Apache {
						compareAnswers(t, server.Suite, sites, answers[i], answers[j])
					}
				}
			}
		})
	}
}

// randomSites makes sites that all servers can render: what one refuses is made
// acceptable by taking settings out.
func randomSites(t *testing.T, servers []*servertest.Server, seed uint64, count int) []*randomSite {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 4))
	var sites []*randomSite
	refused := 0
	for number := range count {
		s := newRandomSite(t, random, number)
		for !renderedByAll(t, servers, s) {
			refused++
			if !s.simplify(random) {
				t.Fatalf("nothing is left of\n%s", s)
			}
		}
		sites = append(sites, s)
	}
	t.Logf("%d sites; %d settings taken out", count, refused)
	return sites
}

func renderedByAll(t *testing.T, servers []*servertest.Server, s *randomSite) bool {
	t.Helper()
	for _, server := range servers {
		if _, diags := generateText(t, server, s.String()); diags.HasErrors() {
			return false
		}
	}
	return true
}

// randomAnswers are what a server answered, by site and request.
type randomAnswers map[string]string

func askRandomSites(t *testing.T, server *servertest.Server, sites []*randomSite) randomAnswers {
	t.Helper()
	var description strings.Builder
	for _, s := range sites {
		description.WriteString(s.String())
	}
	result, diags := generateText(t, server, description.String())
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags.List.Errs(), description.String())
	}
	by := newAuthorities(t)
	config := siteConfig(t, server, result, by)
	config.Files = config.Files.With(randomContent)
	for _, f := range lint(t, server, config) {
		if !isAsked(result, sites, f) {
			t.Errorf("%s: lint: %s: %s: %s", server.Name(), f.Site, f.Rule, f.Message)
		}
	}
	instance := server.Start(t, config)
	defer instance.Stop()
	defer instance.StartBackend(t, servertest.BackendConfig{Name: "app", Protocol: servertest.HTTP, Address: "127.0.0.1:3000"}).Stop()
	defer instance.StartBackend(t, servertest.BackendConfig{Name: "php", Protocol: servertest.FastCGI, Address: "127.0.0.1:9000"}).Stop()
	client := instance.Client(nil)
	answers := randomAnswers{}
	for _, s := range result.Sites {
		for i, r := range randomRequests {
			for _, scheme := range []string{"http", "https"} {
				if scheme == "http" && i > 4 && s.TLS.Mode == generator.ModeRedirect {
					continue // each is redirected alike
				}
				key := fmt.Sprint(s.Name.Value, " ", scheme, " ", r.Method, " ", r.URL, " ", r.From, r.Header.Get("Origin"))
				answers[key] = askRandomSite(client, s, scheme, r)
			}
		}
	}
	return answers
}

// isAsked tells that a site asks for what is found.
func isAsked(result *generator.Result, sites []*randomSite, f rule.Finding) bool {
	for _, s := range sites {
		if of := siteOf(result, f.Site); of == nil || of.Name.Value != fmt.Sprintf("s%d.test", s.number) {
			continue
		}
		for setting, rule := range askedFor {
			if rule == f.Rule && strings.Contains(s.String(), setting) {
				return true
			}
		}
	}
	return false
}

// askRandomSite is an answer in words, as far as both servers must agree: but for
// the differences that are named.
func askRandomSite(client *servertest.Client, s *generator.Site, scheme string, r servertest.Request) string {
	port, served := s.Listen.HTTP, s.TLS.Mode != generator.ModeOnly
	if scheme == "https" {
		port, served = s.Listen.HTTPS, s.HTTPS()
	}
	if len(s.Listen.Addresses) > 0 {
		r.Address = s.Listen.Addresses[0].String()
	}
	r.URL = fmt.Sprintf("%s://%s:%d%s", scheme, s.Name.Value, port, r.URL)
	answer, err := client.Do(r)
	switch {
	case err != nil && served:
		return "none"
	case err != nil || !served && answer.Status == 403:
		return "refused" // a name that no site has there
	}
	if answer.Status > 502 && answer.Header.Get("Retry-After") == "" {
		answer.Status = 502 // backend-silent
	}
	out := fmt.Sprint(answer.Status, " ", answer.Header.Get("Location"))
	for _, name := range []string{
		"Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy", "Cache-Control",
		"Content-Encoding", "Retry-After", "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "WWW-Authenticate", "X-Robots-Tag",
	} {
		out += fmt.Sprintf("\n%s: %q", name, answer.Header.Values(name))
	}
	if answer.Status == 200 && !strings.Contains(answer.Body, "<title>Index of") { // listing
		out += "\n" + answer.Body
	}
	return out
}

func compareAnswers(t *testing.T, suite string, sites []*randomSite, nginx, apache randomAnswers) {
	t.Helper()
	wrong := map[string]bool{}
	for key, got := range apache {
		if want := nginx[key]; got != want {
			t.Errorf("%s: %s: nginx answers\n%s\nApache\n%s", suite, key, want, got)
			name, _, _ := strings.Cut(key, " ")
			wrong[name] = true
		}
	}
	for _, s := range sites {
		if wrong[fmt.Sprintf("s%d.test", s.number)] {
			t.Logf("%s", s)
		}
	}
}
