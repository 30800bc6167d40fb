package headers_test

import "fmt"

// nginxSite is a virtual host with TLS; more stands at its end, on line 6.
func nginxSite(more string) string {
	return fmt.Sprintf("server {\nlisten 443 ssl;\nserver_name shop.example;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n%s\nroot /srv/www;\n}\n", more)
}

// apacheSite is the same for Apache; more stands on line 5.
func apacheSite(more string) string {
	return fmt.Sprintf("<VirtualHost *:443>\nServerName shop.example\nSSLEngine on\nSSLCertificateFile a.pem\n%s\nDocumentRoot /srv/www\n</VirtualHost>\n", more)
}

// nginxWhole is a complete configuration; the text begins on line 3.
func nginxWhole(text string) string { return "events {}\nhttp {\n" + text + "}\n" }

const (
	nginxHSTS  = `add_header Strict-Transport-Security "max-age=63072000" always;`
	apacheHSTS = `Header always set Strict-Transport-Security "max-age=63072000"`
)
