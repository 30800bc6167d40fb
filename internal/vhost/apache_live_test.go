package vhost

import (
	"bufio"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/apache"
	"padlock/internal/servertest"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// apachePrelude loads what the configurations of these tests speak of. It
// stands before each of them, for the server and for the model.
var apachePrelude = func() string {
	var b strings.Builder
	for _, module := range []string{"mpm_event", "access_compat", "alias", "auth_basic", "authn_core", "authn_file", "authz_core",
		"authz_host", "authz_user", "dir", "env", "headers", "mime", "proxy", "proxy_http", "rewrite", "setenvif", "socache_shmcb", "ssl"} {
		fmt.Fprintf(&b, "LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n", module, module)
	}
	return b.String() + `User www-data
Group www-data
ServerName main.example
DefaultRuntimeDir /srv/padlock/run
PidFile /srv/padlock/run/apache2.pid
ErrorLog /srv/padlock/error.log
LogLevel notice
TypesConfig /etc/mime.types
StartServers 1
ServerLimit 2
ThreadsPerChild 25
MaxRequestWorkers 50
MinSpareThreads 1
MaxSpareThreads 50
DocumentRoot /srv/padlock/www
`
}()

// lowerApacheText lowers a complete configuration.
func lowerApacheText(t testing.TB, text, version string) *Model {
	t.Helper()
	set := source.NewSet(source.SetConfig{Tree: fstest.MapFS{}})
	set.Add("/etc/apache2/apache2.conf", []byte(text))
	cfg := apache.Load(set, "/etc/apache2/apache2.conf", apache.LoadOptions{ServerVersion: version, Defines: map[string]string{}})
	for _, d := range cfg.Diagnostics {
		t.Logf("%s: %s", d.Rule, d.Message)
	}
	target := tlspolicy.Target{Server: tlspolicy.Apache, Version: tlspolicy.MustVersion(version), OpenSSL: tlspolicy.MustVersion("3.0.20")}
	return FromApache(cfg, target)
}

// apacheAnswer is what a real server said.
type apacheAnswer struct {
	status   int
	location string
	host     string // X-Host, which every virtual host sets
	header   http.Header
	failed   error
}

func askApache(instance *servertest.Instance, r Request, address string) apacheAnswer {
	scheme := "http"
	if r.TLS {
		scheme = "https"
	}
	path := r.Path
	if r.HasQuery || r.Query != "" {
		path += "?" + r.Query
	}
	method := r.Method
	if method == "" {
		method = "GET"
	}
	var b strings.Builder
	host := r.Name
	if standard := map[string]uint16{"http": 80, "https": 443}[scheme]; r.Port != standard {
		host = fmt.Sprintf("%s:%d", r.Name, r.Port)
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", method, path, host)
	for name, value := range r.Header {
		fmt.Fprintf(&b, "%s: %s\r\n", name, value)
	}
	b.WriteString("\r\n")
	client := instance.Client(nil)
	raw, err := client.Raw(servertest.Request{URL: fmt.Sprintf("%s://%s:%d/", scheme, r.Name, r.Port), Address: net.JoinHostPort(address, fmt.Sprint(r.Port))}, b.String())
	if raw == "" {
		return apacheAnswer{failed: err}
	}
	answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(raw)), nil)
	if err != nil {
		return apacheAnswer{failed: err}
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	return apacheAnswer{status: answer.StatusCode, location: answer.Header.Get("Location"), host: answer.Header.Get("X-Host"), header: answer.Header}
}

// apacheListenerAt is the listener that takes a connection to an address.
func apacheListenerAt(m *Model, address string, port uint16) *Listener {
	ip := netip.MustParseAddr(address)
	var best *Listener
	for _, l := range m.Listeners {
		if l.Address.Port != port || !l.Address.Accepts(ip) {
			continue
		}
		if best == nil || l.Address.IP.IsValid() {
			best = l
		}
	}
	return best
}

// apacheDisagreement is empty if the model's outcome and the live answer agree.
func apacheDisagreement(o Outcome, asked string, live apacheAnswer) string {
	switch {
	case o.Kind == Rejects && o.Status == 0:
		if live.failed == nil && live.status != 0 && live.status < 400 {
			return "the connection was expected to fail"
		}
		return ""
	case live.failed != nil:
		return "no answer: " + live.failed.Error()
	case o.Kind == Redirects && o.Partial != "":
		if o.Status != 0 && live.status != o.Status || !strings.HasPrefix(live.location, o.URL) {
			return "redirect to somewhere"
		}
	case o.Kind == Redirects:
		if o.Status != 0 && live.status != o.Status || live.location != o.URL {
			return "redirect"
		}
	case o.Kind == Rejects:
		if live.status != o.Status {
			return "rejection"
		}
	case o.Kind == Serves && o.Absent != 0 && live.status == o.Absent:
		return "" // headers may be those of either
	case o.Kind == Serves && live.status == 301 && strings.HasSuffix(strings.Split(live.location, "?")[0], asked+"/"):
		return "" // mod_dir: the path is that of a directory
	case o.Kind == Serves && o.Status != 0:
		if live.status != o.Status && live.status != 404 {
			return "content with a status"
		}
	case o.Kind == Serves:
		if live.status >= 300 && live.status < 400 || live.status == 403 || live.status == 400 || live.status == 401 || live.status == 410 {
			return "content"
		}
		if !o.Proxied && live.status >= 502 {
			return "content of its own"
		}
	}
	return apacheHeaderDisagreement(o, live)
}

func apacheHeaderDisagreement(o Outcome, live apacheAnswer) string {
	if o.HeadersUnknown {
		return ""
	}
	want := map[string][]string{}
	for _, h := range o.Headers {
		if o.Kind == Serves && live.status >= 400 && !h.Always && !o.Proxied {
			continue
		}
		if o.Proxied && live.status >= 500 && !h.Always {
			continue
		}
		want[h.Name] = append(want[h.Name], h.Value)
	}
	for _, name := range []string{"X-Host", "X-A", "X-B", "Strict-Transport-Security"} {
		if !slices.Equal(want[name], live.header[name]) {
			return fmt.Sprintf("header %s: expected %q, got %q", name, want[name], live.header[name])
		}
	}
	return ""
}

// passedToItself tells that the server passes a request on to itself, again and again,
// until it has no worker left for the next one.
func passedToItself(o Outcome) bool {
	return o.Proxied && !strings.Contains(o.Reason, "127.0.0.1:9/")
}

// apacheTally counts how the model and the servers agree.
type apacheTally struct{ asked, undecided, wrong int }

func TestApacheAgreesWithServers(t *testing.T) {
	count, requests := 20, 30
	servers := servertest.ApacheServers(t)
	if n, err := strconv.Atoi(os.Getenv("PADLOCK_PROVE")); err == nil {
		// PADLOCK_PROVE=1 makes 1500 configurations for each server, another
		// number that many.
		count, requests = max(n, 1), 40
		if n == 1 {
			count = 1500
		}
	} else if len(servers) > 2 {
		servers = servers[:2]
	}
	authority := servertest.NewAuthority(t)
	certificate := authority.Issue(t, servertest.Leaf{Names: []string{"*.example"}}).Files("/etc/ssl/site")
	for first, server := range servers {
		t.Run(server.Name(), func(t *testing.T) {
			t.Parallel()
			var sum apacheTally
			reasons := map[string]int{}
			for seed := range count {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					g := &apacheGrammar{r: rand.New(rand.NewSource(int64(first*100_000+seed) + int64(otherSeeds())*1_000_000))}
					compareApache(t, server, g, certificate, requests, &sum, reasons)
				})
			}
			t.Logf("asked %d, undecided %d (%.1f %%), wrong %d", sum.asked, sum.undecided, 100*float64(sum.undecided)/float64(sum.asked), sum.wrong)
			for reason, n := range reasons {
				t.Logf("%5d %s", n, reason)
			}
			if decided := sum.asked - sum.undecided; sum.wrong*100 > decided {
				t.Errorf("%d of %d decided answers are wrong", sum.wrong, decided)
			}
			if sum.undecided*10 > sum.asked {
				t.Errorf("%d of %d answers cannot be told", sum.undecided, sum.asked)
			}
		})
	}
}

