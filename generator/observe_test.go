package generator_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dlclark/regexp2"

	"padlock/generator"
	"padlock/internal/conformance"
	"padlock/internal/servertest"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter"
	"padlock/linter/rule"
)

// observe checks what holds for every answer of every row: no version is told,
// no security header is lost or doubled unless the row says so, and the model of the configuration
// says the same as the server.
func observe(t testing.TB, result *generator.Result, model *vhost.Model, step conformance.Step, r servertest.Request, answer *servertest.Response) {
	t.Helper()
	name, tls, port := addressed(t, r)
	site := siteOf(result, name)
	if answer != nil {
		version := result.Target.Version.String()
		if strings.Contains(answer.Header.Get("Server"), version) || strings.Contains(answer.Body, version) {
			t.Errorf("%s tells the version: Server: %s", r.URL, answer.Header.Get("Server"))
		}
		if site != nil && site.HTTPS() && tls && answer.Status != 421 {
			for name, values := range securityHeaders(site, placeOf(t, site, r), answer) {
				if step.Speaks(name) {
					continue
				}
				if got := answer.Header.Values(name); !slices.Equal(got, values) {
					t.Errorf("%s %s (%d): %s is %q, want %q", r.Method, r.URL, answer.Status, name, got, values)
				}
			}
		}
	}
	if !step.Ordinary() {
		return
	}
	listener := model.Listener(netip.MustParseAddr("127.0.0.1"), port)
	if listener == nil {
		t.Errorf("%s: the model listens nowhere", r.URL)
		return
	}
	o := model.Answer(listener, modelRequest(t, r, name, tls, port))
	if wrong := disagrees(o, answer); wrong != "" {
		t.Errorf("%s %s: the model says %s", r.Method, r.URL, wrong)
	}
}

// disagrees tells in words what the model says otherwise than the server.
func disagrees(o vhost.Outcome, answer *servertest.Response) string {
	status := 444 // nginx's closed connection
	location := ""
	if answer != nil {
		status, location = answer.Status, answer.Header.Get("Location")
	}
	switch o.Kind {
	case vhost.Redirects:
		if status != o.Status || location != o.URL && o.Partial == "" || !strings.HasPrefix(location, o.URL) {
			return fmt.Sprintf("%d %s, the server %d %s", o.Status, o.URL, status, location)
		}
	case vhost.Rejects:
		if o.Status != 0 && status != o.Status {
			return fmt.Sprintf("%d (%s), the server %d", o.Status, o.Reason, status)
		}
	case vhost.Serves:
		if answer == nil {
			return "that it serves, the server closes the connection"
		}
	}
	for _, h := range o.Headers {
		if answer == nil || o.HeadersUnknown || h.Unknown != "" || !h.Always {
			continue
		}
		if !slices.Contains(answer.Header.Values(h.Name), h.Value) {
			return fmt.Sprintf("%s: %s, the server %q", h.Name, h.Value, answer.Header.Values(h.Name))
		}
	}
	return ""
}

// addressed is the host name, protocol and port of a request.
func addressed(t testing.TB, r servertest.Request) (name string, tls bool, port uint16) {
	t.Helper()
	u, err := url.Parse(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	name, tls, port = u.Hostname(), u.Scheme == "https", 80
	if r.Host != "" {
		name, _, _ = strings.Cut(r.Host, ":")
	}
	if tls {
		port = 443
	}
	if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
		port = uint16(n)
	}
	return name, tls, port
}

// siteOf is the site that has a name; nil if none has.
func siteOf(result *generator.Result, name string) *generator.Site {
	var wide *generator.Site
	for _, s := range result.Sites {
		for _, own := range s.Names() {
			suffix, isWildcard := strings.CutPrefix(own.Value, "*")
			switch {
			case own.Value == name:
				return s
			case isWildcard && strings.HasSuffix(name, suffix):
				wide = s
			}
		}
	}
	return wide
}

