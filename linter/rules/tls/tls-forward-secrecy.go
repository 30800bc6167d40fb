package tls

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-forward-secrecy.md
var tlsForwardSecrecyText string

// TLSForwardSecrecy finds suites whose traffic can be read later by who gets
// the server's key.
var TLSForwardSecrecy = &rule.Rule{
	ID:       "tls-forward-secrecy",
	Title:    "The cipher list allows or prefers suites without forward secrecy",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc9325#section-4.1",
	},
	Text: tlsForwardSecrecyText,
	Check: func(p *rule.Pass) {
		judgeCiphers(p, func(c *cipherString) {
			if !c.tls13 && c.list.Refused == "" {
				noForwardSecrecy(p, c)
			}
		})
	},
}

// noForwardSecrecy is an opinion as long as clients that can do better get
// better.
func noForwardSecrecy(p *rule.Pass, c *cipherString) {
	usable := c.usable(p)
	var static []string
	for _, suite := range usable {
		if !suite.ForwardSecrecy() {
			static = append(static, suite.Name)
		}
	}
	if len(static) == 0 {
		return
	}
	f := c.start(c.word.at, "")
	switch {
	case len(static) == len(usable):
		f.Message = fmt.Sprintf("no suite of the cipher list has forward secrecy (%s): who gets the key some day can read all recorded traffic", listed(static, 2))
	case !usable[0].ForwardSecrecy() && serverDecides(c.hosts):
		f.Message = fmt.Sprintf("the server prefers %s, which has no forward secrecy, though most clients can do better", usable[0].Name)
	default:
		f.Severity = source.Info
		f.Message = fmt.Sprintf("the cipher list also allows suites without forward secrecy (%s)", listed(static, 2))
	}
	f.Help = "Allow suites with ECDHE only; every client since about 2013 has them." + c.guideline()
	holdsFor(p, &f, c.hosts)
	p.Report(f)
}

func serverDecides(hosts []*vhost.Host) bool {
	for _, h := range hosts {
		if h.TLS.PreferServer.V {
			return true
		}
	}
	return false
}