func compareApache(t *testing.T, server *servertest.Server, g *apacheGrammar, certificate servertest.Files, requests int, sum *apacheTally, reasons map[string]int) {
	text := apachePrelude + g.configuration()
	files := servertest.Files{
		"apache2.conf": text, "www/index.html": "main", "www/a": "a", "www/h0/index.html": "0", "www/h1/index.html": "1", "www/h2/index.html": "2",
		"www/h0/a": "a", "www/h1/a": "a", "www/h2/a": "a", "www/acme/t": "t", "run/.keep": "",
	}.With(certificate)
	if verdict := server.Test(t, servertest.Config{Files: files, Main: "apache2.conf"}); !verdict.Accepted {
		t.Fatalf("the grammar made a configuration that is refused: %s\n%s", verdict.Output, text)
	}
	m := lowerApacheText(t, text, server.Version)
	instance := server.Start(t, servertest.Config{Files: files, Main: "apache2.conf"})
	defer instance.Stop()
	shown := false
	for range requests {
		r, address := g.request()
		l := apacheListenerAt(m, address, r.Port)
		if l == nil {
			continue
		}
		if !l.TLS.V {
			r.TLS = false
		}
		o := m.Answer(l, r)
		if passedToItself(o) {
			continue
		}
		sum.asked++
		if o.Kind == CannotTell {
			sum.undecided++
			reasons[o.Reason]++
			continue
		}
		live := askApache(instance, r, address)
		if difference := apacheDisagreement(o, strings.Replace(r.Path, "//", "/", 1), live); difference != "" {
			sum.wrong++
			if !shown {
				shown = true
				t.Logf("%s: %+v at %s\nmodel: %d %d %q %s headers %v\nlive:  %d %q host %q %v\n%s", difference, r, address,
					o.Kind, o.Status, o.URL, o.Reason, o.Headers, live.status, live.location, live.host, live.failed, strings.TrimPrefix(text, apachePrelude))
			}
		}
	}
}

