package vhost

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"padlock/internal/apache"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// lowerFragment lowers a file of which nothing else is known.
func lowerFragment(text string) *Model {
	set := source.NewSet(source.SetConfig{Tree: fstest.MapFS{}})
	set.Add("/etc/apache2/sites-available/x.conf", []byte(text))
	return FromApache(apache.Load(set, "/etc/apache2/sites-available/x.conf", apache.LoadOptions{}), tlspolicy.Target{Server: tlspolicy.Apache})
}

func answerOf(m *Model, ask string, t *testing.T) Outcome {
	t.Helper()
	r, address := parseAsk(t, ask)
	l := apacheListenerAt(m, address, r.Port)
	if l == nil {
		t.Fatalf("%s: nobody listens", ask)
	}
	return m.Answer(l, r)
}

func TestApacheFragmentListensWhereItsHostsSay(t *testing.T) {
	m := lowerFragment("<IfModule mod_ssl.c>\n" + apacheSite("*:443", "a", tlsLines) + "</IfModule>\n" + apacheSite("*:80", "a", "Redirect permanent / https://a.example/\n"))
	if !m.Fragment || len(m.Listeners) != 2 {
		t.Fatalf("fragment %v, %d listeners", m.Fragment, len(m.Listeners))
	}
	o := answerOf(m, "http://a.example/x", t)
	if got := answerText(o); got != "301 https://a.example/x" {
		t.Error(got)
	}
	if len(o.By) != 1 || o.By[0].Span.IsZero() {
		t.Errorf("decided by %v", o.By)
	}
	tls := m.Hosts[0]
	if !slices.Equal(tls.Origin.Conditions, []string{"if mod_ssl is loaded"}) || !tls.TLS.Enabled.V || !tls.TLS.Implicit {
		t.Errorf("%+v, %+v", tls.Origin.Conditions, tls.TLS.Enabled)
	}
}

