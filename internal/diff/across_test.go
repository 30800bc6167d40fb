package diff_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/generator"
	"padlock/internal/diff"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

const acrossNginx = `server {
    listen 80;
    server_name shop.example www.shop.example;
    return 301 https://shop.example$request_uri;
}
server {
    listen 443 ssl;
    server_name shop.example;
    ssl_certificate /etc/tls/fullchain.pem;
    ssl_certificate_key /etc/tls/privkey.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    add_header Strict-Transport-Security max-age=63072000 always;
    root /srv/www;
    location /admin/ {
        deny all;
    }
}
`

const acrossApache = `<VirtualHost *:80>
    ServerName shop.example
    ServerAlias www.shop.example
    Redirect 301 / https://shop.example/
</VirtualHost>
<VirtualHost *:443>
    ServerName shop.example
    SSLEngine on
    SSLCertificateFile /etc/tls/fullchain.pem
    SSLCertificateKeyFile /etc/tls/privkey.pem
    SSLProtocol -all +TLSv1.2 +TLSv1.3
    Header always set Strict-Transport-Security max-age=63072000
    DocumentRoot /srv/www
    <Directory /srv/www>
        Require all granted
    </Directory>
    <Location /admin/>
        Require all denied
    </Location>
</VirtualHost>
`

// Between servers what they do is compared: the same sites are no change, and a
// difference is told with the kinds that it has within one server.
func TestServersAreComparedByWhatTheyDo(t *testing.T) {
	side := func(server tlspolicy.Server, text string) diff.Side {
		c := configOf(t, server, text, nil)
		c.Files = nil
		return diff.Side{Name: string(server), Configs: []*rule.Config{c}}
	}
	for _, c := range []struct{ name, from, to, want string }{
		{"the same", "", "", ""},
		{"HTTPS", "SSLEngine on", "SSLEngine off", "https-lost"},
		{"redirect", "Redirect 301 /", "Redirect 302 /", "redirect-changed"},
		{"HSTS", "Header always set Strict", "Header always set X-Strict", "hsts-lost"},
		{"protocol", "+TLSv1.3", "", "tls-protocol-refused"},
		{"access", "Require all denied", "Require all granted", "access-lifted"},
		{"name", "    ServerAlias www.shop.example\n", "", "site-removed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			old := side(tlspolicy.Nginx, acrossNginx)
			new := side(tlspolicy.Apache, strings.Replace(acrossApache, c.from, c.to, 1))
			got := compare(t, old, new)
			kinds := map[string]bool{}
			for _, ch := range got.Changes {
				kinds[ch.Kind] = true
				if !ch.Consequence {
					t.Errorf("a directive is told of: %s", ch.Message)
				}
			}
			// Each has its own way of binding addresses and of choosing ciphers.
			for _, own := range []string{"listener-added", "listener-removed", "cipher-accepted", "cipher-refused", "tls-setting-changed"} {
				delete(kinds, own)
			}
			if c.want == "" && len(kinds) > 0 || c.want != "" && !kinds[c.want] {
				t.Errorf("want %q, got:\n%s", c.want, lines(got))
			}
			if got.Server != "" {
				t.Errorf("the server is %q", got.Server)
			}
			checkMirror(t, old, new)
		})
	}
}

// One description rendered for both servers serves the same sites.
func TestOneDescriptionForBothServers(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile("../../fixtures/examples/application.hcl")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "sites.hcl")
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
	side := func(server tlspolicy.Server) diff.Side {
		result, diags := generator.Generate(context.Background(), generator.Request{Files: []string{name}, Server: string(server), Platform: "debian-13"})
		if diags.HasErrors() {
			t.Fatal(diags.List[0].Summary)
		}
		base, at := nginxMain, "etc/nginx/sites/"
		if server == tlspolicy.Apache {
			base, at = apacheMain, "etc/apache2/sites/"
		}
		tree := fstest.MapFS{mainOf(server)[1:]: {Data: []byte(base)}}
		for _, f := range result.Files {
			tree[at+f.Name] = &fstest.MapFile{Data: f.Content}
		}
		c := load(t, server, tree, mainOf(server), target(server))
		c.Files = nil
		return diff.Side{Name: string(server), Configs: []*rule.Config{c}}
	}
	got := compare(t, side(tlspolicy.Nginx), side(tlspolicy.Apache))
	for _, ch := range got.Changes {
		if ch.Risk == diff.High && !strings.HasPrefix(ch.Kind, "listener-") && !strings.HasPrefix(ch.Kind, "default-server") {
			t.Errorf("%s: %s", ch.Kind, ch.Message)
		}
	}
}
