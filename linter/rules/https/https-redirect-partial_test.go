package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestHTTPSRedirectPartial(t *testing.T) {
	ruletest.Run(t, https.HTTPSRedirectPartial, []ruletest.Case{
		{Name: "a location of its own stays in the clear", Nginx: `server {
 listen 80;
 server_name a.example;
 location / {
  return 301 https://$host$request_uri;
 }
 location /api/ {
  root /srv;
 }
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`, Want: []string{`7: not for "/api/`}},
		{Name: "only the root redirects", Nginx: `server {
 listen 80;
 server_name a.example;
 root /srv;
 location = / {
  return 301 https://$host/;
 }
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`, Want: []string{`3: not for "/padlock-probe/page"`}},
		{Name: "challenges and health checks may stay", Nginx: `server {
 listen 80;
 server_name a.example;
 location /.well-known/acme-challenge/ {
  root /srv;
 }
 location /healthz {
  return 200;
 }
 location / {
  return 301 https://$host$request_uri;
 }
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`},
		{Name: "what is for this machine alone is no leak", Nginx: `server {
 listen 80;
 server_name a.example;
 location /internal/ {
  allow 127.0.0.1;
  deny all;
 }
 location / {
  return 301 https://$host$request_uri;
 }
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`},
		{Name: "the server redirects before any location is looked at", Nginx: `server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
 location /api/ {
  root /srv;
 }
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`},
		{Name: "a condition leaves a path out", Apache: `<VirtualHost *:80>
 ServerName a.example
 RewriteEngine On
 RewriteCond %{REQUEST_URI} !^/api/
 RewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, Want: []string{`4: not for "/api/`}},
		{Name: "challenges may stay", Apache: `<VirtualHost *:80>
 ServerName a.example
 RewriteEngine On
 RewriteCond %{REQUEST_URI} !^/\.well-known/acme-challenge/
 RewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`},
	})
}
