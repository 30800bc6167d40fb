package generator_test

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/generator"
	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
)

// What is rendered is read back, lowered to what it does, and compared with
// what the description asked for.

// lower reads rendered files as a server would, below a main file of ours.
func lower(t *testing.T, result *generator.Result) *vhost.Model {
	t.Helper()
	tree := fstest.MapFS{}
	main := "etc/server.conf"
	text := "events {\n}\nhttp {\n    include /etc/sites/*.conf;\n}\n"
	if result.Target.Server == tlspolicy.Apache {
		text = "Listen 80\nListen 443\nIncludeOptional /etc/sites/*.conf\n"
	}
	tree[main] = &fstest.MapFile{Data: []byte(text)}
	tree["etc/nginx/mime.types"] = &fstest.MapFile{Data: []byte("types {\n    text/html html;\n}\n")}
	for _, f := range result.Files {
		tree["etc/sites/"+f.Name] = &fstest.MapFile{Data: f.Content}
	}
	set := source.NewSet(source.SetConfig{Tree: fs.ReadLinkFS(tree)})
	if result.Target.Server == tlspolicy.Nginx {
		config, err := nginx.Load(set, "/"+main, nginx.LoadOptions{})
		if err != nil || len(config.Diagnostics) > 0 {
			t.Fatal(err, config.Diagnostics)
		}
		return vhost.FromNginx(config, result.Target.Target)
	}
	config := apache.Load(set, "/"+main, apache.LoadOptions{})
	for _, d := range config.Diagnostics {
		t.Fatal(d)
	}
	return vhost.FromApache(config, result.Target.Target)
}

// asked is a question to the model that must have a decided answer.
func asked(t *testing.T, m *vhost.Model, port int, request vhost.Request) vhost.Outcome {
	t.Helper()
	request.Port = uint16(port)
	request.Client = netip.MustParseAddr("198.51.100.77") // nobody's address: whoever is let in by address is another
	listener := m.Listener(netip.MustParseAddr("192.0.2.1"), uint16(port))
	if listener == nil {
		return vhost.Outcome{Kind: vhost.Rejects}
	}
	o := m.Answer(listener, request)
	if o.Kind == vhost.CannotTell {
		t.Errorf("%+v: cannot tell: %s", request, o.Reason)
	}
	return o
}

func checkModel(t *testing.T, result *generator.Result) {
	t.Helper()
	m := lower(t, result)
	for _, s := range result.Sites {
		checkSite(t, m, result.Target.Target, s)
	}
	for _, listener := range m.Listeners {
		if len(listener.Hosts) == 0 || listener.Default.Main {
			continue // Apache's Listen 80 and 443 in a description that uses neither
		}
		port := int(listener.Address.Port)
		if o := asked(t, m, port, vhost.Request{TLS: listener.TLS.V, Name: "nobody.invalid", Path: "/"}); o.Kind != vhost.Rejects {
			t.Errorf("an unknown name on port %d: %+v", port, o)
		}
	}
}

