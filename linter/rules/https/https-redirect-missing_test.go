package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestHTTPSRedirectMissing(t *testing.T) {
	ruletest.Run(t, https.HTTPSRedirectMissing, []ruletest.Case{
		{Name: "content on both ports", Nginx: `server {
 listen 80;
 server_name a.example;
 root /srv;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`, Want: []string{`3: "a.example" has HTTPS, but port 80 answers with content`}},
		{Name: "one server for both ports", Nginx: `server {
 listen 80;
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`, Want: []string{`4: "a.example" has HTTPS`}},
		{Name: "port 443 is plain", Apache: `Listen 80
Listen 443
<VirtualHost *:80>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName a.example
 SSLEngine off
 DocumentRoot /srv
</VirtualHost>
`},
		{Name: "a test of the scheme redirects", Nginx: `server {
 listen 80;
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 if ($scheme = http) {
  return 301 https://$host$request_uri;
 }
 root /srv;
}
`},
		{Name: "a test of the name, as certbot writes it", Nginx: `server {
 listen 80;
 server_name a.example;
 if ($host = a.example) {
  return 301 https://$host$request_uri;
 }
 return 404;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`},
		{Name: "a redirect in two steps counts", Nginx: `server {
 listen 80;
 server_name a.example;
 return 301 http://www.a.example$request_uri;
}
server {
 listen 80;
 server_name www.a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 443 ssl;
 server_name a.example www.a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`},
		{Name: "a redirect that leads to content does not", Nginx: `server {
 listen 80;
 server_name a.example;
 return 301 http://www.a.example$request_uri;
}
server {
 listen 80;
 server_name www.a.example;
 root /srv;
}
server {
 listen 443 ssl;
 server_name a.example www.a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`, Want: []string{`3: "a.example" has HTTPS`, `8: "www.a.example" has HTTPS`}},
		{Name: "a redirect for X-Forwarded-Proto counts", Nginx: `server {
 listen 80;
 server_name a.example;
 if ($http_x_forwarded_proto != https) {
  return 301 https://$host$request_uri;
 }
 root /srv;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`},
		{Name: "content on both ports", Apache: `<VirtualHost *:80>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, Want: []string{`2: "a.example" has HTTPS`}},
		{Name: "Redirect counts", Apache: `<VirtualHost *:80>
 ServerName a.example
 Redirect permanent / https://a.example/
</VirtualHost>
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`},
		{Name: "RewriteRule counts", Apache: `<VirtualHost *:80>
 ServerName a.example
 RewriteEngine On
 RewriteCond %{HTTPS} off
 RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
</VirtualHost>
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`},
		{Name: "RewriteRule without RewriteEngine does nothing", Apache: `<VirtualHost *:80>
 ServerName a.example
 RewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, Want: []string{`2: "a.example" has HTTPS`}},
		{Name: "a Redirect for all in the main server is inherited", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
RedirectMatch permanent ^/(?!never)(.*)$ https://a.example/$1
<VirtualHost *:80>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName b.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf"},
	})
}
