package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestSSLOnDeprecated(t *testing.T) {
	ruletest.Run(t, https.SSLOnDeprecated, []ruletest.Case{
		{Name: "deprecated", Nginx: `server {
 listen 443;
 ssl on;
}
`, Version: "1.24.0", Want: []string{"3: deprecated since nginx 1.15.0"}},
		{Name: "removed", Nginx: `server {
 listen 443;
 ssl on;
}
`, Version: "1.26.3", Want: []string{"3: removed in 1.25.1 [error]"}},
		{Name: "before it was deprecated", Nginx: `server {
 listen 443;
 ssl on;
}
`, Version: "1.14.2"},
	})
}
