package diff_test

import (
	"crypto/tls"
	"fmt"
	"hash/fnv"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"padlock/internal/diff"
	"padlock/internal/servertest"
)

// What changes on the wire is what the diff says, and nothing more: the real
// server is run with both sides of each change, and asked the same.
func TestTheWireChangesAsTheDiffSays(t *testing.T) {
	authority := servertest.NewAuthority(t)
	names := []string{"*.example", "*.shop.example"}
	files := authority.Issue(t, servertest.Leaf{Names: names}).Files("/etc/tls").
		With(authority.Issue(t, servertest.Leaf{Names: names}).Files("/etc/other")).
		With(servertest.Files{"/etc/tls/none": "", "/srv/www/404.html": "not there"})
	for _, path := range []string{"", "img/", "admin/", "pub/", "api/", "a/", "x/", "b/", "login/", ".well-known/acme-challenge/"} {
		files["/srv/www/"+path+"index.html"] = "www " + path
		files["/srv/other/"+path+"index.html"] = "other " + path
	}
	files["/srv/www/a/index.html"], files["/srv/www/.env"] = "a", "secret"
	client := certificateOf(t, authority.Issue(t, servertest.Leaf{Names: []string{"client.example"}, Client: true}))
	for _, server := range servertest.Servers(t) {
		if server.Suite != "forky" && os.Getenv("PADLOCK_PROVE") == "" {
			continue
		}
		for _, c := range changes(t) {
			if string(c.server) != string(server.Kind) || !sampled(c.name) || strings.Contains(c.before, "balancer:") {
				continue // balancers need shared memory in /dev/shm, which the sandbox lacks
			}
			if refused[[2]string{server.Suite, c.name}] {
				continue
			}
			t.Run(server.Name()+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				old, new := c.sides(t)
				w := &wire{c: c, client: client}
				w.asked = w.requests()
				before := w.observe(t, server, files, c.before, c.beforeFiles)
				after := w.observe(t, server, files, c.after, c.afterFiles)
				w.hold(t, compare(t, old, new), before, after)
			})
		}
	}
}

// refused are changes to what a server does not start with.
var refused = map[[2]string]bool{
	{"bookworm", "nginx/http2-on"}:     true, // the directive came with 1.25.1
	{"bookworm", "apache/compression"}: true, // its OpenSSL is built without
}

// sampled picks some of the changes, unless all are to be proved.
func sampled(name string) bool {
	h := fnv.New32a()
	h.Write([]byte(name))
	return os.Getenv("PADLOCK_PROVE") != "" || h.Sum32()%8 == 0
}

func certificateOf(t *testing.T, c servertest.Certificate) *tls.Certificate {
	pair, err := tls.X509KeyPair([]byte(c.Cert), []byte(c.Key))
	if err != nil {
		t.Fatal(err)
	}
	return &pair
}

// wire asks a server about one change.
type wire struct {
	c      *change
	client *tls.Certificate
	asked  []string
}

var writtenName = regexp.MustCompile(`(?i)(?:server_name|ServerName|ServerAlias)\s+([^;\n]+)`)

// usual paths are asked for in every fixture: the root, one that nothing knows,
// and those that the fixtures speak of.
var usual = []string{"/", "/none/here", "/img/index.html", "/admin/index.html", "/pub/index.html", "/api/x", "/a/b", "/old", "/x.php", "/a.txt"}

// requests are the usual paths of all names over both ports, and what the
// fixture adds.
func (w *wire) requests() []string {
	var list []string
	for _, m := range writtenName.FindAllStringSubmatch(w.c.before+w.c.after, -1) {
		for _, name := range strings.Fields(strings.ToLower(m[1])) {
			if strings.HasPrefix(name, "*") {
				continue
			}
			for _, scheme := range []string{"http", "https"} {
				for _, path := range usual {
					list = append(list, scheme+"://"+name+path)
				}
			}
		}
	}
	list = append(list, w.c.requests...)
	slices.Sort(list)
	return slices.Compact(list)
}

// seen is what one request, or one handshake, showed; the keys are aspects.
type seen map[string]string

// boring fields of an answer say nothing of the configuration.
var boring = []string{"Date", "Etag", "Last-Modified", "Content-Length", "Connection", "Accept-Ranges", "Content-Type", "Server",
	"Location", "Keep-Alive", "Upgrade", "Vary", "Www-Authenticate", "X-Content-Type"}

