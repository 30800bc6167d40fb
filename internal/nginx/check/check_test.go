package check_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/nginx"
	"padlock/internal/nginx/check"
	"padlock/internal/nginx/directives"
	"padlock/internal/servertest"
	"padlock/internal/source"
)

// stream and mail are modules to be loaded in Debian's builds.
const (
	loadStream = "load_module /usr/lib/nginx/modules/ngx_stream_module.so; "
	loadMail   = "load_module /usr/lib/nginx/modules/ngx_mail_module.so; "
)

// long is one letter more than fits into a bucket of 64 bytes.
var long = strings.Repeat("x", 47)

// Each configuration is one that the server refuses, on the line and for the
// reason that want says.
var refused = []struct{ name, text, want string }{
	{"root beside alias", "events {}\nhttp { server { location / { root /a;\nalias /b; } } }", `3: directive-duplicate: "alias" cannot stand beside "root"`},
	{"a zone limits twice", "events {}\nhttp { limit_req_zone $host zone=a:1m rate=1r/s; server { limit_req zone=a;\nlimit_req zone=a burst=2; } }", `3: directive-duplicate: "limit_req" is given twice for the same zone "a"`},
	{"mirror off after a mirror", "events {}\nhttp { server { mirror /a;\nmirror off; } }", `3: directive-duplicate: "mirror off" cannot stand beside another`},
	{"a module is loaded twice", loadStream + "\n" + loadStream + "events {}", `2: directive-duplicate: "load_module" is given twice`},
	{"a zone of connections is defined twice", "events {}\nhttp { limit_conn_zone $host zone=a:1m;\nlimit_conn_zone $uri zone=a:1m; }", `3: directive-duplicate: the limit_conn zone "a" is defined twice`},
	{"a key stands in a map twice, whatever its case", "events {}\nhttp { map $host $x { a.b 1;\nA.B 2; } }", `3: directive-duplicate: the key "a.b" stands in the map twice`},
	{"a referer is named twice", "events {}\nhttp { server { server_name a.b; valid_referers none server_names\na.b; } }", `3: directive-duplicate: the name "a.b" is given twice`},
	{"a path that nothing replaces", "events {}\nhttp { server { location ~ x {\nproxy_pass http://127.0.0.1/y; } } }", `3: location-conflict: "proxy_pass" cannot have a path in a location with a regular expression`},
	{"alias in a named location", "events {}\nhttp { server { location @x {\nalias /y; } } }", `3: location-conflict: "alias" cannot stand in a named location`},
	{"a mail server takes the socket of another", loadMail + "events {}\nmail { auth_http 127.0.0.1; server { listen 110; }\nserver { listen 110; } }", `3: listen-conflict: 0.0.0.0:110 is listened on twice`},
	{"an unknown variable in stream", loadStream + "events {}\nstream { server { listen 7;\nreturn $nothing; } }", `3: variable-unknown: unknown variable "$nothing"`},
	{"a variable of the server is defined anew", "events {}\nhttp { server {\nset $host x; } }", `3: variable-unknown: the variable "$host" is the server's own`},
	{"a key for memcached is missing", "events {}\nhttp { server { location / {\nmemcached_pass 127.0.0.1:1; } } }", `3: variable-unknown: "memcached_pass" reads the variable "$memcached_key"`},
	{"a log format is used above its definition", "events {}\nhttp {\naccess_log /dev/null x;\nlog_format x y; }", `3: reference-undefined: the log format "x" is used before it is defined`},
	{"shares of more than all", "events {}\nhttp { split_clients $host $x { 60% a;\n50% b; } }", `3: directive-value: the shares in "split_clients" add up to more than 100 %`},
	{"an upstream with a port", "events {}\nhttp { upstream a { server 127.0.0.1; } server { location / {\nproxy_pass http://a:80; } } }", `3: directive-value: the upstream "a" may not have the port 80`},
	{"an address without a port", "events {}\nhttp { server { location / {\nfastcgi_pass 127.0.0.1; } } }", `3: directive-value: "127.0.0.1" has no port`},
	{"a backup where the method knows none", "events {}\nhttp { upstream a { ip_hash; server 127.0.0.1;\nserver 127.0.0.2 backup; } }", `3: directive-value: "ip_hash" does not support the parameter "backup"`},
	{"a zone of two sizes", "events {}\nhttp { server { ssl_session_cache shared:a:1m; }\nserver { ssl_session_cache shared:a:2m; } }", `3: directive-value: the zone "a" is declared with another size`},
	{"a zone of two uses", "events {}\nhttp { limit_req_zone $host zone=a:1m rate=1r/s;\nlimit_conn_zone $host zone=a:1m; }", `3: directive-value: the zone "a" is declared for something else`},
	{"an upstream's zone without a size", "events {}\nhttp { upstream a {\nzone b; server 127.0.0.1; } }", `3: directive-value: the zone "b" has no size`},
	{"more busy buffers than there are", "events {}\nhttp { proxy_buffers 4 4k; server {\nproxy_busy_buffers_size 16k; } }", `3: directive-value: "proxy_busy_buffers_size", by default`},
	{"a first buffer that is larger than the busy ones", "events {}\nhttp { fastcgi_busy_buffers_size 8k; server {\nfastcgi_buffer_size 16k; } }", `3: directive-value: "fastcgi_busy_buffers_size" must not be less`},
	{"charsets without a map between them", "events {}\nhttp { source_charset koi8-r; server {\ncharset utf-8; } }", `3: directive-value: there is no "charset_map" between the charsets "koi8-r" and "utf-8"`},
	{"fewer connections than sockets", "events {\nworker_connections 1; }\nhttp { server { listen 80; } }", `2: directive-value: 1 connections are not enough`},
	{"no events", "user www-data;\nhttp { }", `directive-missing: there is no "events" section`},
	{"an upstream without servers", "events {}\nhttp {\nupstream a { keepalive 2; } }", `3: directive-missing: the upstream "a" has no servers`},
	{"an upstream with backups only", "events {}\nhttp {\nupstream a { server 127.0.0.1 backup; } }", `3: directive-missing: all servers of the upstream "a" are backups`},
	{"a stream server on no socket", loadStream + "events {}\nstream {\nserver { return x; } }", `3: directive-missing: the server listens on nothing`},
	{"a mail server that asks nobody", loadMail + "events {}\nmail {\nserver { listen 110; } }", `3: directive-missing: there is no "auth_http"`},
	{"TLS without a certificate", loadStream + "events {}\nstream { server { return x;\nlisten 443 ssl; } }", `3: directive-missing: TLS is on, but the server has no "ssl_certificate"`},
	{"STARTTLS without a certificate", loadMail + "events {}\nmail { auth_http 127.0.0.1; server { listen 110;\nstarttls on; } }", `3: directive-missing: TLS is on, but the server has no "ssl_certificate"`},
	{"a charset_map for two charsets in both orders", "events {}\nhttp { charset_map a b { }\ncharset_map B A { } }", `3: directive-duplicate: there is a "charset_map" between "a" and "b" already`},
	{"a charset_map to itself", "events {}\nhttp {\ncharset_map a A { } }", `3: directive-value: the charsets of "charset_map" are the same`},
	{"half a letter of UTF-8", "events {}\nhttp { charset_map koi8-r utf-8 {\nC0 D1; } }", `3: directive-value: "D1" is no letter in utf-8`},
	{"two bytes for a charset of one", "events {}\nhttp { charset_map koi8-r a {\nC0 D18E; } }", `3: directive-value: "D18E" is no letter in a`},
	{"none but nobody else", "events {}\nhttp { server { server_name ~a;\nvalid_referers none server_names ~b; } }", `3: directive-missing: "none" or "blocked" need a name`},
	{"a wildcard within a label of a referer", "events {}\nhttp { server {\nvalid_referers ex*; } }", `3: directive-value: the name "ex*" is invalid`},
	{"a wildcard within a label in a map of host names", "events {}\nhttp { map $host $x { hostnames;\n*.* 1; } }", `3: directive-value: the name "*.*" is invalid`},
	{"an empty referer", "events {}\nhttp { server {\nvalid_referers \"\"; } }", `3: directive-value: the name of a referer is empty`},
	{"a name with its subdomains stands for both", "events {}\nhttp { map $host $x { hostnames; a.b 1;\n.a.b 2; } }", `3: directive-duplicate: the key ".a.b" stands in the map twice`},
	{"referers that differ in the path only", "events {}\nhttp { server { valid_referers\na/x a/y; } }", `3: directive-duplicate: the name "a/y" is given twice`},
	{"an upstream of stream with a server without a port", loadStream + "events {}\nstream { upstream a {\nserver 192.0.2.1; } }", `3: directive-value: "192.0.2.1" has no port`},
	{"an address in brackets without a port in stream", loadStream + "events {}\nstream { server { listen 1;\nproxy_pass [::1]; } }", `3: directive-value: "[::1]" has no port`},
	{"a name of a server that is too long", "events {}\nhttp { server {\nserver_name " + long + "; } server { } }", `3: hash-size: "` + long + `", with 47 letters, does not fit into server_names_hash: it needs a bucket of 72 bytes, and they have 64; nearly all`},
	{"a label that is too long", "events {}\nhttp { server {\nserver_name *." + long + ".de; } server { } }", `3: hash-size: "` + long + `", with 47 letters`},
	{"a name of a server of stream that is too long", loadStream + "events {}\nstream { map $remote_addr $x {\n" + long + " 1; } }", `3: hash-size: "` + long + `", with 47 letters, does not fit into map_hash`},
	{"a name that larger buckets do not hold", "events {}\nhttp { map_hash_bucket_size 65; map $host $x {\n" + long + long + long + " 1; } }", `3: hash-size: "xxx`},
	{"an extension that is too long", "events {}\nhttp { types {\na/b " + long + "; } server { } }", `3: hash-size: "` + long + `", with 47 letters, does not fit into types_hash`},
	{"sizes of the first server hold for all", "events {}\nhttp { proxy_set_header\n" + long + " x; server { } server { proxy_headers_hash_bucket_size 128; } }", `3: hash-size: "` + long + `", with 47 letters, does not fit into proxy_headers_hash`},
	{"a variable that is too long", "events {}\nhttp { server {\nset $" + long + " 1; } }", `3: hash-size: "` + long + `", with 47 letters, does not fit into variables_hash`},
	{"a header that FastCGI is given", "events {}\nhttp { server { location / {\nfastcgi_param HTTP_" + long + " 1; } } }", `3: hash-size: "` + long + `", with 47 letters, does not fit into fastcgi_params_hash`},
	{"a header to hide", "events {}\nhttp { server { location / {\ngrpc_hide_header " + long + "; } } }", `3: hash-size: "` + long + `", with 47 letters, does not fit into grpc_headers_hash`},
	{"a media type", "events {}\nhttp { server {\ngzip_types application/vnd.openxmlformats-officedocument.wordprocessingml.document; } }", `3: hash-size: "application/vnd.openxmlformats-officedocument.wordprocessing…", with 71 letters, does not fit into test_types_hash`},
	{"a referer by way of its server's names", "events {}\nhttp { server { server_name " + long + "; location / {\nvalid_referers server_names; } } }", `3: hash-size: "` + long + `", with 47 letters, does not fit into referer_hash`},
	{"a name beside one with a group", "events {}\nhttp { server { server_name ~[(]b\\( ~(a)\n" + long + "; } }", `3: hash-size: "` + long + `"`},
	{"a name beside one with a named group", "events {}\nhttp { server { server_name\n" + long + " ~(?<n>a); } }", `3: hash-size: "` + long + `"`},
	{"a header that is hidden where another is passed", "events {}\nhttp { server { proxy_pass_header Date; proxy_hide_header\n" + long + "; } }", `3: hash-size: "` + long + `"`},
	{"a header that is hidden in a place that passes another", "events {}\nhttp { server { proxy_pass_header " + long + "; location / { proxy_pass_header Date; proxy_hide_header\n" + long + "; } } }", `3: hash-size: "` + long + `"`},
	{"no buckets for headers", "events {}\nhttp { server { } server {\nproxy_headers_hash_max_size 0; } }", `3: hash-size: proxy_headers_hash cannot be built`},
	{"buckets that are too large", "events {}\nhttp { map_hash_bucket_size\n70000; map $host $x { a 1; } }", `3: hash-size: the buckets of map_hash cannot have 70016 bytes`},
	{"buckets of nothing", "events {}\nhttp { variables_hash_bucket_size\n0; }", `3: hash-size: buckets of 0 bytes are too small`},
	{"a size below the map that it is for", "events {}\nhttp { map $host $x { a 1; }\nmap_hash_bucket_size 128; }", `3: hash-size: "map_hash_bucket_size" stands below the first map`},
	{"a certificate without a key", loadStream + "events {}\nstream { server { listen 443 ssl; return x;\nssl_certificate a.pem; } }", `3: directive-missing: there is no "ssl_certificate_key"`},
}

