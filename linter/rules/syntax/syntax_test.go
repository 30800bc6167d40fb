package syntax_test

import (
	"strings"
	"testing"

	"padlock/linter/rules/syntax"
	"padlock/linter/ruletest"
)

// main is a complete configuration of nginx around what is given.
func main(http string) string { return "events {}\nhttp {\n" + http + "}\n" }

func TestDirectiveUnknown(t *testing.T) {
	ruletest.Run(t, syntax.DirectiveUnknown, []ruletest.Case{
		{Name: "misspelt", Nginx: "server {\n lisen 80;\n}\n", Want: []string{`2: unknown directive "lisen"`}},
		{Name: "the lines of data blocks are no directives", Nginx: "map $host $x {\n lisen 80;\n}\ntypes {\n text/x y;\n}\n"},
		{Name: "a third party's module that is known", Nginx: "server {\n more_set_headers x;\n}\n"},
		{Name: "a section", Apache: "<Locaton />\n</Locaton>\n", Want: []string{`1: "<Locaton>"`}},
		{Name: "any case", Apache: "serversignature off\n"},
		{Name: "nothing like it is known, so a module may bring it", Apache: "FrobnicateAll On\nServerSignature Off\n", Want: []string{"1: FrobnicateAll [info]"}},
		{Name: "no name at all", Apache: "1) Choose a name\nServerSignature Off\n", Want: []string{`1: unknown directive "1)" [warning]`}},
		{Name: "within a condition on a module that is not known", Apache: "ServerSignature Off\n<IfModule mod_ruby.c>\nRubyRequire apache/ruby-run\n</IfModule>\n"},
		{Name: "gone from the server: another rule says so", Apache: "LockFile /x\n"},
	})
}

func TestDirectiveContext(t *testing.T) {
	ruletest.Run(t, syntax.DirectiveContext, []ruletest.Case{
		{Name: "a block too deep", Nginx: main("server {\n location / {\n  listen 80;\n }\n}\n"), Want: []string{`5: "listen" is not allowed in location`}},
		{Name: "a snippet that fits in one place", Nginx: "add_header X y;\nproxy_pass http://x;\n"},
		{Name: "a snippet of an upstream", Nginx: "server 10.0.0.1;\nkeepalive 4;\n"},
		{Name: "Apache, in a section", Apache: "<Directory />\nListen 80\n</Directory>\n", Want: []string{"2: Listen is not allowed here"}},
		{Name: "Apache, a part for the inside of a virtual host", Apache: "ServerAlias a.example\nDocumentRoot /srv\n"},
		{Name: ".htaccess", Apache: "DocumentRoot /srv\n", File: "/srv/.htaccess", Want: []string{"1: it cannot be used in .htaccess files"}},
	})
}

func TestDirectiveArguments(t *testing.T) {
	ruletest.Run(t, syntax.DirectiveArguments, []ruletest.Case{
		{Name: "Apache, ProxySet in a section that is no worker", Apache: "<Location /a>\nProxySet retry=5\n</Location>\n", Want: []string{"2: must start with the URL"}},
		{Name: "Apache, ProxySet in a worker's section", Apache: "<Proxy http://127.0.0.1:8080/>\nProxySet retry=5\n</Proxy>\n"},
		{Name: "Apache, ProxyMatch with parameters", Apache: "<ProxyMatch ^http://a/ retry=5>\n</ProxyMatch>\n", Want: []string{"1: takes one regular expression"}},
	})
}

func TestDirectiveValue(t *testing.T) {
	ruletest.Run(t, syntax.DirectiveValue, []ruletest.Case{
		{Name: "a flag", Nginx: "server {\n autoindex yes;\n}\n", Want: []string{"2: autoindex"}},
		{Name: "a line of geo", Nginx: "geo $x {\n 10.0.0.0/33 1;\n}\n", Want: []string{"2: 10.0.0.0/33"}},
		{Name: "a share of nothing", Nginx: "split_clients $host $x {\n 5% a;\n * ;\n}\n", Want: []string{"3: invalid number of parameters [warning]"}},
		{Name: "ranges in geo", Nginx: "geo $x {\n ranges;\n 10.0.0.0-10.0.0.9 1;\n}\n"},
		{Name: "Apache", Apache: "<Directory />\nOptions Indexs\n</Directory>\n", Want: []string{"2: Indexs"}},
		{Name: "an address that the resolver refuses is dropped", Apache: "<VirtualHost [00000:000::2]:80>\n</VirtualHost>\n", Want: []string{"1: the server drops it [warning]"}},
		{Name: "Apache, a cache of another place than its section's", Apache: "<Location /b>\nCacheEnable disk /a\n</Location>\n", Want: []string{"2: does not lie below it"}},
		{Name: "Apache, letters behind the unit of a time", Apache: "KeepAliveTimeout 5ss\nKeepAliveTimeout 5x\n", Want: []string{"2: 5x"}},
		{Name: "Apache, what follows the port of a target", Apache: "ProxyPass /x fcgi://127.0.0.1:9000?/srv\nProxyPass /y fcgi://127.0.0.1:9000x/srv\n", Want: []string{"2: no port"}},
		{Name: "Apache, windows of mod_md", Apache: "MDRenewWindow 1D4\nMDWarnWindow 10%%\nMDWarnWindow 100%\n", Want: []string{"3: below 100"}},
		{Name: "no address at all", Apache: "<VirtualHost [1:::2]:80>\n</VirtualHost>\n", Want: []string{"1: invalid address"}},
	})
}

