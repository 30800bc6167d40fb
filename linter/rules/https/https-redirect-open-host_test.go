package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestHTTPSRedirectOpenHost(t *testing.T) {
	ruletest.Run(t, https.HTTPSRedirectOpenHost, []ruletest.Case{
		{Name: "the default server redirects to $host", Nginx: `server {
 listen 80 default_server;
 server_name _;
 return 301 https://$host$request_uri;
}
`, Want: []string{"4: whatever name the client sends"}},
		{Name: "a server with a name, behind a default that rejects", Nginx: `server {
 listen 80 default_server;
 return 444;
}
server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
`},
		{Name: "a fixed name", Nginx: `server {
 listen 80 default_server;
 return 301 https://a.example$request_uri;
}
`},
		{Name: "the first virtual host redirects to HTTP_HOST", Apache: `<VirtualHost *:80>
 RewriteEngine On
 RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
</VirtualHost>
`, Want: []string{"3: whatever name the client sends"}},
	})
}