func (w *wire) observe(t *testing.T, server *servertest.Server, files servertest.Files, text string, more map[string]string) map[string]seen {
	t.Helper()
	config := servertest.Config{Files: files.With(nil), Modules: []string{}}
	dir := "" // below which the base configuration includes
	if server.Kind == servertest.Apache {
		dir = "/etc/apache2/"
		config.Modules = []string{"headers", "rewrite", "proxy", "proxy_http", "alias", "auth_basic", "authn_file", "authz_user"}
		if strings.Contains(text, "Listen ") {
			text = strings.Replace(text, "ServerRoot /etc/apache2\n", "", 1)
			config.Ports = []int{}
		}
		if strings.Contains(text, "LoadModule status_module") {
			text = strings.Replace(text, "LoadModule status_module", "LoadModule info_module", 1)
			text = strings.Replace(text, "mod_status.so", "mod_info.so", 1)
		}
	}
	config.Files["sites/a.conf"] = text
	for name, content := range more {
		config.Files[dir+name] = content
	}
	running := server.Start(t, config)
	defer running.Stop()
	backends := map[string]*servertest.Backend{}
	for _, port := range []string{"3000", "3001", "3002", "4000"} {
		backends[port] = running.Backend(t, "127.0.0.1:"+port)
	}
	all := map[string]seen{}
	for _, address := range w.asked {
		all[address] = w.ask(running, backends, address)
	}
	return all
}

func (w *wire) ask(running *servertest.Instance, backends map[string]*servertest.Backend, address string) seen {
	client := running.Client(nil)
	got := seen{}
	count := map[string]int{}
	for port, b := range backends {
		count[port] = len(b.Requests())
	}
	answer, err := client.Do(servertest.Request{URL: address})
	if err != nil {
		got["answer"] = "none"
	} else {
		body := answer.Body
		for _, port := range slices.Sorted(maps.Keys(backends)) {
			if len(backends[port].Requests()) > count[port] {
				body = "from " + port
			}
		}
		got["answer"] = fmt.Sprint(answer.Status, " ", answer.Header.Get("Location"), " ", body)
		for name, values := range answer.Header {
			if !slices.Contains(boring, name) {
				got["header "+strings.ToLower(name)] = strings.Join(values, ", ")
			}
		}
		if answer.TLS != nil {
			got["http2"] = answer.Proto
			got["certificate"] = answer.TLS.PeerCertificates[0].SerialNumber.String()
		}
	}
	if u, _ := url.Parse(address); u.Scheme == "https" && u.Path == "/" {
		w.handshakes(client, address, got)
	}
	return got
}