func TestDirectiveDuplicate(t *testing.T) {
	ruletest.Run(t, syntax.DirectiveDuplicate, []ruletest.Case{
		{Name: "in one block", Nginx: main("server {\n root /a;\n root /b;\n}\n"), Want: []string{`5: "root" is duplicate`}},
		{Name: "at the top", Nginx: "worker_processes 1;\nworker_processes 2;\nevents {}\n", Want: []string{"2: duplicate"}},
		{Name: "in a fragment", Nginx: "root /a;\nserver_tokens off;\nroot /b;\n", Want: []string{"3: duplicate"}},
		{Name: "in two blocks", Nginx: main("root /a;\nserver {\n root /b;\n}\n")},
		{Name: "what may be repeated", Nginx: "add_header A b;\nadd_header C d;\nserver_name a;\nserver_name b;\n"},
		{Name: "by an include", Nginx: "server {\n root /a;\n include more;\n}\n", Files: map[string]string{"/etc/nginx/more": "root /b;\n"},
			Want: []string{"/etc/nginx/more:1: duplicate"}},
		{Name: "a zone twice in one directive", Nginx: "proxy_cache_path /a keys_zone=a:1m keys_zone=a:1m;\n"},
		{Name: "an upstream", Nginx: "upstream a {\n server x;\n}\nupstream a {\n server y;\n}\n", Want: []string{`4: the upstream "a" is defined twice`}},
		{Name: "log formats of http and stream are not the same", Nginx: "events {}\nhttp { log_format a x; }\nstream { log_format a x; }\n"},
		{Name: "Apache takes the last one", Apache: "<VirtualHost *:80>\nDocumentRoot /a\nDocumentRoot /b\n</VirtualHost>\n", Want: []string{"3: given twice [warning]"}},
		{Name: "Apache, under contradicting conditions", Apache: "<VirtualHost *:80>\n<IfModule mod_a.c>\nSSLEngine on\n</IfModule>\n<IfModule !mod_a.c>\nSSLEngine off\n</IfModule>\n</VirtualHost>\n"},
	})
}

func TestDirectiveDeprecated(t *testing.T) {
	ruletest.Run(t, syntax.DirectiveDeprecated, []ruletest.Case{
		{Name: "removed from this version", Nginx: "server {\n http3_push on;\n}\n", Version: "1.26.3", Want: []string{`2: "http3_push" was removed in nginx 1.25.1 [error]`}},
		{Name: "still there", Nginx: "server {\n http3_push on;\n}\n", Version: "1.25.0"},
		{Name: "the version is not known", Nginx: "server {\n http3_push on;\n}\n", Want: []string{`2: "http3_push"`}},
		{Name: "ssl and listen http2 have rules of their own", Nginx: "server {\n listen 443 ssl http2;\n ssl on;\n}\n", Version: "1.26.3"},
		{Name: "not there yet", Nginx: "server {\n http2 on;\n}\n", Version: "1.24.0", Want: []string{`2: "http2" needs nginx 1.25.1 [error]`}},
		{Name: "Apache, once for Order, Allow and Deny", Apache: "<Directory />\nOrder allow,deny\nAllow from all\n</Directory>\n", Want: []string{"2: Order is deprecated"}},
		{Name: "Apache, gone", Apache: "LockFile /x\n", Want: []string{"1: LockFile was removed [error]"}},
		{Name: "Apache, in what only Apache 2.2 reads", Apache: "<Directory />\n<IfModule mod_authz_core.c>\nRequire all denied\n</IfModule>\n<IfModule !mod_authz_core.c>\nOrder allow,deny\nAllow from all\n</IfModule>\n</Directory>\n"},
		{Name: "Apache, in what an old Apache reads", Apache: "<Directory />\n<IfVersion < 2.4>\nOrder allow,deny\n</IfVersion>\n</Directory>\n"},
	})
}

