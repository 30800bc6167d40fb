package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestHTTPSMissing(t *testing.T) {
	ruletest.Run(t, https.HTTPSMissing, []ruletest.Case{
		{Name: "content on port 80 and no TLS anywhere", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example www.a.example;
 root /srv;
}
}
`, Want: []string{`5: "a.example" and "www.a.example" are served on port 80`}},
		{Name: "a lone file may have its TLS elsewhere, but it does not redirect", Nginx: `server {
 listen 80;
 server_name a.example;
 root /srv;
}
`, Want: []string{"3: nothing that was read has TLS for it [warning]"}},
		{Name: "the name that the virtual host with TLS lacks", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example www.a.example;
 root /srv;
}
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
}
`, Want: []string{`5: "www.a.example" is served`}},
		{Name: "a wildcard with TLS covers the name", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 root /srv;
}
server {
 listen 443 ssl;
 server_name *.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
}
`},
		{Name: "a regular expression with TLS covers the name", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 root /srv;
}
server {
 listen 443 ssl;
 server_name ~^[a-c]\.example$;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
}
`},
		{Name: "a default server with TLS and no name covers every name", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 root /srv;
}
server {
 listen 443 ssl;
 server_name _;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
}
`},
		{Name: "a default server that rejects the handshake covers none", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 root /srv;
}
server {
 listen 443 ssl default_server;
 ssl_reject_handshake on;
}
}
`, Want: []string{`5: "a.example" is served`}},
		{Name: "a virtual host that only rejects is no site", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 return 444;
}
server {
 listen 80;
 server_name b.example;
 location / {
  deny all;
 }
}
}
`},
		{Name: "a redirect is no content", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
}
`},
		{Name: "loopback and Unix sockets are reached by nobody else", Nginx: `events {}
http {
server {
 listen 127.0.0.1:80;
 server_name a.example;
 root /srv;
}
server {
 listen unix:/run/b.sock;
 server_name b.example;
 root /srv;
}
}
`},
		{Name: "names that the public internet does not have", Nginx: `events {}
http {
server {
 listen 80;
 server_name localhost intranet shop.test nas.local 192.0.2.1 db.internal;
 root /srv;
}
}
`},
		{Name: "TLS that a stream server ends or passes on is not known", Nginx: `events {}
stream {
 server {
  listen 443;
  proxy_pass 127.0.0.1:8443;
 }
}
http {
server {
 listen 80;
 server_name a.example;
 root /srv;
}
}
`},
		{Name: "a redirect by X-Forwarded-Proto tells of a proxy that ends TLS", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 if ($http_x_forwarded_proto = http) {
  return 301 https://$host$request_uri;
 }
 root /srv;
}
}
`, Want: []string{"5: a proxy in front of it ends TLS [info]"}},
		{Name: "an include that was not there may redirect", Nginx: `server {
 listen 80;
 server_name a.example;
 include snippets/redirect.conf;
 root /srv;
}
`, Want: []string{"3: unless a file that was not read redirects [info]"}},
		{Name: "a port that browsers are not led to", Nginx: `events {}
http {
server {
 listen 8080;
 server_name a.example;
 root /srv;
}
}
`, Want: []string{"5: served on port 8080 [info]"}},
		{Name: "what cannot be told is not told", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 rewrite_by_lua_file redirect.lua;
 root /srv;
}
}
`},
		{Name: "content on port 80 and no TLS anywhere", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:80>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{`5: "a.example" is served on port 80`}},
		{Name: "a lone file may have its TLS elsewhere", Apache: `<VirtualHost *:80>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
`, Want: []string{"2: nothing that was read has TLS for it [warning]"}},
		{Name: "a ServerAlias with TLS covers the name", Apache: `<VirtualHost *:80>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName b.example
 SSLEngine on
 SSLCertificateFile a.pem
 ServerAlias *.example
 DocumentRoot /srv
</VirtualHost>
`},
		{Name: "a virtual host that denies everything is no site", Apache: `<VirtualHost *:80>
 ServerName a.example
 <Location "/">
  Require all denied
 </Location>
</VirtualHost>
`},
		{Name: "a proxy in front that is trusted with addresses", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
RemoteIPHeader X-Forwarded-For
<VirtualHost *:80>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{"6: a proxy in front of it ends TLS [info]"}},
		{Name: "a file with MIME types holds no virtual hosts", Nginx: `events {}
http {
include mime.types;
server {
 listen 80;
 server_name a.example;
 root /srv;
}
}
`, Want: []string{"6: no virtual host has TLS for it"}},
		{Name: "files that are not there may hold virtual hosts", Nginx: `events {}
http {
include sites-enabled/a.conf;
server {
 listen 80;
 server_name a.example;
 root /srv;
}
}
`, Want: []string{"6: nothing that was read has TLS for it [warning]"}},
	})
}
