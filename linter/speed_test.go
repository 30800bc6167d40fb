package linter_test

import (
	"fmt"
	"math"
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
    server_name NAME;
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

func hostName(i int) string { return fmt.Sprintf("host%05d.sites.example", i) }

// sites are the files of n virtual hosts. Unlike ones differ in more than their
// names: each sends requests to a port of its own.
func (t tree) sites(n int, unlike bool) servertest.Files {
	files := servertest.Files{}
	for i := range n {
		site := strings.ReplaceAll(t.host, "NAME", hostName(i))
		if unlike {
			site = strings.ReplaceAll(site, "127.0.0.1:3000", fmt.Sprintf("127.0.0.1:%d", 10_000+i))
		}
		files[fmt.Sprintf("sites/%05d.conf", i)] = site
	}
	return files
}

// layOut writes files below a directory, which stands for the server's root, and
// returns their names.
func layOut(tb testing.TB, dir string, files servertest.Files) (names []string) {
	for name, text := range files {
		if !strings.HasPrefix(name, "/") {
			name = "/etc/server/" + name
		}
		name = filepath.Join(dir, name)
		mode := os.FileMode(0o644)
		if filepath.Base(name) == "privkey.pem" {
			mode = 0o600
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), mode); err != nil {
			tb.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// BenchmarkLint judges trees with all default rules: "lint" as a work tree has
// them, "unlike" with hosts that differ in more than their names, "installed" with
// a certificate and key for each host, as the server's machine has them. Each
// beside reading the same files one after the other (time/read), and beside the
// newest server's own check, certificates in place (server/lint: how many times
// longer it takes).
func BenchmarkLint(b *testing.B) {
	for _, t := range trees {
		for _, n := range []int{1, 100, 1_000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", t.kind, n), func(b *testing.B) { t.benchmark(b, n) })
		}
	}
}

func (t tree) benchmark(b *testing.B, n int) {
	server := t.check(b, n)
	main := servertest.Files{t.name: t.main}
	for _, run := range []struct {
		name  string
		files servertest.Files
		root  bool
	}{
		{"lint", t.sites(n, false).With(main), false},
		{"unlike", t.sites(n, true).With(main), false},
		{"installed", t.sites(n, false).With(main).With(certificates(b, n)), true},
	} {
		dir := b.TempDir()
		names := layOut(b, dir, run.files)
		reading := readAll(b, names)
		request := linter.Request{Paths: []string{filepath.Join(dir, "/etc/server", t.name)}}
		if run.root {
			request.Root = dir
		}
		b.Run(run.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := linter.Lint(b.Context(), request); err != nil {
					b.Fatal(err)
				}
			}
			linting := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(float64(linting.Microseconds())/float64(n), "µs/host")
			b.ReportMetric(float64(linting)/float64(reading), "time/read")
			b.ReportMetric(float64(server)/float64(linting), "server/lint")
		})
	}
}

// readAll is how long it takes to read files, the best of some times.
func readAll(b *testing.B, names []string) time.Duration {
	best := time.Duration(math.MaxInt64)
	for range 5 {
		start := time.Now()
		for _, name := range names {
			if _, err := os.ReadFile(name); err != nil {
				b.Fatal(err)
			}
		}
		best = min(best, time.Since(start))
	}
	return best
}

// check is how long the newest server's own check takes.
func (t tree) check(b *testing.B, n int) (took time.Duration) {
	servers := servertest.NginxServers
	if t.kind == servertest.Apache {
		servers = servertest.ApacheServers
	}
	all := servers(b)
	b.Run("server", func(b *testing.B) {
		session := all[len(all)-1].Session(b)
		config := servertest.Config{Files: t.sites(n, false).With(certificates(b, n)), Prelude: "server_names_hash_max_size 262144;"}
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
		took = b.Elapsed() / time.Duration(b.N)
	})
	return took
}

// certificates are a certificate and key for each virtual host: always the same,
// which is as much work to load.
func certificates(tb testing.TB, n int) servertest.Files {
	files := servertest.Files{}
	one := servertest.NewAuthority(tb).Issue(tb, servertest.Leaf{Names: []string{"*.sites.example"}, RSA: true})
	for i := range n {
		dir := "/etc/letsencrypt/live/" + hostName(i) + "/"
		files[dir+"fullchain.pem"], files[dir+"privkey.pem"] = one.Cert+one.Chain, one.Key
	}
	return files
}
