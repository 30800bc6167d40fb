package servertest

import (
	"crypto/tls"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

// The sites pass each path to a backend of another protocol. Not on port 3031: Apache leaves out uwsgi's usual port and
// then connects to port 0 (2.4.71).
const nginxProtocols = `
server {
    listen 80;
    listen 81 proxy_protocol;
    server_name a.example;
    set_real_ip_from 127.0.0.1;
    real_ip_header proxy_protocol;
    gzip on;
    gzip_types text/plain;
    gzip_min_length 1;
    location /fastcgi/ { include /etc/nginx/fastcgi_params; fastcgi_pass unix:/run/app/fastcgi.sock; }
    location /uwsgi/ { include /etc/nginx/uwsgi_params; uwsgi_pass 127.0.0.1:3032; }
    location /scgi/ { include /etc/nginx/scgi_params; scgi_pass 127.0.0.1:4000; }
    location /http/ { proxy_pass http://127.0.0.2:3000; proxy_set_header X-Real-IP $remote_addr; }
    location /https/ { proxy_pass https://127.0.0.1:3443; }
}
`

const apacheProtocols = `
<Macro Site>
    ServerName a.example
    AddOutputFilterByType DEFLATE text/plain
    SSLProxyEngine On
    SSLProxyCheckPeerName off
    RequestHeader set X-Real-IP "expr=%{REMOTE_ADDR}"
    ProxyPass /fastcgi/ unix:/run/app/fastcgi.sock|fcgi://localhost/
    ProxyPass /uwsgi/ uwsgi://127.0.0.1:3032/
    ProxyPass /scgi/ scgi://127.0.0.1:4000/
    ProxyPass /http/ http://127.0.0.2:3000/http/
    ProxyPass /https/ https://127.0.0.1:3443/https/
</Macro>
<VirtualHost *:81>
    RemoteIPProxyProtocol On
    Use Site
</VirtualHost>
<VirtualHost *:80>
    Use Site
</VirtualHost>
`

func TestBackendsSpeakTheirProtocols(t *testing.T) {
	authority := NewAuthority(t)
	pair := authority.Issue(t, Leaf{Names: []string{"127.0.0.1"}}).Pair(t)
	backends := []BackendConfig{
		{Name: "fastcgi", Protocol: FastCGI, Address: "unix:/run/app/fastcgi.sock"},
		{Name: "uwsgi", Protocol: UWSGI, Address: "127.0.0.1:3032"},
		{Name: "scgi", Protocol: SCGI, Address: "127.0.0.1:4000"},
		{Name: "http", Protocol: HTTP, Address: "127.0.0.2:3000"},
		{Name: "https", Protocol: HTTPS, Address: "127.0.0.1:3443", TLS: &tls.Config{Certificates: []tls.Certificate{pair}}},
	}
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			config := Config{Files: Files{"sites/a.conf": nginxProtocols}}
			if server.Kind == Apache {
				config = Config{Files: Files{"sites/a.conf": apacheProtocols}, Modules: []string{"proxy_uwsgi", "proxy_scgi", "macro"}, Ports: []int{80, 81}}
			}
			running := server.Start(t, config)
			client := running.Client(nil)
			for _, c := range backends {
				backend := running.StartBackend(t, c)
				path := "/" + c.Name + "/x?a=b"
				answer, err := client.Do(Request{URL: "http://a.example" + path, Method: "POST", Body: "sent", Header: http.Header{"X-Mark": {"m"}}})
				if err != nil || answer.Status != 200 || answer.Body != c.Name+": POST "+path+"\n" {
					t.Errorf("%s: %+v, %v", c.Name, answer, err)
					continue
				}
				seen := backend.Last()
				mark := append(seen.Values("X-Mark"), seen.Values("HTTP_X_MARK")...)
				if seen.Body != "sent" || seen.Host == "" || len(mark) != 1 || mark[0] != "m" {
					t.Errorf("%s saw %+v", c.Name, seen)
				}
				for address, status := range map[string]int{"status/404": 404, "bytes/70000": 200, "drop/x": 502} {
					answer, err := client.Get("http://a.example/" + c.Name + "/" + address)
					if err != nil || answer.Status != status && !(status == 502 && answer.Status/100 == 5) {
						t.Errorf("%s: %s: %+v, %v", c.Name, address, answer, err)
					}
					if address == "bytes/70000" && len(answer.Body) != 70000 {
						t.Errorf("%s: %d bytes", c.Name, len(answer.Body))
					}
				}
				backend.Stop()
				if answer, err := client.Get("http://a.example" + path); err != nil || answer.Status/100 != 5 {
					t.Errorf("%s, stopped: %+v, %v", c.Name, answer, err)
				}
				if err := backend.Start(); err != nil {
					t.Errorf("%s, again: %v", c.Name, err)
				}
				backend.Stop()
			}
			theWaysOfAsking(t, running)
		})
	}
}

