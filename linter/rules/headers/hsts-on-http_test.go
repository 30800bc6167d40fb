package headers_test

import (
	"testing"

	"padlock/linter/rules/headers"
	"padlock/linter/ruletest"
)

func TestHSTSOnHTTP(t *testing.T) {
	ruletest.Run(t, headers.HSTSOnHTTP, []ruletest.Case{
		{Name: "in the redirect to HTTPS", Nginx: nginxSite(nginxHSTS) + "server {\nlisten 80;\nserver_name shop.example;\n" + nginxHSTS + "\nreturn 301 https://shop.example/;\n}\n", Want: []string{"12: also sent on *:80 without TLS"}},
		{Name: "one server for both", Nginx: nginxSite("listen 80;\n" + nginxHSTS), Want: []string{"7: also sent on *:80"}},
		{Name: "for the whole server, once", Nginx: nginxWhole(nginxHSTS + "\n" + nginxSite("listen 80;") + "server {\nlisten 443 ssl;\nlisten 80;\nserver_name b.example;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n}\n"), Want: []string{"3: also sent"}},
		{Name: "TLS ends in front of the server", Nginx: "server {\nlisten 80;\nserver_name shop.example;\n" + nginxHSTS + "\nroot /srv/www;\n}\n"},
		{Name: "a value for HTTPS only", Nginx: nginxWhole("map $https $hsts {\non max-age=63072000;\n}\n" + nginxSite("listen 80;\nadd_header Strict-Transport-Security $hsts always;"))},
		{Name: "where it belongs", Nginx: nginxSite(nginxHSTS) + "server {\nlisten 80;\nserver_name shop.example;\nreturn 301 https://shop.example/;\n}\n"},
		{Name: "Apache", Apache: apacheSite(apacheHSTS) + "<VirtualHost *:80>\nServerName shop.example\n" + apacheHSTS + "\nDocumentRoot /srv/www\n</VirtualHost>\n", Want: []string{"10: also sent on"}},
		{Name: "Apache with a condition", Apache: apacheHSTS + ` "expr=%{HTTPS} == 'on'"` + "\n" + apacheSite("") + "<VirtualHost *:80>\nServerName shop.example\nDocumentRoot /srv/www\n</VirtualHost>\n"},
	})
}
