package diff_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/diff"
	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/rule"
)

// benchHost is a virtual host as people write them, for either server.
var benchHost = map[tlspolicy.Server]string{
	tlspolicy.Nginx: `server {
    listen 80;
    listen [::]:80;
    server_name NAME www.NAME;
    return 308 https://NAME$request_uri;
}

server {
    listen 443 ssl;
    listen [::]:443 ssl;
    server_name NAME www.NAME;
    ssl_certificate /etc/letsencrypt/live/NAME/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/NAME/privkey.pem;
    add_header Strict-Transport-Security "max-age=63072000" always;
    root /srv/www/NAME;
    location / {
        try_files $uri $uri/ @app;
    }
    location @app {
        proxy_pass http://127.0.0.1:3000;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
    location ~ \.(css|js)$ {
        expires 30d;
    }
}
`,
	tlspolicy.Apache: `<VirtualHost *:80>
    ServerName NAME
    ServerAlias www.NAME
    Redirect permanent / https://NAME/
</VirtualHost>

<VirtualHost *:443>
    ServerName NAME
    ServerAlias www.NAME
    DocumentRoot /srv/www/NAME
    SSLEngine on
    SSLCertificateFile /etc/letsencrypt/live/NAME/fullchain.pem
    SSLCertificateKeyFile /etc/letsencrypt/live/NAME/privkey.pem
    Header always set Strict-Transport-Security "max-age=63072000"
    <Directory /srv/www/NAME>
        Require all granted
    </Directory>
    <Location /api/>
        ProxyPass http://127.0.0.1:3000/
        ProxyPassReverse http://127.0.0.1:3000/
    </Location>
</VirtualHost>
`,
}

// benchTree is a configuration with n pairs of virtual hosts, each in a file of
// its own. change edits the text of a file.
func benchTree(server tlspolicy.Server, n int, change func(i int, text string) string) fstest.MapFS {
	dir, text := "etc/nginx/", "events {}\nhttp {\n    include /etc/nginx/sites/*.conf;\n}\n"
	if server == tlspolicy.Apache {
		dir, text = "etc/apache2/", "ServerRoot /etc/apache2\nListen 80\nListen 443\nInclude /etc/apache2/sites/*.conf\n"
	}
	tree := fstest.MapFS{mainOf(server)[1:]: {Data: []byte(change(-1, text))}}
	for i := range n {
		host := strings.ReplaceAll(benchHost[server], "NAME", fmt.Sprintf("host%05d.example", i))
		tree[fmt.Sprintf("%ssites/%05d.conf", dir, i)] = &fstest.MapFile{Data: []byte(change(i, host))}
	}
	return tree
}

func untouched(_ int, text string) string { return text }

// fifty changes every two-hundredth file, each in one of five ways.
func fifty(i int, text string) string {
	if i < 0 || i%200 != 0 {
		return text
	}
	return strings.NewReplacer([][]string{
		{"return 308", "return 302", "Redirect permanent", "Redirect temp"},
		{"max-age=63072000", "max-age=60"},
		{"listen 443 ssl;", "listen 8443 ssl;", "*:443", "*:8443"},
		{"127.0.0.1:3000", "127.0.0.1:4000"},
		{"www.", "w3."},
	}[i/200%5]...).Replace(text)
}

// everywhere adds a line that holds for all virtual hosts.
func everywhere(i int, text string) string {
	if i >= 0 {
		return text
	}
	if strings.Contains(text, "http {") {
		return strings.Replace(text, "http {", "http {\n    ssl_protocols TLSv1.2;\n    add_header X-Frame-Options DENY;", 1)
	}
	return text + "Header set X-Frame-Options DENY\n"
}

func sideOf(b testing.TB, server tlspolicy.Server, tree fstest.MapFS) diff.Side {
	c := load(b, server, tree, mainOf(server), target(server))
	c.Files = nil
	return diff.Side{Configs: []*rule.Config{c}}
}

// BenchmarkCompare compares trees of many virtual hosts, beside linting both
// sides. The models are made within: linting makes them too.
func BenchmarkCompare(b *testing.B) {
	for _, server := range []tlspolicy.Server{tlspolicy.Nginx, tlspolicy.Apache} {
		for _, n := range []int{100, 1000, 10_000} {
			old := benchTree(server, n/2, untouched)
			for name, change := range map[string]func(int, string) string{"same": untouched, "fifty": fifty, "everywhere": everywhere} {
				b.Run(fmt.Sprintf("%s/%s/%d", server, name, n), func(b *testing.B) {
					new := benchTree(server, n/2, change)
					for b.Loop() {
						x, y := sideOf(b, server, old), sideOf(b, server, new)
						if _, err := diff.Compare(b.Context(), x, y); err != nil {
							b.Fatal(err)
						}
						b.ReportMetric(heapMB(), "heapMB")
						runtime.KeepAlive(x)
						runtime.KeepAlive(y)
					}
				})
			}
			b.Run(fmt.Sprintf("%s/lint both/%d", server, n), func(b *testing.B) {
				for b.Loop() {
					for range 2 {
						if _, err := linter.Lint(b.Context(), linter.Request{Paths: []string{mainOf(server)}, Tree: old, Server: server}); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

func heapMB() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapSys) / (1 << 20)
}

// BenchmarkEveryLine compares one file of about a megabyte with one in which
// every line is another.
func BenchmarkEveryLine(b *testing.B) {
	lines := map[tlspolicy.Server][2]string{
		tlspolicy.Nginx:  {"    rewrite ^/old/%d$ /new/%d permanent;\n", "    location /path/%d/%d {\n        return 200 a;\n    }\n"},
		tlspolicy.Apache: {"    RewriteRule ^/old/%d$ /new/%d [R=301,L]\n", "    <Location /path/%d/%d>\n        Require all denied\n    </Location>\n"},
	}
	for server, kinds := range lines {
		for k, line := range kinds {
			for _, n := range []int{2500, 5000, 20_000} {
				text := func(offset int) string {
					var b strings.Builder
					for i := range n {
						fmt.Fprintf(&b, line, i, i+offset)
					}
					if server == tlspolicy.Nginx {
						return "server {\n    listen 80;\n    server_name a.example;\n" + b.String() + "}\n"
					}
					return "<VirtualHost *:80>\n    ServerName a.example\n    RewriteEngine on\n" + b.String() + "</VirtualHost>\n"
				}
				b.Run(fmt.Sprintf("%s/%d/%d", server, k, n), func(b *testing.B) {
					x, y := text(0), text(1)
					b.SetBytes(int64(len(x) + len(y)))
					for b.Loop() {
						old := diff.Side{Configs: []*rule.Config{configOf(b, server, x, nil)}}
						new := diff.Side{Configs: []*rule.Config{configOf(b, server, y, nil)}}
						if _, err := diff.Compare(b.Context(), old, new); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
