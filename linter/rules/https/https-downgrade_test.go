package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestHTTPSDowngrade(t *testing.T) {
	ruletest.Run(t, https.HTTPSDowngrade, []ruletest.Case{
		{Name: "www with TLS leads to the bare name without", Nginx: `server {
 listen 443 ssl;
 server_name www.a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 return 301 http://a.example$request_uri;
}
server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`, Want: []string{"6: sent to http://a.example"}},
		{Name: "a name of somebody else", Nginx: `server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 return 301 http://b.example/;
}
`},
		{Name: "$scheme is https there", Nginx: `server {
 listen 443 ssl;
 server_name www.a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 return 301 $scheme://a.example$request_uri;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`},
		{Name: "www with TLS leads to the bare name without", Apache: `<VirtualHost *:443>
 ServerName www.a.example
 SSLEngine on
 SSLCertificateFile a.pem
 Redirect permanent / http://a.example/
</VirtualHost>
<VirtualHost *:80>
 ServerName a.example
 Redirect permanent / https://a.example/
</VirtualHost>
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, Want: []string{"5: sent to http://a.example"}},
	})
}
