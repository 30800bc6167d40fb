package https_test

import (
	"testing"

	"padlock/linter/rules/https"
	"padlock/linter/ruletest"
)

func TestNameInvalid(t *testing.T) {
	ruletest.Run(t, https.NameInvalid, []ruletest.Case{
		{Name: "commas, schemes, ports and paths", Nginx: `server {
 listen 80;
 server_name a.example,b.example https://c.example d.example:80 e.example/x;
 return 301 https://$host$request_uri;
}
`, Want: []string{"3: separated by blanks", "3: no scheme", "3: the port is no part", "3: no path"}},
		{Name: "a regular expression without tilde", Nginx: `server {
 listen 80;
 server_name ^a\.example$;
 return 301 https://$host$request_uri;
}
`, Want: []string{"3: looks like a regular expression"}},
		{Name: "letters that are sent in Punycode", Nginx: `server {
 listen 80;
 server_name bücher.example;
 return 301 https://$host$request_uri;
}
`, Want: []string{"3: Punycode"}},
		{Name: "marks, variables and placeholders", Nginx: `server {
 listen 80;
 server_name _ "" $hostname ${NAME} *.a.example .b.example ~^c$ [2001:db8::1];
 return 301 https://$host$request_uri;
}
`},
		{Name: "a comma", Apache: `<VirtualHost *:80>
 ServerName a.example
 ServerAlias b.example,c.example
 Redirect permanent / https://a.example/
</VirtualHost>
`, Want: []string{"3: separated by spaces"}},
		{Name: "a scheme and a port in ServerName are no part of the name", Apache: `<VirtualHost *:80>
 ServerName https://a.example:443
 Redirect permanent / https://a.example/
</VirtualHost>
`},
	})
}
