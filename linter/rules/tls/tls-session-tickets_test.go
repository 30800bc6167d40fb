package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSSessionTickets(t *testing.T) {
	ruletest.Run(t, tls.TLSSessionTickets, []ruletest.Case{
		{Name: "a key from a file", Apache: "SSLSessionTicketKeyFile /etc/apache2/ticket.key\n", Want: []string{"1: until the file is replaced"}},
		{Name: "on without a shared cache", Nginx: nginxSite("a.pem", "a.key", "ssl_session_tickets on;"), Want: []string{"6: without a shared session cache"}},
		{Name: "with one, the keys change", Nginx: nginxSite("a.pem", "a.key", "ssl_session_cache shared:a:1m;\nssl_session_tickets on;")},
		{Name: "but not before 1.23.2", Nginx: nginxSite("a.pem", "a.key", "ssl_session_cache shared:a:1m;\nssl_session_tickets on;"), Version: "1.22.1", Want: []string{"7: in nginx 1.22.1 their key stays"}},
		{Name: "on by default before 1.23.2", Nginx: nginxWhole(nginxSite("a.pem", "a.key", "")), Version: "1.22.1", Want: []string{"3: on by default, and in nginx 1.22.1"}},
		{Name: "of an unknown version nothing is claimed", Nginx: nginxWhole(nginxSite("a.pem", "a.key", ""))},
		{Name: "off", Nginx: nginxWhole(nginxSite("a.pem", "a.key", "ssl_session_tickets off;")), Version: "1.22.1"},
	})
}
