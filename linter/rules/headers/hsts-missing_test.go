package headers_test

import (
	"testing"

	"padlock/linter/rules/headers"
	"padlock/linter/ruletest"
)

func TestHSTSMissing(t *testing.T) {
	ruletest.Run(t, headers.HSTSMissing, []ruletest.Case{
		{Name: "a site with pages", Nginx: nginxWhole(nginxSite("")), Want: []string{"3: shop.example does not send Strict-Transport-Security"}},
		{Name: "with the header", Nginx: nginxWhole(nginxSite(nginxHSTS))},
		{Name: "with the header of the whole server", Nginx: nginxWhole(nginxHSTS + "\n" + nginxSite(""))},
		{Name: "a header of its own replaces that", Nginx: nginxWhole(nginxHSTS + "\n" + nginxSite("add_header X-A b;")), Want: []string{"4: does not send"}},
		{Name: "a part of a configuration may get it from elsewhere", Nginx: nginxSite("")},
		{Name: "unless it has headers of its own", Nginx: nginxSite("add_header X-A b;"), Want: []string{"1: does not send"}},
		{Name: "a file that is not known may have it", Nginx: nginxWhole(nginxSite("include /etc/elsewhere/headers.conf;"))},
		{Name: "an application may send it", Nginx: nginxWhole(nginxSite("location / { proxy_pass http://127.0.0.1:1; }")), Want: []string{"3: unless the application behind it sends the header [info]"}},
		{Name: "a site that only redirects", Nginx: nginxWhole(nginxSite("return 301 https://www.shop.example/;")), Want: []string{"3: does not send [info]"}},
		{Name: "a server that takes nobody in", Nginx: nginxWhole(nginxSite("return 444;"))},
		{Name: "headers-more", Nginx: nginxWhole(nginxSite(`more_set_headers "Strict-Transport-Security: max-age=63072000";`))},
		{Name: "for this machine only", Nginx: nginxWhole("server {\nlisten 127.0.0.1:443 ssl;\nserver_name a.example;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n")},
		{Name: "addresses and short names", Nginx: nginxWhole("server {\nlisten 443 ssl;\nserver_name intranet 192.0.2.1;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n")},
		{Name: "Apache", File: "apache2.conf", Apache: "Listen 443\n" + apacheSite(""), Want: []string{"2: does not send"}},
		{Name: "Apache with the header", File: "apache2.conf", Apache: "Listen 443\n" + apacheSite(apacheHSTS)},
		{Name: "Apache with the header of the whole server", File: "apache2.conf", Apache: "Listen 443\n" + apacheHSTS + "\n" + apacheSite("")},
		{Name: "a part of Apache's", Apache: apacheSite("")},
	})
}