// apacheGrammar makes small configurations and requests for them.
type apacheGrammar struct{ r *rand.Rand }

func (g *apacheGrammar) pick(of ...string) string { return of[g.r.Intn(len(of))] }
func (g *apacheGrammar) chance(percent int) bool  { return g.r.Intn(100) < percent }

func (g *apacheGrammar) configuration() string {
	var b strings.Builder
	b.WriteString("Listen 80\nListen 443\nListen 8080\nHeader always set X-Host main\n")
	for g.chance(40) {
		b.WriteString(g.statement(false))
	}
	for i := range 1 + g.r.Intn(3) {
		address := g.pick("*:80", "*:80", "*:80", "*:443", "*:443", "*:8080", "*", "127.0.0.1:80", "127.0.0.2:80", "127.0.0.1:443", "*:80 *:8080")
		fmt.Fprintf(&b, "<VirtualHost %s>\n", address)
		if g.chance(90) {
			fmt.Fprintf(&b, "ServerName %s\n", g.pick("a.example", "b.example", "A.example", "c.example", "http://b.example", "a.example:80", "b.example:8080", "c.example."))
		}
		if g.chance(50) {
			fmt.Fprintf(&b, "ServerAlias %s\n", g.pick("*.example", "b.example c.example", "www.*", "?.example", "a,b", "www.a.example # x", "a.example:80"))
		}
		fmt.Fprintf(&b, "Header always set X-Host %d\n", i)
		if g.chance(70) {
			fmt.Fprintf(&b, "DocumentRoot /srv/padlock/www/h%d\n", i)
		}
		if strings.Contains(address, "443") {
			b.WriteString("SSLCertificateFile /etc/ssl/site/fullchain.pem\nSSLCertificateKeyFile /etc/ssl/site/privkey.pem\n")
			b.WriteString(g.pick("SSLEngine on\n", "SSLEngine on\n", "", "SSLEngine off\n"))
		}
		if g.chance(60) {
			b.WriteString("RewriteEngine On\n")
		}
		for range 1 + g.r.Intn(5) {
			b.WriteString(g.statement(true))
		}
		b.WriteString("</VirtualHost>\n")
	}
	return b.String()
}

