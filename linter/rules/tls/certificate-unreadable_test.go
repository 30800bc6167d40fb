package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestCertificateUnreadable(t *testing.T) {
	ruletest.Run(t, tls.CertificateUnreadable, []ruletest.Case{
		{Name: "a file that is cut off", Nginx: nginxSite("/etc/ssl/shop.example/broken.pem", shopKey, ""), Want: []string{"4: cannot load /etc/ssl/shop.example/broken.pem"}},
		{Name: "a key is no certificate", Nginx: nginxSite(shopKey, shopKey, ""), Want: []string{"4: no certificate in /etc/ssl/shop.example/privkey.pem"}},
		{Name: "a certificate is no key", Apache: apacheSite(shopChain, shopChain, ""), Want: []string{"5: no private key in /etc/ssl/shop.example/fullchain.pem"}},
		{Name: "without a key directive the certificate holds it", Apache: "<VirtualHost *:443>\nServerName shop.example\nSSLEngine on\nSSLCertificateFile /etc/apache2/both.pem\n</VirtualHost>\n",
			Files: map[string]string{"/etc/apache2/both.pem": ruletest.Certificates()[shopChain] + ruletest.Certificates()[shopKey]}},
		{Name: "elsewhere files may be missing", Nginx: nginxSite("/etc/ssl/none.pem", shopKey, "")},
		{Name: "on the server's machine they may not", Installed: true, Nginx: nginxSite("/etc/ssl/none.pem", shopKey, ""), Want: []string{"4: the file does not exist"}},
		{Name: "names are relative to the main file", Installed: true, Nginx: nginxSite("tls/a.pem", "tls/a.key", ""),
			Files: map[string]string{"/etc/nginx/tls/a.pem": ruletest.Certificates()[shopChain], "/etc/nginx/tls/a.key": ruletest.Certificates()[shopKey]}},
		{Name: "and to ServerRoot", Installed: true, File: "apache2.conf", Apache: "ServerRoot /srv/apache\nListen 443\n" + apacheSite("a.pem", "a.key", ""), Want: []string{"7: /srv/apache/a.key"},
			Files: map[string]string{"/srv/apache/a.pem": ruletest.Certificates()[shopChain]}},
		{Name: "a variable names no file", Installed: true, Nginx: nginxSite("/etc/ssl/$ssl_server_name.pem", "/etc/ssl/$ssl_server_name.key", "")},
		{Name: "nor does an engine", Installed: true, Nginx: nginxSite(shopChain, "engine:pkcs11:slot_1", "")},
		{Name: "one place is told once for all its hosts", Nginx: "ssl_certificate /etc/ssl/shop.example/broken.pem;\nssl_certificate_key " + shopKey + ";\nserver {\nlisten 443 ssl;\nserver_name a.example;\n}\nserver {\nlisten 443 ssl;\nserver_name b.example;\n}\n", Want: []string{"1: cannot load"}},
	})
}
