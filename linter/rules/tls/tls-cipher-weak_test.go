package tls_test

import (
	"strings"
	"testing"

	"padlock/internal/tlspolicy"
	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSCipherWeak(t *testing.T) {
	ruletest.Run(t, tls.TLSCipherWeak, []ruletest.Case{
		{Name: "3DES, where OpenSSL still has it", Nginx: "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA;\n", Want: []string{"1: allows DES-CBC3-SHA (64-bit block cipher), where OpenSSL still has them [warning]"}},
		{Name: "with an OpenSSL that has it", Nginx: "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA;\n", OpenSSL: "1.0.2u", Want: []string{"1: allows DES-CBC3-SHA"}},
		{Name: "with one that does not", Nginx: "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA;\n", OpenSSL: "3.0.20"},
		{Name: "the worst are named", Apache: "SSLCipherSuite ECDHE-RSA-AES128-GCM-SHA256:RC4-SHA:RC4-MD5:DES-CBC3-SHA\n", Want: []string{"1: allows RC4-SHA (RC4) and DES-CBC3-SHA (64-bit block cipher) and 1 more of the kind [warning]"}},
		{Name: "what is excluded further on is not allowed", Nginx: "ssl_ciphers EECDH+aRSA+RC4:EECDH:!RC4;\n"},
		{Name: "words that include old suites only by the way", Nginx: "ssl_ciphers HIGH:!aNULL:!MD5;\n"},
		{Name: "mod_ssl takes suites without authentication out", Apache: "SSLCipherSuite ALL\n"},
		{Name: "no effect on hosts with TLS 1.3 alone", Nginx: nginxSite("a.pem", "a.key", "ssl_protocols TLSv1.3;\nssl_ciphers DES-CBC3-SHA:HIGH;")},
		{Name: "without any security level", Nginx: "ssl_ciphers HIGH:!aNULL:@SECLEVEL=0;\n", Want: []string{"1: @SECLEVEL=0 [info]"}},
		{Name: "a list of the system is not known", Apache: "SSLCipherSuite PROFILE=SYSTEM\n"},
	})
}

func TestAnOldGuidelineIsRecognised(t *testing.T) {
	all := tlspolicy.Guidelines()
	oldest := all[len(all)-1]
	profile, ok := oldest.Profile("old")
	if !ok {
		t.Fatalf("guideline %s has no profile old", oldest.Version)
	}
	c := ruletest.Case{Nginx: "ssl_ciphers " + strings.Join(profile.Ciphers, ":") + ";\n"}
	findings := c.Lint(t, tls.TLSCipherWeak.ID).Findings
	if want := "old profile of guideline "; len(findings) != 1 || !strings.Contains(findings[0].Help, want) {
		t.Errorf("got %+v", findings)
	}
}
