package servertest

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"
)

// tlsSite adds a line to the TLS virtual host of site.
func tlsSite(t *testing.T, server *Server, authority *Authority, nginxLine, apacheLine string) Config {
	config := site(t, server, authority)
	text := config.Files["sites/a.conf"]
	text = strings.Replace(text, "    root ", "    "+nginxLine+"\n    root ", 1)
	text = strings.Replace(text, "    SSLEngine on\n", "    SSLEngine on\n    "+apacheLine+"\n", 1)
	config.Files["sites/a.conf"] = text
	return config
}

func TestTheClientOffersWhatTheRequestSays(t *testing.T) {
	authority := NewAuthority(t)
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			// OpenSSL 3 takes TLS 1.1 only at security level 0.
			config := tlsSite(t, server, authority,
				"ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT:@SECLEVEL=0;",
				"SSLProtocol +TLSv1.1 +TLSv1.2 +TLSv1.3\n    SSLCipherSuite DEFAULT:@SECLEVEL=0")
			client := server.Start(t, config).Client(authority.Pool())
			for _, version := range []uint16{tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
				state, err := client.Handshake(Request{URL: "https://a.example/", MinTLS: version, MaxTLS: version})
				if err != nil || state.Version != version {
					t.Errorf("%s: %+v, %v", tls.VersionName(version), state, err)
				}
			}
			if state, err := client.Handshake(Request{URL: "https://a.example/", MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS10}); err == nil {
				t.Errorf("TLS 1.0 was not refused: %+v", state)
			}
			state, err := client.Handshake(Request{URL: "https://a.example/", Groups: []tls.CurveID{tls.CurveP384}})
			if err != nil || state.CurveID != tls.CurveP384 || state.NegotiatedProtocol != "h2" {
				t.Errorf("secp384r1 alone: %+v, %v", state, err)
			}
			state, err = client.Handshake(Request{URL: "https://a.example/", HTTP1: true})
			if err != nil || state.NegotiatedProtocol == "h2" {
				t.Errorf("HTTP/1.1 alone: %+v, %v", state, err)
			}
		})
	}
}

func TestTheHybridGroupIsNegotiatedSinceOpenSSL35(t *testing.T) {
	authority := NewAuthority(t)
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			client := server.Start(t, site(t, server, authority)).Client(authority.Pool())
			state, err := client.Handshake(Request{URL: "https://a.example/"})
			if err != nil {
				t.Fatal(err)
			}
			want := tls.X25519MLKEM768
			if strings.HasPrefix(server.OpenSSL, "3.0.") {
				want = tls.X25519
			}
			if state.CurveID != want {
				t.Errorf("OpenSSL %s: %v, not %v", server.OpenSSL, state.CurveID, want)
			}
		})
	}
}

func TestNamesAndCertificatesAreChecked(t *testing.T) {
	authority := NewAuthority(t)
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			config := site(t, server, authority)
			leaf := authority.Issue(t, Leaf{Names: []string{"a.example"}, RSA: true, NotAfter: time.Now().Add(-time.Minute)})
			expired := Config{Files: config.Files.With(leaf.Files("/etc/letsencrypt/live/a.example"))}
			running := server.Start(t, config)
			client, credulous := running.Client(authority.Pool()), running.Client(nil)
			if _, err := client.Get("https://b.example/"); err == nil || !strings.Contains(err.Error(), "b.example") {
				t.Errorf("a wrong name: %v", err)
			}
			answer, err := credulous.Do(Request{URL: "https://b.example/", ServerName: "-", Host: "a.example"})
			if err != nil || answer.TLS.PeerCertificates[0].Subject.CommonName != "a.example" {
				t.Errorf("no server name: %+v, %v", answer, err)
			}
			running.Stop()
			if _, err := server.Start(t, expired).Client(authority.Pool()).Get("https://a.example/"); err == nil ||
				!strings.Contains(err.Error(), "expired") {
				t.Errorf("an expired certificate: %v", err)
			}
		})
	}
}

func TestAClientShowsItsCertificateWhenAsked(t *testing.T) {
	authority := NewAuthority(t)
	own := authority.Issue(t, Leaf{Names: []string{"visitor"}, Client: true})
	pair, err := tls.X509KeyPair([]byte(own.Cert), []byte(own.Key))
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			config := tlsSite(t, server, authority,
				"ssl_verify_client on; ssl_client_certificate /etc/ssl/ca.pem;",
				"SSLVerifyClient require\n    SSLCACertificateFile /etc/ssl/ca.pem")
			config.Files["/etc/ssl/ca.pem"] = authority.PEM()
			client := server.Start(t, config).Client(authority.Pool())
			if answer, err := client.Do(Request{URL: "https://a.example/", Certificate: &pair}); err != nil || answer.Status != 200 {
				t.Errorf("with a certificate: %+v, %v", answer, err)
			}
			if answer, err := client.Get("https://a.example/"); err == nil && answer.Status == 200 {
				t.Errorf("without a certificate: %+v", answer)
			}
		})
	}
}
