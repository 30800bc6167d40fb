package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSGroupUnsupported(t *testing.T) {
	ruletest.Run(t, tls.TLSGroupUnsupported, []ruletest.Case{
		{Name: "a group of a newer OpenSSL", Nginx: "ssl_ecdh_curve X25519MLKEM768:X25519;\n", OpenSSL: "3.0.20", Want: []string{"1: X25519MLKEM768 needs OpenSSL 3.5.0"}},
		{Name: "with that OpenSSL", Nginx: "ssl_ecdh_curve X25519MLKEM768:X25519;\n", OpenSSL: "3.5.9"},
		{Name: "of an unknown version nothing is claimed", Nginx: "ssl_ecdh_curve X25519MLKEM768:X25519;\n"},
		{Name: "made optional", Nginx: "ssl_ecdh_curve ?X25519MLKEM768:X25519;\n"},
		{Name: "a misspelt one", Apache: "SSLOpenSSLConfCmd Groups X25591:prime256v1\n", Want: []string{"1: OpenSSL knows no such group [warning]"}},
		{Name: "the choice of OpenSSL", Nginx: "ssl_ecdh_curve auto;\n", OpenSSL: "3.0.20"},
		{Name: "an OpenSSL command of nginx", Nginx: "ssl_conf_command Groups X25519MLKEM768;\n", OpenSSL: "3.0.20", Want: []string{"1: needs OpenSSL 3.5.0"}},
	})
}
