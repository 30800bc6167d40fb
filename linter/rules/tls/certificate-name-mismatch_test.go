package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestCertificateNameMismatch(t *testing.T) {
	ruletest.Run(t, tls.CertificateNameMismatch, []ruletest.Case{
		{Name: "a wildcard is not good for the domain itself", Nginx: nginxSite("/etc/ssl/wildcard/fullchain.pem", "/etc/ssl/wildcard/privkey.pem", ""), Want: []string{"3: not for shop.example"}},
		{Name: "but for one label more", Nginx: "server {\nlisten 443 ssl;\nserver_name www.shop.example;\nssl_certificate /etc/ssl/wildcard/fullchain.pem;\nssl_certificate_key /etc/ssl/wildcard/privkey.pem;\n}\n"},
		{Name: "and not for two", Apache: "<VirtualHost *:443>\nServerName www.shop.example\nServerAlias a.b.shop.example\nSSLEngine on\nSSLCertificateFile /etc/ssl/wildcard/fullchain.pem\n</VirtualHost>\n", Want: []string{"3: not for a.b.shop.example"}},
		{Name: "a wildcard host needs a wildcard", Nginx: "server {\nlisten 443 ssl;\nserver_name *.shop.example;\nssl_certificate " + shopChain + ";\nssl_certificate_key " + shopKey + ";\n}\n", Want: []string{"3: not for *.shop.example [info]"}},
		{Name: "a leading dot means two names", Nginx: "server {\nlisten 443 ssl;\nserver_name .shop.example;\nssl_certificate /etc/ssl/wildcard/fullchain.pem;\nssl_certificate_key /etc/ssl/wildcard/privkey.pem;\n}\n", Want: []string{"3: not for shop.example"}},
		{Name: "one of two certificates is enough", Nginx: "server {\nlisten 443 ssl;\nserver_name shop.example a.shop.example;\nssl_certificate " + shopChain + ";\nssl_certificate_key " + shopKey + ";\nssl_certificate /etc/ssl/wildcard/fullchain.pem;\nssl_certificate_key /etc/ssl/wildcard/privkey.pem;\n}\n"},
		{Name: "names that no certificate has are left out", Nginx: "server {\nlisten 443 ssl;\nserver_name shop.example _ localhost 192.0.2.1 unknown.invalid ~^a;\nssl_certificate " + shopChain + ";\nssl_certificate_key " + shopKey + ";\n}\n"},
		{Name: "nothing is claimed of a certificate that cannot be read", Nginx: "server {\nlisten 443 ssl;\nserver_name x.example;\nssl_certificate /etc/ssl/none.pem;\nssl_certificate_key /etc/ssl/none.key;\n}\n"},
		{Name: "case does not matter", Apache: "<VirtualHost *:443>\nServerName WWW.Shop.Example\nSSLEngine on\nSSLCertificateFile " + shopChain + "\n</VirtualHost>\n"},
	})
}
