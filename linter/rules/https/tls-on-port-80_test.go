package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestTLSOnPort80(t *testing.T) {
	ruletest.Run(t, https.TLSOnPort80, []ruletest.Case{
		{Name: "listen 80 ssl", Nginx: `server {
 listen 80 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
}
`, Want: []string{"2: port 80 speaks TLS"}},
		{Name: "ssl on holds for all listeners", Nginx: `server {
 listen 80;
 listen 443;
 ssl on;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
}
`, Version: "1.24.0", Want: []string{"4: port 80 speaks TLS"}},
		{Name: "error_page 497 leads those without TLS on", Nginx: `server {
 listen 80 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 error_page 497 =301 https://$host$request_uri;
}
`},
		{Name: "SSLEngine on in a virtual host for port 80", Apache: `<VirtualHost *:80>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
</VirtualHost>
`, Want: []string{"3: port 80 speaks TLS"}},
		{Name: "SSLEngine on in the main server", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
SSLEngine on
SSLCertificateFile a.pem
<VirtualHost *:80>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{"4: port 80 speaks TLS"}},
	})
}
