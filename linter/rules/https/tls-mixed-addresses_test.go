package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestTLSMixedAddresses(t *testing.T) {
	ruletest.Run(t, https.TLSMixedAddresses, []ruletest.Case{
		{Name: "both ports with TLS", Apache: `<VirtualHost *:80 *:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
</VirtualHost>
`, Want: []string{"1: error on port 80"}},
		{Name: "both ports without TLS", Apache: `<VirtualHost *:80 *:443>
 ServerName a.example
</VirtualHost>
`, Want: []string{"1: error on port 443"}},
		{Name: "every port", Apache: `ServerRoot /etc/apache2
Listen 80
Listen 443
<VirtualHost *>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
</VirtualHost>
`, File: "apache2.conf", Want: []string{"4: error on port 80"}},
		{Name: "two addresses of one port", Apache: `<VirtualHost 192.0.2.1:443 [2001:db8::1]:443>
 ServerName a.example
 SSLEngine on
 SSLCertificateFile a.pem
</VirtualHost>
`},
	})
}
