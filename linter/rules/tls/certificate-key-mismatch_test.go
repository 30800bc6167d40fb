package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestCertificateKeyMismatch(t *testing.T) {
	ruletest.Run(t, tls.CertificateKeyMismatch, []ruletest.Case{
		{Name: "the key of another certificate", Nginx: nginxSite(shopChain, "/etc/ssl/wildcard/privkey.pem", ""), Want: []string{"5: does not belong to the certificate of shop.example"}},
		{Name: "the same in Apache", Apache: apacheSite(shopChain, "/etc/ssl/wildcard/privkey.pem", ""), Want: []string{"5: does not belong"}},
		{Name: "the chain in front of the certificate", Nginx: nginxSite("/etc/nginx/turned.pem", shopKey, "") + "# /etc/ssl/\n",
			Files: map[string]string{"/etc/nginx/turned.pem": ruletest.Certificates()["/etc/ssl/shop.example/chain.pem"] + ruletest.Certificates()["/etc/ssl/shop.example/cert.pem"]},
			Want:  []string{"5: which has to stand first in its file"}},
		{Name: "the right key", Apache: apacheSite(shopChain, shopKey, "")},
		{Name: "pairs go by their order", Nginx: "server {\nlisten 443 ssl;\nserver_name shop.example;\nssl_certificate " + shopChain + ";\nssl_certificate /etc/ssl/wildcard/fullchain.pem;\nssl_certificate_key /etc/ssl/wildcard/privkey.pem;\nssl_certificate_key " + shopKey + ";\n}\n",
			Want: []string{"6: does not belong to the certificate of shop.example", "7: does not belong to the certificate of *.shop.example"}},
	})
}
