package headers_test

import (
	"os"
	"testing"

	"padlock/internal/servertest"
	"padlock/linter/rule"
	"padlock/linter/rules/headers"
	"padlock/linter/ruletest"
)

const header = "Strict-Transport-Security"

// Where a rule says that the header is lacking, or sent in vain, the servers
// lack or send it; and where it is silent they do not.
func TestServersSendWhatTheRulesSay(t *testing.T) {
	authority := servertest.NewAuthority(t)
	files := authority.Issue(t, servertest.Leaf{Names: []string{"shop.example"}}).Files("/etc/tls").
		With(servertest.Files{"/srv/www/index.html": "x", "/srv/www/api/index.html": "y"})
	nginxHost := func(more string) string {
		return "server {\nlisten 443 ssl;\nserver_name shop.example;\nssl_certificate /etc/tls/fullchain.pem;\nssl_certificate_key /etc/tls/privkey.pem;\nroot /srv/www;\n" + more + "\n}\n"
	}
	apacheHost := func(more string) string {
		return "<VirtualHost *:443>\nServerName shop.example\nSSLEngine on\nSSLCertificateFile /etc/tls/fullchain.pem\nSSLCertificateKeyFile /etc/tls/privkey.pem\nDocumentRoot /srv/www\n<Directory /srv/www>\nRequire all granted\n</Directory>\n" + more + "\n</VirtualHost>\n"
	}
	clear := "<VirtualHost *:80>\nServerName shop.example\nDocumentRoot /srv/www\n<Directory /srv/www>\nRequire all granted\n</Directory>\n"
	cases := []struct {
		name string
		kind servertest.Kind
		rule *rule.Rule
		text string
		url  string
		// reported is how the answer looks if the rule reports: with the header or
		// without.
		reported bool
	}{
		{"set", servertest.Nginx, headers.HSTSMissing, nginxHost(nginxHSTS), "https://shop.example/", false},
		{"not set", servertest.Nginx, headers.HSTSMissing, nginxHost(""), "https://shop.example/", false},
		{"set around, replaced", servertest.Nginx, headers.HSTSMissing, nginxHSTS + "\n" + nginxHost("add_header X-A b;"), "https://shop.example/", false},
		{"error answer", servertest.Nginx, headers.HSTSNotAlways, nginxHost("add_header Strict-Transport-Security max-age=63072000;"), "https://shop.example/none", false},
		{"error answer with always", servertest.Nginx, headers.HSTSNotAlways, nginxHost(nginxHSTS), "https://shop.example/none", false},
		{"location with a header", servertest.Nginx, headers.HSTSLost, nginxHost(nginxHSTS + "\nlocation /api/ {\nadd_header X-A b;\n}"), "https://shop.example/api/", false},
		{"location that repeats it", servertest.Nginx, headers.HSTSLost, nginxHost(nginxHSTS + "\nlocation /api/ {\nadd_header X-A b;\n" + nginxHSTS + "\n}"), "https://shop.example/api/", false},
		{"location without headers", servertest.Nginx, headers.HSTSLost, nginxHost(nginxHSTS + "\nlocation /api/ {\nexpires 1d;\n}"), "https://shop.example/api/", false},
		{"if in a location", servertest.Nginx, headers.HSTSLost, nginxHost(nginxHSTS + "\nlocation /api/ {\nif ($https) {\nadd_header X-A b;\n}\n}"), "https://shop.example/api/", false},
		{"in the clear", servertest.Nginx, headers.HSTSOnHTTP, nginxHost("listen 80;\n" + nginxHSTS), "http://shop.example/", true},
		{"by a map in TLS only", servertest.Nginx, headers.HSTSOnHTTP, "map $https $hsts {\non max-age=63072000;\n}\n" + nginxHost("listen 80;\nadd_header Strict-Transport-Security $hsts always;"), "http://shop.example/", true},

		{"set", servertest.Apache, headers.HSTSMissing, apacheHost(apacheHSTS), "https://shop.example/", false},
		{"not set", servertest.Apache, headers.HSTSMissing, apacheHost(""), "https://shop.example/", false},
		{"set around, added to", servertest.Apache, headers.HSTSMissing, apacheHSTS + "\n" + apacheHost("Header always set X-A b"), "https://shop.example/", false},
		{"error answer", servertest.Apache, headers.HSTSNotAlways, apacheHost("Header set Strict-Transport-Security max-age=63072000"), "https://shop.example/none", false},
		{"redirect", servertest.Apache, headers.HSTSNotAlways, apacheHost("Header set Strict-Transport-Security max-age=63072000\nRedirect /old https://shop.example/"), "https://shop.example/old", false},
		{"error answer with always", servertest.Apache, headers.HSTSNotAlways, apacheHost(apacheHSTS), "https://shop.example/none", false},
		{"unset in a section", servertest.Apache, headers.HSTSLost, apacheHost(apacheHSTS + "\n<Location /api>\nHeader always unset Strict-Transport-Security\n</Location>"), "https://shop.example/api/", false},
		{"unset in the other table", servertest.Apache, headers.HSTSLost, apacheHost(apacheHSTS + "\n<Location /api>\nHeader unset Strict-Transport-Security\n</Location>"), "https://shop.example/api/", false},
		{"unset, then set", servertest.Apache, headers.HSTSLost, apacheHost("Header always unset Strict-Transport-Security\n" + apacheHSTS), "https://shop.example/api/", false},
		{"server's set, host's unset", servertest.Apache, headers.HSTSLost, apacheHost("Header always unset Strict-Transport-Security") + apacheHSTS + "\n", "https://shop.example/", false},
		{"in the clear", servertest.Apache, headers.HSTSOnHTTP, apacheHSTS + "\n" + apacheHost("") + clear + "</VirtualHost>\n", "http://shop.example/", true},
		{"by a condition in TLS only", servertest.Apache, headers.HSTSOnHTTP, apacheHSTS + ` "expr=%{HTTPS} == 'on'"` + "\n" + apacheHost("") + clear + "</VirtualHost>\n", "http://shop.example/", true},
	}
	for _, server := range servertest.Servers(t) {
		if server.Suite != "forky" && os.Getenv("PADLOCK_PROVE") == "" {
			continue // how headers are inherited has not changed
		}
		for _, c := range cases {
			if c.kind != server.Kind {
				continue
			}
			t.Run(server.Name()+"/"+c.rule.ID+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				running := server.Start(t, servertest.Config{Files: files.With(servertest.Files{"sites/a.conf": c.text})})
				answer, err := running.Client(authority.Pool()).Get(c.url)
				if err != nil {
					t.Fatal(err)
				}
				sent := answer.Header.Get(header) != ""
				if got := reports(t, server, c.rule, c.text); got != (sent == c.reported) {
					t.Errorf("reported %v, and the header is sent: %v", got, sent)
				}
			})
		}
	}
}

func reports(t *testing.T, server *servertest.Server, r *rule.Rule, text string) bool {
	t.Helper()
	c := ruletest.Case{Version: server.Version, OpenSSL: server.OpenSSL}
	if server.Kind == servertest.Nginx {
		c.Nginx, c.File = nginxWhole(text), "nginx.conf"
	} else {
		c.Apache, c.File = "Listen 443\nListen 80\n"+text, "apache2.conf"
	}
	return len(c.Lint(t, r.ID).Findings) > 0
}