var versions = map[string]uint16{"TLS 1.0": tls.VersionTLS10, "TLS 1.1": tls.VersionTLS11, "TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13}

// handshakes asks for each protocol, and for a page with a client certificate.
func (w *wire) handshakes(client *servertest.Client, address string, got seen) {
	for name, version := range versions {
		_, err := client.Handshake(servertest.Request{URL: address, MinTLS: version, MaxTLS: version})
		got["protocol "+name] = fmt.Sprint(err == nil)
	}
	answer, err := client.Do(servertest.Request{URL: address, Certificate: w.client})
	if got["with certificate"] = fmt.Sprint(err == nil); err == nil {
		got["with certificate"] = fmt.Sprint(answer.Status)
	}
}

// aspects are what a kind of change makes visible; those that begin with "?" may
// also stay unseen, because it takes other requests, or another client.
var aspects = map[string]string{
	"https-lost": "answer", "https-gained": "answer", "https-port-changed": "answer", "site-removed": "answer", "site-added": "answer",
	"site-renamed": "answer", "name-moved": "?answer", "name-unheard": "?answer", "name-heard": "?answer",
	"redirect-lost": "answer", "redirect-gained": "answer", "redirect-changed": "answer", "redirect-removed": "answer", "redirect-added": "answer",
	"access-lifted": "answer", "access-restricted": "answer", "answer-changed": "answer", "proxy-target-changed": "answer",
	"root-changed": "answer", "route-changed": "?answer", "access-rule-removed": "?answer", "access-rule-added": "?answer",
	"access-rule-changed": "?answer", "access-order-changed": "?answer", "default-server-changed": "answer",
	"listener-removed": "answer", "listener-added": "?answer", "listener-tls-lost": "answer", "listener-tls-gained": "answer",
	"http2-gained": "?http2", "http2-lost": "?http2", "certificate-changed": "certificate", "client-certificate-changed": "?answer",
	"upstream-exhausted": "answer", "upstream-restored": "answer", "upstream-server-added": "?answer", "upstream-server-removed": "?answer",
	"upstream-server-changed": "?answer", "upstream-method-changed": "?answer",
}

// mayShow are directives that requests may feel without a consequence of their
// own being told.
var mayShow = map[string]bool{"error_page": true, "errordocument": true, "options": true, "autoindex": true, "order-changed": true}

// aspectsOf are the aspects of a change.
func aspectsOf(c diff.Change) (list []string, must bool) {
	switch {
	case strings.HasPrefix(c.Kind, "hsts-"):
		return []string{"header strict-transport-security"}, true
	case strings.HasPrefix(c.Kind, "header-"), strings.HasPrefix(c.Kind, "security-header-"):
		return []string{"header "}, true
	case strings.HasPrefix(c.Kind, "tls-protocol-"):
		for name := range versions {
			if strings.Contains(c.Message, name) {
				list = append(list, "protocol "+name)
			}
		}
		return list, true
	}
	aspect, known := aspects[c.Kind]
	if known {
		aspect, optional := strings.CutPrefix(aspect, "?")
		return []string{aspect}, !optional
	}
	if len(c.Path) > 0 && mayShow[strings.ToLower(strings.Fields(c.Path[len(c.Path)-1])[0])] || mayShow[c.Kind] {
		return []string{"answer"}, false
	}
	return nil, false
}

// hold compares what was seen with what is told.
func (w *wire) hold(t *testing.T, c *diff.Comparison, before, after map[string]seen) {
	t.Helper()
	shown := map[string][]string{} // of an aspect, the names for which it differs
	for _, address := range w.asked {
		u, _ := url.Parse(address)
		a, b := before[address], after[address]
		for _, aspect := range aspectNames(a, b) {
			if a[aspect] == b[aspect] || aspect != "answer" && a["answer"] != b["answer"] && (a["answer"] == "none" || b["answer"] == "none") {
				continue
			}
			shown[aspect] = append(shown[aspect], u.Hostname())
			if !explained(c, aspect, u.Hostname(), a["answer"] != b["answer"]) {
				t.Errorf("%s: %s changes from %q to %q, and nobody says so", address, aspect, a[aspect], b[aspect])
			}
		}
	}
	for _, ch := range c.Changes {
		list, must := aspectsOf(ch)
		if !must || slices.ContainsFunc(list, func(aspect string) bool { return anyShown(shown, aspect, ch.Sites) }) {
			continue
		}
		t.Errorf("%q is told, and not seen", ch.Message)
	}
	if t.Failed() {
		t.Logf("told:\n%s", lines(c))
	}
}

func aspectNames(a, b seen) []string {
	names := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.Sort(names)
	return slices.Compact(names)
}

// explained tells that a change speaks of an aspect for a name. Of an answer
// that is another one its fields, and what it takes to get it, may differ too.
func explained(c *diff.Comparison, aspect, name string, other bool) bool {
	return slices.ContainsFunc(c.Changes, func(ch diff.Change) bool {
		list, _ := aspectsOf(ch)
		if !concerns(ch.Sites, name) {
			return false
		}
		return slices.ContainsFunc(list, func(own string) bool {
			return own == aspect || own == "header " && strings.HasPrefix(aspect, "header ") || own == "answer" && other ||
				own == "answer" && aspect == "with certificate"
		})
	})
}

func anyShown(shown map[string][]string, aspect string, sites []string) bool {
	for seen, names := range shown {
		if seen == aspect || aspect == "header " && strings.HasPrefix(seen, "header ") {
			if slices.ContainsFunc(names, func(name string) bool { return concerns(sites, name) }) {
				return true
			}
		}
	}
	return false
}

func concerns(sites []string, name string) bool {
	return len(sites) == 0 || slices.ContainsFunc(sites, func(site string) bool {
		rest, wild := strings.CutPrefix(site, "*")
		return site == name || wild && strings.HasSuffix(name, rest)
	})
}
