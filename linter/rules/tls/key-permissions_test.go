package tls_test

import (
	"io/fs"
	"testing"

	"padlock/linter/rules/tls"
	"padlock/linter/ruletest"
)

func TestKeyPermissions(t *testing.T) {
	ruletest.Run(t, tls.KeyPermissions, []ruletest.Case{
		{Name: "everybody can read it", Installed: true, Nginx: nginxSite(shopChain, "/etc/ssl/shop.example/copied-key.pem", ""), Want: []string{"5: every user of the machine can read this private key (mode 0644)"}},
		{Name: "a checkout has other permissions", Nginx: nginxSite(shopChain, "/etc/ssl/shop.example/copied-key.pem", "")},
		{Name: "only the owner can", Installed: true, Apache: apacheSite(shopChain, shopKey, "")},
		{Name: "a group can", Installed: true, Apache: apacheSite(shopChain, shopKey, ""), Modes: map[string]fs.FileMode{shopKey: 0o640}, Want: []string{"5: the group of the file can read [info]"}},
		{Name: "its directory bars the way", Installed: true, Nginx: nginxSite(shopChain, "/etc/ssl/shop.example/copied-key.pem", ""), Modes: map[string]fs.FileMode{"/etc/ssl/shop.example": fs.ModeDir | 0o700}},
		{Name: "a certificate with its key is a key", Installed: true, Apache: "<VirtualHost *:443>\nServerName shop.example\nSSLEngine on\nSSLCertificateFile /etc/apache2/both.pem\n</VirtualHost>\n",
			Files: map[string]string{"/etc/apache2/both.pem": ruletest.Certificates()[shopChain] + ruletest.Certificates()[shopKey]}, Want: []string{"4: every user"}},
	})
}
