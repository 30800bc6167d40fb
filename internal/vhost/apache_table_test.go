package vhost

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"padlock/internal/servertest"
)

const tlsLines = "SSLCertificateFile /etc/ssl/site/fullchain.pem\nSSLCertificateKeyFile /etc/ssl/site/privkey.pem\n"

// apacheCase is a configuration and what becomes of requests: "0" and "main"
// name who serves content, by X-Host; "closed" is no answer; others are a
// status and, for a redirect, its target.
type apacheCase struct {
	name   string
	config string
	asks   map[string]string
}

// site makes a virtual host that says who it is.
func apacheSite(address, n, body string) string {
	return fmt.Sprintf("<VirtualHost %s>\nServerName %s.example\nDocumentRoot /srv/padlock/www/h0\nHeader always set X-Host %s\n%s</VirtualHost>\n", address, n, n, body)
}

// apacheTLSCases are the rows of who speaks TLS.
var apacheTLSCases = []apacheCase{
	{"Listen 443 implies https, given a certificate", "Listen 443\n" + apacheSite("*:443", "a", tlsLines),
		map[string]string{"https://a.example/": "a", "http://a.example:443/": "400"}},
	{"a certificate of the main server will do", "Listen 443\n" + tlsLines + apacheSite("*:443", "a", ""),
		map[string]string{"https://a.example/": "a"}},
	{"without a certificate 443 is plain HTTP", "Listen 443\n" + apacheSite("*:443", "a", ""),
		map[string]string{"https://a.example/": "closed", "http://a.example:443/": "a"}},
	{"SSLEngine off beats Listen", "Listen 443\n" + apacheSite("*:443", "a", "SSLEngine off\n"+tlsLines),
		map[string]string{"https://a.example/": "closed", "http://a.example:443/": "a"}},
	{"Listen 8443 https", "Listen 8443 https\n" + apacheSite("*:8443", "a", tlsLines),
		map[string]string{"https://a.example:8443/": "a", "http://a.example:8443/": "400"}},
	{"Listen 8443 alone is HTTP", "Listen 8443\n" + apacheSite("*:8443", "a", tlsLines),
		map[string]string{"https://a.example:8443/": "closed", "http://a.example:8443/": "a"}},
	{"Listen 443 http", "Listen 443 http\n" + apacheSite("*:443", "a", tlsLines),
		map[string]string{"https://a.example/": "closed", "http://a.example:443/": "a"}},
	{"Listen 80 https", "Listen 80 https\n" + apacheSite("*:80", "a", tlsLines),
		map[string]string{"http://a.example/": "400", "https://a.example:80/": "a"}},
	{"a virtual host without a directive of the core has the main server's protocol", "Listen 443\n<VirtualHost *:443>\nHeader always set X-Host a\n" + tlsLines + "</VirtualHost>\n",
		map[string]string{"https://a.example/": "closed", "http://a.example:443/": "a"}},
	{"any directive of the core gives it one of its own", "Listen 443\n<VirtualHost *:443>\nServerAdmin a@a.example\nHeader always set X-Host a\n" + tlsLines + "</VirtualHost>\n",
		map[string]string{"https://a.example/": "a"}},
	{"so does a section of the core", "Listen 443\n<VirtualHost *:443>\n<Location /x>\nHeader set X-A b\n</Location>\nHeader always set X-Host a\n" + tlsLines + "</VirtualHost>\n",
		map[string]string{"https://a.example/": "a"}},
	{"a condition is none", "Listen 443\n<VirtualHost *:443>\n<IfModule ssl_module>\nHeader always set X-Host a\n" + tlsLines + "</IfModule>\n</VirtualHost>\n",
		map[string]string{"https://a.example/": "closed", "http://a.example:443/": "a"}},
	{"with SSLEngine on it needs none", "Listen 443\n<VirtualHost *:443>\nSSLEngine on\nHeader always set X-Host a\n" + tlsLines + "</VirtualHost>\n",
		map[string]string{"https://a.example/": "a"}},
	{"an address in Listen alone breaks the implication", "Listen 127.0.0.1:443\n" + apacheSite("*:443", "a", tlsLines),
		map[string]string{"https://a.example/": "closed", "http://a.example:443/": "a"}},
	{"an address in both keeps it", "Listen 127.0.0.1:443\n" + apacheSite("127.0.0.1:443", "a", tlsLines),
		map[string]string{"https://a.example/": "a"}},
	{"an address in the virtual host alone breaks it", "Listen 443\n" + apacheSite("127.0.0.1:443", "a", tlsLines),
		map[string]string{"https://a.example/": "closed", "http://a.example:443/": "a"}},
	{"a virtual host of every port is not of 443", "Listen 443\n" + apacheSite("*", "a", tlsLines),
		map[string]string{"https://a.example/": "closed", "http://a.example:443/": "a"}},
	{"a certificate without virtual host", "Listen 443\nHeader always set X-Host main\n" + tlsLines,
		map[string]string{"https://a.example/": "closed", "http://a.example:443/": "main"}},
	{"80 first: both plain", "Listen 80\nListen 443\n" + apacheSite("*:80 *:443", "a", tlsLines),
		map[string]string{"http://a.example/": "a", "https://a.example/": "closed"}},
	{"443 first: both TLS", "Listen 80\nListen 443\n" + apacheSite("*:443 *:80", "a", tlsLines),
		map[string]string{"http://a.example/": "400", "https://a.example/": "a"}},
	{"SSLEngine on with both ports", "Listen 80\nListen 443\n" + apacheSite("*:80 *:443", "a", "SSLEngine on\n"+tlsLines),
		map[string]string{"http://a.example/": "400", "https://a.example/": "a"}},
	{"SSLEngine on with every port", "Listen 80\nListen 443\n" + apacheSite("*", "a", "SSLEngine on\n"+tlsLines),
		map[string]string{"http://a.example/": "400", "https://a.example/": "a", "https://a.example:80/": "a"}},
	{"SSLEngine on in the main server reaches port 80", "Listen 80\nListen 443\nSSLEngine on\n" + tlsLines + apacheSite("*:443", "a", "") + apacheSite("*:80", "b", ""),
		map[string]string{"https://a.example/": "a", "http://b.example/": "400", "https://b.example:80/": "b"}},
	{"both families listen apart", "Listen [::]:443\nListen 0.0.0.0:443\n" + apacheSite("*:443", "a", tlsLines),
		map[string]string{"https://a.example/": "a"}},
	{"only IPv4 listens", "Listen 0.0.0.0:443\n" + apacheSite("*:443", "a", tlsLines), map[string]string{"https://a.example/": "a"}},
	{"only IPv6 listens", "Listen [::]:443\n" + apacheSite("*:443", "a", tlsLines), map[string]string{"https://a.example/@::1": "a"}},
	{"the first host gives TLS to later ones", "Listen 443\n" + apacheSite("*:443", "a", "SSLEngine on\n"+tlsLines) + apacheSite("*:443", "b", ""),
		map[string]string{"https://a.example/": "a", "https://b.example/": "b"}},
	{"the first host without TLS takes it from later ones", "Listen 443\n" + apacheSite("*:443", "a", "") + apacheSite("*:443", "b", "SSLEngine on\n"+tlsLines),
		map[string]string{"https://a.example/": "closed", "https://b.example/": "closed", "http://b.example:443/": "b"}},
	{"the first host with SSLEngine off, too", "Listen 443\n" + apacheSite("*:443", "a", "SSLEngine off\n"+tlsLines) + apacheSite("*:443", "b", "SSLEngine on\n"+tlsLines),
		map[string]string{"https://b.example/": "closed", "http://a.example:443/": "a"}},
	{"only the first word of Listen is a port", "Listen 8080 443\n" + apacheSite("*:8080", "a", ""), map[string]string{"http://a.example:8080/": "a"}},
}

