package check_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/apache"
	"padlock/internal/apache/check"
	"padlock/internal/servertest"
	"padlock/internal/source"
)

// cases are texts at server level, with what is wrong as "LINE rule"; none for
// what httpd accepts.
var cases = []struct {
	name, text, want string
}{
	{"an empty RequireAll", "<Directory /x>\n<RequireAll>\n</RequireAll>\n</Directory>", "2 directive-missing"},
	{"a Require inside Limit counts", "<Directory /x>\n<RequireAll>\n<Limit GET>\nRequire all granted\n</Limit>\n</RequireAll>\n</Directory>", ""},
	{"only exclusions", "<Directory /x>\n<RequireAll>\nRequire not ip 192.0.2.1\n</RequireAll>\n</Directory>", "2 directive-missing"},
	{"RequireNone is an exclusion", "<Directory /x>\n<RequireAll>\n<RequireNone>\nRequire ip 192.0.2.1\n</RequireNone>\n</RequireAll>\n</Directory>", "2 directive-missing"},
	{"a RequireAll within another is part of it", "<Directory /x>\n<RequireAll>\n<RequireAll>\nRequire not ip 192.0.2.1\n</RequireAll>\nRequire all granted\n</RequireAll>\n</Directory>", ""},
	{"within RequireAny it is not", "<Directory /x>\n<RequireAny>\n<RequireAll>\nRequire not ip 192.0.2.1\n</RequireAll>\nRequire all granted\n</RequireAny>\n</Directory>", "3 directive-missing"},
	{"RequireNone alone", "<Directory /x>\n<RequireNone>\nRequire ip 192.0.2.1\n</RequireNone>\n</Directory>", "2 directive-context"},
	{"RequireNone inside RequireAny", "<Directory /x>\n<RequireAny>\n<RequireNone>\nRequire ip 192.0.2.1\n</RequireNone>\nRequire all granted\n</RequireAny>\n</Directory>", "3 directive-context"},
	{"Else without If", "<Else>\n</Else>", "1 directive-context"},
	{"Else in another section than If", "<If \"true\">\n</If>\n<Directory /x>\n<Else>\n</Else>\n</Directory>", "4 directive-context"},
	{"Else after another section", "<If \"true\">\n</If>\n<Files a>\n</Files>\n<Else>\n</Else>", ""},
	{"ElseIf after Else", "<If \"true\">\n</If>\n<Else>\n</Else>\n<ElseIf \"true\">\n</ElseIf>", "5 directive-context"},
	{"the same port twice", "Listen 8001\nListen 8001 https", "2 listen-conflict"},
	{"a port by another spelling", "Listen *:8001\nListen 08001", "2 listen-conflict"},
	{"a port on all addresses and on one", "Listen 8001\nListen 127.0.0.1:8001", ""},
	{"an unknown provider", "<Directory /x>\nRequire nobody-knows\n</Directory>", "2 reference-undefined"},
	{"a provider defined before", "<AuthzProviderAlias ip office 192.0.2.0/24>\n</AuthzProviderAlias>\n<Directory /x>\nRequire office\n</Directory>", ""},
	{"a provider defined behind", "<Directory /x>\nRequire office\n</Directory>\n<AuthzProviderAlias ip office 192.0.2.0/24>\n</AuthzProviderAlias>", "2 reference-undefined"},
	{"a provider whose module is not loaded", "<Directory /x>\nRequire ldap-user a\n</Directory>", "2 module-missing"},
	{"a log level of a module that is not loaded", "LogLevel warn ssl:info", "1 module-missing"},
	{"a log level of no module", "LogLevel warn slt:info", "1 reference-undefined"},
	{"log levels of modules", "LogLevel warn core:info mod_authz_core.c:debug authz_core_module:trace1", ""},
	{"an unknown filter", "AddOutputFilterByType NOPE text/html", "1 reference-undefined"},
	{"a filter of a loaded module, in small letters", "AddOutputFilterByType deflate text/html", ""},
	{"an unknown mutex", "Mutex pthread nope", "1 reference-undefined"},
	{"ProxySet for a worker that nothing makes", "ProxySet http://x.example/ retry=5", "1 reference-undefined"},
	{"ProxySet before the worker is made", "ProxySet http://x.example/ retry=5\nProxyPass /x http://x.example/", "1 reference-undefined"},
	{"ProxySet behind ProxyPass", "ProxyPass /x http://x.example/\nProxySet http://x.example/ retry=5", ""},
	{"ProxySet for another path of a host", "ProxyPass /x http://x.example/a\nProxySet http://x.example/b retry=5", "2 reference-undefined"},
	{"ProxySet for a path that the worker's begins", "ProxyPass /x http://x.example/a\nProxySet http://x.example/ab retry=5", ""},
	{"ProxySet for a path that begins the worker's", "ProxyPass /x http://x.example/ab\nProxySet http://x.example/a retry=5", "2 reference-undefined"},
	{"ProxySet below a worker without a path", "ProxyPass /x http://x.example\nProxySet http://x.example/b retry=5", ""},
	{"ProxySet without the slash of its worker", "ProxyPass /x http://x.example/\nProxySet http://x.example retry=5", "2 reference-undefined"},
	{"ProxySet for a path in other letters", "ProxyPass /x http://x.example/a\nProxySet http://X.example/A retry=5", "2 reference-undefined"},
	{"ProxySet in Proxy", "<Proxy http://x.example/>\nProxySet retry=5\n</Proxy>", ""},
	{"ProxySet for a worker of another virtual host", "ProxyPass /x http://x.example/\n<VirtualHost *:80>\nProxySet http://x.example/ retry=5\n</VirtualHost>", "3 reference-undefined"},
	{"ProxySet for a balancer of the server", "<Proxy balancer://a>\nBalancerMember http://1.2.3.4\n</Proxy>\n<VirtualHost *:80>\nProxySet balancer://a retry=5\n</VirtualHost>", "5 reference-undefined"},
	{"ProxySet for a balancer that ProxyPass makes", "ProxyPass /x balancer://a\nProxySet balancer://a nofailover=on", ""},
	{"ProxySet for a worker that a section makes", "<Location /x>\nProxyPass http://x.example/\nProxySet http://x.example/ retry=5\n</Location>", ""},
	{"ProxySet in a section that names no worker", "<Proxy *>\nProxySet retry=5\n</Proxy>", "2 directive-value"},
	{"BalancerMember in a section that names no balancer", "<Proxy balancer:/a>\nBalancerMember http://1.2.3.4\n</Proxy>", "2 directive-value"},
	{"BalancerMember of a name without slashes", "BalancerMember retry=5 balancer:a http://1.2.3.4", "1 directive-value"},
	{"BalancerMember of a balancer with a scheme of its own", "<Proxy http://a>\nBalancerMember http://1.2.3.4\n</Proxy>", ""},
	{"directories of a cache that are too many", "CacheDirLevels 10\nCacheDirLength 3", "2 directive-value"},
	{"directories of a cache, set in two places", "CacheDirLevels 10\n<VirtualHost *:80>\nCacheDirLength 3\n</VirtualHost>", ""},
	{"CacheEnable of a pattern's path", "<Location ~ ^/b>\nCacheEnable disk /b\n</Location>", "2 directive-value"},
	{"CacheEnable of another path than its section's", "<Location /b>\nCacheEnable disk /a\n</Location>", "2 directive-value"},
	{"CacheEnable of a URL in a section", "<Location /b>\nCacheEnable disk http://x.example/b\n</Location>", "2 directive-value"},
	{"CacheEnable in LocationMatch", "<LocationMatch ^/b>\nCacheEnable disk /b\n</LocationMatch>", "2 directive-value"},
	{"CacheEnable below its section's path", "<Location /b>\nCacheEnable disk /b/c\n</Location>", ""},
	{"CacheEnable compares letters", "<Location /b>\nCacheEnable disk /bc\n</Location>", ""},
	{"CacheEnable without a path", "<Location /b>\nCacheEnable disk\n</Location>", ""},
	{"CacheEnable outside of sections", "CacheEnable disk /a", ""},
	{"a provider alias twice", "<AuthnProviderAlias file a>\n</AuthnProviderAlias>\n<AuthnProviderAlias file a>\n</AuthnProviderAlias>", "3 directive-duplicate"},
}

