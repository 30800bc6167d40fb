package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSProtocolWeak(t *testing.T) {
	ruletest.Run(t, tls.TLSProtocolWeak, []ruletest.Case{
		{Name: "TLS 1.0 and 1.1", Nginx: "ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n", Want: []string{"1: allows TLSv1 and TLSv1.1"}},
		{Name: "SSL can be broken", Nginx: "ssl_protocols SSLv3 TLSv1.2;\n", Want: []string{"1: POODLE [error]"}},
		{Name: "all means the old ones too", Apache: "SSLProtocol all -SSLv3\n", Want: []string{"1: allows TLSv1 and TLSv1.1"}},
		{Name: "taken away again", Apache: "SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1\n"},
		{Name: "a name without a sign starts anew", Apache: "SSLProtocol TLSv1 TLSv1.2\n"},
		{Name: "OpenSSL 3 refuses them at level 2", Nginx: "ssl_protocols TLSv1 TLSv1.2;\n", Platform: "debian-12", Want: []string{"1: refuses that at its security level [info]"}},
		{Name: "but not at level 0", Nginx: nginxSite("a.pem", "a.key", "ssl_protocols TLSv1 TLSv1.2;\nssl_ciphers DEFAULT:@SECLEVEL=0;"), Platform: "debian-12", Want: []string{"6: allows TLSv1"}},
		{Name: "old servers allow them by themselves", Nginx: nginxWhole("server {\nlisten 443 ssl;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n"), Version: "1.22.1", OpenSSL: "1.1.1", Want: []string{"3: without ssl_protocols, nginx 1.22.1 allows TLSv1 and TLSv1.1"}},
		{Name: "with an unknown OpenSSL that is not sure", Nginx: nginxWhole("server {\nlisten 443 ssl;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n"), Version: "1.22.1", Want: []string{"3: unless OpenSSL refuses that [info]"}},
		{Name: "from nginx 1.27.3 on they do not", Nginx: nginxWhole("server {\nlisten 443 ssl;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n"), Version: "1.28.0", OpenSSL: "1.1.1"},
		{Name: "of an unknown version nothing is claimed", Nginx: nginxWhole("server {\nlisten 443 ssl;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n")},
		{Name: "one line for a thousand hosts is one finding", Nginx: "ssl_protocols TLSv1 TLSv1.2;\nserver { listen 443 ssl; server_name a.example; }\nserver { listen 443 ssl; server_name b.example; }\n", Want: []string{"1: allows TLSv1"}},
		{Name: "a line that nobody uses yet", Nginx: nginxWhole("ssl_protocols TLSv1 TLSv1.2;\nserver {\nlisten 80;\n}\n"), Want: []string{"3: no virtual host uses it at present [info]"}},
	})
}
