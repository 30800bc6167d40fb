package secret

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// Secrets.
		{`proxy_set_header Authorization "Basic dXNlcjpwYXNz";`, `proxy_set_header Authorization "***";`},
		{`proxy_set_header Authorization 'Basic dXNlcjpwYXNz';`, `proxy_set_header Authorization '***';`},
		{`    RequestHeader set Authorization "Bearer abc def"`, `    RequestHeader set Authorization "***"`},
		{`# proxy_set_header authorization abc;`, `# proxy_set_header authorization ***;`},
		{`proxy_set_header Proxy-Authorization $x"y";`, `proxy_set_header Proxy-Authorization $x"y";`},
		{`proxy_set_header Cookie session=abc;`, `proxy_set_header Cookie ***;`},
		{`proxy_set_header X-Api-Key abc123;`, `proxy_set_header X-Api-Key ***;`},
		{`proxy_set_header X-Auth-Token "abc";`, `proxy_set_header X-Auth-Token "***";`},
		{`proxy_pass http://user:geheim@10.0.0.1:8080/;`, `proxy_pass http://***@10.0.0.1:8080/;`},
		{`AuthLDAPBindPassword hunter2`, `AuthLDAPBindPassword ***`},
		{`AuthLDAPBindPassword "hunter2 x"`, `AuthLDAPBindPassword "***"`},
		{`SessionCryptoPassphrase geheim`, `SessionCryptoPassphrase ***`},
		{`DBDParams "host=db user=web pass=geheim"`, `DBDParams "host=db user=web pass=***"`},
		{`fastcgi_param DB_PASSWORD geheim;`, `fastcgi_param DB_PASSWORD ***;`},
		{`SetEnv APP_SECRET geheim`, `SetEnv APP_SECRET ***`},
		{`ProxyPass /x ajp://h secret=geheim`, `ProxyPass /x ajp://h secret=***`},
		{`if ($http_authorization != "Basic dXNlcjpwYXNz") {`, `if ($http_authorization != "Basic ***") {`},
		{`user:$apr1$abcdefgh$0123456789abcdefghijkl`, `user:***`},
		{`user:{SHA}0DPiKuNIrrVmD8IUCuw1hQxNqZc=`, `user:***`},
		{"-----BEGIN RSA PRIVATE KEY-----\nMIIabc\nMIIdef==\n-----END RSA PRIVATE KEY-----\n", "-----BEGIN RSA PRIVATE KEY-----\n***\n***\n-----END RSA PRIVATE KEY-----\n"},
		{"-----BEGIN PRIVATE KEY-----\nMIIabc", "-----BEGIN PRIVATE KEY-----\n***"},
		// What hides nothing.
		{`proxy_set_header Authorization $http_authorization;`, `proxy_set_header Authorization $http_authorization;`},
		{`proxy_set_header Authorization "";`, `proxy_set_header Authorization "";`},
		{`auth_basic "Members";`, `auth_basic "Members";`},
		{`auth_basic_user_file /etc/nginx/htpasswd;`, `auth_basic_user_file /etc/nginx/htpasswd;`},
		{`ssl_password_file /etc/keys/global.pass;`, `ssl_password_file /etc/keys/global.pass;`},
		{`ssl_certificate_key /etc/ssl/private/a.key;`, `ssl_certificate_key /etc/ssl/private/a.key;`},
		{`AuthLDAPBindPassword is not allowed here`, `AuthLDAPBindPassword is not allowed here`},
		{`location /x > secure_link_secret > x`, `location /x > secure_link_secret > x`},
		{`server_tokens off;`, `server_tokens off;`},
		{`AuthType Basic`, `AuthType Basic`},
		{`ServerAdmin webmaster@example.com`, `ServerAdmin webmaster@example.com`},
		{`proxy_cache_key $scheme$host$request_uri;`, `proxy_cache_key $scheme$host$request_uri;`},
		{`rewrite ^/(.*)$ https://example.com/$1 permanent;`, `rewrite ^/(.*)$ https://example.com/$1 permanent;`},
		{`Header always edit Set-Cookie ^(.*)$ $1;Secure`, `Header always edit Set-Cookie ^(.*)$ $1;Secure`},
	} {
		if got := Text(c.text); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
		}
		if again := Text(c.want); again != c.want {
			t.Errorf("%s is masked again: %s", c.want, again)
		}
		lines, _ := Lines([]byte(c.text), nil)
		if got := strings.Join(lines, ""); got != c.want {
			t.Errorf("by lines: got %s, want %s", got, c.want)
		}
	}
}

func TestLinesStayLines(t *testing.T) {
	text := "a\nAuthorization \"x\\\ny\" b\n\nPassword z\r\nend"
	lines, masked := Lines([]byte(text), nil)
	want := []string{"a\n", "Authorization \"***\n", "***\" b\n", "\n", "Password ***\r\n", "end"}
	if strings.Join(lines, "|") != strings.Join(want, "|") || len(masked) != len(want) || masked[0] || !masked[1] || !masked[4] {
		t.Errorf("got %q, %v", lines, masked)
	}
}

func TestKnownSecretsAreMaskedToo(t *testing.T) {
	lines, masked := Lines([]byte("a b;\nPassword x;\nc d;\n"), []Span{{19, 20}, {14, 15}, {2, 3}})
	if got := strings.Join(lines, ""); got != "a ***;\nPassword ***;\nc ***;\n" || !masked[0] || !masked[2] {
		t.Errorf("got %q, %v", got, masked)
	}
}

func FuzzLines(f *testing.F) {
	f.Add("Authorization \"0\n")
	f.Add("Authorization \"a\nb\" http://u:p@h")
	f.Fuzz(func(t *testing.T, text string) {
		lines, _ := Lines([]byte(text), nil)
		if strings.Count(strings.Join(lines, ""), "\n") != strings.Count(text, "\n") {
			t.Errorf("%q has become %q", text, lines)
		}
	})
}
