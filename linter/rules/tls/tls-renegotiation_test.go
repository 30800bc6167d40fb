package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSRenegotiation(t *testing.T) {
	ruletest.Run(t, tls.TLSRenegotiation, []ruletest.Case{
		{Name: "the insecure form", Apache: "SSLInsecureRenegotiation on\n", Want: []string{"1: without RFC 5746"}},
		{Name: "switched off", Apache: "SSLInsecureRenegotiation off\n"},
		{Name: "by an OpenSSL command", Nginx: "ssl_conf_command Options UnsafeLegacyRenegotiation;\n", Want: []string{"1: without RFC 5746"}},
		{Name: "started by clients", Apache: "SSLOpenSSLConfCmd Options +ClientRenegotiation\n", Want: []string{"1: as often as they like [warning]"}},
	})
}
