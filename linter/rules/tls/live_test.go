package tls_test

import (
	"crypto/rsa"
	cryptotls "crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"strings"
	"testing"

	"padlock/internal/servertest"
	"padlock/internal/source"
	"padlock/linter/rule"
	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

// found lints a configuration for a real server's versions, with the files that
// it has, and tells whether a rule reports it with any severity but info.
func found(t *testing.T, server *servertest.Server, r *rule.Rule, text string, files servertest.Files) bool {
	t.Helper()
	c := ruletest.Case{Files: files, Installed: true, Version: server.Version, OpenSSL: server.OpenSSL}
	if server.Kind == servertest.Nginx {
		c.Nginx, c.File = nginxWhole(text), "nginx.conf"
	} else {
		c.Apache, c.File = "Listen 443\nListen 80\n"+text, "apache2.conf"
	}
	for _, f := range c.Lint(t, r.ID).Findings {
		if f.Severity != source.Info {
			return true
		}
	}
	return false
}

// commands are names and values of OpenSSL's commands, good and bad ones.
var commands = strings.Fields(`NoSuch=x minprotocol=TLSv1.2 MinProtocol=None MinProtocol=tlsv1.2 MinProtocol=TLSv1.0 MaxProtocol=TLSv1.4 MaxProtocol=DTLSv1.2
	Protocol=ALL Protocol=-ALL,TLSv1.2 Protocol=tlsv1.3 Protocol=TLSv1.4 Protocol=SSLv2 VerifyMode=peer VerifyMode=Peer,Require VerifyMode=None
	NumTickets=0 NumTickets=-1 RecordPadding=16384 RecordPadding=16385 RecordPadding=-1 Options=sessionticket Options=-SessionTicket,Bugs
	Options=SessionTicket,NoSuch Options=All Options=NoTicket Options=LegacyServerConnect Options=CertificateCompression Options=KTLS
	Options=IgnoreUnexpectedEOF Options=KTLSTxZerocopySendfile Options=PreferNoDHEKEX Options=StrictCertCheck Options=TxCertificateCompression
	TxCertificateCompression=x no_ssl3=x -no_ssl3=x legacy_server_connect=x CipherString=HIGH Groups=X25519 SignatureAlgorithms=RSA+SHA256
	SignatureAlgorithms=rsa+sha256 SignatureAlgorithms=RSA+Sha256 SignatureAlgorithms=PSS+SHA1 SignatureAlgorithms=RSA+SHA256: SignatureAlgorithms=Ed25519
	SignatureAlgorithms=PSS+SHA256:rsa_pss_rsae_sha256 SignatureAlgorithms=?x SignatureAlgorithms=?x:ed448 SignatureAlgorithms=??ed448 SignatureAlgorithms=mldsa65
	ClientSignatureAlgorithms=ECDSA+SHA384:ECDSA+SHA512 ClientSignatureAlgorithms=ECDSA RecordPadding=x RecordPadding=5x RecordPadding=512,20000 Options=-+KTLS`)

// What the rules say keeps nginx from starting does so, and nothing else.
func TestNginxRefusesWhatTheRulesSay(t *testing.T) {
	authority := servertest.NewAuthority(t)
	files := authority.Issue(t, servertest.Leaf{Names: []string{"shop.example"}}).Files("/etc/tls").
		With(authority.Issue(t, servertest.Leaf{Names: []string{"x.example"}}).Files("/etc/other")).
		With(servertest.Files{
			"/etc/tls/broken.pem": ruletest.Certificates()["/etc/ssl/shop.example/broken.pem"],
			"/etc/tls/small.pem":  ruletest.Certificates()["/etc/ssl/small/fullchain.pem"],
			"/etc/tls/small.key":  ruletest.Certificates()["/etc/ssl/small/privkey.pem"],
		})
	rsaPair := authority.Issue(t, servertest.Leaf{Names: []string{"rsa.example"}, RSA: true})
	files = files.With(servertest.Files{
		"/etc/rsa/fullchain.pem": rsaPair.Cert, "/etc/rsa/privkey.pem": rsaPair.Key, "/etc/rsa/wrong.pem": withWrongNumbers(t, rsaPair.Key),
		"/etc/rsa/old.pem": withoutWrapping(t, rsaPair.Key),
	})
	good := func(more string) string { return nginxSite("/etc/tls/fullchain.pem", "/etc/tls/privkey.pem", more) }
	cases := []struct {
		name string
		rule *rule.Rule
		text string
	}{
		{"good", tls.CertificateUnreadable, good("")},
		{"no certificate", tls.CertificateMissing, "server {\nlisten 443 ssl;\n}\n"},
		{"no key", tls.CertificateMissing, "server {\nlisten 443 ssl;\nssl_certificate /etc/tls/fullchain.pem;\n}\n"},
		{"rejecting", tls.CertificateMissing, "server {\nlisten 443 ssl;\nssl_reject_handshake on;\n}\n"},
		{"behind a rejecting one", tls.CertificateMissing, "server {\nlisten 443 ssl;\nssl_reject_handshake on;\n}\nserver {\nlisten 443 ssl;\nserver_name b.example;\n}\n"},
		{"behind one with a certificate", tls.CertificateMissing, good("") + "server {\nlisten 443 ssl;\nserver_name b.example;\n}\n"},
		{"missing file", tls.CertificateUnreadable, nginxSite("/etc/tls/none.pem", "/etc/tls/privkey.pem", "")},
		{"broken file", tls.CertificateUnreadable, nginxSite("/etc/tls/broken.pem", "/etc/tls/privkey.pem", "")},
		{"key for certificate", tls.CertificateUnreadable, nginxSite("/etc/tls/privkey.pem", "/etc/tls/privkey.pem", "")},
		{"foreign key", tls.CertificateKeyMismatch, nginxSite("/etc/tls/fullchain.pem", "/etc/other/privkey.pem", "")},
		{"RSA key", tls.CertificateKeyMismatch, nginxSite("/etc/rsa/fullchain.pem", "/etc/rsa/privkey.pem", "")},
		{"RSA key, PKCS #1", tls.CertificateKeyMismatch, nginxSite("/etc/rsa/fullchain.pem", "/etc/rsa/old.pem", "")},
		{"foreign key of RSA", tls.CertificateKeyMismatch, nginxSite("/etc/rsa/fullchain.pem", "/etc/tls/small.key", "")},
		{"RSA key with private numbers that do not fit", tls.CertificateKeyMismatch, nginxSite("/etc/rsa/fullchain.pem", "/etc/rsa/wrong.pem", "")},
		{"a plain server's command", tls.TLSCommandInvalid, "server {\nlisten 80;\nssl_conf_command NoSuch x;\n}\n"},
		{"hybrid group", tls.TLSGroupUnsupported, good("ssl_ecdh_curve X25519MLKEM768:X25519;")},
		{"optional group", tls.TLSGroupUnsupported, good("ssl_ecdh_curve X25519:prime256v1;")},
		{"unknown ciphers", tls.TLSCipherUnknown, good("ssl_ciphers FOO:BAR;")},
		{"usual ciphers", tls.TLSCipherUnknown, good("ssl_ciphers HIGH:!aNULL:!MD5;")},
		{"no parameters", tls.TLSDHParam, good("ssl_dhparam /etc/tls/cert.pem;")},
	}
	for _, c := range commands {
		name, value, _ := strings.Cut(c, "=")
		cases = append(cases, struct {
			name string
			rule *rule.Rule
			text string
		}{c, tls.TLSCommandInvalid, good("ssl_conf_command " + name + " " + value + ";")})
	}
	for _, server := range servertest.NginxServers(t) {
		if server.Suite == "trixie" && os.Getenv("PADLOCK_PROVE") == "" {
			continue // the oldest and the newest OpenSSL tell them apart
		}
		t.Run(server.Name(), func(t *testing.T) {
			t.Parallel()
			session := server.Session(t)
			for _, c := range cases {
				verdict := session.Test(servertest.Config{Files: files.With(servertest.Files{"sites/a.conf": c.text})})
				if got := found(t, server, c.rule, c.text, files); got == verdict.Accepted {
					t.Errorf("%s: reported %v, and the server: %s", c.name, got, verdict.Output)
				}
			}
		})
	}
}

// withoutWrapping is a private key of RSA as OpenSSL wrote them before 1.0.
func withoutWrapping(t *testing.T, key string) string {
	t.Helper()
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey(t, key))}))
}

