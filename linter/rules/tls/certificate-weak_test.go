package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestCertificateWeak(t *testing.T) {
	ruletest.Run(t, tls.CertificateWeak, []ruletest.Case{
		{Name: "a small key", Nginx: nginxSite("/etc/ssl/small/fullchain.pem", "/etc/ssl/small/privkey.pem", ""), Want: []string{"4: an RSA key of 1024 bits"}},
		{Name: "the same in Apache", Apache: apacheSite("/etc/ssl/small/fullchain.pem", "/etc/ssl/small/privkey.pem", ""), Want: []string{"4: an RSA key of 1024 bits"}},
		{Name: "a good one", Nginx: nginxSite(shopChain, shopKey, "")},
	})
}
