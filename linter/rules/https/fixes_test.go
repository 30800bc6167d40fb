package https_test

import (
	"os"
	"testing"

	"padlock/internal/tlspolicy"
	"padlock/linter"
)

func TestFixes(t *testing.T) {
	for _, c := range []struct {
		name, rule, version, before, after string
		server                             tlspolicy.Server
		unsafe                             bool
	}{
		{
			name: "http2 becomes a directive", rule: "http2-listen-deprecated", server: tlspolicy.Nginx, version: "1.26.3",
			before: "server {\n    listen 443 ssl http2;\n    listen [::]:443 http2 ssl;\n    server_name a.example;\n}\n",
			after:  "server {\n    listen 443 ssl;\n    listen [::]:443 ssl;\n    http2 on;\n    server_name a.example;\n}\n",
		},
		{
			name: "a server that has the directive keeps it", rule: "http2-listen-deprecated", server: tlspolicy.Nginx, version: "1.26.3",
			before: "server {\n    listen 443 ssl http2;\n    http2 on;\n}\n",
			after:  "server {\n    listen 443 ssl;\n    http2 on;\n}\n",
		},
		{
			name: "another server of the socket would lose HTTP/2", rule: "http2-listen-deprecated", server: tlspolicy.Nginx, version: "1.26.3",
			before: "server {\n    listen 443 ssl http2;\n}\nserver {\n    listen 443 ssl;\n    server_name b.example;\n}\n",
			after:  "server {\n    listen 443 ssl http2;\n}\nserver {\n    listen 443 ssl;\n    server_name b.example;\n}\n",
		},
		{
			name: "ssl on moves to listen", rule: "ssl-on-deprecated", server: tlspolicy.Nginx, version: "1.24.0",
			before: "server {\n    listen 443;\n    listen [::]:443 http2;\n    ssl on;\n    server_name a.example;\n}\n",
			after:  "server {\n    listen 443 ssl;\n    listen [::]:443 http2 ssl;\n    server_name a.example;\n}\n",
		},
		{
			name: "ssl on beside port 80 is left to a person", rule: "ssl-on-deprecated", server: tlspolicy.Nginx, version: "1.24.0", unsafe: true,
			before: "server {\n    listen 80;\n    listen 443;\n    ssl on;\n}\n",
			after:  "server {\n    listen 80;\n    listen 443;\n    ssl on;\n}\n",
		},
		{
			name: "SSLEngine is written down", rule: "tls-implicit", server: tlspolicy.Apache,
			before: "<VirtualHost *:443>\n    ServerName a.example\n    SSLCertificateFile a.pem\n</VirtualHost>\n",
			after:  "<VirtualHost *:443>\n    ServerName a.example\n    SSLEngine on\n    SSLCertificateFile a.pem\n</VirtualHost>\n",
		},
		{
			name: "ssl is missing in listen", rule: "tls-off-on-443", server: tlspolicy.Nginx, unsafe: true,
			before: "server {\n    listen 443;\n    ssl_certificate a.pem;\n    ssl_certificate_key a.key;\n}\n",
			after:  "server {\n    listen 443 ssl;\n    ssl_certificate a.pem;\n    ssl_certificate_key a.key;\n}\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("site.conf", []byte(c.before), 0o644); err != nil {
				t.Fatal(err)
			}
			request := linter.Request{Paths: []string{"site.conf"}, Server: c.server, Only: []string{c.rule}}
			if c.version != "" {
				request.ServerVersion = tlspolicy.MustVersion(c.version)
			}
			fixed, err := linter.Fix(t.Context(), request, c.unsafe)
			if err != nil {
				t.Fatal(err)
			}
			if err := fixed.Write(); err != nil {
				t.Fatal(err)
			}
			if got, _ := os.ReadFile("site.conf"); string(got) != c.after {
				t.Errorf("got:\n%swant:\n%s", got, c.after)
			}
		})
	}
}