func (g *apacheGrammar) target() string {
	return g.pick("https://a.example/", "https://a.example", "https://%{HTTP_HOST}/", "/new", "/new/", "http://b.example/x?y=1", "https://b.example/#f", "https://a.example:8443/z/")
}

func (g *apacheGrammar) path() string {
	return g.pick("/", "/old", "/old/", "/a", "/a/b", "/.well-known/acme-challenge/", "/x y", "//old")
}

func (g *apacheGrammar) status() string {
	return g.pick("", "permanent ", "301 ", "308 ", "temp ", "seeother ", "307 ")
}

func (g *apacheGrammar) statement(host bool) string {
	switch g.r.Intn(16) {
	case 0, 1:
		if g.chance(10) {
			return "Redirect " + g.pick("gone", "410", "404", "403") + " \"" + g.path() + "\"\n"
		}
		return fmt.Sprintf("Redirect %s\"%s\" %s\n", g.status(), g.path(), g.target())
	case 2:
		return fmt.Sprintf("RedirectMatch %s\"%s\" \"%s\"\n", g.status(), g.pick("^/(.*)$", "^/old(/.*)?$", "^/(?!\\.well-known/)(.*)", "/a", "(?i)^/OLD", "^", "\\.php$"),
			g.pick("https://a.example/$1", "https://a.example$1", "/n/$1", "https://a.example/?p=$1", "https://a.example/&$0"))
	case 3, 4, 5, 6:
		return g.rewrite()
	case 7:
		inner, path := g.inner(), g.pick("/", "/old", "/a", "/.well-known", "/old/", "/*/b", "/?")
		if g.chance(10) && !strings.ContainsAny(path, "*?") {
			inner = "ProxyPass http://127.0.0.1:9/\n"
		}
		return fmt.Sprintf("<Location \"%s\">\n%s</Location>\n", path, withoutFiles(inner))
	case 8:
		return fmt.Sprintf("<LocationMatch \"%s\">\n%s</LocationMatch>\n", g.pick("^/old", "/\\.", "^/(?!a)", "^/$"), withoutFiles(g.inner()))
	case 9:
		return fmt.Sprintf("<If \"%s\">\n%s</If>\n%s", g.condition(), g.inner(), g.pick("", "", "<Else>\nHeader always set X-A else\n</Else>\n"))
	case 10:
		return fmt.Sprintf("<Directory \"%s\">\n%s</Directory>\n", g.pick("/srv/padlock/www", "/", "/srv/padlock/www/h0", "/srv/*/www", "/srv/padlock/www/h1/"), g.inner())
	case 11:
		return fmt.Sprintf("Header %s%s\n", g.pick("", "always ", "onsuccess "), g.header())
	case 12:
		return fmt.Sprintf("Alias \"%s\" /srv/padlock/www/acme%s\n", g.pick("/.well-known/acme-challenge/", "/a/", "/acme", "/old"), g.pick("", "/"))
	case 13:
		return g.pick("ProxyPass /old http://127.0.0.1:9/\n", "ProxyPass /a !\n", "ProxyPass / http://127.0.0.1:9/\n", "ProxyPassMatch ^/a(.*)$ http://127.0.0.1:9/$1\n")
	case 14:
		return g.pick("AllowEncodedSlashes NoDecode\n", "AllowEncodedSlashes On\n", "UseCanonicalName On\n", "UseCanonicalPhysicalPort On\n", "MergeSlashes Off\n",
			"ErrorDocument 403 https://a.example/denied\n", "ErrorDocument 404 /nope.html\n", "ErrorDocument 403 /a\n", "SetEnvIf Request_URI ^/old OLD=1\n", "SetEnv X 1\n",
			"FallbackResource /a\n", "DirectoryIndex a\n", "DirectorySlash Off\n", "AliasMatch ^/m(.*)$ /srv/padlock/www$1\n", "ScriptAlias /cgi/ /srv/padlock/www/acme/\n",
			"<FilesMatch \"^(a|index)\">\n"+g.inner()+"</FilesMatch>\n", "<Proxy \"http://127.0.0.1:9/\">\n"+g.pick("Require all denied\n", "Header always set X-B inner\n")+"</Proxy>\n",
			"RewriteMap lower int:tolower\nRewriteRule ^/(OLD.*)$ https://a.example/${lower:$1} [R]\n", "<LocationMatch \"^/(?<part>old|a)\">\nHeader set X-A \"%{MATCH_PART}e\"\n</LocationMatch>\n",
			"RedirectPermanent /a https://c.example/a\n", "RedirectTemp /old https://c.example/o\n", "StrictHostCheck On\n", "ErrorDocument 400 https://a.example/bad\n")
	}
	if !host {
		return "RewriteEngine On\nRewriteOptions " + g.pick("InheritDown", "InheritDownBefore", "Inherit") + "\n"
	}
	return g.pick("RewriteOptions Inherit\n", "RewriteOptions InheritBefore\n", "RewriteOptions IgnoreInherit\n", "")
}

