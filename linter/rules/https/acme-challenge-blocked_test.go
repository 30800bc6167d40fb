package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestACMEChallengeBlocked(t *testing.T) {
	ruletest.Run(t, https.ACMEChallengeBlocked, []ruletest.Case{
		{Name: "a regular expression takes dot files first", Nginx: `server {
 listen 80;
 server_name a.example;
 location /.well-known/acme-challenge/ {
  root /srv;
 }
 location ~ /\. {
  deny all;
 }
}
`, Want: []string{"4: rejected with status 403"}},
		{Name: "^~ goes before regular expressions", Nginx: `server {
 listen 80;
 server_name a.example;
 location ^~ /.well-known/acme-challenge/ {
  root /srv;
 }
 location ~ /\. {
  deny all;
 }
}
`},
		{Name: "return in the server goes before locations", Nginx: `server {
 listen 80;
 server_name a.example;
 location /.well-known/acme-challenge/ {
  root /srv;
 }
 return 301 https://$host$request_uri;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`, Want: []string{"4: redirected to https://a.example/.well-known"}},
		{Name: "the virtual host with TLS has the place too", Nginx: `server {
 listen 80;
 server_name a.example;
 location /.well-known/acme-challenge/ {
  root /srv;
 }
 return 301 https://$host$request_uri;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 location /.well-known/acme-challenge/ {
  root /srv;
 }
}
`},
		{Name: "no place for challenges is no claim", Nginx: `server {
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
		{Name: "Redirect goes before Alias", Apache: `<VirtualHost *:80>
 ServerName a.example
 Alias /.well-known/acme-challenge/ /srv/acme/
 Redirect permanent / https://a.example/
</VirtualHost>
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, Want: []string{"3: redirected to https://a.example/.well-known"}},
		{Name: "a look-ahead leaves the path out", Apache: `<VirtualHost *:80>
 ServerName a.example
 Alias /.well-known/acme-challenge/ /srv/acme/
 RedirectMatch permanent ^/(?!\.well-known/)(.*) https://a.example/$1
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
