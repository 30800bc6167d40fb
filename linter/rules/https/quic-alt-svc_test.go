package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestQUICAltSvc(t *testing.T) {
	ruletest.Run(t, https.QUICAltSvc, []ruletest.Case{
		{Name: "no header", Nginx: `server {
 listen 443 quic;
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`, Want: []string{"1: no answer has an Alt-Svc header"}},
		{Name: "the header", Nginx: `server {
 listen 443 quic;
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 add_header Alt-Svc 'h3=":443"';
 root /srv;
}
`},
		{Name: "nothing over TCP", Nginx: `server {
 listen 443 quic;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 root /srv;
}
`, Want: []string{"2: HTTP/3 alone"}},
		{Name: "an application may send it", Nginx: `server {
 listen 443 quic;
 listen 443 ssl;
 server_name a.example;
 ssl_certificate a.pem;
 ssl_certificate_key a.key;
 location / {
  proxy_pass http://127.0.0.1:3000;
 }
}
`},
	})
}
