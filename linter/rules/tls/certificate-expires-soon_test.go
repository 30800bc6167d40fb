package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestCertificateExpiresSoon(t *testing.T) {
	ruletest.Run(t, tls.CertificateExpiresSoon, []ruletest.Case{
		{Name: "five days of ninety are left", Nginx: nginxSite("/etc/ssl/expiring/fullchain.pem", "/etc/ssl/expiring/privkey.pem", ""), Want: []string{"4: ends on 2026-11-28"}},
		{Name: "the same in Apache", Apache: apacheSite("/etc/ssl/expiring/fullchain.pem", "/etc/ssl/expiring/privkey.pem", ""), Want: []string{"4: ends on 2026-11-28"}},
		{Name: "one that has ended is another rule's", Nginx: nginxSite("/etc/ssl/expired/fullchain.pem", "/etc/ssl/expired/privkey.pem", "")},
		{Name: "sixty days are enough", Nginx: nginxSite(shopChain, shopKey, "")},
	})
}
