package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestHTTPSRedirectTemporary(t *testing.T) {
	ruletest.Run(t, https.HTTPSRedirectTemporary, []ruletest.Case{
		{Name: "302", Nginx: `server {
 listen 80;
 server_name a.example;
 return 302 https://$host$request_uri;
}
`, Want: []string{"4: status 302"}},
		{Name: "301 and 308", Nginx: `server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 80;
 server_name b.example;
 return 308 https://$host$request_uri;
}
`},
		{Name: "a temporary redirect within HTTP is another matter", Nginx: `server {
 listen 80;
 server_name a.example;
 return 302 http://b.example/;
}
`},
		{Name: "Redirect without a status", Apache: `<VirtualHost *:80>
 ServerName a.example
 Redirect / https://a.example/
</VirtualHost>
`, Want: []string{"3: status 302"}},
		{Name: "R without a status", Apache: `<VirtualHost *:80>
 ServerName a.example
 RewriteEngine On
 RewriteRule ^ https://a.example%{REQUEST_URI} [R,L]
</VirtualHost>
`, Want: []string{"4: status 302"}},
		{Name: "Redirect permanent", Apache: `<VirtualHost *:80>
 ServerName a.example
 Redirect permanent / https://a.example/
</VirtualHost>
`},
	})
}