func TestIncludeMissing(t *testing.T) {
	ruletest.Run(t, syntax.IncludeMissing, []ruletest.Case{
		{Name: "a file", Nginx: main("include a.conf;\n"), Want: []string{"3: /etc/nginx/a.conf does not exist"}},
		{Name: "a file that every nginx has", Nginx: main("include mime.types;\n"), Want: []string{"3: mime.types [info]"}},
		{Name: "a file that nginx should have", Nginx: main("include mime.types;\n"), Installed: true, Want: []string{"3: mime.types"}},
		{Name: "a pattern may match nothing", Nginx: main("include a/*.conf;\n")},
		{Name: "where a fragment starts relative names is a guess", Nginx: "server {\n include a.conf;\n}\n", Want: []string{"2: does not exist [info]"}},
		{Name: "a fragment beside the main file", Nginx: "server {\n include a.conf;\n}\n", Files: map[string]string{"/etc/nginx/nginx.conf": "events {}\n"},
			Want: []string{"2: does not exist [warning]"}},
		{Name: "an absolute name", Nginx: "server {\n include /etc/a.conf;\n}\n", Want: []string{"2: does not exist [warning]"}},
		{Name: "Apache", Apache: "Include a.conf\n", File: "apache2.conf", Want: []string{"1: a.conf"}},
		{Name: "Apache, a fragment", Apache: "Include a.conf\nServerSignature Off\n", Want: []string{"1: a.conf [info]"}},
		{Name: "Apache, optional", Apache: "IncludeOptional a*.conf\n", File: "apache2.conf"},
	})
}

func TestVariableUnknown(t *testing.T) {
	ruletest.Run(t, syntax.VariableUnknown, []ruletest.Case{
		{Name: "nothing defines it", Nginx: main("server {\n add_header X $nosuch;\n}\n"), Want: []string{`4: "$nosuch"`}},
		{Name: "set anywhere defines it", Nginx: main("server {\n add_header X $b;\n location /a {\n  set $b c;\n }\n}\n")},
		{Name: "map, and names in any case", Nginx: main("map $host $Mine {\n default x;\n}\nserver {\n return 301 https://$mine$request_uri;\n}\n")},
		{Name: "a named group", Nginx: main("server {\n server_name ~^(?<sub>.+)\\.example\\.com$;\n root /srv/$sub;\n}\n")},
		{Name: "captures, and a lone $", Nginx: main("server {\n rewrite ^/(a)$ /b/$1 last;\n location ~ \\.php$ { }\n}\n")},
		{Name: "prefixes", Nginx: main("server {\n set $x $arg_q$http_x_y$cookie_z;\n}\n")},
		{Name: "a fragment cannot know", Nginx: "server {\n add_header X $nosuch;\n}\n"},
		{Name: "a module that is not known may define it", Nginx: "load_module x/ours.so;\n" + main("server {\n add_header X $ours;\n}\n")},
		{Name: "Apache, variables of mod_rewrite", Apache: "RewriteCond %{SERVER_ADDR} =192.0.2.1\nRewriteCond %{NO_SUCH} =x\nRewriteRule ^ - [F]\n", Want: []string{"2: NO_SUCH [warning]"}},
		{Name: "Apache", Apache: "ServerName ${NOSUCH}\n", File: "apache2.conf", Want: []string{"1: NOSUCH [info]"}},
		{Name: "Apache, defined", Apache: "Define A b\nServerName ${A}\n", File: "apache2.conf"},
		{Name: "Apache, a fragment", Apache: "ServerName ${NOSUCH}\n"},
	})
}

