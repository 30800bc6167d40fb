package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestCertificateChain(t *testing.T) {
	ruletest.Run(t, tls.CertificateChain, []ruletest.Case{
		{Name: "the certificate alone", Nginx: nginxSite("/etc/ssl/shop.example/cert.pem", shopKey, ""), Want: []string{"4: Example Authority R1, is missing"}},
		{Name: "the chain in a file of its own", Apache: apacheSite("/etc/ssl/shop.example/cert.pem", shopKey, "SSLCertificateChainFile /etc/ssl/shop.example/chain.pem")},
		{Name: "nothing is claimed if that file is not known", Apache: apacheSite("/etc/ssl/shop.example/cert.pem", shopKey, "SSLCertificateChainFile /etc/ssl/none.pem")},
		{Name: "an authority of one's own may sign with its root", Nginx: nginxSite("/etc/ssl/private/fullchain.pem", "/etc/ssl/private/privkey.pem", ""), Want: []string{"4: only if clients trust this issuer itself [info]"}},
		{Name: "out of order, with the root", Nginx: nginxSite("/etc/ssl/shop.example/disordered.pem", shopKey, ""), Want: []string{"4: has to stand right after it", "4: need not be sent [info]"}},
		{Name: "complete", Nginx: nginxSite(shopChain, shopKey, "")},
	})
}
