package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestHTTPSRedirectLoop(t *testing.T) {
	ruletest.Run(t, https.HTTPSRedirectLoop, []ruletest.Case{
		{Name: "a server that redirects to itself", Nginx: `server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 return 301 https://a.example$request_uri;
}
`, Want: []string{"6: redirected in a circle"}},
		{Name: "two names that redirect to each other", Nginx: `server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 return 301 https://b.example$request_uri;
}
server {
 listen 443 ssl;
 server_name b.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 return 301 https://a.example$request_uri;
}
`, Want: []string{"13: redirected in a circle"}},
		{Name: "down and up again", Nginx: `server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 return 301 http://a.example$request_uri;
}
`, Want: []string{"4: in a circle"}},
		{Name: "a redirect for port 80 alone", Nginx: `server {
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
`},
		{Name: "www to the bare name", Nginx: `server {
 listen 443 ssl;
 server_name www.a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 return 301 https://a.example$request_uri;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`},
		{Name: "a proxy that tells the scheme", Nginx: `server {
 listen 80;
 server_name a.example;
 if ($http_x_forwarded_proto != https) {
  return 301 https://$host$request_uri;
 }
 root /srv;
}
`},
		{Name: "a Redirect in the virtual host with TLS", Apache: `<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 Redirect permanent / https://a.example/
</VirtualHost>
`, Want: []string{"5: redirected in a circle"}},
		{Name: "a Redirect in the main server", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
Redirect permanent / https://a.example/
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{"4: redirected in a circle"}},
		{Name: "a RewriteCond on HTTPS", Apache: `<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 RewriteEngine On
 RewriteCond %{HTTPS} !=on
 RewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]
 DocumentRoot /srv
</VirtualHost>
`},
	})
}
