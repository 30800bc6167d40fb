package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestNameDuplicate(t *testing.T) {
	ruletest.Run(t, https.NameDuplicate, []ruletest.Case{
		{Name: "the same name twice", Nginx: `server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 80;
 server_name b.example a.example;
 return 301 https://$host$request_uri;
}
`, Want: []string{`8: "a.example" already`}},
		{Name: "capitals do not matter", Nginx: `server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 80;
 server_name A.example;
 return 301 https://$host$request_uri;
}
`, Want: []string{`8: "a.example" already`}},
		{Name: "another port is another listener", Nginx: `server {
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
		{Name: "a wildcard beside an exact name", Nginx: `server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 80;
 server_name *.example;
 return 301 https://$host$request_uri;
}
`},
		{Name: "twice in one server", Nginx: `server {
 listen 80;
 server_name a.example a.example;
 return 301 https://$host$request_uri;
}
`},
		{Name: "the same name twice", Apache: `<VirtualHost *:80>
 ServerName a.example
 Redirect permanent / https://a.example/
</VirtualHost>
<VirtualHost *:80>
 ServerName b.example
 ServerAlias a.example
 Redirect permanent / https://a.example/
</VirtualHost>
`, Want: []string{`7: "a.example" already`}},
		{Name: "either of two conditions", Apache: `<IfDefine X>
<VirtualHost *:80>
 ServerName a.example
 Redirect permanent / https://a.example/
</VirtualHost>
</IfDefine>
<IfDefine !X>
<VirtualHost *:80>
 ServerName a.example
 Redirect permanent / https://a.example/
</VirtualHost>
</IfDefine>
`},
	})
}
