package servertest

import (
	"crypto/tls"
	"strings"
	"testing"
)

const nginxSite = `server {
    listen 80;
    listen 443 ssl http2;
    server_name a.example;
    ssl_certificate /etc/letsencrypt/live/a.example/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/a.example/privkey.pem;
    root /srv/padlock/www;
    location /api/ {
        proxy_pass http://127.0.0.1:3000;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
    }
}
`

const apacheSites = `<VirtualHost *:80>
    ServerName a.example
    DocumentRoot /srv/padlock/www
</VirtualHost>
<VirtualHost *:443>
    ServerName a.example
    DocumentRoot /srv/padlock/www
    Protocols h2 http/1.1
    SSLEngine on
    SSLCertificateFile /etc/letsencrypt/live/a.example/fullchain.pem
    SSLCertificateKeyFile /etc/letsencrypt/live/a.example/privkey.pem
    ProxyPass /api/ http://127.0.0.1:3000/api/ upgrade=websocket
</VirtualHost>
`

func site(t *testing.T, server *Server, authority *Authority) Config {
	files := authority.Issue(t, Leaf{Names: []string{"a.example"}}).Files("/etc/letsencrypt/live/a.example")
	files["www/index.html"] = "welcome\n"
	files["sites/a.conf"] = nginxSite
	if server.Kind == Apache {
		files["sites/a.conf"] = apacheSites
	}
	return Config{Files: files}
}

func TestEveryServerServes(t *testing.T) {
	authority := NewAuthority(t)
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			running := server.Start(t, site(t, server, authority))
			client := running.Client(authority.Pool())
			for _, c := range []struct {
				request Request
				proto   string
			}{
				{Request{URL: "http://a.example/"}, "HTTP/1.1"},
				{Request{URL: "https://a.example/"}, "HTTP/2.0"},
				{Request{URL: "https://a.example/", HTTP1: true}, "HTTP/1.1"},
				{Request{URL: "https://a.example/", Address: "198.51.100.7"}, "HTTP/2.0"},
			} {
				answer, err := client.Do(c.request)
				if err != nil {
					t.Fatalf("%+v: %v", c.request, err)
				}
				if answer.Status != 200 || answer.Body != "welcome\n" || answer.Proto != c.proto {
					t.Errorf("%+v: got %d %q over %s", c.request, answer.Status, answer.Body, answer.Proto)
				}
			}
			backend := running.Backend(t, "127.0.0.1:3000")
			if answer, err := client.Get("https://a.example/api/x%20y?z=1"); err != nil || answer.Body != "backend: GET /api/x%20y?z=1\n" {
				t.Errorf("through the proxy: %+v, %v", answer, err)
			}
			if last := backend.Last(); last == nil || last.URI != "/api/x%20y?z=1" || last.Host != "127.0.0.1:3000" {
				t.Errorf("the backend got %+v", last)
			}
			if echo, err := client.EchoWebSocket(Request{URL: "wss://a.example/api/ws"}, "hello"); err != nil || echo != "hello" {
				t.Errorf("WebSocket through the proxy: %q, %v", echo, err)
			}
			state, err := client.Handshake(Request{URL: "https://a.example/", MaxTLS: tls.VersionTLS12})
			if err != nil || state.Version != tls.VersionTLS12 {
				t.Errorf("TLS 1.2: %+v, %v", state, err)
			}
			raw, err := client.Raw(Request{URL: "http://a.example/"}, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
			if err != nil || !strings.HasPrefix(raw, "HTTP/1.1 400 ") {
				t.Errorf("a request without Host: %q, %v", raw, err)
			}
			running.Stop()
			if n := running.Processes(); n != 0 {
				t.Errorf("%d processes run after Stop", n)
			}
		})
	}
}
