package linter_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/servertest"
	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/ruletest"
)

// alikeSites are how many sites the cases of TestAlikeApache have, and alikeLeft
// how many of them are left out where nothing speaks against it: all but the first,
// the second, the last, and those with the longest name and label, which with names
// of one length is the first again.
const alikeSites, alikeLeft = 9, 6

// certbotSite is what certbot makes of a site.
const certbotSite = `<VirtualHost *:80>
ServerName SITE
ServerAlias www.SITE
DocumentRoot /var/www/SITE
ErrorLog ${APACHE_LOG_DIR}/SITE-error.log
RewriteEngine on
RewriteCond %{SERVER_NAME} =SITE [OR]
RewriteCond %{SERVER_NAME} =www.SITE
RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [END,NE,R=permanent]
</VirtualHost>
<IfModule mod_ssl.c>
<VirtualHost *:443>
ServerName SITE
ServerAlias www.SITE
DocumentRoot /var/www/SITE
SSLCertificateFile /etc/letsencrypt/live/SITE/fullchain.pem
SSLCertificateKeyFile /etc/letsencrypt/live/SITE/privkey.pem
SSLEngine on
</VirtualHost>
</IfModule>
`

// redHatMain is what stands out in the files of Red Hat's packages httpd, mod_ssl
// and php.
const redHatMain = `<Directory />
AllowOverride none
Require all denied
</Directory>
DocumentRoot "/var/www/html"
<Directory "/home/*/public_html">
AllowOverride FileInfo AuthConfig Limit Indexes
Require method GET POST OPTIONS
</Directory>
<LocationMatch "^/+$">
Options -Indexes
ErrorDocument 403 /.noindex.html
</LocationMatch>
Alias /.noindex.html /usr/share/httpd/noindex/index.html
SSLSessionCache shmcb:/run/httpd/sslcache(512000)
<VirtualHost _default_:443>
SSLEngine on
SSLCipherSuite PROFILE=SYSTEM
SSLCertificateFile /etc/pki/tls/certs/localhost.crt
SSLCertificateKeyFile /etc/pki/tls/private/localhost.key
<FilesMatch "\.(cgi|shtml|phtml|php)$">
SSLOptions +StdEnvVars
</FilesMatch>
BrowserMatch "MSIE [2-5]" nokeepalive ssl-unclean-shutdown
CustomLog logs/ssl_request_log "%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x \"%r\" %b"
</VirtualHost>
SetEnvIfNoCase ^Authorization$ "(.+)" HTTP_AUTHORIZATION=$1
<FilesMatch \.(php|phar)$>
SetHandler "proxy:unix:/run/php-fpm/www.sock|fcgi://localhost"
</FilesMatch>
<Proxy *>
Require all granted
</Proxy>
`