func TestApacheUndecidedConditions(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"a module is taken to be loaded", "<IfModule mod_alias.c>\nRedirect 301 / https://a.example/\n</IfModule>\n", "301 https://a.example/p"},
		{"and not to be absent", "<IfModule !mod_alias.c>\nRedirect 301 / https://a.example/\n</IfModule>\n", "a"},
		{"a define may be there", "<IfDefine SECURE>\nRedirect 301 / https://a.example/\n</IfDefine>\n", "cannot tell: it depends on a condition that is not decided"},
		{"both branches alike", "<IfDefine SECURE>\nRedirect 301 / https://a.example/\n</IfDefine>\n<IfDefine !SECURE>\nRedirectMatch 301 ^/(.*)$ https://a.example/$1\n</IfDefine>\n", "301 https://a.example/p"},
		{"what does not matter is no reason", "<IfDefine SECURE>\nServerAdmin a@a.example\n</IfDefine>\nRedirect 301 / https://a.example/\n", "301 https://a.example/p"},
		{"files are not looked at", "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]\n", "cannot tell: it depends on which files exist"},
		{"unless another condition decides", "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f [OR]\nRewriteCond %{HTTPS} off\nRewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]\n", "301 https://a.example/p"},
		{"maps in files are not read", "RewriteEngine On\nRewriteMap m txt:/etc/map\nRewriteRule ^/(.*)$ ${m:$1} [R]\n", "cannot tell: it depends on the map m"},
		{"rules that go round for ever end", "RewriteEngine On\nRewriteRule ^(.*)$ $1x [N]\n", "cannot tell: the rules go round too often"},
		{"rules of a directory that lead to each other end", "<Directory /srv/padlock/www/h0>\nRewriteEngine On\nRewriteRule ^(.*)$ /x$1 [L]\n</Directory>\n", "500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := lowerFragment("<Location /private>\nRequire all denied\n</Location>\n" + apacheSite("*:80", "a", c.body))
			if got := answerText(answerOf(m, "http://a.example/p", t)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What mod_dir asks the server for an index file is another request: with GET,
// and with the port of ServerName. (Asked of httpd 2.4.68 to 2.4.71.)
func TestApacheAsksItselfForTheIndex(t *testing.T) {
	for _, c := range []struct{ name, condition, method, path, want string }{
		{"the port", "%{SERVER_PORT} == '80'", "GET", "/", "cannot tell: it depends on whether index.html exists"},
		{"no directory", "%{SERVER_PORT} == '80'", "GET", "/p", "a"},
		{"the method", "%{REQUEST_METHOD} == 'GET'", "POST", "/", "cannot tell: it depends on whether index.html exists"},
		{"the same method", "%{REQUEST_METHOD} == 'POST'", "GET", "/", "a"},
		{"a request of the server's", "%{IS_SUBREQ} == 'true'", "GET", "/", "cannot tell: it depends on whether index.html exists"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := lowerFragment(apacheSite("*:8080", "a", "<If \""+c.condition+"\">\nRequire all denied\n</If>\n"))
			r, address := parseAsk(t, "http://a.example:8080"+c.path)
			r.Method = c.method
			if got := answerText(m.Answer(apacheListenerAt(m, address, r.Port), r)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestApacheTLSSettings(t *testing.T) {
	two := func(main, a, b string) string {
		return apachePrelude + "Listen 443\n" + main + apacheSite("*:443", "a", "SSLEngine on\n"+tlsLines+a) + apacheSite("*:443", "b", "SSLEngine on\n"+tlsLines+b)
	}
	for _, c := range []struct{ name, config, version, a, b string }{
		{"the last name without sign discards others", two("", "SSLProtocol TLSv1.2 TLSv1.3\n", "SSLProtocol +TLSv1.2 TLSv1.3\n"), "2.4.68", "TLSv1.3", "TLSv1.3"},
		{"signs add up", two("", "SSLProtocol -all +TLSv1.2 +TLSv1.3\n", "SSLProtocol all -TLSv1 -TLSv1.1 -TLSv1.3 -SSLv3\n"), "2.4.68", "TLSv1.2 TLSv1.3", "TLSv1.2"},
		{"the main server's is inherited", two("SSLProtocol TLSv1.3\n", "", "SSLProtocol TLSv1.2\n"), "2.4.68", "TLSv1.3", "TLSv1.2"},
		{"it is replaced, not changed", two("SSLProtocol all\n", "SSLProtocol -TLSv1.1\n", ""), "2.4.68", "", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
		{"a later host takes the first one's", two("", "SSLProtocol TLSv1.3\n", ""), "2.4.68", "TLSv1.3", "TLSv1.3"},
		{"unless the main server has one", two("SSLProtocol -all +TLSv1.2\n", "SSLProtocol TLSv1.3\n", ""), "2.4.68", "TLSv1.3", "TLSv1.2"},
		{"before 2.4.42 the first one's holds for all", two("", "SSLProtocol TLSv1.3\n", "SSLProtocol TLSv1.2\n"), "2.4.41", "TLSv1.3", "TLSv1.3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := lowerApacheText(t, c.config, c.version)
			for i, want := range []string{c.a, c.b} {
				if got := protocolNames(m.Hosts[i].TLS.ProtocolsInEffect.V); got != want {
					t.Errorf("host %d: %q, want %q", i, got, want)
				}
			}
		})
	}
}

func protocolNames(list []tlspolicy.Protocol) string {
	var names []string
	for _, p := range list {
		names = append(names, strings.TrimSuffix(p.String(), ".0"))
	}
	return strings.Join(names, " ")
}

func TestApacheTLSInheritance(t *testing.T) {
	m := lowerApacheText(t, apachePrelude+`Listen 443
SSLCertificateFile /etc/ssl/ec.pem
SSLCertificateKeyFile /etc/ssl/ec.key
SSLCipherSuite HIGH
SSLVerifyClient none
MDomain managed.example auto
<VirtualHost *:443>
ServerName own.example
SSLCertificateFile /etc/ssl/rsa.pem
SSLCertificateKeyFile /etc/ssl/rsa.key
SSLCipherSuite TLSv1.3 TLS_AES_128_GCM_SHA256
SSLOpenSSLConfCmd Curves X25519:secp256r1
SSLSessionTickets off
SSLHonorCipherOrder on
SSLVerifyClient optional_no_ca
SSLVerifyDepth 3
<Location /admin>
SSLVerifyClient require
</Location>
</VirtualHost>
<VirtualHost *:443>
ServerName managed.example
SSLEngine on
</VirtualHost>
`, "2.4.68")
	own, managed := m.Hosts[0].TLS, m.Hosts[1].TLS
	if len(own.Certificates) != 1 || own.Certificates[0].Certificate.V != "/etc/ssl/rsa.pem" || own.Certificates[0].Key.V != "/etc/ssl/rsa.key" || own.Certificates[0].Inherited {
		t.Errorf("certificates %+v", own.Certificates)
	}
	if !managed.Managed || len(managed.Certificates) != 1 || !managed.Certificates[0].Inherited {
		t.Errorf("managed %v, certificates %+v", managed.Managed, managed.Certificates)
	}
	if own.Ciphers.V != "HIGH" || own.CipherSuites.V != "TLS_AES_128_GCM_SHA256" || own.Groups.V != "X25519:secp256r1" {
		t.Errorf("ciphers %q, suites %q, groups %q", own.Ciphers.V, own.CipherSuites.V, own.Groups.V)
	}
	if own.Tickets.V || !managed.Tickets.V || !own.PreferServer.V || own.ClientAuth.V != "optional_no_ca" || own.ClientDepth.V != 3 || managed.ClientAuth.V != "off" {
		t.Errorf("%+v", own)
	}
	if len(own.ClientAuthRoutes) != 1 || own.ClientAuthRoutes[0].V != "require" {
		t.Errorf("routes %+v", own.ClientAuthRoutes)
	}
}

func TestApacheHeaderTables(t *testing.T) {
	for _, c := range []struct{ name, body, ask, want string }{
		{"both tables are sent", "Header set X-A 1\nHeader always set X-A 2\n", "http://a.example/", "X-A: 2 always, X-A: 1"},
		{"unset is for one table", "Header set X-A 1\nHeader always set X-A 3\nHeader unset X-A\n", "http://a.example/", "X-A: 3 always"},
		{"a redirect has one table", "Header set X-A 1\nHeader always set X-B 2\nRedirect /old https://b.example/\n", "http://a.example/old", "X-B: 2 always"},
		{"sections come later", "<Location /x>\nHeader set X-A loc\n</Location>\nHeader set X-A host\n", "http://a.example/x", "X-A: loc"},
		{"append and merge", "Header set X-A 1\nHeader append X-A 2\nHeader merge X-A 1\n", "http://a.example/", "X-A: 1, 2"},
		{"edit", "Header set X-A one\nHeader edit X-A ^o p\n", "http://a.example/", "X-A: pne"},
		{"a condition", "SetEnvIf Request_URI ^/x X\nHeader set X-A 1 env=X\nHeader set X-B 1 env=!X\n", "http://a.example/x", "X-A: 1"},
		{"an expression", "Header set X-A 1 \"expr=%{REQUEST_URI} == '/'\"\n", "http://a.example/x", ""},
		{"what is not known", "Header set X-A 1 \"expr=-f %{REQUEST_FILENAME}\"\n", "http://a.example/x", "?"},
		{"a value with variables", "Header set X-A \"%{X}e 50%%\"\nSetEnv X v\n", "http://a.example/", "X-A: v 50%"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := lowerApacheText(t, apachePrelude+"Listen 80\n<VirtualHost *:80>\nServerName a.example\n"+c.body+"</VirtualHost>\n", "2.4.68")
			o := answerOf(m, c.ask, t)
			var got []string
			for _, h := range o.Headers {
				line := h.Name + ": " + h.Value
				if h.Always {
					line += " always"
				}
				got = append(got, line)
			}
			text := strings.Join(got, ", ")
			if o.HeadersUnknown {
				text = "?"
			}
			if text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

func TestApacheUnreachableHost(t *testing.T) {
	m := lowerApacheText(t, apachePrelude+"Listen 80\n"+apacheSite("*:443", "a", ""), "2.4.68")
	if len(m.Hosts[0].Listeners) != 0 || !m.Hosts[1].Main || len(m.Listeners) != 1 {
		t.Errorf("%d listeners of the host, main %v", len(m.Hosts[0].Listeners), m.Hosts[1].Main)
	}
}

// manyApacheHosts is a configuration of n sites with a redirect each.
func manyApacheHosts(n int) string {
	var b strings.Builder
	b.WriteString(apachePrelude + "Listen 80\nListen 443\nRedirect /global https://g.example/\n")
	for i := range n {
		fmt.Fprintf(&b, "<VirtualHost *:80>\nServerName s%[1]d.example\nServerAlias www.s%[1]d.example\nRewriteEngine On\nRewriteCond %%{REQUEST_URI} !^/\\.well-known/\nRewriteRule ^ https://s%[1]d.example%%{REQUEST_URI} [R=301,L]\n</VirtualHost>\n", i)
		fmt.Fprintf(&b, "<VirtualHost *:443>\nServerName s%[1]d.example\nSSLEngine on\nSSLCertificateFile /etc/ssl/%[1]d.pem\nSSLProtocol -all +TLSv1.2 +TLSv1.3\nHeader always set Strict-Transport-Security max-age=63072000\nDocumentRoot /srv/%[1]d\n</VirtualHost>\n", i)
	}
	return b.String()
}

// processTime is what the process has used of the processors, which other
// programs do not change.
func processTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func BenchmarkApacheHosts(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			set := source.NewSet(source.SetConfig{Tree: fstest.MapFS{}})
			set.Add("/etc/apache2/apache2.conf", []byte(manyApacheHosts(n)))
			cfg := apache.Load(set, "/etc/apache2/apache2.conf", apache.LoadOptions{})
			var lowering, answering time.Duration
			for b.Loop() {
				start := processTime(b)
				m := FromApache(cfg, tlspolicy.Target{Server: tlspolicy.Apache})
				lowering += processTime(b) - start
				start = processTime(b)
				for i := range n {
					name := fmt.Sprintf("s%d.example", i)
					for _, l := range m.Listeners {
						if o := m.Answer(l, Request{TLS: l.TLS.V, Name: name, Path: "/p"}); o.Kind == CannotTell {
							b.Fatal(o.Reason)
						}
					}
				}
				answering += processTime(b) - start
			}
			b.ReportMetric(float64(lowering.Nanoseconds())/float64(b.N*n), "lower-ns/host")
			b.ReportMetric(float64(answering.Nanoseconds())/float64(b.N*n), "answer-ns/host")
		})
	}
}
