package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestTLSImplicit(t *testing.T) {
	ruletest.Run(t, https.TLSImplicit, []ruletest.Case{
		{Name: "certificates and no SSLEngine", Apache: `<VirtualHost *:443>
 ServerName a.example
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, Want: []string{"1: nothing turns TLS on here but"}},
		{Name: "SSLEngine on", Apache: `<VirtualHost *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`},
		{Name: "SSLEngine on in the main server", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
SSLEngine on
<VirtualHost *:443>
 ServerName a.example
 SSLCertificateFile a.pem
 DocumentRoot /srv
</VirtualHost>
`, File: "apache2.conf"},
	})
}