// apacheNameCases are the rows of who answers to a name.
var apacheNameCases = []apacheCase{
	{"an earlier pattern shadows a later name", "Listen 80\n" + apacheSite("*:80", "a", "ServerAlias *.example\n") + apacheSite("*:80", "b", ""),
		map[string]string{"http://b.example/": "a"}},
	{"a later pattern does not", "Listen 80\n" + apacheSite("*:80", "b", "") + apacheSite("*:80", "a", "ServerAlias *.example\n"),
		map[string]string{"http://b.example/": "b", "http://q.example/": "a", "http://q.test/": "b"}},
	{"an address hides the names of all addresses", "Listen 80\n" + apacheSite("*:80", "a", "") + apacheSite("127.0.0.1:80", "b", ""),
		map[string]string{"http://a.example/": "b", "http://a.example/@127.0.0.2": "a"}},
	{"a port hides the hosts of every port", "Listen 80\nListen 8080\n" + apacheSite("*:80", "a", "") + apacheSite("*", "b", ""),
		map[string]string{"http://b.example/": "a", "http://b.example:8080/": "b"}},
	{"an address of every port beats all addresses", "Listen 80\n" + apacheSite("127.0.0.1", "b", "") + apacheSite("*:80", "a", ""),
		map[string]string{"http://a.example/": "b"}},
	{"an address with port beats it without", "Listen 80\n" + apacheSite("127.0.0.1", "b", "") + apacheSite("127.0.0.1:80", "a", ""),
		map[string]string{"http://b.example/": "a"}},
	{"_default_ is every address", "Listen 80\n" + apacheSite("_default_:80", "a", "") + apacheSite("*:80", "b", ""),
		map[string]string{"http://b.example/": "b", "http://x.test/": "a"}},
	{"the first of two of one name", "Listen 80\n" + apacheSite("*:80", "b", "") + apacheSite("*:80", "a", "ServerAlias c.example\n") + apacheSite("*:80", "c", ""),
		map[string]string{"http://c.example/": "a"}},
	{"no host for the port: the main server", "Listen 80\nListen 443\nHeader always set X-Host main\n" + apacheSite("*:443", "a", ""),
		map[string]string{"http://a.example/": "main"}},
	{"capitals do not matter", "Listen 80\n" + apacheSite("*:80", "b", "") + apacheSite("*:80", "a", "ServerAlias WWW.Example\n"), map[string]string{"http://wWw.eXample/": "a", "http://A.EXAMPLE/": "a"}},
	{"the port of ServerName does not matter", "Listen 80\n" + apacheSite("*:80", "b", "") + apacheSite("*:80", "a", "ServerName a.example:8080\n"), map[string]string{"http://a.example/": "a"}},
	{"the scheme of ServerName does not matter", "Listen 80\n" + apacheSite("*:80", "b", "") + apacheSite("*:80", "a", "ServerName https://a.example\n"), map[string]string{"http://a.example/": "a"}},
	{"names that never match", "Listen 80\n" + apacheSite("*:80", "d", "") + apacheSite("*:80", "b", "ServerName q/\nServerAlias x.example. https://y.example z.example:80 u.example,v.example\n"),
		map[string]string{"http://x.example/": "d", "http://y.example/": "d", "http://z.example/": "d", "http://u.example/": "d", "http://q/": "d"}},
	{"a comment behind ServerAlias is a name", "Listen 80\n" + apacheSite("*:80", "d", "") + apacheSite("*:80", "a", "ServerAlias x.example # w.example\n"),
		map[string]string{"http://w.example/": "a"}},
	{"without ServerName the main server's holds", "Listen 80\n" + apacheSite("*:80", "b", "") + strings.Replace(apacheSite("*:80", "a", ""), "ServerName a.example\n", "", 1),
		map[string]string{"http://main.example/": "a"}},
	{"the address as a name", "Listen 80\n" + apacheSite("127.0.0.1:80", "a", "") + apacheSite("127.0.0.1:80", "b", "ServerAlias 127.0.0.?\n"), map[string]string{"http://127.0.0.1/": "b"}},
	{"StrictHostCheck", "Listen 80\nStrictHostCheck On\n" + apacheSite("*:80", "a", ""), map[string]string{"http://a.example/": "a", "http://b.example/": "400"}},
}

