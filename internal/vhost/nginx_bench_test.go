package vhost

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// manySites is a configuration of n sites, each with redirect and TLS.
func manySites(tb testing.TB, n int) *nginx.Config {
	tb.Helper()
	var b strings.Builder
	b.WriteString("http {\nmap $http_upgrade $connection_upgrade { default upgrade; '' close; }\nssl_protocols TLSv1.2 TLSv1.3;\n")
	for i := range n {
		fmt.Fprintf(&b, `server { listen 80; listen [::]:80; server_name s%[1]d.example www.s%[1]d.example;
  location /.well-known/acme-challenge/ { root /srv/acme; }
  location / { return 301 https://s%[1]d.example$request_uri; } }
server { listen 443 ssl; listen [::]:443 ssl; http2 on; server_name s%[1]d.example www.s%[1]d.example;
  ssl_certificate /etc/ssl/s%[1]d.pem; ssl_certificate_key /etc/ssl/s%[1]d.key;
  add_header Strict-Transport-Security "max-age=63072000" always;
  root /srv/s%[1]d; index index.php;
  location / { try_files $uri $uri/ /index.php?$args; }
  location ~ \.php$ { fastcgi_pass unix:/run/php.sock; }
  location ~* \.(css|js|png)$ { expires 30d; }
}
`, i)
	}
	b.WriteString("}\n")
	set := source.NewSet(source.SetConfig{Tree: fstest.MapFS{}})
	set.Add("/etc/nginx/nginx.conf", []byte(b.String()))
	cfg, err := nginx.Load(set, "/etc/nginx/nginx.conf", nginx.LoadOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	return cfg
}

var benchTarget = tlspolicy.Target{Server: tlspolicy.Nginx, Version: tlspolicy.MustVersion("1.26.3"), OpenSSL: tlspolicy.MustVersion("3.5.0")}

// The cost per host must not depend on how many there are: compare ns/host.
func BenchmarkFromNginx(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		cfg := manySites(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				FromNginx(cfg, benchTarget)
			}
			perHost(b, 2*n)
		})
	}
}

// BenchmarkNginxProbes is what the redirect rules ask of every name.
func BenchmarkNginxProbes(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		cfg := manySites(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m := FromNginx(cfg, benchTarget)
				for _, s := range m.Sites() {
					for _, l := range s.Members[0].Host.PlainListeners() {
						m.Probes(l, s.Example, nil)
					}
				}
				for _, h := range m.Hosts {
					for _, r := range m.Routes(h) {
						m.Answer(h.Listeners[0], Request{TLS: h.Listeners[0].TLS.V, Name: h.Site(), Path: r.Path})
					}
				}
			}
			perHost(b, 2*n)
		})
	}
}

func perHost(b *testing.B, hosts int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(hosts), "ns/host")
}