// The server accepts these, and so must the checks.
var taken = []struct{ name, text string }{
	{"several mirrors", "events {}\nhttp { server { mirror /a; mirror /b; } }"},
	{"a redirect by default and one more", "events {}\nhttp { server { location / { proxy_pass http://127.0.0.1; proxy_redirect default; proxy_redirect /a /b; } } }"},
	{"a regular expression stands in a map twice", "events {}\nhttp { map $host $x { ~a 1; ~a 2; default 1; } }"},
	{"a path with variables in a regular expression's location", "events {}\nhttp { server { location ~ x { proxy_pass http://127.0.0.1$uri; } } }"},
	{"a path in a prefix location within one", "events {}\nhttp { server { location /a { if ($host) { proxy_pass http://127.0.0.1; } proxy_pass http://127.0.0.1/b; } } }"},
	{"a variable defined below its use", loadStream + "events {}\nstream { server { listen 7; return $x; } map $remote_addr $x { default 1; } }"},
	{"a named group is a variable", "events {}\nhttp { server { location ~ (?<part>a) { return 200 $part; } } }"},
	{"one zone for two upstreams", "events {}\nhttp { upstream a { zone z 64k; server 127.0.0.1; } upstream b { zone z; server 127.0.0.1; } }"},
	{"a backup above the method", "events {}\nhttp { upstream a { server 127.0.0.1; server 127.0.0.2 backup; ip_hash; } }"},
	{"a session cache that two servers share", "events {}\nhttp { server { ssl_session_cache shared:a:1m; } server { ssl_session_cache shared:a:1024k; } }"},
	{"larger buffers and no busy size", "events {}\nhttp { server { proxy_buffers 4 16k; proxy_buffer_size 16k; } }"},
	{"a default server that rejects handshakes", "events {}\nhttp { server { listen 443 ssl; ssl_reject_handshake on; } }"},
	{"names of a server that is alone on its socket", "events {}\nhttp { server { server_name " + long + "; } server { listen 81; } }"},
	{"labels that fit in a name that would not", "events {}\nhttp { server { server_name ." + long[:46] + "." + long[:46] + "; } server { } }"},
	{"a long key of a regular expression", "events {}\nhttp { map_hash_max_size 0; map $host $x { ~" + long + " 1; default " + long + "; } }"},
	{"parameters that are no headers", "events {}\nhttp { server { location / { fastcgi_param " + long + " 1; } } }"},
	{"any media type", "events {}\nhttp { server { gzip_types a/" + long + " *; } }"},
	{"headers that every server replaces", "events {}\nhttp { proxy_set_header " + long + " 1; server { proxy_set_header a b; } }"},
	{"sizes in a location that has nothing of its own", "events {}\nhttp { server { location / { types_hash_max_size 0; proxy_headers_hash_max_size 0; } } }"},
	{"a header that is hidden and passed", "events {}\nhttp { server { proxy_hide_header " + long + "; proxy_pass_header " + long + "; } }"},
	{"a header that is hidden and passed by its server", "events {}\nhttp { server { proxy_pass_header " + long + "; location / { proxy_hide_header " + strings.ToUpper(long) + "; } } }"},
	{"a name beside one without a group", "events {}\nhttp { server { server_name ~(?:a) ~[(]b\\( " + long + "; } }"},
	{"a name beside one with a group, and one without behind it", "events {}\nhttp { server { server_name ~(a) " + long + " ~b; } }"},
	{"server_names twice", "events {}\nhttp { server { server_name a; valid_referers none server_names server_names; } }"},
	{"a wildcard above hostnames is a word", "events {}\nhttp { map $host $x { *.a 1; a*b 1; hostnames; .a 1; } }"},
	{"a wildcard behind a dot", "events {}\nhttp { server { server_name .*; } server { } }"},
	{"a letter of UTF-8 with a byte behind it", "events {}\nhttp { charset_map koi8-r utf-8 { C0 D18ED1; C1 EDA080; } }"},
	{"a charset with its own name", "events {}\nhttp { source_charset utf-8; charset UTF-8; }"},
}

