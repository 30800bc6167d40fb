package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSForwardSecrecy(t *testing.T) {
	ruletest.Run(t, tls.TLSForwardSecrecy, []ruletest.Case{
		{Name: "none at all", Nginx: "ssl_ciphers AES128-GCM-SHA256:AES256-GCM-SHA384;\n", Want: []string{"1: no suite of the cipher list has forward secrecy (AES128-GCM-SHA256 and AES256-GCM-SHA384)"}},
		{Name: "for old clients only", Apache: "SSLCipherSuite ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA\n", Want: []string{"1: also allows suites without forward secrecy (AES128-SHA) [info]"}},
		{Name: "the server prefers one without", Nginx: nginxSite("a.pem", "a.key", "ssl_prefer_server_ciphers on;\nssl_ciphers AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256;"), Want: []string{"7: prefers AES128-SHA"}},
		{Name: "the client decides", Nginx: nginxSite("a.pem", "a.key", "ssl_ciphers AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256;"), Want: []string{"6: also allows [info]"}},
		{Name: "all have it", Nginx: "ssl_ciphers EECDH+AESGCM:EDH+AESGCM;\n"},
		{Name: "the default is not reported", Nginx: nginxSite("a.pem", "a.key", "")},
	})
}
