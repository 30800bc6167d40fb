package tls

import (
	_ "embed"
	"fmt"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-dhparam.md
var tlsDHParamText string

// TLSDHParam finds Diffie-Hellman parameters that are too small, or of no use.
var TLSDHParam = &rule.Rule{
	ID:       "tls-dhparam",
	Title:    "The Diffie-Hellman parameters are too small, or cannot be loaded",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://weakdh.org/",
		"https://www.rfc-editor.org/rfc/rfc7919",
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_dhparam",
	},
	Text: tlsDHParamText,
	Check: func(p *rule.Pass) {
		hosts := reacher(p, func(t *vhost.TLS) vhost.Origin { return t.DHParameters.Origin })
		judgeSettings(p, []string{"ssl_dhparam"}, []string{"SSLOpenSSLConfCmd"}, func(s *setting) {
			w, ok := s.command("DHParameters")
			if s.name == "ssl_dhparam" {
				w, ok = s.words[0], true
			}
			if ok {
				judgeParameters(p, s, w, hosts(s.span))
			}
		})
	},
}

// minDHBits is what OpenSSL asks for at security level 2, and RFC 7919 starts
// with.
const minDHBits = 2048

func judgeParameters(p *rule.Pass, s *setting, w word, hosts []*vhost.Host) {
	file := p.PEM(w.value)
	f := s.start(w.at, "")
	switch {
	case file.Fault != nil || file.Read && len(file.Bundle.DHParameters) == 0:
		f.Message = fmt.Sprintf("the server cannot load Diffie-Hellman parameters from %s, and does not start", file.Path)
		f.Severity = source.Error
		f.Help = "Make the file with \"openssl dhparam 2048\", or leave the directive out: ECDHE needs none."
	case file.Read && file.Bundle.DHParameters[0].Bits < minDHBits:
		f.Message = fmt.Sprintf("these Diffie-Hellman parameters have %d bits: such groups can be broken (Logjam), and OpenSSL refuses them at security level 2", file.Bundle.DHParameters[0].Bits)
		f.Help = "Make new ones with \"openssl dhparam 2048\", or leave the directive out: ECDHE needs none."
	case len(hosts) > 0 && noneUsesDHE(p, hosts):
		f.Message = "the Diffie-Hellman parameters are not used: no suite of the cipher list has DHE"
		f.Severity = source.Info
		f.Help = "Leave the directive out."
	default:
		return
	}
	severity := f.Severity
	holdsFor(p, &f, hosts)
	if severity == source.Error && len(hosts) == 0 {
		// nginx loads the file wherever it stands.
		f.Severity = severity
	}
	p.Report(f)
}

// noneUsesDHE tells that no host offers a suite with an ephemeral
// Diffie-Hellman exchange in a finite field.
func noneUsesDHE(p *rule.Pass, hosts []*vhost.Host) bool {
	known := map[string]bool{}
	for _, h := range hosts {
		text := tlspolicy.ServerCipherString(p.Target.Server, h.TLS.Ciphers.V)
		if strings.Contains(text, "PROFILE=") {
			return false
		}
		uses, ok := known[text]
		if !ok {
			for _, suite := range tlspolicy.Ciphers(text, p.Target.OpenSSL).Suites {
				uses = uses || suite.KeyExchange == "DH"
			}
			known[text] = uses
		}
		if uses {
			return false
		}
	}
	return true
}