// theWaysOfAsking asks by other protocols and from other addresses.
func theWaysOfAsking(t *testing.T, running *Instance) {
	client := running.Client(nil)
	asked := func(r Request, header, want string) {
		t.Helper()
		backend := running.StartBackend(t, BackendConfig{Name: "asked", Protocol: HTTP, Address: "127.0.0.2:3000"})
		defer backend.Stop()
		r.URL = "http://a.example/http/bytes/500"
		answer, err := client.Do(r)
		if err != nil || answer.Status != 200 || answer.Header.Get(header) != want && header != "" {
			t.Errorf("%+v: %+v, %v", r, answer, err)
			return
		}
		if body, err := answer.Decoded(); err != nil || body != strings.Repeat("x", 500) {
			t.Errorf("%+v: the body is %q, %v", r, body, err)
		}
	}
	asked(Request{HTTP10: true}, "", "")
	asked(Request{Header: http.Header{"Accept-Encoding": {"gzip"}}}, "Content-Encoding", "gzip")
	client1, server1 := netip.MustParseAddrPort("203.0.113.7:5000"), netip.MustParseAddrPort("192.0.2.1:80")
	client2, server2 := netip.MustParseAddrPort("[2001:db8::7]:5000"), netip.MustParseAddrPort("[2001:db8::1]:80")
	for _, c := range []struct{ from, address, proxy, want string }{
		{"127.8.8.8", "127.0.0.1:80", "", "127.8.8.8"},
		{"127.0.0.1", "127.0.0.1:81", ProxyV1(client1, server1), "203.0.113.7"},
		{"127.0.0.1", "127.0.0.1:81", ProxyV2(client2, server2), "2001:db8::7"},
	} {
		backend := running.StartBackend(t, BackendConfig{Name: "asked", Protocol: HTTP, Address: "127.0.0.2:3000"})
		answer, err := client.Do(Request{URL: "http://a.example/http/x", From: c.from, Address: c.address, Proxy: c.proxy})
		if err != nil || answer.Status != 200 {
			t.Errorf("%+v: %+v, %v", c, answer, err)
		} else if got := backend.Last().Values("X-Real-IP"); len(got) != 1 || got[0] != c.want {
			t.Errorf("%+v: the backend saw the client as %q", c, got)
		}
		backend.Stop()
	}
}

func TestAClientAsksOverQUIC(t *testing.T) {
	authority := NewAuthority(t)
	asked := false
	for _, server := range NginxServers(t) {
		if !server.Has("http_v3_module") {
			continue
		}
		asked = true
		t.Run(server.Name(), func(t *testing.T) {
			files := authority.Issue(t, Leaf{Names: []string{"a.example"}}).Files("/srv/tls")
			files["sites/a.conf"] = "server { listen 443 quic reuseport; listen 443 ssl; server_name a.example;\n" +
				"ssl_certificate /srv/tls/fullchain.pem; ssl_certificate_key /srv/tls/privkey.pem; return 200 $server_protocol; }\n"
			answer, err := server.Start(t, Config{Files: files}).Client(authority.Pool()).Do(Request{URL: "https://a.example/", HTTP3: true})
			if err != nil || answer.Proto != "HTTP/3.0" || answer.Body != "HTTP/3.0" {
				t.Errorf("%+v, %v", answer, err)
			}
		})
	}
	if !asked {
		t.Skip("no nginx with HTTP/3")
	}
}
