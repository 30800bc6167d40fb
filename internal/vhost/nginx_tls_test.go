package vhost

import (
	"fmt"
	"testing"
)

func TestNginxTLS(t *testing.T) {
	const pair = "ssl_certificate a.pem; ssl_certificate_key a.key; "
	for _, row := range []struct{ name, version, config, want string }{
		{"defaults before 1.27.3", "1.26.3", `http { server { listen 443 ssl; ` + pair + `} }`, "[TLSv1 TLSv1.1 TLSv1.2 TLSv1.3] HIGH:!aNULL:!MD5 auto off true a.pem"},
		{"defaults of today", "1.30.6", `http { server { listen 443 ssl; ` + pair + `} }`, "[TLSv1.2 TLSv1.3] HIGH:!aNULL:!MD5 auto off true a.pem"},
		{"inherited", "1.30.6", `http { ssl_protocols TLSv1.3; ssl_ciphers X; ssl_session_tickets off; server { listen 443 ssl; ` + pair + `} }`, "[TLSv1.3] X auto off false a.pem"},
		{"a server's own", "1.30.6", `http { ssl_protocols TLSv1.3; server { listen 443 ssl; ssl_protocols TLSv1.2; ssl_verify_client on; ` + pair + `} }`, "[TLSv1.2] HIGH:!aNULL:!MD5 auto require true a.pem"},
		{"certificates replace the outer list", "1.30.6", `http { ssl_certificate b.pem; ssl_certificate c.pem; server { listen 443 ssl; ` + pair + `} }`, "[TLSv1.2 TLSv1.3] HIGH:!aNULL:!MD5 auto off true a.pem"},
		{"certificates are inherited as a list", "1.30.6", `http { ssl_certificate b.pem; ssl_certificate c.pem; server { listen 443 ssl; } }`, "[TLSv1.2 TLSv1.3] HIGH:!aNULL:!MD5 auto off true b.pem^ c.pem^"},
		{"a variable certificate", "1.30.6", `http { server { listen 443 ssl; ssl_certificate $ssl_server_name.pem; } }`, "[TLSv1.2 TLSv1.3] HIGH:!aNULL:!MD5 auto off true $ssl_server_name.pem$"},
		{"OpenSSL's own commands", "1.30.6", `http { server { listen 443 ssl; ssl_conf_command MinProtocol TLSv1.3; ssl_conf_command Groups X25519; ssl_conf_command Options -SessionTicket,ServerPreference; ` + pair + `} }`, "[TLSv1.3] HIGH:!aNULL:!MD5 X25519 off false a.pem"},
		{"ssl on of old", "1.22.1", `http { server { listen 443; ssl on; ` + pair + `} }`, "[TLSv1 TLSv1.1 TLSv1.2] HIGH:!aNULL:!MD5 auto off true a.pem"},
		{"stream", "1.30.6", `stream { server { listen 853 ssl; proxy_pass x; ` + pair + `} }`, "[TLSv1.2 TLSv1.3] HIGH:!aNULL:!MD5 auto off true a.pem"},
		{"mail by STARTTLS", "1.30.6", `mail { server { listen 25; protocol smtp; starttls on; ` + pair + `} }`, "[TLSv1.2 TLSv1.3] HIGH:!aNULL:!MD5 auto off true a.pem"},
	} {
		t.Run(row.name, func(t *testing.T) {
			tls := lowerNginx(t, row.version, row.config).Hosts[0].TLS
			if tls == nil || !tls.Enabled.V {
				t.Fatal("no TLS")
			}
			got := fmt.Sprint(tls.Protocols.V, " ", tls.Ciphers.V, " ", tls.Groups.V, " ", tls.ClientAuth.V, " ", tls.Tickets.V)
			for _, c := range tls.Certificates {
				got += " " + c.Certificate.V
				if c.Inherited {
					got += "^"
				}
				if c.Variable {
					got += "$"
				}
			}
			if got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestNginxProtocolsInEffect(t *testing.T) {
	const config = `http {
		server { listen 443 ssl; server_name a; ssl_protocols TLSv1.2; ssl_certificate a; ssl_certificate_key a; }
		server { listen 443 ssl; server_name b; ssl_protocols TLSv1.3; ssl_certificate a; ssl_certificate_key a; } }`
	for version, want := range map[string]string{"1.26.3": "[TLSv1.2]", "1.29.1": "[TLSv1.2]", "1.29.2": "[TLSv1.3]", "1.30.6": "[TLSv1.3]"} {
		tls := lowerNginx(t, version, config).Hosts[1].TLS
		if got := fmt.Sprint(tls.ProtocolsInEffect.V); got != want || fmt.Sprint(tls.Protocols.V) != "[TLSv1.3]" {
			t.Errorf("nginx %s: %s, want %s", version, got, want)
		}
	}
}

func TestNginxHandshakes(t *testing.T) {
	m := lowerNginx(t, "1.30.6", `http { ssl_certificate a; ssl_certificate_key a;
		server { listen 443 ssl default_server; ssl_reject_handshake on; }
		server { listen 443 ssl; server_name a.example; return 200 a; }
		server { listen 443 ssl; server_name m.example; ssl_verify_client on; error_page 496 =403 /no; location = /no { internal; return 403; } }
		server { listen 443 ssl; server_name p.example; error_page 497 =301 https://$host$request_uri; } }`)
	for request, want := range map[string]string{
		"https://other.example/": "rejects", "https://a.example/": "serves 200", "http://a.example:443/": "rejects 400",
		"http://p.example:443/x?y": "redirects 301 https://p.example/x?y", "https://m.example/": "serves",
	} {
		if got := short(ask(t, m, request, nil)); got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
	r := Request{TLS: true, Name: "m.example", Path: "/", Port: 443, NoCertificate: true}
	if got := short(m.Answer(m.Listeners[0], r)); got != "rejects 403" {
		t.Errorf("without a certificate: %s", got)
	}
}