const modules = `mpm_event authn_core authn_file authz_core authz_host filter deflate proxy proxy_http cache cache_disk`

func mainFile() string {
	var b strings.Builder
	for m := range strings.FieldsSeq(modules) {
		fmt.Fprintf(&b, "LoadModule %s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", m)
	}
	b.WriteString("ServerName localhost\nDefaultRuntimeDir /srv/padlock/run\nPidFile /srv/padlock/run/pid\nErrorLog /dev/null\nInclude sites/a.conf\n")
	return b.String()
}

func problems(text string) string {
	tree := fstest.MapFS{"srv/padlock/apache2.conf": {Data: []byte(mainFile())}, "srv/padlock/sites/a.conf": {Data: []byte(text + "\n")}}
	config := apache.Load(source.NewSet(source.SetConfig{Tree: tree}), "/srv/padlock/apache2.conf", apache.LoadOptions{})
	var out []string
	for _, p := range check.Of(config, true).All() {
		d := p.Diagnostic()
		out = append(out, fmt.Sprintf("%d %s", d.Subject.StartPosition().Line, d.Rule))
	}
	return strings.Join(out, ", ")
}

func TestProblems(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := problems(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What is an error here is one for the server, and what is not is none: each
// case is put to one of the servers.
func TestServersAgree(t *testing.T) {
	servers := servertest.ApacheServers(t)
	for number, server := range servers {
		t.Run(server.Name(), func(t *testing.T) {
			session := server.Session(t)
			for i, c := range cases {
				if i%len(servers) != number {
					continue
				}
				files := servertest.Files{"apache2.conf": mainFile(), "sites/a.conf": c.text + "\n"}
				v := session.Test(servertest.Config{Files: files, Main: "apache2.conf"})
				if v.Accepted != (c.want == "") {
					t.Errorf("%s: want %q, the server says %s", c.name, c.want, v.Output)
				}
			}
		})
	}
}

func TestAnIncompleteConfigurationHasNoUndefinedNames(t *testing.T) {
	tree := fstest.MapFS{"a.conf": {Data: []byte("<Directory /x>\nRequire office\n</Directory>\n")}}
	config := apache.Load(source.NewSet(source.SetConfig{Tree: tree}), "/a.conf", apache.LoadOptions{})
	if found := check.Of(config, false).All(); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}
