package tls

import (
	_ "embed"
	"fmt"
	"path"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed key-permissions.md
var keyPermissionsText string

// KeyPermissions finds private keys that other users can read.
var KeyPermissions = &rule.Rule{
	ID:       "key-permissions",
	Title:    "Users other than the owner can read the private key",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/configuring_https_servers.html",
		"https://httpd.apache.org/docs/2.4/ssl/ssl_faq.html",
	},
	JudgesCopies: true,
	Text:         keyPermissionsText,
	Check: func(p *rule.Pass) {
		told := map[string]bool{}
		judgePairs(p, func(c *pair) {
			holdsKey := !c.key.Read || len(c.key.Bundle.Keys) > 0
			if c.key.Known && holdsKey && !told[c.key.Path] && !c.Key.IsDefault() {
				told[c.key.Path] = true
				openKey(p, c, c.key)
			}
		})
	},
}

// openKey judges one key. That a group may read it is how several services share
// one, and worth an info; Debian's /etc/ssl/private is made for that.
func openKey(p *rule.Pass, c *pair, file *rule.PEMFile) {
	f := c.reportAt(p, c.Key.Origin, "")
	switch {
	case file.Exposed:
		f.Message = fmt.Sprintf("every user of the machine can read this private key (mode %04o)", file.Permissions)
	case file.Shared && path.Dir(file.Path) != "/etc/ssl/private":
		f.Message = fmt.Sprintf("the group of the file can read this private key (mode %04o)", file.Permissions)
		f.Severity = source.Info
	default:
		return
	}
	f.Help = fmt.Sprintf("chmod 600 %s; the server reads it as root before it gives up its rights.", file.Path)
	p.Report(f)
}