func TestReferenceUndefined(t *testing.T) {
	ruletest.Run(t, syntax.ReferenceUndefined, []ruletest.Case{
		{Name: "a zone", Nginx: main("limit_req zone=a;\n"), Want: []string{`3: zone "a"`}},
		{Name: "a zone defined later", Nginx: main("limit_req zone=a;\nlimit_req_zone $host zone=a:1m rate=1r/s;\n")},
		{Name: "a fragment cannot know", Nginx: "server {\n limit_req zone=a;\n}\n"},
		{Name: "a named location of another server", Nginx: main("server {\n error_page 404 @x;\n}\nserver {\n location @x { }\n}\n"), Want: []string{`4: "@x" [warning]`}},
		{Name: "a named location in a fragment that holds the server", Nginx: "server {\n try_files /a @x;\n}\n", Want: []string{`2: "@x" [warning]`}},
		{Name: "a named location in a snippet", Nginx: "try_files /a @x;\n"},
		{Name: "a host name instead of an upstream", Nginx: main("server {\n location / {\n  proxy_pass http://backend;\n }\n}\n")},
		{Name: "a macro", Apache: "Use NoSuch a\n", File: "apache2.conf", Want: []string{"1: NoSuch"}},
		{Name: "a macro, in a fragment", Apache: "Use NoSuch a\nServerSignature Off\n"},
		{Name: "a log format", Apache: "CustomLog /a nosuch\n", File: "apache2.conf", Want: []string{`1: "nosuch" [warning]`}},
		{Name: "a balancer", Apache: "<Proxy balancer://Shop>\nBalancerMember http://a\n</Proxy>\nProxyPass /a balancer://shop/\nProxyPass /b balancer://other/\n", File: "apache2.conf",
			Want: []string{`5: "other" [warning]`}},
	})
}

func TestModuleMissing(t *testing.T) {
	const event = "LoadModule mpm_event_module x/mod_mpm_event.so\n"
	ruletest.Run(t, syntax.ModuleMissing, []ruletest.Case{
		{Name: "Apache", Apache: event + "SSLEngine On\nSSLProtocol all\n", File: "apache2.conf", Want: []string{"2: SSLEngine belongs to mod_ssl.c"}},
		{Name: "Apache, loaded", Apache: event + "LoadModule ssl_module x/mod_ssl.so\nSSLEngine On\n", File: "apache2.conf"},
		{Name: "Apache, guarded", Apache: event + "<IfModule mod_ssl.c>\nSSLEngine On\n</IfModule>\n", File: "apache2.conf"},
		{Name: "Apache, no LoadModule lines", Apache: "SSLEngine On\n", File: "apache2.conf"},
		{Name: "Apache, a fragment", Apache: "SSLEngine On\n"},
		{Name: "nginx of Debian", Nginx: "load_module modules/ngx_http_geoip2_module.so;\nevents {}\nstream {\n}\n", Platform: "debian-12", Want: []string{"3: ngx_stream_module.so"}},
		{Name: "nginx of somebody else may have it linked in", Nginx: "load_module modules/ngx_http_geoip2_module.so;\nevents {}\nstream {\n}\n"},
		{Name: "nginx of Debian, and nothing is loaded", Nginx: "events {}\nmail {\n}\n", Platform: "debian-12", Want: []string{"2: ngx_mail_module.so"}},
		{Name: "nginx of Debian, where the lines that load may be missing", Nginx: "include /etc/nginx/modules-enabled/*.conf;\nevents {}\nstream {\n}\n", Platform: "debian-12"},
		{Name: "nginx of Debian, on the server itself", Nginx: "include /etc/nginx/modules-enabled/*.conf;\nevents {}\nstream {\n}\n", Platform: "debian-12", Installed: true, Want: []string{"3: ngx_stream_module.so"}},
		{Name: "nginx of Debian, where another file is included", Nginx: "include modules.conf;\nevents {}\nstream {\n}\n", Platform: "debian-12", Files: map[string]string{"/etc/nginx/modules.conf": "worker_processes 1;\n"},
			Want: []string{"3: ngx_stream_module.so"}},
		{Name: "nginx without load_module", Nginx: "events {}\nstream {\n}\n"},
	})
}

func TestListenConflict(t *testing.T) {
	server := func(listens string) string { return "server {\n" + listens + "\n}\n" }
	ruletest.Run(t, syntax.ListenConflict, []ruletest.Case{
		{Name: "twice in a server", Nginx: server("listen 80; listen *:80;"), Want: []string{"2: a duplicate listen 0.0.0.0:80"}},
		{Name: "the same port for one address and for all", Nginx: server("listen 80; listen 127.0.0.1:80;")},
		{Name: "IPv6 in two spellings", Nginx: server("listen [::]:80; listen [::0]:80;"), Want: []string{"2: [::]:80"}},
		{Name: "TCP and QUIC", Nginx: server("listen 443 ssl; listen 443 quic;")},
		{Name: "two default servers", Nginx: server("listen 80 default_server;") + server("listen *:80 default_server;"), Want: []string{"5: default server"}},
		{Name: "options of the socket in two places", Nginx: server("listen 80 reuseport;") + server("listen 80 backlog=5;"), Want: []string{"5: listen options"}},
		{Name: "options in one place", Nginx: server("listen 80 reuseport;") + server("listen 80;")},
		{Name: "names of hosts", Nginx: server("listen localhost:80; listen localhost:80;")},
		{Name: "Apache, for one module or another", Apache: "Listen 80\n<IfModule ssl_module>\nListen 443\n</IfModule>\n<IfModule mod_gnutls.c>\nListen 443\n</IfModule>\n"},
		{Name: "Apache, a second time for a module", Apache: "Listen 443\n<IfModule ssl_module>\nListen 443\n</IfModule>\n", Want: []string{"3: a second time [warning]"}},
	})
}

