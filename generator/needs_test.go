package generator

import (
	"strings"
	"testing"

	"padlock/internal/tlspolicy"
)

func TestNeeds(t *testing.T) {
	for _, test := range []struct {
		name     string
		server   tlspolicy.Server
		platform string
		text     string
		want     string
	}{
		{"what is compiled in is not named", tlspolicy.Nginx, "debian-13", "server {\n listen 443 ssl;\n gzip on;\n limit_req zone=a;\n}\n", ""},
		{"a module of another package", tlspolicy.Nginx, "debian-13", "server {\n brotli on;\n}\n", "http_brotli_filter"},
		{"entries of a map are no directives", tlspolicy.Nginx, "debian-13", "map $a $b {\n brotli on;\n}\n", ""},
		{"HTTP/3 where the platform has not built it in", tlspolicy.Nginx, "rhel-9", "server {\n http3 on;\n}\n", "http_v3"},
		{"directives", tlspolicy.Apache, "debian-13", "SSLEngine on\nHeader set A b\nCustomLog a combined\n", "headers ssl"},
		{"sections", tlspolicy.Apache, "debian-13", "<Macro a>\n</Macro>\n<IfVersion > 2.4>\n</IfVersion>\n", "macro"},
		{"filters", tlspolicy.Apache, "debian-13", "AddOutputFilterByType BROTLI_COMPRESS;DEFLATE text/html\n", "brotli deflate filter"},
		{"a filter set", tlspolicy.Apache, "debian-13", "SetOutputFilter RATE_LIMIT\n", "ratelimit"},
		{"authorization", tlspolicy.Apache, "debian-13", "Require ip 192.0.2.1\nRequire valid-user\n", "authz_core authz_host authz_user"},
		{"authentication", tlspolicy.Apache, "debian-13", "AuthType Basic\nAuthUserFile /a\n", "authn_core authn_file"},
		{"HTTP/2", tlspolicy.Apache, "debian-13", "Protocols h2 http/1.1\n", "http2"},
		{"HTTP/1.1 alone", tlspolicy.Apache, "debian-13", "Protocols http/1.1\n", ""},
		{"a proxy", tlspolicy.Apache, "debian-13", "ProxyPass / http://127.0.0.1:3000/ upgrade=websocket\n", "proxy proxy_http"},
		{"a balancer with health checks", tlspolicy.Apache, "debian-13",
			"<Proxy \"balancer://app\">\n BalancerMember \"h2c://10.0.0.1\" hcmethod=GET\n ProxySet lbmethod=bybusyness\n</Proxy>\n",
			"lbmethod_bybusyness lbmethod_byrequests proxy proxy_balancer proxy_hcheck proxy_http2 slotmem_shm"},
		{"PHP", tlspolicy.Apache, "debian-13", "<FilesMatch \"\\.php$\">\n SetHandler \"proxy:unix:/run/php.sock|fcgi://localhost\"\n</FilesMatch>\n", "proxy_fcgi"},
		{"a rule that passes on", tlspolicy.Apache, "debian-13", "RewriteRule ^/a(.*) http://127.0.0.1:1/$1 [P,L]\n", "proxy_http rewrite"},
		{"a rule that redirects", tlspolicy.Apache, "debian-13", "RewriteRule ^/a(.*) https://example.com/$1 [R=301,L]\n", "rewrite"},
		{"a session cache", tlspolicy.Apache, "debian-13", "SSLSessionCache shmcb:/run/a(512000)\n", "socache_shmcb ssl"},
	} {
		target := platformTarget(t, test.server, test.platform)
		if got := strings.Join(new(needs).of(target, File{Name: "a.conf", Content: []byte(test.text)}, nil), " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