// withWrongNumbers is a private key of RSA whose exponent and coefficient are not
// those of its modulus.
func withWrongNumbers(t *testing.T, key string) string {
	t.Helper()
	k := rsaKey(t, key)
	der, err := asn1.Marshal(struct {
		Version                                    int
		N                                          *big.Int
		E                                          int
		D, P, Q, ExponentP, ExponentQ, Coefficient *big.Int
	}{0, k.N, k.E, new(big.Int).Add(k.D, big.NewInt(2)), k.Primes[0], k.Primes[1], k.Precomputed.Dp, k.Precomputed.Dq, big.NewInt(3)})
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}))
}

func rsaKey(t *testing.T, key string) *rsa.PrivateKey {
	t.Helper()
	block, _ := pem.Decode([]byte(key))
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.(*rsa.PrivateKey)
}

// A host's own protocols count where the rule says nothing, and where it reports
// that they are ignored, they are.
func TestProtocolsThatTheServersOffer(t *testing.T) {
	authority := servertest.NewAuthority(t)
	files := authority.Issue(t, servertest.Leaf{Names: []string{"a.example", "b.example"}}).Files("/etc/tls")
	hosts := map[servertest.Kind]string{
		servertest.Nginx: "ssl_certificate /etc/tls/fullchain.pem;\nssl_certificate_key /etc/tls/privkey.pem;\n" +
			"server {\nlisten 443 ssl;\nserver_name a.example;\nssl_protocols TLSv1.2 TLSv1.3;\n}\nserver {\nlisten 443 ssl;\nserver_name b.example;\nssl_protocols TLSv1.3;\n}\n",
		servertest.Apache: "<VirtualHost *:443>\nServerName a.example\nSSLEngine on\nSSLCertificateFile /etc/tls/fullchain.pem\nSSLCertificateKeyFile /etc/tls/privkey.pem\nSSLProtocol -all +TLSv1.2 +TLSv1.3\n</VirtualHost>\n" +
			"<VirtualHost *:443>\nServerName b.example\nSSLEngine on\nSSLCertificateFile /etc/tls/fullchain.pem\nSSLCertificateKeyFile /etc/tls/privkey.pem\nSSLProtocol -all +TLSv1.3\n</VirtualHost>\n",
	}
	for _, server := range servertest.Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			text := hosts[server.Kind]
			running := server.Start(t, servertest.Config{Files: files.With(servertest.Files{"sites/a.conf": text})})
			_, err := running.Client(authority.Pool()).Handshake(servertest.Request{URL: "https://b.example/", MaxTLS: cryptotls.VersionTLS12})
			offered := err == nil
			if got := found(t, server, tls.TLSProtocolIgnored, text, files); got != offered {
				t.Errorf("reported %v, and TLS 1.2 is offered: %v (%v)", got, offered, err)
			}
		})
	}
}

