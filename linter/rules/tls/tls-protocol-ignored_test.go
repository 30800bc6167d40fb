package tls_test

import (
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestTLSProtocolIgnored(t *testing.T) {
	ruletest.Run(t, tls.TLSProtocolIgnored, []ruletest.Case{
		{Name: "before 1.29.2 the default host decides", Nginx: twoHosts, Version: "1.28.0", Want: []string{"8: in nginx 1.28.0 this has no effect on *:443: clients get the protocols of the default virtual host, TLSv1.2 and TLSv1.3"}},
		{Name: "from 1.29.2 on each for itself", Nginx: twoHosts, Version: "1.30.6", OpenSSL: "3.5.0"},
		{Name: "of an unknown version it is worth knowing", Nginx: twoHosts, Want: []string{"8: before nginx 1.29.2 this has no effect [info]"}},
		{Name: "the same protocols", Nginx: "server {\nlisten 443 ssl;\nssl_protocols TLSv1.3;\n}\nserver {\nlisten 443 ssl;\nserver_name b.example;\nssl_protocols TLSv1.3;\n}\n", Version: "1.28.0"},
		{Name: "an address of its own", Nginx: "server {\nlisten 443 ssl;\nssl_protocols TLSv1.2;\n}\nserver {\nlisten 8443 ssl;\nserver_name b.example;\nssl_protocols TLSv1.3;\n}\n", Version: "1.28.0"},
		{Name: "Apache before 2.4.42", Apache: twoVirtualHosts, Version: "2.4.41", Want: []string{"9: in Apache 2.4.41 this has no effect"}},
		{Name: "Apache today", Apache: twoVirtualHosts, Version: "2.4.62"},
		{Name: "an Apache of unknown version", Apache: twoVirtualHosts},
	})
}

const twoHosts = "server {\nlisten 443 ssl;\nserver_name a.example;\nssl_protocols TLSv1.2 TLSv1.3;\n}\nserver {\nlisten 443 ssl;\nssl_protocols TLSv1.3;\nserver_name b.example;\n}\n"

const twoVirtualHosts = "<VirtualHost *:443>\nServerName a.example\nSSLEngine on\nSSLCertificateFile a.pem\nSSLProtocol -all +TLSv1.2\n</VirtualHost>\n<VirtualHost *:443>\nServerName b.example\nSSLProtocol -all +TLSv1.3\nSSLEngine on\nSSLCertificateFile b.pem\n</VirtualHost>\n"
