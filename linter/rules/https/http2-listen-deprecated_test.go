package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestHTTP2ListenDeprecated(t *testing.T) {
	ruletest.Run(t, https.HTTP2ListenDeprecated, []ruletest.Case{
		{Name: "from 1.25.1 on", Nginx: `server {
 listen 443 ssl http2;
 listen [::]:443 ssl http2;
}
`, Version: "1.26.3", Want: []string{"2: deprecated since nginx 1.25.1"}},
		{Name: "before", Nginx: `server {
 listen 443 ssl http2;
}
`, Version: "1.24.0"},
		{Name: "the version is not known", Nginx: `server {
 listen 443 ssl http2;
}
`, Want: []string{"2: deprecated since nginx 1.25.1 [info]"}},
		{Name: "the directive", Nginx: `server {
 listen 443 ssl;
 http2 on;
}
`, Version: "1.26.3"},
	})
}
