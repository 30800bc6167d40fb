package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestDefaultServerMissing(t *testing.T) {
	ruletest.Run(t, https.DefaultServerMissing, []ruletest.Case{
		{Name: "two sites and no default", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 80;
 server_name b.example;
 return 301 https://$host$request_uri;
}
}
`, Want: []string{`3: answered by "a.example"`}},
		{Name: "a default server", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 80;
 server_name b.example;
 return 301 https://$host$request_uri;
}
server {
 listen 80 default_server;
 return 444;
}
}
`},
		{Name: "the first is made for unknown names", Nginx: `events {}
http {
server {
 listen 80;
 server_name _;
 return 444;
}
server {
 listen 80;
 server_name b.example;
 return 301 https://$host$request_uri;
}
}
`},
		{Name: "one site alone", Nginx: `events {}
http {
server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
}
`},
		{Name: "other files may have one", Nginx: `server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
server {
 listen 80;
 server_name b.example;
 return 301 https://$host$request_uri;
}
`},
		{Name: "two sites and no default", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:80>
 ServerName a.example
 Redirect permanent / https://a.example/
</VirtualHost>
<VirtualHost *:80>
 ServerName b.example
 Redirect permanent / https://a.example/
</VirtualHost>
`, File: "apache2.conf", Want: []string{`4: answered by "a.example"`}},
		{Name: "the first is made for unknown names", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:80>
 ServerName default
 Redirect permanent / https://a.example/
</VirtualHost>
<VirtualHost *:80>
 ServerName b.example
 Redirect permanent / https://a.example/
</VirtualHost>
`, File: "apache2.conf"},
	})
}