// placeOf is the place of a site that a request belongs to: that of its exact
// path, of the longest prefix, or of the first pattern, else the site's own.
func placeOf(t testing.TB, s *generator.Site, r servertest.Request) *generator.Place {
	t.Helper()
	u, err := url.Parse(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	var best *generator.Route
	for _, route := range s.Routes {
		text, takes := route.Path.Value, false
		switch route.Kind {
		case generator.Exact:
			takes = u.Path == text
		case generator.Prefix:
			takes = strings.HasPrefix(u.Path, text)
		case generator.Regex:
			takes = regexp.MustCompile(text).MatchString(u.Path)
		}
		if takes && (best == nil || route.Kind < best.Kind || route.Kind == generator.Prefix && best.Kind == generator.Prefix && len(text) > len(best.Path.Value)) {
			best = route
		}
	}
	if best == nil {
		return &s.Place
	}
	return &best.Place
}

// securityHeaders are the values of each security header that every answer of
// a place has over TLS, with content of the answer's type. What an application says of types for
// which the site says nothing is its own.
func securityHeaders(s *generator.Site, p *generator.Place, answer *servertest.Response) map[string][]string {
	want := map[string][]string{"Strict-Transport-Security": nil}
	for _, h := range p.Described(s.HTTPS()) {
		if h.On != (generator.Answers{Types: h.On.Types, Except: h.On.Except}) || strings.ContainsRune(h.Value, 0) {
			continue
		}
		if h.On == (generator.Answers{}) || answer.Status != 304 && ofType(answer.Header.Get("Content-Type"), h.On.TypePattern()) {
			want[h.Name] = []string{h.Value}
		} else if _, other := want[h.Name]; !other && p.Proxy == nil && p.Gateway == nil && p.PHP == nil {
			want[h.Name] = nil
		}
	}
	if hsts := s.TLS.HSTS; hsts.Enabled {
		value := fmt.Sprintf("max-age=%d", int(hsts.MaxAge.Seconds()))
		if hsts.IncludeSubdomains {
			value += "; includeSubDomains"
		}
		if hsts.Preload {
			value += "; preload"
		}
		want["Strict-Transport-Security"] = []string{value}
	}
	if p.Proxy != nil {
		for _, name := range p.Proxy.Pass {
			delete(want, name.Value) // the application decides
		}
	}
	return want
}

// ofType tells that a Content-Type is one of some media types.
func ofType(content, types string) bool {
	ok, err := regexp2.MustCompile(types, regexp2.None).MatchString(content)
	return ok && err == nil
}

func modelRequest(t testing.TB, r servertest.Request, name string, tls bool, port uint16) vhost.Request {
	t.Helper()
	target := strings.TrimPrefix(r.URL, r.URL[:strings.Index(r.URL, "://")+3])
	path := "/"
	if slash := strings.IndexByte(target, '/'); slash >= 0 {
		path = target[slash:]
	}
	path, query, hasQuery := strings.Cut(path, "?")
	header := map[string]string{}
	for name, values := range r.Header {
		header[name] = strings.Join(values, ", ")
	}
	client := netip.MustParseAddr("127.0.0.1")
	if r.From != "" {
		client = netip.MustParseAddr(r.From)
	}
	return vhost.Request{
		TLS: tls, Name: name, Port: port, Path: path, Query: query, HasQuery: hasQuery, Method: r.Method,
		Header: header, Client: client, HTTP10: r.HTTP10, NoCertificate: true,
	}
}

// lintsClean judges a configuration as it stands on the server's machine with
// all rules: of what was rendered nothing is to be said but what the rows say.
func lintsClean(t *testing.T, server *servertest.Server, config servertest.Config, result *generator.Result, rows []*conformance.Row) {
	t.Helper()
	allowed := map[string][]string{}
	for _, row := range rows {
		allowed[row.Name] = row.Found(server)
	}
	found := map[string]bool{}
	for _, f := range lint(t, server, config) {
		row := rows[0].Name // of a row that is alone
		if s := siteOf(result, f.Site); s != nil {
			row = strings.TrimSuffix(filepath.Base(s.Range.Filename), ".hcl")
		}
		found[row+" "+f.Rule] = true
		if !slices.Contains(allowed[row], f.Rule) {
			t.Errorf("%s: lint: %s:%d: %s: %s", row, f.Subject.File.Name, f.Subject.File.Position(int(f.Subject.Start)).Line, f.Rule, f.Message)
		}
	}
	for row, rules := range allowed {
		for _, rule := range rules {
			if !found[row+" "+rule] {
				t.Errorf("%s: %s finds nothing", row, rule)
			}
		}
	}
}

// lint gives the findings of all rules in what was rendered.
func lint(t testing.TB, server *servertest.Server, config servertest.Config) []rule.Finding {
	t.Helper()
	main, files, err := config.LayOut(server)
	if err != nil {
		t.Fatal(err)
	}
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[strings.TrimPrefix(name, "/")] = &fstest.MapFile{Data: []byte(text), Mode: 0o600}
	}
	for _, name := range []string{"etc/nginx/mime.types", "etc/mime.types"} {
		if text, err := fs.ReadFile(server.System(), name); err == nil {
			tree[name] = &fstest.MapFile{Data: text}
		}
	}
	result, err := linter.Lint(context.Background(), linter.Request{
		Tree: tree, Paths: []string{main}, Installed: true, Server: tlspolicy.Server(server.Kind),
		ServerVersion: tlspolicy.MustVersion(server.Version), OpenSSLVersion: tlspolicy.MustVersion(server.OpenSSL),
	})
	if err != nil || len(result.Failures) > 0 {
		t.Fatal(err, result)
	}
	return slices.DeleteFunc(result.Findings, func(f rule.Finding) bool { return !strings.Contains(f.Subject.File.Name, "/sites/") })
}
