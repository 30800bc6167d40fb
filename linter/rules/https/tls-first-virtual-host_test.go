package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestTLSFirstVirtualHost(t *testing.T) {
	ruletest.Run(t, https.TLSFirstVirtualHost, []ruletest.Case{
		{Name: "the first has no TLS", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *:443>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName b.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{"4: no virtual host on"}},
		{Name: "in a part of the configuration another may come first", Apache: `<VirtualHost *:443>
 ServerName a.example
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName b.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, Want: []string{"1: no virtual host on [warning]"}},
		{Name: "a later one turns TLS off in vain", Apache: `ServerRoot /etc/apache2
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
 SSLEngine off
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf", Want: []string{"4: every virtual host on [warning]"}},
		{Name: "all have TLS", Apache: `<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
<VirtualHost *:443>
 ServerName b.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`},
	})
}
