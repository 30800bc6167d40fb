package linter

import (
	"testing"

	"padlock/internal/tlspolicy"
)

func TestRecognise(t *testing.T) {
	for _, test := range []struct {
		name, file, text string
		want             tlspolicy.Server
	}{
		{"a virtual host of nginx", "a.conf", "server {\n  listen 80;\n}\n", tlspolicy.Nginx},
		{"a virtual host of Apache", "a.conf", "<VirtualHost *:80>\n  ServerName a\n</VirtualHost>\n", tlspolicy.Apache},
		{"directives over several lines", "a.conf", "log_format x\n  '$a'\n  '$b';\n", tlspolicy.Nginx},
		{"one missing semicolon", "a.conf", "server {\n  listen 80\n  root /srv;\n}\n", tlspolicy.Nginx},
		{"Apache without a section", "a.conf", "Listen 80\nServerName a\n", tlspolicy.Apache},
		{"Apache with braces at line ends", "a.conf", "<Location />\nRewriteRule ^a{2} /b{3}\nLogFormat \"%{X}i\" y\nRewriteCond %{HTTP_HOST} a{1}\n</Location>\n", tlspolicy.Apache},
		{"words that both know", "a.conf", "include x;\nallow all;\n", tlspolicy.Nginx},
		{"words that both know, without semicolons", "a.conf", "Include x\nAllow from all\n", tlspolicy.Apache},
		{"Lua", "a.conf", "location / {\n  content_by_lua_block {\n    local x = 1\n    ngx.say(x)\n  }\n}\n", tlspolicy.Nginx},
		{"a dump", "a.txt", "# configuration file /etc/nginx/nginx.conf:\nevents {}\n", tlspolicy.Nginx},
		{"nothing in it: by name", "/etc/apache2/ports.conf", "# nothing\n", tlspolicy.Apache},
		{"a letter", "a.conf", "Dear Sir,\nthis is none.\n", ""},
		{"another program's", "my.cnf", "[mysqld]\nport = 3306\nuser = mysql\n", ""},
		{"another program's with semicolons", "named.conf", "zone \"a\" {\n  type master;\n  file \"a.db\";\n};\n", ""},
		{"JSON", "a.json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := recognise(test.file, []byte(test.text))
			if ok != (test.want != "") || ok && got != test.want {
				t.Errorf("got %q, %v", got, ok)
			}
		})
	}
}