func TestLocationConflict(t *testing.T) {
	ruletest.Run(t, syntax.LocationConflict, []ruletest.Case{
		{Name: "twice, once with ^~", Nginx: "server {\n location /a { }\n location ^~ /a { }\n}\n", Want: []string{`3: duplicate location "/a"`}},
		{Name: "prefix and exact", Nginx: "server {\n location /a { }\n location = /a { }\n}\n"},
		{Name: "the modifier before the path", Nginx: "server {\n location = /a { }\n location =/a { }\n}\n", Want: []string{"3: duplicate"}},
		{Name: "in two servers", Nginx: "server {\n location /a { }\n}\nserver {\n location /a { }\n}\n"},
		{Name: "named twice is accepted", Nginx: "server {\n location @a { }\n location @a { }\n}\n", Want: []string{"3: named [warning]"}},
		{Name: "outside of the one around it", Nginx: "server {\n location /a {\n  location /b { }\n }\n}\n", Want: []string{`3: location "/b" is outside location "/a"`}},
		{Name: "a regular expression inside", Nginx: "server {\n location /a {\n  location ~ b { }\n }\n}\n"},
		{Name: "a path inside a regular expression", Nginx: "server {\n location ~ \\.php$ {\n  location /b { }\n }\n}\n", Want: []string{"3: outside"}},
		{Name: "inside an exact one", Nginx: "server {\n location = /a {\n  location /a/b { }\n }\n}\n", Want: []string{"3: exact"}},
		{Name: "named inside", Nginx: "server {\n location /a {\n  location @b { }\n }\n}\n", Want: []string{"3: directly in the server"}},
		{Name: "inside a named one", Nginx: "server {\n location @a {\n  location ~ b { }\n }\n}\n", Want: []string{"3: named location"}},
	})
}

func TestHashSize(t *testing.T) {
	long := strings.Repeat("x", 47)
	ruletest.Run(t, syntax.HashSize, []ruletest.Case{
		{Name: "what the usual machine refuses", Nginx: main("map $host $x {\n " + long + " 1;\n}\n"), Want: []string{"4: 47 letters, does not fit into map_hash: it needs a bucket of 72 bytes [warning]"}},
		{Name: "what every machine refuses", Nginx: main("map $host $x {\n " + strings.Repeat("x", 300) + " 1;\n}\n"), Want: []string{"4: it needs a bucket of 320 bytes [error]"}},
		{Name: "with larger buckets", Nginx: main("map_hash_bucket_size 128;\nmap $host $x {\n " + long + " 1;\n}\n")},
		{Name: "no buckets", Nginx: main("variables_hash_max_size 0;\n"), Want: []string{"3: may have no buckets [error]"}},
		{Name: "a fragment cannot know", Nginx: "map $host $x {\n " + long + " 1;\n}\n"},
	})
}

func TestRegexInvalid(t *testing.T) {
	ruletest.Run(t, syntax.RegexInvalid, []ruletest.Case{
		{Name: "location", Nginx: "location ~ ^/(a { }\n", Want: []string{"1: missing closing parenthesis"}},
		{Name: "server_name", Nginx: "server {\n server_name ~^(?<n>.+$;\n}\n", Want: []string{"2: missing closing parenthesis"}},
		{Name: "the key of a map", Nginx: "map $host $x {\n ~^( 1;\n}\n", Want: []string{"2: missing closing parenthesis"}},
		{Name: "what only PCRE knows", Nginx: "location ~ ^/(?>a++)(?<!b)\\K\\d{2}$ { }\n"},
		{Name: "Apache, a section", Apache: "<LocationMatch \"(\">\n</LocationMatch>\n", Want: []string{"1: invalid regular expression"}},
		{Name: "Apache, RewriteRule", Apache: "RewriteRule ^(a /b\n", Want: []string{"1: invalid regular expression"}},
	})
}
