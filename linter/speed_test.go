package linter_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"padlock/internal/servertest"
	"padlock/linter"
)

// nginxHost is a virtual host of nginx as people write them, in ordinary size.
const nginxHost = `server {
    listen 80;
    listen [::]:80;
    listen 443 ssl;
    listen [::]:443 ssl;
    server_name NAME www.NAME;
    ssl_certificate /etc/letsencrypt/live/NAME/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/NAME/privkey.pem;
    add_header Strict-Transport-Security "max-age=63072000" always;
    root /srv/www/NAME;
    access_log /var/log/nginx/access.log;
    if ($scheme = http) {
        return 308 https://$host$request_uri;
    }
    location / {
        try_files $uri $uri/ @app;
    }
    location @app {
        proxy_pass http://127.0.0.1:3000;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
    }
    location ~ \.(css|js)$ {
        expires 30d;
    }
}
`

// apacheHost is the same for Apache.
const apacheHost = `<VirtualHost *:443>
    ServerName NAME
    ServerAlias www.NAME
    DocumentRoot /srv/www/NAME
    SSLEngine on
    SSLCertificateFile /etc/letsencrypt/live/NAME/fullchain.pem
    SSLCertificateKeyFile /etc/letsencrypt/live/NAME/privkey.pem
    Header always set Strict-Transport-Security "max-age=63072000"
    ErrorLog /var/log/apache2/NAME.error.log
    CustomLog /var/log/apache2/NAME.access.log combined
    <Directory /srv/www/NAME>
        Options -Indexes +FollowSymLinks
        AllowOverride None
        Require all granted
    </Directory>
    ProxyPass /app/ http://127.0.0.1:3000/
    ProxyPassReverse /app/ http://127.0.0.1:3000/
    RequestHeader set X-Forwarded-Proto "https"
    <FilesMatch "\.(css|js)$">
        ExpiresActive On
        ExpiresDefault "access plus 1 month"
    </FilesMatch>
</VirtualHost>
`

// tree is a configuration of many virtual hosts, each in a file of its own.
type tree struct {
	kind       servertest.Kind
	host, name string // of the main file
	main       string
}

var trees = []tree{
	{servertest.Nginx, nginxHost, "nginx.conf", "events {}\nhttp {\n    include sites/*.conf;\n}\n"},
	{servertest.Apache, apacheHost, "apache2.conf", `ServerName localhost
Listen 80
Listen 443
<VirtualHost *:80>
    Redirect permanent / https://www.example.com/
</VirtualHost>
IncludeOptional sites/*.conf
`},
}

func hostName(i int) string { return fmt.Sprintf("host%05d.example", i) }

// sites are the files of n virtual hosts.
func (t tree) sites(n int) servertest.Files {
	files := servertest.Files{}
	for i := range n {
		files[fmt.Sprintf("sites/%05d.conf", i)] = strings.ReplaceAll(t.host, "NAME", hostName(i))
	}
	return files
}

// write lays the tree out, and returns its main file and all files.
func (t tree) write(tb testing.TB, n int) (main string, names []string) {
	dir := tb.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "sites"), 0o755); err != nil {
		tb.Fatal(err)
	}
	for name, text := range t.sites(n).With(servertest.Files{t.name: t.main}) {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
		names = append(names, name)
	}
	return filepath.Join(dir, t.name), names
}

// BenchmarkLint judges trees with all default rules, beside reading the same
// files one after the other (time/read), and beside the newest server's own
// check, which has a certificate and key for each virtual host to load
// (time/lint: how many times longer it takes).
func BenchmarkLint(b *testing.B) {
	for _, t := range trees {
		for _, n := range []int{1, 100, 1_000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", t.kind, n), func(b *testing.B) { t.benchmark(b, n) })
		}
	}
}

func (t tree) benchmark(b *testing.B, n int) {
	main, names := t.write(b, n)
	var reading, linting time.Duration
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			for _, name := range names {
				if _, err := os.ReadFile(name); err != nil {
					b.Fatal(err)
				}
			}
		}
		reading = b.Elapsed() / time.Duration(b.N)
	})
	b.Run("lint", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := linter.Lint(b.Context(), linter.Request{Paths: []string{main}}); err != nil {
				b.Fatal(err)
			}
		}
		linting = b.Elapsed() / time.Duration(b.N)
		b.ReportMetric(float64(linting.Microseconds())/float64(n), "µs/host")
		b.ReportMetric(float64(linting)/float64(reading), "time/read")
	})
	b.Run("server", func(b *testing.B) {
		servers := servertest.NginxServers
		if t.kind == servertest.Apache {
			servers = servertest.ApacheServers
		}
		all := servers(b)
		session := all[len(all)-1].Session(b)
		config := servertest.Config{Files: t.sites(n).With(certificates(b, n)), Prelude: "server_names_hash_max_size 262144;"}
		if t.kind == servertest.Apache {
			config.Prelude = ""
		}
		// The first check lays the files out.
		if v := session.Test(config); !v.Accepted {
			b.Fatalf("the server refuses the configuration:\n%.2000s", v.Output)
		}
		for b.Loop() {
			session.Test(config)
		}
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(linting), "time/lint")
	})
}

// certificates are a certificate and key for each virtual host: always the same,
// which is as much work to load.
func certificates(tb testing.TB, n int) servertest.Files {
	files := servertest.Files{}
	one := servertest.NewAuthority(tb).Issue(tb, servertest.Leaf{Names: []string{"*.example"}, RSA: true})
	for i := range n {
		dir := "/etc/letsencrypt/live/" + hostName(i) + "/"
		files[dir+"fullchain.pem"], files[dir+"privkey.pem"] = one.Cert, one.Key
	}
	return files
}
