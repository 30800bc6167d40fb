package vhost

import (
	"net/netip"
	"strings"
	"testing"
)

func TestSites(t *testing.T) {
	m := lowerNginx(t, "1.26.3", `http {
		server { listen 80 default_server; server_name _; return 444; }
		server { listen 80; server_name a.example *.b.example; return 301 https://$host$request_uri; }
		server { listen 443 ssl; server_name a.example ~^(www|api)\.c\.example$; ssl_certificate a; ssl_certificate_key b; }
		server { listen 127.0.0.1:80; server_name a.example; }
	}`)
	var got []string
	for _, s := range m.Sites() {
		got = append(got, s.Name+" ("+s.Example+") "+strings.Repeat("+", len(s.Members)))
	}
	want := ` () + | a.example (a.example) +++ | *.b.example (padlock-probe.b.example) + | ^(www|api)\.c\.example$ (www.c.example) +`
	if s := strings.Join(got, " | "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if h, l, _ := m.Secure("api.c.example"); h != m.Hosts[2] || l == nil {
		t.Errorf("api.c.example is served by %v", h)
	}
	if h, _, _ := m.Secure("x.b.example"); h != nil {
		t.Errorf("x.b.example has TLS by %v", h.Site())
	}
}

func TestTheNarrowestListenerTakesAConnection(t *testing.T) {
	m := lowerNginx(t, "1.26.3", `http {
		server { listen 80; server_name all; }
		server { listen 192.0.2.1:80; server_name one; }
		server { listen [::]:80 ipv6only=off; server_name six; }
	}`)
	for address, want := range map[string]string{"192.0.2.1": "one", "192.0.2.2": "all", "2001:db8::1": "six"} {
		if l := m.Listener(netip.MustParseAddr(address), 80); l == nil || l.Default.Site() != want {
			t.Errorf("%s is taken by %v, want %s", address, l, want)
		}
	}
	if l := m.Listener(netip.MustParseAddr("192.0.2.1"), 81); l != nil {
		t.Errorf("port 81 is taken by %v", l)
	}
}

func TestRoutesLeadToTheirLocations(t *testing.T) {
	m := lowerNginx(t, "1.26.3", `http { server { listen 80; server_name a.example;
		location / { root /srv; }
		location = /exact { root /srv; }
		location /dir/ { location /dir/inner/ { root /srv; } location ~ "^/dir/[0-9]{3}$" { root /srv; } }
		location ^~ /static { root /srv; }
		location ~ \.php$ { fastcgi_pass x; }
		location ~* \.(gif|jpe?g)$ { root /srv; }
		location ~ /\.(?!well-known) { deny all; }
		location /internal/ { internal; }
		location @named { return 404; }
	} }`)
	var got []string
	for _, r := range m.Routes(m.Hosts[0]) {
		got = append(got, r.Path)
	}
	want := "/padlock-probe/page /padlock-probe/page /exact /dir/padlock-probe /dir/inner/padlock-probe /dir/xxx /static /padlock-probe.php /padlock-probe.gif /."
	want = strings.Replace(want, "/dir/xxx", "/dir/111", 1)
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}
