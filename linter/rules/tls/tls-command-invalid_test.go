package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSCommandInvalid(t *testing.T) {
	ruletest.Run(t, tls.TLSCommandInvalid, []ruletest.Case{
		{Name: "no such command", Nginx: "ssl_conf_command MinProtokoll TLSv1.2;\n", OpenSSL: "3.0.20", Want: []string{`1: no command "MinProtokoll"`}},
		{Name: "of an unknown version", Nginx: "ssl_conf_command MinProtokoll TLSv1.2;\n", Want: []string{`1: no command "MinProtokoll" [warning]`}},
		{Name: "commands in any case", Nginx: "ssl_conf_command minprotocol TLSv1.2;\n", OpenSSL: "3.0.20"},
		{Name: "protocols as they are written", Nginx: "ssl_conf_command MinProtocol tlsv1.2;\n", OpenSSL: "3.0.20", Want: []string{`1: not "tlsv1.2"`}},
		{Name: "protocols in a list in any case", Nginx: "ssl_conf_command Protocol -ALL,tlsv1.2;\n", OpenSSL: "3.0.20"},
		{Name: "one of several options", Apache: "SSLOpenSSLConfCmd Options -SessionTicket,ServerPreferences\n", OpenSSL: "3.0.20", Want: []string{`1: no option "ServerPreferences"`}},
		{Name: "an option of a later OpenSSL", Apache: "SSLOpenSSLConfCmd Options StrictCertCheck\n", OpenSSL: "3.0.20", Want: []string{`1: a later one does`}},
		{Name: "with that OpenSSL", Apache: "SSLOpenSSLConfCmd Options StrictCertCheck\n", OpenSSL: "3.5.9"},
		{Name: "what it would do in a server without TLS", Nginx: "events {}\nhttp {\nserver {\nlisten 80;\nssl_conf_command NoSuch x;\n}\nserver {\nlisten 443 ssl;\nssl_reject_handshake on;\n}\n}\n",
			OpenSSL: "3.0.20", Want: []string{"5: NoSuch [info]"}},
		{Name: "one sign before an option", Nginx: "ssl_conf_command Options -+KTLS;\n", OpenSSL: "3.0.20", Want: []string{`1: no option "+KTLS"`}},
		{Name: "signature algorithms", Nginx: "ssl_conf_command SignatureAlgorithms RSA+SHA256:rsa_pss_rsae_sha257;\n", OpenSSL: "3.0.20", Want: []string{`1: no signature algorithm "rsa_pss_rsae_sha257"`}},
		{Name: "a signature algorithm twice", Nginx: "ssl_conf_command SignatureAlgorithms PSS+SHA256:rsa_pss_rsae_sha256;\n", OpenSSL: "3.0.20", Want: []string{"1: named twice"}},
		{Name: "twice is nothing to a later OpenSSL", Nginx: "ssl_conf_command SignatureAlgorithms PSS+SHA256:RSA_PSS_RSAE_SHA256:?new;\n", OpenSSL: "3.5.9"},
		{Name: "padding of two kinds", Nginx: "ssl_conf_command RecordPadding 512,x;\n", OpenSSL: "3.5.9", Want: []string{`1: "x" is no number`}},
		{Name: "padding", Nginx: "ssl_conf_command RecordPadding 16385;\n", OpenSSL: "3.0.20", Want: []string{"1: 0 to 16384"}},
	})
}