// alikeCases are configurations with sites site0.example to site8.example. main
// stands before the include of the sites, body in the virtual host of each; site is
// the whole file if not empty.
var alikeCases = []struct {
	name, main, body, site string
	left                   int
}{
	{name: "plain sites", body: "DocumentRoot /srv/SITE\n", left: alikeLeft},
	{name: "what certbot writes", site: certbotSite, left: alikeLeft},
	{name: "a redirect to a name of the site", body: "Redirect permanent / https://www.SITE/\n", left: alikeLeft},
	{name: "a directory with a wildcard where no site lies", main: "<Directory /home/*/public_html>\nOptions Indexes\n</Directory>\n", body: "DocumentRoot /srv/SITE\n", left: alikeLeft},
	{name: "a default site", main: "<VirtualHost *:80>\nServerName default.invalid\n</VirtualHost>\n", body: "DocumentRoot /srv/SITE\n", left: alikeLeft},
	{name: "a condition on what is no name", body: "<If \"%{HTTPS} == 'off'\">\nRedirect / https://SITE/\n</If>\n", left: alikeLeft},

	{name: "what Red Hat's packages come with", main: redHatMain, body: "DocumentRoot /srv/SITE\n", left: alikeLeft},

	{name: "one site's name elsewhere", main: "<VirtualHost *:80>\nServerName old.example.net\nRedirect / http://site4.example/\n</VirtualHost>\n", left: alikeLeft - 1},
	{name: "one site's name over two lines", main: "<VirtualHost *:80>\nServerName old.example.net\nServerAlias site4\\\n.example\n</VirtualHost>\n", left: alikeLeft - 1},
	{name: "one site's name in a variable", main: "Define four site4\n<VirtualHost *:80>\nServerName ${four}.example\n</VirtualHost>\n", left: alikeLeft - 1},
	{name: "a name made of one site's name elsewhere", main: "<VirtualHost *:80>\nServerName shop-site4.example\n</VirtualHost>\n", body: "Redirect / http://shop-SITE/\n", left: alikeLeft - 1},
	{name: "a directory made of one site's name elsewhere", main: "<Directory /srv/www-site4.example>\nRequire all denied\n</Directory>\n", body: "DocumentRoot /srv/www-SITE\n", left: alikeLeft - 1},
	{name: "one site is read by another include too", main: "Include sites/4.conf\n", left: alikeLeft - 1},

	{name: "a pattern for all names", main: "<VirtualHost *:80>\nServerName any.example.net\nServerAlias *.example\n</VirtualHost>\n"},
	{name: "a directory with a wildcard where sites lie", main: "<Directory /srv/s*>\nRequire all denied\n</Directory>\n", body: "DocumentRoot /srv/SITE\n"},
	{name: "a directory by a regular expression", main: "<DirectoryMatch ^/srv/s>\nRequire all denied\n</DirectoryMatch>\n"},
	{name: "a condition on names for all sites", main: "<If \"%{HTTP_HOST} =~ /4/\">\nRequire all denied\n</If>\n"},
	{name: "a rule for names that sites inherit", main: "RewriteEngine on\nRewriteOptions InheritDown\nRewriteCond %{HTTP_HOST} 4\nRewriteRule ^ - [F]\n"},
	{name: "a map", main: "RewriteMap hosts txt:/etc/hosts.txt\n"},
	{name: "a variable by names", main: "SetEnvIf Host 4 special\n"},
	{name: "a condition on names", body: "<If \"%{HTTP_HOST} == 'SITE'\">\nRequire all denied\n</If>\n"},
	{name: "an expression that calls a function", body: "<If \"req('Host') == 'x'\">\nRequire all denied\n</If>\n"},
	{name: "a pattern for names", body: "RewriteEngine on\nRewriteCond %{HTTP_HOST} ^www\\. [NC]\nRewriteRule ^ https://SITE%{REQUEST_URI} [R]\n"},
	{name: "a path with the name", body: "Redirect /SITE https://SITE/\n"},
	{name: "a path from the name", body: "RewriteEngine on\nRewriteRule ^/(.*)$ /%{HTTP_HOST}/$1\n"},
	{name: "a request passed on to the name", body: "RewriteEngine on\nRewriteRule ^/(.*)$ http://SITE/$1 [P]\n"},
	{name: "ProxyPass to the name", body: "ProxyPass / http://SITE/\n"},
	{name: "a variable that may be asked for", body: "SetEnv HTTPS SITE\n"},
	{name: "a header that is judged", body: "Header always set Strict-Transport-Security SITE\n"},
	{name: "a header by names", body: "Header set X-A b \"expr=%{HTTP_HOST} == 'SITE'\"\n"},
	{name: "Require by names", body: "<Location />\nRequire expr %{HTTP_HOST} == 'SITE'\n</Location>\n"},
	{name: "a directory of a file's name", body: "Alias /a/ /srv/SITE\n"},
	{name: "a wildcard in a directory of the site", body: "<Directory /srv/SITE/*>\nRequire all denied\n</Directory>\n"},
	{name: "a name that is not the site's", body: "ServerAlias shop-SITE\n"},
	{name: "an include by the name", body: "IncludeOptional sites.d/SITE/*.conf\n"},
	{name: "a directive with the name that is not known", body: "NoSuchDirective SITE\n"},
	{name: "paths with the first label of the name", left: alikeLeft, body: "DocumentRoot /srv/LABEL/public\n<Directory /srv/LABEL/public>\nRequire all granted\n</Directory>\nErrorLog ${APACHE_LOG_DIR}/LABEL-error.log\nCustomLog ${APACHE_LOG_DIR}/LABEL.log combined\n"},
	{name: "a label that stands elsewhere", left: alikeLeft - 1, main: "<Directory /srv/site3>\nRequire all denied\n</Directory>\n", body: "DocumentRoot /srv/LABEL\n"},
	{name: "a label in a location", body: "<Location /LABEL>\nRequire all denied\n</Location>\n"},
	{name: "a label in a redirect", body: "Redirect permanent / https://LABEL.test/\n"},
	{name: "a label in a condition", body: "RewriteEngine on\nRewriteCond %{HTTP_HOST} =LABEL.test\nRewriteRule ^ - [F]\n"},
	{name: "a label in a file's name", body: "Alias /a/ /srv/LABEL\n"},
	{name: "a label in the name of a header", body: "Header set X-LABEL 1\n"},
	{name: "a label in a virtual host's address", site: "<VirtualHost LABEL:80>\nServerName SITE\n</VirtualHost>\n"},
	{name: "a directive outside of virtual hosts", site: "SetEnv A b\n<VirtualHost *:80>\nServerName SITE\n</VirtualHost>\n"},
	{name: "a definition", site: "Define here SITE\n<VirtualHost *:80>\nServerName SITE\n</VirtualHost>\n"},
	{name: "a definition in a virtual host", body: "Define here yes\n"},
	{name: "a syntax error", body: "<Location />\n"},
	{name: "an ignore comment", body: "# padlock:ignore https-missing -- later\n"},
	{name: "a very long line", body: "# " + strings.Repeat("x", 5000) + "\n"},
	{name: "sites within a section", main: "<VirtualHost *:80>\nServerName x.example.net\nInclude sites/*.conf\n</VirtualHost>\n"},
}

