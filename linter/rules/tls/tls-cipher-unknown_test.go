package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSCipherUnknown(t *testing.T) {
	ruletest.Run(t, tls.TLSCipherUnknown, []ruletest.Case{
		{Name: "a misspelt name", Nginx: "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA265:HIGH;\n", Want: []string{`1: "ECDHE-RSA-AES128-GCM-SHA265" in the cipher list`}},
		{Name: "a list of unknown names alone", Apache: "SSLCipherSuite FOO:BAR\n", Want: []string{"1: OpenSSL refuses the cipher list, and the server does not start [error]"}},
		{Name: "a suite of TLS 1.3", Nginx: "ssl_ciphers TLS_AES_128_GCM_SHA256:HIGH;\n", Want: []string{"1: the suites of TLS 1.3 are not chosen by a cipher string"}},
		{Name: "in the list for TLS 1.3 it is right", Apache: "SSLCipherSuite TLSv1.3 TLS_AES_128_GCM_SHA256\n"},
		{Name: "and others are wrong", Apache: "SSLCipherSuite TLSv1.3 ECDHE-RSA-AES128-GCM-SHA256\n", Want: []string{"1: refuses [error]"}},
		{Name: "a suite that this OpenSSL lacks", Nginx: "ssl_ciphers DES-CBC3-SHA:HIGH;\n", OpenSSL: "3.0.20", Want: []string{`1: "DES-CBC3-SHA" in the cipher list [info]`}},
		{Name: "of an unknown OpenSSL that is not claimed", Nginx: "ssl_ciphers DES-CBC3-SHA:HIGH;\n"},
		{Name: "exclusions of what is gone", Nginx: "ssl_ciphers HIGH:!RC4:!EXPORT:!LOW;\n"},
		{Name: "a list of the system", Apache: "SSLCipherSuite PROFILE=SYSTEM\n"},
	})
}
