package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"padlock/internal/diff"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// planted are lines that hold a secret, @@, which changes.
var planted = map[tlspolicy.Server][]string{
	tlspolicy.Nginx: {
		`proxy_set_header Authorization "Basic @@";`,
		`proxy_set_header Authorization "Bearer @@";`,
		`proxy_set_header X-Api-Key @@;`,
		`proxy_set_header Cookie "session=@@";`,
		`proxy_set_header X-Auth-Token @@;`,
		`grpc_set_header authorization @@;`,
		`add_header X-Secret @@;`,
		`add_header Set-Cookie "token=@@";`,
		`fastcgi_param DB_PASSWORD @@;`,
		`fastcgi_param APP_SECRET @@ if_not_empty;`,
		`set $api_token @@;`,
		`if ($http_authorization != "Bearer @@") { return 401; }`,
		`if ($arg_token = @@) { return 204; }`,
		`if ($http_x_api_key = "@@") { return 204; }`,
		`location / { proxy_pass http://user:@@@127.0.0.1:3000; }`,
		`location / { proxy_pass http://127.0.0.1:3000/?api_key=@@; }`,
		`return 302 https://user:@@@other.example/;`,
		`return 302 https://other.example/?token=@@;`,
		`secure_link_md5 "$uri @@";`,
		`secure_link_secret @@;`,
		`auth_jwt_key @@;`,
		`ssl_certificate_key "data:@@";`,
		`proxy_ssl_certificate_key "data:-----BEGIN PRIVATE KEY-----@@";`,
		`auth_http_header X-Key @@;`,
		`proxy_cookie_path / "/; token=@@";`,
	},
	tlspolicy.Apache: {
		`AuthDBDUserPWQuery "SELECT password FROM users WHERE user = %s AND '@@'='x'"`,
		`AuthLDAPBindPassword @@`,
		`AuthLDAPURL "ldap://admin:@@@ldap.example/o=x"`,
		`DBDParams "host=db user=a password=@@"`,
		`RequestHeader set Authorization "Basic @@"`,
		`RequestHeader set X-Api-Key "@@"`,
		`Header set X-Auth-Token "@@"`,
		`Header set Set-Cookie "token=@@"`,
		`SetEnv DB_PASSWORD @@`,
		`SetEnvIf X-Api-Key "^@@$" ok`,
		`SetEnvIf Authorization "Bearer @@" ok`,
		`ProxyPass /api/ http://user:@@@127.0.0.1:3000/`,
		`Redirect 302 /x https://user:@@@other.example/`,
		`RewriteCond %{HTTP:Authorization} !^Bearer\ @@$`,
		`RewriteRule ^/x https://other.example/?token=@@ [R=302]`,
		`SessionCryptoPassphrase @@`,
		`SSLProxyMachineCertificateKeyPassphrase @@`,
		"<Location /x>\nRequire expr %{HTTP:X-Token} == '@@'\n</Location>",
		"<If \"%{HTTP:X-Api-Key} != '@@'\">\nRequire all denied\n</If>",
		`Define API_TOKEN @@` + "\n" + `RequestHeader set X-Token "${API_TOKEN}"`,
	},
}

// blocks that stand outside of virtual hosts.
var plantedOutside = []string{
	"map $http_authorization $ok {\n    \"Bearer @@\" 1;\n}",
	"map $host $api_token {\n    default @@;\n}",
	"map $http_x_api_key $who {\n    @@ admin;\n}",
}

// What is secret never appears, and that it changes is told all the same.
func TestSecretsAreNotShown(t *testing.T) {
	check := func(server tlspolicy.Server, text func(secret string) string) {
		t.Helper()
		side := func(secret string) diff.Side {
			return diff.Side{Configs: []*rule.Config{configOf(t, server, text(secret), nil)}}
		}
		one, two := "s3cr3t4bcdef", "Zx9Wv8Ut7Sr6"
		for _, sides := range [][2]diff.Side{{side(one), side(two)}, {side(one), side("")}, {side(""), side(two)}} {
			c := compare(t, sides[0], sides[1])
			if c.Empty() {
				t.Errorf("nothing is told of %s", text("…"))
			}
			for _, one := range sides {
				if text := withoutSecrets(one.Configs[0]); strings.Contains(text, "s3cr3t4bcdef") || strings.Contains(text, "Zx9Wv8Ut7Sr6") {
					t.Errorf("in the file stays a secret:\n%s", text)
				}
			}
			for _, ch := range append(c.Changes, c.Cosmetic...) {
				if all := fmt.Sprint(ch.Message, ch.Before, ch.After, ch.Path, ch.Sites); strings.Contains(all, one) || strings.Contains(all, two) {
					t.Errorf("of %s is shown: %s", text("…"), all)
				}
			}
		}
	}
	for server, list := range planted {
		for _, line := range list {
			check(server, func(secret string) string {
				own := strings.ReplaceAll(line, "@@", secret)
				if secret == "" {
					own = ""
				}
				if server == tlspolicy.Apache {
					return "<VirtualHost *:80>\nServerName a.example\nDocumentRoot /srv/www\nRewriteEngine on\n" + own + "\n</VirtualHost>\n"
				}
				return "server {\nlisten 80;\nserver_name a.example;\nroot /srv/www;\n" + own + "\n}\n"
			})
		}
	}
	for _, block := range plantedOutside {
		check(tlspolicy.Nginx, func(secret string) string {
			if secret == "" {
				return "server { listen 80; server_name a.example; }"
			}
			return strings.ReplaceAll(block, "@@", secret) + "\nserver { listen 80; server_name a.example; }"
		})
	}
}

// withoutSecrets are the files of a configuration as they may be shown.
func withoutSecrets(c *rule.Config) string {
	files := map[*source.File]bool{}
	if c.Nginx != nil {
		for _, tree := range c.Nginx.Trees {
			files[tree.File] = true
		}
	} else {
		for _, tree := range c.Apache.Files() {
			files[tree.File] = true
		}
	}
	var b strings.Builder
	for file := range files {
		at := int32(0)
		for _, s := range diff.Secrets(c) {
			if s.File == file {
				b.Write(file.Data[at:s.Start])
				at = s.End
			}
		}
		b.Write(file.Data[at:])
	}
	return b.String()
}
