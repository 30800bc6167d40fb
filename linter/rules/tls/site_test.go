package tls_test

import "fmt"

// nginxSite is a virtual host with a certificate; more stands at its end, on line
// 6.
func nginxSite(certificate, key, more string) string {
	return fmt.Sprintf("server {\nlisten 443 ssl;\nserver_name shop.example;\nssl_certificate %s;\nssl_certificate_key %s;\n%s\n}\n", certificate, key, more)
}

// apacheSite is the same for Apache.
func apacheSite(certificate, key, more string) string {
	return fmt.Sprintf("<VirtualHost *:443>\nServerName shop.example\nSSLEngine on\nSSLCertificateFile %s\nSSLCertificateKeyFile %s\n%s\n</VirtualHost>\n", certificate, key, more)
}

// nginxWhole is a complete configuration; the text begins on line 3.
func nginxWhole(text string) string { return "events {}\nhttp {\n" + text + "}\n" }

const (
	shopChain = "/etc/ssl/shop.example/fullchain.pem"
	shopKey   = "/etc/ssl/shop.example/privkey.pem"
)
