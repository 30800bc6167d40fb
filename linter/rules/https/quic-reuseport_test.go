package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestQUICReuseport(t *testing.T) {
	ruletest.Run(t, https.QUICReuseport, []ruletest.Case{
		{Name: "several workers", Nginx: `worker_processes auto;
events {}
http {
server {
 listen 443 quic;
}
}
`, Want: []string{"5: has no reuseport"}},
		{Name: "one worker", Nginx: `events {}
http {
server {
 listen 443 quic;
}
}
`},
		{Name: "reuseport in another server", Nginx: `worker_processes 4;
events {}
http {
server {
 listen 443 quic reuseport;
}
server {
 listen 443 quic;
}
}
`},
		{Name: "a part of the configuration", Nginx: `server {
 listen 443 quic;
}
`},
	})
}