func one(body string) string { return "Listen 80\n" + apacheSite("*:80", "a", body) }

// apacheRedirectCases are the rows of redirects and of the order of phases.
var apacheRedirectCases = []apacheCase{
	{"a Redirect of the main server comes after the host's", "Listen 80\nRedirect permanent / https://g.example/\n" + apacheSite("*:80", "b", "Redirect /x /y\n"),
		map[string]string{"http://b.example/": "301 https://g.example/", "http://b.example/x": "302 http://b.example/y"}},
	{"rules are not inherited", "Listen 80\nRewriteEngine On\nRewriteRule ^ https://g.example/ [R=301,L]\n" + apacheSite("*:80", "a", "") + apacheSite("*:80", "b", "RewriteEngine On\n") + apacheSite("*:80", "d", "RewriteEngine On\nRewriteOptions Inherit\n"),
		map[string]string{"http://a.example/": "a", "http://b.example/": "b", "http://d.example/": "301 https://g.example/"}},
	{"InheritDown needs a directive in the host", "Listen 80\nRewriteEngine On\nRewriteOptions InheritDown\nRewriteRule ^ https://g.example/ [R=301,L]\n" + apacheSite("*:80", "a", "") + apacheSite("*:80", "b", "RewriteEngine On\n"),
		map[string]string{"http://a.example/": "a", "http://b.example/": "301 https://g.example/"}},
	{"a rule without RewriteEngine", one("RewriteRule ^ https://a.example/ [R=301]\n"), map[string]string{"http://a.example/": "a"}},
	{"another scheme redirects without [R]", one("RewriteEngine On\nRewriteRule ^ https://a.example%{REQUEST_URI}\n"), map[string]string{"http://a.example/p?q=1": "302 https://a.example/p?q=1"}},
	{"the own URL redirects, too", one("RewriteEngine On\nRewriteRule ^(.*)$ http://a.example$1 [L]\n"), map[string]string{"http://a.example/index.html": "302 http://a.example/index.html"}},
	{"but not if ServerName has the port", one("ServerName a.example:80\nRewriteEngine On\nRewriteRule ^(.*)$ http://a.example$1 [L]\n"), map[string]string{"http://a.example/index.html": "a"}},
	{"Redirect without the final slash", one("Redirect permanent / https://a.example\n"), map[string]string{"http://a.example/p?q=1": "301 https://a.examplep?q=1"}},
	{"Redirect keeps path and query", one("Redirect permanent / https://a.example/\n"), map[string]string{"http://a.example/p?q=1": "301 https://a.example/p?q=1"}},
	{"its status is 302", one("Redirect / https://a.example/\n"), map[string]string{"http://a.example/p": "302 https://a.example/p"}},
	{"the first Redirect wins", one("Redirect 301 /.well-known/acme-challenge/ http://acme.example/\nRedirect 301 / https://a.example/\n"),
		map[string]string{"http://a.example/p": "301 https://a.example/p", "http://a.example/.well-known/acme-challenge/t": "301 http://acme.example/t"}},
	{"a general Redirect hides a later one", one("Redirect 301 / https://a.example/\nRedirect 301 /x https://x.example/\n"), map[string]string{"http://a.example/x": "301 https://a.example/x"}},
	{"Redirect beats Alias", one("Alias /.well-known/acme-challenge/ /srv/padlock/www/acme/\nRedirect 301 / https://a.example/\n"),
		map[string]string{"http://a.example/.well-known/acme-challenge/t": "301 https://a.example/.well-known/acme-challenge/t"}},
	{"RedirectMatch with a negative look-ahead", one("RedirectMatch 301 ^/(?!\\.well-known/acme-challenge/)(.*) https://a.example/$1\n"),
		map[string]string{"http://a.example/.well-known/acme-challenge/t": "a", "http://a.example/x": "301 https://a.example/x"}},
	{"Redirect in Location has one target", one("<Location />\nRedirect 301 https://a.example/\n</Location>\n"), map[string]string{"http://a.example/p?q=1": "301 https://a.example/?q=1"}},
	{"Redirect in If", one("<If \"%{REQUEST_URI} !~ m#^/\\.well-known/#\">\nRedirect 301 / https://a.example/\n</If>\n"),
		map[string]string{"http://a.example/p?q=1": "301 https://a.example/p?q=1", "http://a.example/.well-known/x": "a"}},
	{"If HTTPS is off", one("<If \"%{HTTPS} == 'off'\">\nRedirect 301 / https://a.example/\n</If>\n"), map[string]string{"http://a.example/p?q=1": "301 https://a.example/p?q=1"}},
	{"a variable outside of sections is text", one("Redirect 301 / https://%{HTTP_HOST}/\n"), map[string]string{"http://a.example/p?q=1": "301 https://%{HTTP_HOST}/p?q=1"}},
	{"a variable in Location is put in", one("<Location />\nRedirect 301 https://%{HTTP_HOST}%{REQUEST_URI}\n</Location>\n"), map[string]string{"http://a.example/p?q=1": "301 https://a.example/p?q=1"}},
	{"SSLRequireSSL with ErrorDocument", one("ErrorDocument 403 https://a.example/\n<Location />\nSSLRequireSSL\n</Location>\n"), map[string]string{"http://a.example/": "302 https://a.example/"}},
	{"SSLRequireSSL", one("<Location />\nSSLRequireSSL\n</Location>\n"), map[string]string{"http://a.example/": "403"}},
	{"rules in Directory", one("<Directory /srv/padlock/www/h0>\nRewriteEngine On\nRewriteRule ^(.*)$ https://a.example/$1 [R=301,L]\n</Directory>\n"), map[string]string{"http://a.example/p": "301 https://a.example/p"}},
	{"rules in Location see the file's path", one("<Location />\nRewriteEngine On\nRewriteRule ^(.*)$ https://a.example/$1 [R=301,L]\n</Location>\n"), map[string]string{"http://a.example/p": "301 https://a.example/srv/padlock/www/h0/p"}},
	{"a redirect that a later rule makes a path keeps its status", one("RewriteEngine On\nRewriteRule ^ https://a.example/\nRewriteRule !^/index /index.html\n"), map[string]string{"http://a.example/p": "302"}},
	{"a redirect that a later rule passes on", one("RewriteEngine On\nRewriteRule ^ https://a.example/\nRewriteRule ^ /index.html [PT]\n"), map[string]string{"http://a.example/p": "302"}},
	{"a page for errors that falls back to one that is not there", one("ErrorDocument 404 /e\nFallbackResource /f\n"), map[string]string{"http://a.example/x": "a"}},
	{"RewriteOptions of a directory hold below it", one("<Directory /srv/padlock/www>\nRewriteEngine On\nRewriteOptions Inherit\nRewriteRule ^x /y [R=307]\n</Directory>\n<Directory /srv/padlock/www/h0>\nRewriteEngine On\nRewriteRule ^old$ /new [R,L]\n</Directory>\n"),
		map[string]string{"http://a.example/x": "307 http://a.example/y", "http://a.example/old": "302 http://a.example/new"}},
	{"SetEnvIf sees a path without further slashes at its start", one("SetEnvIf Request_URI ^/old OLD=1\n<If \"reqenv('OLD') == '1'\">\nRedirect 410\n</If>\n"), map[string]string{"http://a.example//old": "410"}},
	{"a named group of a section is a variable", one("<LocationMatch \"^/(?<part>[a-z]+)\">\nRedirect 301 https://a.example/%{env:MATCH_PART}\n</LocationMatch>\n"), map[string]string{"http://a.example/p?q=1": "301 https://a.example/p?q=1"}},
	{"FallbackResource goes by what holds for its path", one("FallbackResource /a\n<Location /a>\nRequire all granted\n</Location>\n"), map[string]string{"http://a.example/p": "a"}},
	{"a rule that makes the path / comes to what holds for all files", one("RewriteEngine On\nRewriteRule ^/x /\n<Directory />\nRequire all denied\n</Directory>\n<Directory /srv/padlock/www/h0>\nRequire all granted\n</Directory>\n"), map[string]string{"http://a.example/x": "403", "http://a.example/y": "a"}},
	{"the page for an error is refused by a rule of a section", one("ErrorDocument 403 /gone\n<Location /gone>\nRewriteEngine On\nRewriteRule ^ - [G]\n</Location>\n<Location /x>\nRequire all denied\n</Location>\n"), map[string]string{"http://a.example/x": "410"}},
	{"the page for an error is refused by access", one("ErrorDocument 404 /page\n<Location /page>\nRequire all denied\n</Location>\nRedirect 404 /x\n"), map[string]string{"http://a.example/x": "404", "http://a.example/y%2Fz": "404"}},
	{"the page for an error is refused by a redirect", one("ErrorDocument 404 /page\nRedirect 410 /page\nRedirect 404 /x\n"), map[string]string{"http://a.example/x": "404"}},
	{"the page for an error is refused in its own way", one("RewriteEngine On\nRewriteRule ^/gone - [G]\nErrorDocument 403 /gone\nRewriteRule ^/x - [F]\n"), map[string]string{"http://a.example/x": "410"}},
	{"a Redirect in a section comes before its rules lead on", one("<Directory />\nRedirect 301 /old https://a.example/new\nRewriteEngine On\nRewriteRule ^(.*)$ /x/$1 [END]\n</Directory>\n"),
		map[string]string{"http://a.example/old": "301 https://a.example/new"}},
	{"SetEnvIf in a section counts for the headers of a refusal", one("<Location />\nSetEnvIf Host a NAMED=1\nHeader always set X-Host named env=NAMED\nHeader always edit X-Host $ !\nRequire all denied\n</Location>\n"), map[string]string{"http://a.example/x": "403"}},
	{"[R] is 302", one("RewriteEngine On\nRewriteRule ^ https://a.example%{REQUEST_URI} [R,L]\n"), map[string]string{"http://a.example/p": "302 https://a.example/p"}},
	{"outside of sections paths begin with a slash", one("RewriteEngine On\nRewriteRule ^index https://a.example/ [R=301,L]\n"), map[string]string{"http://a.example/index": "a"}},
	{"RewriteCond !on", one("RewriteEngine On\nRewriteCond %{HTTPS} !on\nRewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]\n"), map[string]string{"http://a.example/index": "301 https://a.example/index"}},
	{"=On is not on", one("RewriteEngine On\nRewriteCond %{HTTPS} =Off\nRewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]\n"), map[string]string{"http://a.example/": "a"}},
	{"rules come before Redirect", one("Redirect 302 /z https://b.example/\nRewriteEngine On\nRewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]\n"), map[string]string{"http://a.example/z": "301 https://a.example/z"}},
	{"line ends are encoded again", one("RedirectMatch 301 ^/(.*)$ https://a.example/$1\n"), map[string]string{"http://a.example/%0d%0aX:1": "301 https://a.example/%0d%0aX:1"}},
	{"an encoded question mark is refused", one("RewriteEngine On\nRewriteRule ^/(.*)$ https://a.example/$1 [R=301,L]\n"), map[string]string{"http://a.example/a%3fb": "403", "http://a.example/ab": "301 https://a.example/ab"}},
	{"unless the rule allows it", one("RewriteEngine On\nRewriteRule ^/(.*)$ https://a.example/$1 [R=301,L,UnsafeAllow3F]\n"), map[string]string{"http://a.example/a%3fb": "301 https://a.example/a?b"}},
	{"a second slash", one("RewriteEngine On\nRewriteRule ^(.*)$ https://a.example/$1 [R=301,L]\n"), map[string]string{"http://a.example/p": "301 https://a.example//p"}},
	{"a condition is for the next rule only", one("RewriteEngine On\nRewriteCond %{REQUEST_URI} =/a\nRewriteRule ^/none$ /x\nRewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]\n"), map[string]string{"http://a.example/p": "301 https://a.example/p"}},
	{"a condition without rule", one("RewriteEngine On\nRewriteCond %{HTTPS} off\n"), map[string]string{"http://a.example/p": "a"}},
	{"without [L] later rules go on", one("RewriteEngine On\nRewriteRule ^/x https://a.example/x [R=301]\nRewriteRule nothing /y\n"), map[string]string{"http://a.example/x": "301 https://a.example/x"}},
	{"a pattern without anchors", one("RewriteEngine On\nRewriteRule /old https://b.example/ [R=301,L]\n"), map[string]string{"http://a.example/very/oldies": "301 https://b.example/"}},
	{"RedirectMatch without anchors", one("RedirectMatch 301 /x https://b.example/\n"), map[string]string{"http://a.example/aa/xx": "301 https://b.example/"}},
	{"rules hide an Alias", one("Alias /.well-known/acme-challenge/ /srv/padlock/www/acme/\nRewriteEngine On\nRewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]\n"),
		map[string]string{"http://a.example/.well-known/acme-challenge/t": "301 https://a.example/.well-known/acme-challenge/t"}},
	{"but for a condition", one("Alias /.well-known/acme-challenge/ /srv/padlock/www/acme/\nRewriteEngine On\nRewriteCond %{REQUEST_URI} !^/\\.well-known/acme-challenge/\nRewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]\n"),
		map[string]string{"http://a.example/.well-known/acme-challenge/t": "a", "http://a.example/q": "301 https://a.example/q"}},
	{"Location opens what Directory denies", one("<Directory />\nRequire all denied\n</Directory>\n<Location />\nRequire all granted\n</Location>\n"), map[string]string{"http://a.example/": "a"}},
	{"Files deny", one("<Files \".ht*\">\nRequire all denied\n</Files>\n"), map[string]string{"http://a.example/.htpasswd": "403", "http://a.example/index.html": "a"}},
	{"no Require anywhere", one(""), map[string]string{"http://a.example/": "a"}},
	{"Limit is for its methods", one("<Location />\n<Limit POST>\nRequire all denied\n</Limit>\n</Location>\n"), map[string]string{"http://a.example/": "a"}},
	{"AllowEncodedSlashes is not inherited", "AllowEncodedSlashes On\nListen 80\n" + apacheSite("*:80", "a", "RedirectMatch ^/x https://b.example/\n"),
		map[string]string{"http://a.example/x%2Fy": "404", "http://a.example/x": "302 https://b.example/"}},
	{"StrictHostCheck, one host", "Listen 80\n" + apacheSite("127.0.0.1:80", "a", "StrictHostCheck On\n"),
		map[string]string{"http://127.0.0.1/": "400", "http://a.example/": "a", "http://b.example/": "400"}},
	{"StrictHostCheck, one host with an alias", "Listen 80\n" + apacheSite("127.0.0.1:80", "a", "StrictHostCheck On\nServerAlias www.a.example\n"),
		map[string]string{"http://127.0.0.1/": "400", "http://a.example/": "a", "http://b.example/": "400"}},
	{"StrictHostCheck, one host beside one of all addresses", "Listen 80\n" + apacheSite("127.0.0.1:80", "a", "StrictHostCheck On\n") + apacheSite("*:80", "b", ""),
		map[string]string{"http://127.0.0.1/": "400", "http://a.example/": "a", "http://b.example/": "400"}},
	{"StrictHostCheck takes the address of virtual hosts for a name", "Listen 80\n" + apacheSite("127.0.0.1:80", "a", "StrictHostCheck On\n") + apacheSite("127.0.0.1:80", "b", ""),
		map[string]string{"http://127.0.0.1/": "a", "http://a.example/": "a", "http://c.example/": "400"}},
	{"the path as the client wrote it", one("AllowEncodedSlashes NoDecode\nRewriteEngine On\nRewriteCond %{THE_REQUEST} \"^\\S+ (?:[a-z]+://[^/?\\s]*)?(/[^?\\s]*)?\" [NC]\nRewriteRule ^ \"https://a.example%1\" [R=308,L,NE]\n"),
		map[string]string{"http://a.example/p%20q?x=1": "308 https://a.example/p%20q?x=1", "http://a.example/a%2Fb": "308 https://a.example/a%2Fb", "http://a.example/a%3fb": "308 https://a.example/a%3fb"}},
	{"encoded slashes", one(""), map[string]string{"http://a.example/a%2Fb": "404"}},
	{"ProxyPass comes before Redirect", one("ProxyPass /x http://127.0.0.1:9/\nRedirect /x https://a.example/\n"), map[string]string{"http://a.example/x/y": "a"}},
	{"rules come before ProxyPass", one("ProxyPass /x http://127.0.0.1:9/\nRewriteEngine On\nRewriteRule ^ https://a.example%{REQUEST_URI} [R=301,L]\n"), map[string]string{"http://a.example/x/y": "301 https://a.example/x/y"}},
	{"a password is asked for", one("<Location />\nAuthType Basic\nAuthName x\nAuthUserFile /etc/passwd\nRequire valid-user\n</Location>\n"), map[string]string{"http://a.example/": "401"}},
	{"UseCanonicalName", one("UseCanonicalName On\nServerName A.example:8000\nRedirect /x /y\n"), map[string]string{"http://b.example/x": "302 http://A.example:8000/y"}},
	{"a map of the module", one("RewriteEngine On\nRewriteMap lc int:tolower\nRewriteRule ^/(.*)$ https://a.example/${lc:$1|none}${no:x|y} [R=301,L]\n"), map[string]string{"http://a.example/ABC": "301 https://a.example/abcy", "http://a.example/": "301 https://a.example/y"}},
	{"rules in Directory that rewrite to another path", one("<Directory /srv/padlock/www/h0>\nRewriteEngine On\nRewriteRule ^x$ /y [L]\nRewriteRule ^y$ https://a.example/done [R,L]\n</Directory>\n"), map[string]string{"http://a.example/x": "302 https://a.example/done"}},
	{"RewriteBase", one("<Directory /srv/padlock/www/h0>\nRewriteEngine On\nRewriteBase /b/\nRewriteRule ^x$ y [R,L]\n</Directory>\n"), map[string]string{"http://a.example/x": "302 http://a.example/b/y"}},
}

