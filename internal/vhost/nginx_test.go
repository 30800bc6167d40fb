package vhost

import (
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// lowerNginx makes a model of configuration text as of a version.
func lowerNginx(t testing.TB, version, text string) *Model {
	t.Helper()
	set := source.NewSet(source.SetConfig{Tree: fstest.MapFS{}})
	set.Add("/etc/nginx/nginx.conf", []byte(text))
	cfg, err := nginx.Load(set, "/etc/nginx/nginx.conf", nginx.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Diagnostics) > 0 {
		t.Fatalf("%v in\n%s", cfg.Diagnostics[0].Message, text)
	}
	target := tlspolicy.Target{Server: tlspolicy.Nginx, Version: tlspolicy.MustVersion(version), OpenSSL: tlspolicy.MustVersion("3.0.15")}
	return FromNginx(cfg, target)
}

// describe writes a listener as the tests expect it.
func describe(l *Listener) string {
	words := []string{l.Address.String()}
	for _, option := range []struct {
		on   bool
		name string
	}{{l.TLS.V, "tls"}, {l.QUIC, "quic"}, {l.HTTP2.V, "h2"}, {l.ProxyProtocol, "proxy"}, {l.Layer == Stream, "stream"}, {l.Layer == Mail, "mail"}} {
		if option.on {
			words = append(words, option.name)
		}
	}
	hosts := []string{}
	for _, h := range l.Hosts {
		site := h.Site()
		if h == l.Default {
			site += "!"
		}
		hosts = append(hosts, site)
	}
	return strings.Join(words, " ") + ": " + strings.Join(hosts, " ")
}

func TestNginxListeners(t *testing.T) {
	for _, row := range []struct{ name, config, want string }{
		{"no listen is port 80", `http { server { server_name a; } }`, "*:80: a!"},
		{"a port", `http { server { listen 8080; server_name a; } }`, "*:8080: a!"},
		{"an address has port 80", `http { server { listen 192.0.2.1; server_name a; } }`, "192.0.2.1:80: a!"},
		{"star", `http { server { listen *:81; server_name a; } }`, "*:81: a!"},
		{"0.0.0.0 is star", `http { server { listen 0.0.0.0:80; server_name a; } server { listen 80; server_name b; } }`, "*:80: a! b"},
		{"IPv6 alone by default", `http { server { listen [::]:80; server_name a; } }`, "[::]:80: a!"},
		{"IPv6 takes IPv4 too", `http { server { listen [::]:80 ipv6only=off; server_name a; } }`, "*+[::]:80: a!"},
		{"IPv6 address without port", `http { server { listen [2001:db8::1]; server_name a; } }`, "[2001:db8::1]:80: a!"},
		{"both families are two sockets", `http { server { listen 80; listen [::]:80; server_name a; } }`, "*:80: a! | [::]:80: a!"},
		{"local socket", `http { server { listen unix:/run/a.sock; server_name a; } }`, "unix:/run/a.sock: a!"},
		{"a host name", `http { server { listen www.example.com:80; server_name a; } }`, "*+[::]:80: a!"},
		{"localhost", `http { server { listen localhost:80; server_name a; } }`, "127.0.0.1:80: a!"},
		{"first server is the default", `http { server { listen 80; server_name a; } server { listen 80; server_name b; } }`, "*:80: a! b"},
		{"default_server", `http { server { listen 80; server_name a; } server { listen 80 default_server; server_name b; } }`, "*:80: a b!"},
		{"default is its old name", `http { server { listen 80; server_name a; } server { listen 80 default; server_name b; } }`, "*:80: a b!"},
		{"ssl of one server holds for all", `http { server { listen 443; server_name a; } server { listen 443 ssl; server_name b; } }`, "*:443 tls: a! b"},
		{"options add up", `http { server { listen 443 http2; server_name a; } server { listen 443 ssl proxy_protocol; server_name b; } }`, "*:443 tls h2 proxy: a! b"},
		{"quic is a socket of its own", `http { server { listen 443 ssl; listen 443 quic; server_name a; } }`, "*:443 tls: a! | *:443 tls quic: a!"},
		{"http2 of the default server", `http { server { listen 443 ssl; http2 on; server_name a; } server { listen 443 ssl; server_name b; } }`, "*:443 tls h2: a! b"},
		{"http2 of another server", `http { server { listen 443 ssl; server_name a; } server { listen 443 ssl; http2 on; server_name b; } }`, "*:443 tls: a! b"},
		{"http2 inherited", `http { http2 on; server { listen 443 ssl; server_name a; } }`, "*:443 tls h2: a!"},
		{"specific address stands alone", `http { server { listen 80; server_name a; } server { listen 192.0.2.1:80; server_name b; } }`, "*:80: a! | 192.0.2.1:80: b!"},
		{"stream", `stream { server { listen 853 ssl; server_name a; proxy_pass b; } }`, "*:853 tls stream: a!"},
		{"stream range", `stream { server { listen 100-102; proxy_pass b; } }`, "*:100 stream: _! | *:101 stream: _! | *:102 stream: _!"},
		{"mail", `mail { server_name m; server { listen 993 ssl; protocol imap; } }`, "*:993 tls mail: _!"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, l := range lowerNginx(t, "1.30.6", row.config).Listeners {
				got = append(got, describe(l))
			}
			if s := strings.Join(got, " | "); s != row.want {
				t.Errorf("got  %s\nwant %s", s, row.want)
			}
		})
	}
}
