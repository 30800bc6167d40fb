package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// site is one ordinary file of each server.
var site = map[string]string{
	"nginx.conf": `server {
    listen 80;
    server_name shop.example www.shop.example;
    return 308 https://shop.example$request_uri;
}

server {
    listen 443 ssl;
    server_name shop.example www.shop.example;
    ssl_certificate /etc/letsencrypt/live/shop.example/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/shop.example/privkey.pem;
    add_header Strict-Transport-Security "max-age=63072000" always;
    root /srv/www/shop;
    location / {
        try_files $uri $uri/ =404;
    }
}
`,
	"apache.conf": `<VirtualHost *:443>
    ServerName shop.example
    DocumentRoot /srv/www/shop
    SSLEngine on
    SSLCertificateFile /etc/letsencrypt/live/shop.example/fullchain.pem
    SSLCertificateKeyFile /etc/letsencrypt/live/shop.example/privkey.pem
    Header always set Strict-Transport-Security "max-age=63072000"
    <Directory /srv/www/shop>
        Require all granted
    </Directory>
</VirtualHost>
`,
	"sites.hcl": `site "shop.example" {
  root = "/srv/www/shop"
  tls {
    acme = "certbot"
  }
}
`,
}

// BenchmarkProcess is the whole program from its start to its end, for one file.
func BenchmarkProcess(b *testing.B) {
	dir := b.TempDir()
	binary := filepath.Join(dir, "padlock")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for name, text := range site {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for _, run := range []struct {
		name string
		args []string
	}{
		{"version", []string{"--version"}},
		{"lint-nginx", []string{"lint", "nginx.conf"}},
		{"lint-apache", []string{"lint", "--server", "apache", "apache.conf"}},
		{"fmt", []string{"fmt", "--check", "nginx.conf"}},
		{"generate", []string{"generate", "--server", "nginx", "--platform", "debian-13", "sites.hcl"}},
		{"complete", []string{completeCommand, "lint", "--"}},
	} {
		b.Run(run.name, func(b *testing.B) {
			for b.Loop() {
				cmd := exec.Command(binary, run.args...)
				cmd.Dir = dir
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
			}
		})
	}
}
