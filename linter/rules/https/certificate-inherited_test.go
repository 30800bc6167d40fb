package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestCertificateInherited(t *testing.T) {
	ruletest.Run(t, https.CertificateInherited, []ruletest.Case{
		{Name: "no certificate beside a default with one", Nginx: `events {}
http {
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
server {
 listen 443 ssl;
 server_name b.example;
}
}
`, Want: []string{`10: no certificate is set for "b.example"`}},
		{Name: "a certificate for all in http", Nginx: `events {}
http {
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
server {
 listen 443 ssl;
 server_name b.example;
}
}
`},
		{Name: "the certificate may stand around a fragment", Nginx: `server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
server {
 listen 443 ssl;
 server_name b.example;
}
`},
		{Name: "a server that rejects needs none", Nginx: `events {}
http {
server {
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
server {
 listen 443 ssl;
 server_name b.example;
 ssl_reject_handshake on;
}
}
`},
		{Name: "a virtual host that says nothing of TLS", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName b.example
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{`10: no certificate is set for "b.example"`}},
		{Name: "a certificate in the main server", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
SSLCertificateFile a.pem
<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName b.example
 SSLEngine on
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf"},
	})
}
