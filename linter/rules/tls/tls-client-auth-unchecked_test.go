package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSClientAuthUnchecked(t *testing.T) {
	ruletest.Run(t, tls.TLSClientAuthUnchecked, []ruletest.Case{
		{Name: "optional, and nothing looks", Nginx: nginxWhole(nginxSite("a.pem", "a.key", "ssl_verify_client optional;")), Want: []string{"8: everybody gets in"}},
		{Name: "a test", Nginx: nginxWhole(nginxSite("a.pem", "a.key", "ssl_verify_client optional;\nif ($ssl_client_verify != SUCCESS) { return 403; }"))},
		{Name: "the application looks", Nginx: nginxWhole(nginxSite("a.pem", "a.key", "ssl_verify_client optional;\nlocation / { proxy_pass http://127.0.0.1:1; proxy_set_header X-Verified $ssl_client_verify; }"))},
		{Name: "demanded", Nginx: nginxWhole(nginxSite("a.pem", "a.key", "ssl_verify_client on;"))},
		{Name: "a part of a configuration", Nginx: nginxSite("a.pem", "a.key", "ssl_verify_client optional;")},
		{Name: "Apache", File: "apache2.conf", Apache: "Listen 443\n" + apacheSite("a.pem", "a.key", "SSLVerifyClient optional"), Want: []string{"7: everybody gets in"}},
		{Name: "in a section", File: "apache2.conf", Apache: "Listen 443\n" + apacheSite("a.pem", "a.key", "<Location /x>\nSSLVerifyClient optional_no_ca\n</Location>"), Want: []string{"8: everybody gets in"}},
		{Name: "with Require", File: "apache2.conf", Apache: "Listen 443\n" + apacheSite("a.pem", "a.key", "SSLVerifyClient optional\n<Location />\nRequire ssl-verify-client\n</Location>")},
		{Name: "the application may look", File: "apache2.conf", Apache: "Listen 443\n" + apacheSite("a.pem", "a.key", "SSLVerifyClient optional\nSSLOptions +StdEnvVars")},
	})
}
