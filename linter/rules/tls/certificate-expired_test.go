package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestCertificateExpired(t *testing.T) {
	ruletest.Run(t, tls.CertificateExpired, []ruletest.Case{
		{Name: "a certificate that ended", Nginx: nginxSite("/etc/ssl/expired/fullchain.pem", "/etc/ssl/expired/privkey.pem", ""), Want: []string{"4: the certificate of shop.example expired on 2026-11-13"}},
		{Name: "the same in Apache", Apache: apacheSite("/etc/ssl/expired/fullchain.pem", "/etc/ssl/expired/privkey.pem", ""), Want: []string{"4: expired on 2026-11-13"}},
		{Name: "a good one", Nginx: nginxSite(shopChain, shopKey, "")},
		{Name: "what a catch-all shows to strangers matters little", Nginx: "server {\nlisten 443 ssl default_server;\nserver_name _;\nssl_certificate /etc/ssl/expired/fullchain.pem;\nssl_certificate_key /etc/ssl/expired/privkey.pem;\n}\n", Want: []string{"4: expired [info]"}},
		{Name: "a server that rejects shows none", Nginx: nginxSite("/etc/ssl/expired/fullchain.pem", "/etc/ssl/expired/privkey.pem", "ssl_reject_handshake on;")},
	})
}