// Clients refuse the certificates that the rules report.
func TestCertificatesThatClientsRefuse(t *testing.T) {
	authority := servertest.NewAuthority(t)
	files := authority.Issue(t, servertest.Leaf{Names: []string{"shop.example"}}).Files("/etc/tls").
		With(authority.Issue(t, servertest.Leaf{Names: []string{"*.shop.example"}}).Files("/etc/wild"))
	for _, server := range servertest.NginxServers(t)[:1] {
		for dir, trusted := range map[string]bool{"/etc/tls": true, "/etc/wild": false} {
			text := nginxSite(dir+"/fullchain.pem", dir+"/privkey.pem", "")
			running := server.Start(t, servertest.Config{Files: files.With(servertest.Files{"sites/a.conf": text})})
			_, err := running.Client(authority.Pool()).Get("https://shop.example/")
			if got := found(t, server, tls.CertificateNameMismatch, text, files); got == trusted || trusted != (err == nil) {
				t.Errorf("%s: reported %v, and a client says %v", dir, got, err)
			}
		}
	}
}

// nginx starts with a key of another kind than the certificate, and only some
// clients can tell what comes of it: the rule is about those that none can.
func TestKeysOfAnotherKind(t *testing.T) {
	authority := servertest.NewAuthority(t)
	names := []string{"shop.example"}
	files := authority.Issue(t, servertest.Leaf{Names: names}).Files("/etc/ec").
		With(authority.Issue(t, servertest.Leaf{Names: names, RSA: true}).Files("/etc/rsa"))
	both := "ssl_certificate /etc/rsa/fullchain.pem;\nssl_certificate_key /etc/ec/privkey.pem;\n"
	for _, server := range servertest.NginxServers(t) {
		for text, serves := range map[string]bool{
			nginxSite("/etc/ec/fullchain.pem", "/etc/rsa/privkey.pem", ""):   false,
			nginxSite("/etc/ec/fullchain.pem", "/etc/rsa/privkey.pem", both): true,
		} {
			running := server.Start(t, servertest.Config{Files: files.With(servertest.Files{"sites/a.conf": text})})
			_, err := running.Client(authority.Pool()).Get("https://shop.example/")
			if got := found(t, server, tls.CertificateKeyMismatch, text, files); got == serves || serves != (err == nil) {
				t.Errorf("%s: reported %v, and a client says %v\n%s", server.Name(), got, err, text)
			}
		}
	}
}

// nginx warns of stapling where the rule does.
func TestStaplingThatNginxIgnores(t *testing.T) {
	authority := servertest.NewAuthority(t)
	files := authority.Issue(t, servertest.Leaf{Names: []string{"shop.example"}}).Files("/etc/tls")
	for _, server := range servertest.NginxServers(t) {
		for _, word := range []string{"on", "off"} {
			text := nginxSite("/etc/tls/fullchain.pem", "/etc/tls/privkey.pem", "ssl_stapling "+word+";")
			verdict := server.Test(t, servertest.Config{Files: files.With(servertest.Files{"sites/a.conf": text})})
			warned := strings.Contains(verdict.Output, `"ssl_stapling" ignored`)
			if got := found(t, server, tls.TLSStapling, text, files); got != warned {
				t.Errorf("%s, %s: reported %v, and the server: %s", server.Name(), word, got, verdict.Output)
			}
		}
	}
}
