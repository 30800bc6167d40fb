package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSDHParam(t *testing.T) {
	ruletest.Run(t, tls.TLSDHParam, []ruletest.Case{
		{Name: "too small", Nginx: "ssl_dhparam /etc/ssl/dhparam-1024.pem;\n", Want: []string{"1: these Diffie-Hellman parameters have 1024 bits"}},
		{Name: "large enough", Nginx: "ssl_dhparam /etc/ssl/dhparam-2048.pem;\n"},
		{Name: "something else", Apache: "SSLOpenSSLConfCmd DHParameters /etc/ssl/shop.example/cert.pem\n", Want: []string{"1: cannot load Diffie-Hellman parameters [error]"}},
		{Name: "missing on the server's machine", Installed: true, Nginx: "ssl_dhparam dhparam.pem;\n", Want: []string{"1: /etc/nginx/dhparam.pem [error]"}},
		{Name: "missing elsewhere", Nginx: "ssl_dhparam dhparam.pem;\n"},
		{Name: "not used", Nginx: nginxSite("a.pem", "a.key", "ssl_ciphers EECDH+AESGCM;\nssl_dhparam /etc/ssl/dhparam-2048.pem;"), Want: []string{"7: not used [info]"}},
	})
}