func TestApacheTables(t *testing.T) {
	for group, cases := range map[string][]apacheCase{"tls": apacheTLSCases, "name": apacheNameCases, "redirect": apacheRedirectCases} {
		for _, c := range cases {
			t.Run(group+"/"+c.name, func(t *testing.T) {
				m := lowerApacheText(t, apachePrelude+c.config, "2.4.68")
				for ask, want := range c.asks {
					r, address := parseAsk(t, ask)
					l := apacheListenerAt(m, address, r.Port)
					if l == nil {
						t.Fatalf("%s: nobody listens", ask)
					}
					if got := answerText(m.Answer(l, r)); got != want {
						t.Errorf("%s: got %q, want %q", ask, got, want)
					}
				}
			})
		}
	}
}

// TestApacheTablesLive asks a real server the same: every case of every server
// with PADLOCK_PROVE, otherwise a sample.
func TestApacheTablesLive(t *testing.T) {
	every, asked := 12, 0
	servers := servertest.ApacheServers(t)
	if os.Getenv("PADLOCK_PROVE") != "" {
		every = 1
	} else {
		servers = servers[:min(1, len(servers))]
	}
	certificate := servertest.NewAuthority(t).Issue(t, servertest.Leaf{Names: []string{"*.example"}}).Files("/etc/ssl/site")
	for _, server := range servers {
		for _, cases := range [][]apacheCase{apacheTLSCases, apacheNameCases, apacheRedirectCases} {
			for _, c := range cases {
				if asked++; asked%every != 0 {
					continue
				}
				t.Run(server.Name()+"/"+c.name, func(t *testing.T) {
					files := servertest.Files{"apache2.conf": apachePrelude + c.config, "www/h0/index.html": "x", "www/acme/t": "t", "run/.keep": ""}.With(certificate)
					instance := server.Start(t, servertest.Config{Files: files, Main: "apache2.conf"})
					defer instance.Stop()
					for ask, want := range c.asks {
						r, address := parseAsk(t, ask)
						live := askApache(instance, r, address)
						if got := liveText(live); got != want && want != strconv.Itoa(live.status) {
							t.Errorf("%s: the server says %q, the table %q", ask, got, want)
						}
					}
				})
			}
		}
	}
}