func problemsOf(t *testing.T, version, text string) []check.Problem {
	t.Helper()
	tree := fstest.MapFS{"srv/padlock/nginx.conf": {Data: []byte(text), Mode: 0o644}}
	config, err := nginx.Load(source.NewSet(source.SetConfig{Tree: tree}), "/srv/padlock/nginx.conf", nginx.LoadOptions{Context: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	return check.Of(config, directives.Target{Version: version}, true).All()
}

func TestWhatTheServerRefuses(t *testing.T) {
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			problems := problemsOf(t, "1.30.6", c.text)
			var told []string
			for _, p := range problems {
				d := p.Diagnostic()
				text := d.Rule + ": " + d.Message
				if p.Node != nil {
					text = fmt.Sprintf("%d: %s", d.Subject.StartPosition().Line, text)
				}
				told = append(told, text)
				if d.Help == "" {
					t.Errorf("there is no help: %s", text)
				}
			}
			if len(told) != 1 || !strings.HasPrefix(told[0], c.want) {
				t.Errorf("got  %q\nwant %q", told, c.want)
			}
		})
	}
}

func TestServersAgreeWithTheCases(t *testing.T) {
	for _, server := range servertest.NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			session := server.Session(t)
			ask := func(text string) servertest.Verdict {
				return session.Test(servertest.Config{Main: "nginx.conf", Files: servertest.Files{"nginx.conf": text}})
			}
			for _, c := range refused {
				if ask(c.text).Accepted {
					t.Errorf("%s: the server accepts it", c.name)
				}
			}
			for _, c := range taken {
				if v := ask(c.text); !v.Accepted {
					t.Errorf("%s: the server refuses it: %s", c.name, v.Output)
				}
				for _, p := range problemsOf(t, server.Version, c.text) {
					t.Errorf("%s: %s: %s", c.name, p.Rule, p.Message)
				}
			}
		})
	}
}

