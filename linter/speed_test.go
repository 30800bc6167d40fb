package linter_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"padlock/linter"
)

// host is a virtual host as people write them.
const host = `server {
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
`

// hosts writes a configuration with n virtual hosts, each in a file of its own.
func hosts(tb testing.TB, n int) string {
	dir := tb.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "sites"), 0o755); err != nil {
		tb.Fatal(err)
	}
	files := map[string]string{"nginx.conf": "events {}\nhttp {\n    include sites/*.conf;\n}\n"}
	for i := range n {
		files[fmt.Sprintf("sites/%05d.conf", i)] = strings.ReplaceAll(host, "NAME", fmt.Sprintf("host%05d.example", i))
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// BenchmarkStructure judges trees with the structure rules, beside reading the
// same files one after the other.
func BenchmarkStructure(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		dir := hosts(b, n)
		b.Run(fmt.Sprintf("lint/%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := linter.Lint(b.Context(), linter.Request{Paths: []string{dir}, Only: []string{"syntax"}}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("read/%d", n), func(b *testing.B) {
			for b.Loop() {
				names, err := filepath.Glob(filepath.Join(dir, "sites", "*.conf"))
				if err != nil {
					b.Fatal(err)
				}
				for _, name := range names {
					if _, err := os.ReadFile(name); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