func (g *apacheGrammar) header() string {
	name := g.pick("X-A", "X-A", "X-B", "Strict-Transport-Security")
	return g.pick("set "+name+" one", "append "+name+" two", "merge "+name+" one", "add "+name+" three", "unset "+name, "setifempty "+name+" four",
		"edit "+name+" ^o(.*) p$1", "set "+name+" \"max-age=1; x\"", "set "+name+" old env=OLD", "set "+name+" no env=!OLD", "set "+name+" \"%{OLD}e\"",
		"set "+name+" tls \"expr=%{HTTPS} == 'on'\"", "set "+name+" q \"expr=%{QUERY_STRING} =~ /a=1/\"", "set "+name+" on env=HTTPS")
}

func (g *apacheGrammar) inner() string {
	return g.pick("Require all denied\n", "Require all granted\n", "Header always set X-B inner\n", "Redirect 301 https://a.example/in\n",
		"Redirect https://%{HTTP_HOST}%{REQUEST_URI}\n", "Redirect 301 /old https://a.example/o\n", "Header set X-A in\n", "Header unset X-A\n",
		"<RequireAll>\nRequire not ip 10.0.0.1\nRequire all granted\n</RequireAll>\n", "Require method POST\n", "<RequireAny>\nRequire method GET\nRequire ip 10.1\n</RequireAny>\n",
		"Require ip 127.0.0.0/8\n", "Require expr %{REQUEST_URI} =~ m#^/a#\n", "<RequireAll>\n<RequireNone>\nRequire ip 192.0.2.1\n</RequireNone>\nRequire all granted\n</RequireAll>\n",
		"RewriteEngine On\nRewriteRule ^(.*)$ https://a.example/$1 [R=301,L]\n", "RewriteEngine On\nRewriteRule ^old$ - [F]\n", "RewriteEngine Off\n",
		"Order deny,allow\nDeny from all\n", "Order allow,deny\nAllow from all\nDeny from 10.0.0.0/8\n", "SSLRequireSSL\n", "ErrorDocument 403 https://a.example/no\n",
		"<Limit POST>\nRequire all denied\n</Limit>\n", "Require all denied\nErrorDocument 403 \"https://%{HTTP_HOST}/e\"\n", "RedirectMatch ^/(.*)$ https://a.example/m/$1\n",
		"<If \"%{QUERY_STRING} =~ /a=1/\">\nRequire all denied\n</If>\n", "Redirect 410\n", "AuthMerging And\nRequire all granted\n",
		"RewriteEngine On\nRewriteBase /b\nRewriteRule ^old(.*)$ new$1 [R,L]\n", "RewriteEngine On\nRewriteCond %{REQUEST_URI} ^/a\nRewriteRule ^ - [F]\n",
		"RewriteEngine On\nRewriteRule ^a$ /old [L]\n", "RewriteEngine On\nRewriteOptions Inherit\nRewriteRule ^x /a [R=307]\n", "RewriteEngine On\nRewriteRule ^(.*)$ /new/$1 [END]\n",
		"<Files \"a\">\nRequire all denied\n</Files>\n", "SetEnvIf X-Forwarded-Proto https FP=1\nHeader always set X-B fp env=FP\n", "UseCanonicalName On\nRedirect /old /canon\n",
		"AuthType Basic\nAuthName x\nAuthUserFile /none\nRequire valid-user\n", "AuthType Basic\nAuthName x\nAuthUserFile /none\n<RequireAny>\nRequire valid-user\nRequire ip 127.0.0.1\n</RequireAny>\n",
		"FallbackResource /a\n", "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule . /a [L]\n",
		"RewriteEngine On\nRewriteCond %{HTTPS} !=on\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\n", "Satisfy Any\nOrder deny,allow\nDeny from all\nAuthType Basic\nAuthName x\nAuthUserFile /none\nRequire valid-user\n",
		"RewriteEngine On\nRewriteRule ^(index)?$ /old/ [PT]\n", "Header always edit X-Host ^(.)$ h$1\n")
}