func checkSite(t *testing.T, m *vhost.Model, target tlspolicy.Target, s *generator.Site) {
	t.Helper()
	code := s.RedirectCode
	path := "/a%20b"
	if s.Slash == generator.SlashAdded {
		path += "/" // what the other one leads to
	}
	for i, name := range s.Names() {
		example := strings.Replace(name.Value, "*", "some", 1)
		if strings.HasPrefix(name.Value, "~") {
			example = generator.NameMatching(name.Value)
		}
		canonical := strings.Replace(s.Name.Value, "*", example[:strings.Index(example, ".")], 1)
		if i > 0 && s.ServeAliases || i == 0 {
			canonical = example
		}
		served := i == 0 || s.ServeAliases
		plain := asked(t, m, s.Listen.HTTP, vhost.Request{Name: example, Path: path, Query: "q=1", HasQuery: true})
		secure := asked(t, m, s.Listen.HTTPS, vhost.Request{TLS: true, Name: example, Path: path, Query: "q=1", HasQuery: true})
		moved := func(o vhost.Outcome, scheme string, port, usual int) {
			t.Helper()
			want := scheme + "://" + canonical
			if port != usual {
				want += fmt.Sprintf(":%d", port)
			}
			want += path + "?q=1"
			if o.Kind != vhost.Redirects || o.Status != code || o.URL != want {
				t.Errorf("%s (%s): got %v %d %s, want %d %s", example, s.TLS.Mode, o.Kind, o.Status, o.URL, code, want)
			}
		}
		content := func(o vhost.Outcome, tls bool) {
			t.Helper()
			if status := refusal(s.Access, tls); status != 0 {
				if o.Status != status && o.Reason != "a password is asked for" {
					t.Errorf("%s (%s): got %+v, want %d", example, s.TLS.Mode, o, status)
				}
				return
			}
			if s.Respond != nil && (o.Kind == vhost.Serves || o.Status == s.Respond.Status) {
				return
			}
			if o.Kind != vhost.Serves || s.PHP == nil && o.Proxied != (s.Proxy != nil || s.Gateway != nil) {
				t.Errorf("%s (%s): got %+v, want content", example, s.TLS.Mode, o)
			}
		}
		unborn := s.HTTPS() && s.TLS.Bootstrap == generator.BootstrapHTTP
		switch {
		case unborn:
			if plain.Kind != vhost.Rejects || secure.Kind != vhost.Rejects {
				t.Errorf("%s before its certificate: %+v, %+v", example, plain, secure)
			}
		case s.TLS.Mode == generator.ModeRedirect:
			moved(plain, "https", s.Listen.HTTPS, 443)
		case s.TLS.Mode == generator.ModeOnly:
			if plain.Kind != vhost.Rejects {
				t.Errorf("%s: plain HTTP: %+v", example, plain)
			}
		case served:
			content(plain, false)
		default:
			moved(plain, "http", s.Listen.HTTP, 80)
		}
		switch {
		case s.TLS.Mode == generator.ModeReject:
			if secure.Kind != vhost.Rejects {
				t.Errorf("%s: TLS: %+v", example, secure)
			}
		case !s.HTTPS(), unborn:
		case served:
			content(secure, true)
			checkHeaders(t, s, secure)
		default:
			moved(secure, "https", s.Listen.HTTPS, 443)
			checkHeaders(t, s, secure)
		}
		if s.TLS.Challenge.Value != "" {
			o := asked(t, m, s.Listen.HTTP, vhost.Request{Name: example, Path: vhost.ChallengePath})
			if o.Kind != vhost.Serves || o.Proxied {
				t.Errorf("%s: challenge path: %+v", example, o)
			}
		}
	}
	for _, host := range m.Hosts {
		if s.HTTPS() && host.TLS != nil && host.TLS.Enabled.V && len(host.TLS.Certificates) > 0 && host.TLS.Certificates[0].Certificate.V == s.TLS.Certificate.Value {
			checkTLS(t, target, s, host)
		}
	}
}

// refusal is the status that somebody unknown without a password is answered with;
// 0 is content.
func refusal(a generator.Access, tls bool) int {
	switch {
	case a.Deny, len(a.Allow) > 0 && !(a.Any && a.Auth != nil), a.Certificate && !tls:
		return 403
	case a.Auth != nil:
		return 401
	}
	return 0
}

func checkHeaders(t *testing.T, s *generator.Site, o vhost.Outcome) {
	t.Helper()
	got := map[string]string{}
	for _, h := range o.Headers {
		got[h.Name] += h.Value
	}
	want := map[string]string{}
	for _, h := range s.Headers.Fixed {
		if h.On == (generator.Answers{}) {
			want[h.Name] = h.Value
		}
	}
	if s.TLS.HSTS.Enabled {
		want["Strict-Transport-Security"] = fmt.Sprintf("max-age=%d", int(s.TLS.HSTS.MaxAge.Seconds()))
	}
	for name, value := range want {
		if !strings.HasPrefix(got[name], value) {
			t.Errorf("%s: %s is %q, want %q", s.Name.Value, name, got[name], value)
		}
	}
}

