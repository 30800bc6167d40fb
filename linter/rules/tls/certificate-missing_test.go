package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestCertificateMissing(t *testing.T) {
	ruletest.Run(t, tls.CertificateMissing, []ruletest.Case{
		{Name: "a TLS socket needs a certificate", Nginx: nginxWhole("server {\nlisten 443 ssl;\nserver_name a.example;\n}\n"), Want: []string{"3: no ssl_certificate"}},
		{Name: "one of the whole server will do", Nginx: nginxWhole("ssl_certificate a.pem;\nssl_certificate_key a.key;\nserver {\nlisten 443 ssl;\n}\n")},
		{Name: "a part of a configuration is not judged", Nginx: "server {\nlisten 443 ssl;\nserver_name a.example;\n}\n"},
		{Name: "nor one with a file that is not known", Nginx: nginxWhole("include /etc/elsewhere/tls.conf;\nserver {\nlisten 443 ssl;\n}\n")},
		{Name: "a server that rejects needs none", Nginx: nginxWhole("server {\nlisten 443 ssl default_server;\nssl_reject_handshake on;\n}\n")},
		{Name: "behind one that rejects, the others do", Nginx: nginxWhole("server {\nlisten 443 ssl default_server;\nssl_reject_handshake on;\n}\nserver {\nlisten 443 ssl;\nserver_name a.example;\n}\n"), Want: []string{"7: no ssl_certificate"}},
		{Name: "behind one with a certificate, they do not", Nginx: nginxWhole("server {\nlisten 443 ssl default_server;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\nserver {\nlisten 443 ssl;\nserver_name a.example;\n}\n")},
		{Name: "each certificate has a key", Nginx: "server {\nlisten 443 ssl;\nssl_certificate a.pem;\n}\n", Want: []string{"3: no ssl_certificate_key"}},
		{Name: "Apache does not start without", Apache: "Listen 443\n<VirtualHost *:443>\nServerName a.example\nSSLEngine on\n</VirtualHost>\n", File: "apache2.conf", Want: []string{"2: no SSLCertificateFile"}},
		{Name: "the certificate of the whole server is inherited", Apache: "Listen 443\nSSLCertificateFile a.pem\n<VirtualHost *:443>\nServerName a.example\nSSLEngine on\n</VirtualHost>\n", File: "apache2.conf"},
		{Name: "mod_md gets one", Apache: "Listen 443\nMDomain a.example\n<VirtualHost *:443>\nServerName a.example\nSSLEngine on\n</VirtualHost>\n", File: "apache2.conf"},
	})
}