// withoutFiles leaves <Files> out, which <Location> may not hold.
func withoutFiles(inner string) string {
	if strings.HasPrefix(inner, "<Files") {
		return ""
	}
	return inner
}

func (g *apacheGrammar) condition() string {
	return g.pick("%{HTTPS} == 'off'", "%{HTTPS} != 'on'", "! %{HTTPS} == 'on'", "%{REQUEST_URI} =~ m#^/old#", "%{REQUEST_SCHEME} == 'http'", "%{SERVER_PORT} == '80'",
		"%{HTTP_HOST} == 'a.example' || %{REQUEST_URI} == '/a'", "%{QUERY_STRING} =~ /a=(.)/ && $1 -eq 1", "-n req('X-Forwarded-Proto')", "%{HTTP:X-Forwarded-Proto} != 'https'",
		"tolower(%{HTTP_HOST}) in { 'a.example', 'b.example' }", "%{REQUEST_METHOD} -strmatch 'G*'", "-R '127.0.0.0/8'", "%{REQUEST_URI} !~ m#^/(a|old)# && ! -z %{HTTP_HOST}",
		"%{SERVER_NAME} == 'b.example'", "true", "(%{HTTPS} == 'on')", "%{THE_REQUEST} =~ /x/", "reqenv('OLD') == '1'")
}

