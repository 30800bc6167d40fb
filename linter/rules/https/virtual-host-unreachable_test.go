package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestVirtualHostUnreachable(t *testing.T) {
	ruletest.Run(t, https.VirtualHostUnreachable, []ruletest.Case{
		{Name: "no name, and another is the default", Nginx: `server {
 listen 80 default_server;
 return 444;
}
server {
 listen 80;
 server_name _;
 return 403;
}
`, Want: []string{"5: no name that clients can ask for"}},
		{Name: "the empty name is for requests without Host", Nginx: `server {
 listen 80 default_server;
 return 444;
}
server {
 listen 80;
 server_name "";
 return 403;
}
`},
		{Name: "a name is enough", Nginx: `server {
 listen 80 default_server;
 return 444;
}
server {
 listen 80;
 server_name a.example;
 return 301 https://$host$request_uri;
}
`},
		{Name: "nothing listens on its port", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:8080>
 ServerName a.example
</VirtualHost>
`, File: "apache2.conf", Want: []string{"4: Listen opens none"}},
		{Name: "an earlier alias takes its name", Apache: `<VirtualHost *:80>
 ServerName a.example
 ServerAlias *.example
 Redirect / https://a.example/
</VirtualHost>
<VirtualHost *:80>
 ServerName b.example
 Redirect permanent / https://a.example/
</VirtualHost>
`, Want: []string{"6: other virtual hosts have all of its names"}},
		{Name: "a more specific address takes its requests", Apache: `ServerRoot /etc/apache2
Listen 80
<VirtualHost *>
 ServerName a.example
</VirtualHost>
<VirtualHost *:80>
 ServerName b.example
</VirtualHost>
`, File: "apache2.conf", Want: []string{"3: more specific"}},
	})
}