func TestAlikeApache(t *testing.T) {
	for _, c := range alikeCases {
		t.Run(c.name, func(t *testing.T) {
			site := c.site
			if site == "" {
				site = "<VirtualHost *:80>\nServerName SITE\n" + c.body + "</VirtualHost>\n"
			}
			tree := fstest.MapFS{}
			main := "ServerRoot /etc/apache2\nServerName localhost\nListen 80\nListen 443\n" + c.main + "IncludeOptional sites/*.conf\n"
			if got := leftOut(t, tree, main, site); got != c.left {
				t.Errorf("%d of %d files left out, want %d", got, alikeSites, c.left)
			}
		})
	}
}

// leftOut is how many files are left out of a tree with some sites.
func leftOut(t *testing.T, tree fstest.MapFS, main, site string) int {
	add := func(name, text string) { tree["etc/apache2/"+name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644} }
	add("apache2.conf", main)
	for i := range alikeSites {
		add(fmt.Sprintf("sites/%d.conf", i), named(site, "SITE", fmt.Sprintf("site%d.example", i)))
	}
	return ruletest.SameWithout(t, linter.Request{Paths: []string{"/etc/apache2/apache2.conf"}, Tree: tree, Server: tlspolicy.Apache, Now: ruletest.Now})
}

// TestAlikeShipped adds sites to the configuration that a server comes with, and
// all modules and snippets: nothing there keeps sites from being left out.
func TestAlikeShipped(t *testing.T) {
	for _, server := range servertest.Servers(t) {
		if server.Kind != servertest.Apache {
			continue
		}
		t.Run(server.Suite, func(t *testing.T) {
			tree := fstest.MapFS{}
			system := server.System()
			err := fs.WalkDir(system, "etc/apache2", func(name string, entry fs.DirEntry, err error) error {
				if err != nil || entry.IsDir() {
					return err
				}
				data, err := fs.ReadFile(system, name)
				tree[name] = &fstest.MapFile{Data: data, Mode: 0o644}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			main := string(tree["etc/apache2/apache2.conf"].Data) + "IncludeOptional mods-available/*.conf\nIncludeOptional sites/*.conf\n"
			if got := leftOut(t, tree, main, certbotSite); got != alikeLeft {
				t.Errorf("%d of %d files left out, want %d", got, alikeSites, alikeLeft)
			}
		})
	}
}

// TestAlikeSettings judges by a settings file that is about some of the sites:
// those that are left out follow it like the others.
func TestAlikeSettings(t *testing.T) {
	for _, settings := range []string{
		"lint {\n exclude = [\"etc/apache2/sites/4.conf\"]\n}\n",
		"lint {\n path \"etc/apache2/sites/[4-6].conf\" { disable = [\"hsts-missing\"] }\n}\n",
		"lint {\n rule \"hsts-missing\" { severity = \"error\" }\n}\n",
	} {
		dir := t.TempDir()
		tree := fstest.MapFS{".padlock.hcl": {Data: []byte(settings), Mode: 0o644}}
		if got := leftOut(t, tree, "ServerRoot /etc/apache2\nListen 80\nListen 443\nIncludeOptional sites/*.conf\n", certbotSite); got != alikeLeft {
			t.Errorf("%d of %d files left out, want %d", got, alikeSites, alikeLeft)
		}
		if err := os.CopyFS(dir, tree); err != nil {
			t.Fatal(err)
		}
		got := ruletest.SameWithout(t, linter.Request{
			Paths: []string{filepath.Join(dir, "etc/apache2/apache2.conf")}, Root: dir, Server: tlspolicy.Apache, Now: ruletest.Now,
			Settings: linter.NearestSettings(),
		})
		if got != alikeLeft {
			t.Errorf("%s%d of %d files left out, want %d", settings, got, alikeSites, alikeLeft)
		}
	}
}