// What stands in a part of a configuration may be completed elsewhere.
func TestNothingIsMissingFromAFragment(t *testing.T) {
	file := source.NewFile("/etc/nginx/conf.d/a.conf", []byte("upstream a { keepalive 2; }\nserver { listen 443 ssl; location / { memcached_pass a; } }"))
	set := source.NewSet(source.SetConfig{Tree: fstest.MapFS{"etc/nginx/conf.d/a.conf": {Data: file.Data, Mode: 0o644}}})
	config, err := nginx.Load(set, file.Name, nginx.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range check.Of(config, directives.Target{}, false).All() {
		t.Errorf("%s: %s", p.Rule, p.Message)
	}
}

func TestALineThatLostItsSemicolon(t *testing.T) {
	for _, c := range []struct{ text, last, next string }{
		{"root /var/www\n    index index.html;", "/var/www", "index"},
		{"index a.html # the first\n  b.html;", "", ""},
		{"add_header X \"a\"\n  always;", "", ""},
	} {
		set := source.NewSet(source.SetConfig{Tree: fstest.MapFS{"a.conf": {Data: []byte(c.text), Mode: 0o644}}})
		config, err := nginx.Load(set, "/a.conf", nginx.LoadOptions{Context: []string{"http", "server"}})
		if err != nil {
			t.Fatal(err)
		}
		config.Walk(func(n *nginx.Node) bool {
			last, next, _ := check.SwallowedLine(n, directives.Server, directives.Target{})
			if last.Value != c.last || next.Value != c.next {
				t.Errorf("%q: %q and %q, want %q and %q", c.text, last.Value, next.Value, c.last, c.next)
			}
			return true
		})
	}
}