func checkTLS(t *testing.T, target tlspolicy.Target, s *generator.Site, host *vhost.Host) {
	t.Helper()
	_, profile, _ := tlspolicy.LookupProfile(s.TLS.Profile)
	if pinned, ok := tlspolicy.LookupGuideline(s.TLS.Guideline.Value); ok {
		profile, _ = pinned.Profile(s.TLS.Profile)
	}
	if !slices.Equal(host.TLS.Protocols.V, profile.Protocols) {
		t.Errorf("%s: protocols %v, want %v", s.Name.Value, host.TLS.Protocols.V, profile.Protocols)
	}
	if want := cmp.Or(s.TLS.Ciphers.Value, profile.CipherString(target.OpenSSL)); want != "" && host.TLS.Ciphers.V != want {
		t.Errorf("%s: ciphers %q, want %q", s.Name.Value, host.TLS.Ciphers.V, want)
	}
	if want := strings.Join(profile.GroupsFor(target.OpenSSL), ":"); host.TLS.Groups.V != want {
		t.Errorf("%s: groups %q, want %q", s.Name.Value, host.TLS.Groups.V, want)
	}
	if got := host.TLS.Certificates[0].Key.V; got != s.TLS.Key.Value {
		t.Errorf("%s: key %q, want %q", s.Name.Value, got, s.TLS.Key.Value)
	}
}

// randomDescription combines features at random. Sites never share a name.
func randomDescription(random *rand.Rand) string {
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	var b strings.Builder
	profile := pick("modern", "intermediate", "old")
	guidelines := []string{"", "6.0", "5.8", "5.7", "5.6"}
	if profile == "old" {
		guidelines = []string{"", "5.8", "5.7"}
	}
	for i := range 1 + random.IntN(6) {
		name := fmt.Sprintf("%ss%d.test", pick("", "", "*."), i)
		fmt.Fprintf(&b, "site %q {\n", name)
		if random.IntN(2) == 0 {
			fmt.Fprintf(&b, "  aliases = [\"www.s%d.other\", \"s%d.%s\"]\n", i, i, pick("alias", "zweitname"))
			serve := pick("true", "false")
			if strings.HasPrefix(name, "*.") {
				serve = "true"
			}
			fmt.Fprintf(&b, "  serve_aliases = %s\n", serve)
		}
		if random.IntN(3) == 0 {
			fmt.Fprintf(&b, "  redirect_code = %s\n", pick("301", "302", "307", "308"))
		}
		if random.IntN(3) == 0 {
			to, host := pick("http://127.0.0.1:3000", "https://backend.internal:8443", "http://[::1]"), pick("kept", "upstream", "fixed.example")
			if strings.HasPrefix(to, "https:") {
				host = "upstream" // Apache verifies the other side by the name it asks for
			}
			fmt.Fprintf(&b, "  proxy {\n    to = %q\n    websocket = %s\n    host = %q\n  }\n", to, pick("true", "false"), host)
		} else {
			fmt.Fprintf(&b, "  root = \"/srv/%d\"\n  redirects = { \"/old%d\" = %q }\n", i, i, pick("/new", "https://elsewhere.test/x?y=1"))
		}
		if random.IntN(4) == 0 {
			b.WriteString("  listen {\n    http = 8080\n    https = 8443\n  }\n")
		}
		pinned := ""
		if guideline := pick(guidelines...); guideline != "" {
			pinned = fmt.Sprintf("    guideline = %q\n", guideline)
		}
		fmt.Fprintf(&b, "  tls {\n%s    mode = %q\n    acme = %q\n    profile = %q\n    hsts = %s\n  }\n}\n", pinned,
			pick("redirect", "redirect", "both", "only", "off", "reject"), pick("certbot", "webroot:/srv/challenges"), profile,
			pick("true", "false", `{ max_age = "30d" }`, `{ max_age = "2y", include_subdomains = true, preload = true }`))
	}
	return b.String()
}

func TestRenderedConfigurationsDoWhatWasAsked(t *testing.T) {
	count := 150
	if os.Getenv("PADLOCK_PROVE") != "" {
		count = 5000
	}
	random := rand.New(rand.NewPCG(7, 11))
	for i := range count {
		description := randomDescription(random)
		for _, server := range []string{"nginx", "apache"} {
			platform := tlspolicy.PlatformNames()[i%len(tlspolicy.PlatformNames())]
			result, diags := generator.Generate(context.Background(), generator.Request{
				Files: []string{"-"}, Stdin: strings.NewReader(description), Server: server, Platform: platform,
			})
			if diags.HasErrors() {
				t.Fatalf("%s\n%v", description, diags.List)
			}
			checkModel(t, result)
			if t.Failed() {
				t.Fatalf("description %d for %s on %s:\n%s", i, server, platform, description)
			}
		}
	}
}
