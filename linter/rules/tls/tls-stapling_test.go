package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSStapling(t *testing.T) {
	ruletest.Run(t, tls.TLSStapling, []ruletest.Case{
		{Name: "nothing to staple", Nginx: nginxSite(shopChain, shopKey, "ssl_stapling on;"), Want: []string{"6: names an OCSP responder"}},
		{Name: "an answer from a file", Nginx: nginxSite(shopChain, shopKey, "ssl_stapling on;\nssl_stapling_file answer.der;")},
		{Name: "by the path, from Let's Encrypt", Nginx: nginxSite("/etc/letsencrypt/live/shop.example/fullchain.pem", "/etc/letsencrypt/live/shop.example/privkey.pem", "ssl_stapling on;"), Want: []string{"6: ended its OCSP service [info]"}},
		{Name: "of another unknown certificate nothing is claimed", Nginx: nginxSite("a.pem", "a.key", "ssl_stapling on;")},
		{Name: "demanded, and off", Nginx: nginxSite("/etc/ssl/stapled/fullchain.pem", "/etc/ssl/stapled/privkey.pem", ""), Want: []string{"4: demands stapling, which is off"}},
		{Name: "demanded, and on", Apache: apacheSite("/etc/ssl/stapled/fullchain.pem", "/etc/ssl/stapled/privkey.pem", "SSLUseStapling on")},
		{Name: "without a resolver", Nginx: nginxWhole(nginxSite("/etc/ssl/stapled/fullchain.pem", "/etc/ssl/stapled/privkey.pem", "ssl_stapling on;")), Want: []string{"8: without a resolver [info]"}},
		{Name: "with one", Nginx: nginxWhole("resolver 127.0.0.53;\n" + nginxSite("/etc/ssl/stapled/fullchain.pem", "/etc/ssl/stapled/privkey.pem", "ssl_stapling on;"))},
		{Name: "Apache needs a cache for it", Apache: "Listen 443\n" + apacheSite("a.pem", "a.key", "SSLUseStapling on"), File: "apache2.conf", Want: []string{"7: no SSLStaplingCache [error]"}},
		{Name: "and has one", Apache: "Listen 443\nSSLStaplingCache shmcb:/run/stapling(32768)\n" + apacheSite("a.pem", "a.key", "SSLUseStapling on"), File: "apache2.conf"},
	})
}
