package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSCompression(t *testing.T) {
	ruletest.Run(t, tls.TLSCompression, []ruletest.Case{
		{Name: "switched on", Apache: "SSLCompression on\n", Want: []string{"1: CRIME"}},
		{Name: "switched off", Apache: "SSLCompression off\n"},
		{Name: "by an OpenSSL command", Nginx: "ssl_conf_command Options -SessionTicket,Compression;\n", Want: []string{"1: CRIME"}},
		{Name: "off by one", Nginx: "ssl_conf_command Options -Compression;\n"},
		{Name: "gzip is another matter", Nginx: "gzip on;\n"},
	})
}
