package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestTLSOffOn443(t *testing.T) {
	ruletest.Run(t, https.TLSOffOn443, []ruletest.Case{
		{Name: "listen without ssl", Nginx: `events {}
http {
server {
 listen 443;
 server_name a.example;
}
}
`, Want: []string{"4: port 443 speaks plain HTTP"}},
		{Name: "both families are told once", Nginx: `events {}
http {
server {
 listen 443;
 listen [::]:443;
 server_name a.example;
}
}
`, Want: []string{"4: port 443 speaks plain HTTP"}},
		{Name: "another server turns TLS on for the socket", Nginx: `events {}
http {
server {
 listen 443;
 server_name a.example;
}
server {
 listen 443 ssl;
 server_name b.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
}
`},
		{Name: "another file may do so", Nginx: `server {
 listen 443;
 server_name a.example;
}
`, Want: []string{"2: unless another file [warning]"}},
		{Name: "behind a proxy on the same machine", Nginx: `events {}
http {
server {
 listen 127.0.0.1:443;
}
}
`},
		{Name: "a proxy that sends the PROXY protocol", Nginx: `events {}
http {
server {
 listen 443 proxy_protocol;
}
}
`},
		{Name: "no certificate", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:443>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{"4: plain HTTP on port 443"}},
		{Name: "off beats Listen", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:443>
 ServerName a.example
 SSLEngine off
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{"4: plain HTTP on port 443"}},
		{Name: "a Listen of one address gives no TLS to all", Apache: `ServerRoot /etc/apache2
Listen 127.0.0.2:443
Listen 192.0.2.1:443
<VirtualHost *:443>
 ServerName a.example
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{"4: plain HTTP on port 443"}},
		{Name: "an include that was not there to be read", Apache: `<VirtualHost *:443>
 ServerName a.example
 Include snippets/tls.conf
 DocumentRoot /srv
</VirtualHost>
`},
		{Name: "no virtual host for 443", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:80>
 ServerName a.example
 Redirect permanent / https://a.example/
</VirtualHost>
`, File: "apache2.conf", Want: []string{"3: the main server answers there [warning]"}},
		{Name: "SSLEngine on", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf"},
		{Name: "TLS by Listen", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:443>
 ServerName a.example
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf"},
	})
}