func (g *apacheGrammar) rewrite() string {
	var b strings.Builder
	for g.chance(45) {
		b.WriteString("RewriteCond " + g.pick(
			"%{HTTPS} off", "%{HTTPS} !=on", "%{HTTPS} !^on$", "%{HTTPS} =on", "%{REQUEST_URI} !^/\\.well-known/acme-challenge/", "%{REQUEST_URI} ^/old(.*)", "%{HTTP_HOST} ^(?:www\\.)?([a-z])\\.example$ [NC]",
			"%{HTTP_HOST} =A.EXAMPLE [NC]", "%{SERVER_PORT} 80", "%{SERVER_PORT} -eq443", "%{SERVER_PORT} !-gt443", "%{QUERY_STRING} a=([0-9])", "%{QUERY_STRING} ^$", "%{THE_REQUEST} \"^\\S+ (/[^?\\s]*)\" [NC]",
			"%{REQUEST_SCHEME} =http", "%{HTTP:X-Forwarded-Proto} !https", "%{REQUEST_METHOD} ^(GET|HEAD)$", "%{HTTP_HOST} ^a [OR]", "%{REQUEST_URI} =/a [OR]", "%{ENV:OLD} 1", "%{SERVER_NAME} >b.example", "%{SERVER_NAME} <=b.example",
			"expr \"%{REQUEST_URI} =~ /a/\"", "%{REQUEST_FILENAME} ^/a", "$1 ^o", "${lc:%{HTTP_HOST}} a", "%{HTTP_USER_AGENT} !x", "%{HTTP_X_FORWARDED_PROTO} =https", "%{ENV:V} ^v$",
			"%{REQUEST_FILENAME} !-f", "%{DOCUMENT_ROOT}%{REQUEST_URI} !-f", "%{REQUEST_FILENAME} -d", "%{LA-U:REQUEST_FILENAME} !-f", "%{IS_SUBREQ} =false", "%{REMOTE_ADDR} ^127", "%{SERVER_PROTOCOL} ^HTTP/1") + "\n")
	}
	b.WriteString("RewriteRule ")
	b.WriteString(g.pick("^", "^(.*)$", "^/?(.*)", "^/old(.*)$", ".*", "(.*)", "!^/a", "^/a/?$", "^index", "^/(o)ld/?", "/old", "^/(?!old)(.*)"))
	b.WriteString(" " + g.pick("https://a.example%{REQUEST_URI}", "https://%{HTTP_HOST}%{REQUEST_URI}", "https://%{SERVER_NAME}$1", "https://a.example/$1", "/a", "/new$1", "-", "https://%1.example/%{REQUEST_URI}",
		"http://a.example/a", "http://b.example:8080/a", "\"https://a.example%1\"", "/a?x=$1", "/a?", "https://a.example/?", "https://a.example/?q=%{QUERY_STRING}", "new", "https://a.example/x?y=1", "/$1", "//x", "https://a.example/\\$1%%", "/old/$1", "https://a.example/%{ENV:V}"))
	b.WriteString(g.pick("", " [R]", " [R=301,L]", " [R=301,L]", " [L]", " [R=308,L,NE]", " [R,QSA]", " [R=301,QSD]", " [F]", " [G]", " [R=404]", " [PT]", " [L,NC,R]", " [NE,R]", " [C]", " [S=1]", " [E=V:v]", " [END]", " [R,L,B]", " [P]", " [R=302,UnsafeAllow3F]", " [QSA,QSL,R]", " [R,BNP,B]", " [L,E=OLD:1]") + "\n")
	return b.String()
}

func (g *apacheGrammar) request() (Request, string) {
	r := Request{Port: 80, Name: g.pick("a.example", "b.example", "c.example", "www.a.example", "A.Example", "zz.test", "a.example.", "127.0.0.1")}
	switch g.r.Intn(4) {
	case 0:
		r.Port, r.TLS = 443, !g.chance(15)
	case 1:
		r.Port = 8080
	}
	r.Path = g.pick("/", "/", "/old", "/old/", "/a", "/a/b", "/.well-known/acme-challenge/t", "/x%20y", "/x%2Fy", "/a%3fb", "//old", "/old/../a", "/%41", "/new", "/old%0d%0aX:1", "/index.html", "/old;x=1", "/a&b", "/%7Eu", "/%e2%82%ac", "/a%", "/../x", "/old/./x", "/x+y", "/a:b", "/%25", "/q%22<>")
	if g.chance(30) {
		r.Query = g.pick("a=1", "a=1&b=2", "", "x=%20y", "b=/?c", "a=1&")
		r.HasQuery = true
	}
	if g.chance(10) {
		r.Method = g.pick("HEAD", "POST", "PUT")
	}
	if g.chance(20) {
		r.Header = map[string]string{"X-Forwarded-Proto": g.pick("https", "http")}
	}
	address := g.pick("127.0.0.1", "127.0.0.1", "127.0.0.2")
	r.Client = netip.MustParseAddr("127.0.0.1")
	return r, address
}