// parseAsk reads "https://a.example:8443/p?q@127.0.0.2".
func parseAsk(t *testing.T, ask string) (Request, string) {
	t.Helper()
	address := "127.0.0.1"
	if at := strings.LastIndexByte(ask, '@'); at >= 0 {
		ask, address = ask[:at], ask[at+1:]
	}
	scheme, rest, _ := strings.Cut(ask, "://")
	authority, path, _ := strings.Cut(rest, "/")
	u, err := url.Parse(scheme + "://" + authority)
	if err != nil {
		t.Fatal(err)
	}
	r := Request{TLS: scheme == "https", Name: u.Hostname(), Port: 80, Client: netip.MustParseAddr("127.0.0.1")}
	if r.TLS {
		r.Port = 443
	}
	if n, err := strconv.Atoi(u.Port()); err == nil {
		r.Port = uint16(n)
	}
	r.Path, r.Query, r.HasQuery = strings.Cut("/"+path, "?")
	return r, address
}

func answerText(o Outcome) string {
	switch {
	case o.Kind == CannotTell:
		return "cannot tell: " + o.Reason
	case o.Kind == Redirects:
		return fmt.Sprint(o.Status, " ", o.URL)
	case o.Kind == Rejects && o.Status == 0:
		return "closed"
	case o.Kind == Rejects || o.Status >= 300:
		return fmt.Sprint(o.Status)
	}
	for _, h := range o.Headers {
		if h.Name == "X-Host" {
			return h.Value
		}
	}
	return "content"
}

func liveText(a apacheAnswer) string {
	switch {
	case a.failed != nil:
		return "closed"
	case a.location != "":
		return fmt.Sprint(a.status, " ", a.location)
	case a.status == 400 || a.status == 401 || a.status == 403:
		return fmt.Sprint(a.status)
	}
	return a.host
}
