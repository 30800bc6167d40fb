package tls

import (
	"fmt"
	"strings"

	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

// cipherString is a cipher list in a configuration, with what OpenSSL makes of
// it.
type cipherString struct {
	*setting
	// word holds the list.
	word word
	// suites of TLS 1.3 are chosen by a list of their own.
	tls13 bool
	// text is what the server hands to OpenSSL, list what that makes of it.
	text string
	list tlspolicy.CipherList
	// hosts are those that use it.
	hosts []*vhost.Host
}

// judgeCiphers calls judge for every cipher list that can have an effect, and
// whose meaning does not lie with the system (PROFILE=SYSTEM of Red Hat).
func judgeCiphers(p *rule.Pass, judge func(*cipherString)) {
	ciphers := reacher(p, func(t *vhost.TLS) vhost.Origin { return t.Ciphers.Origin })
	suites := reacher(p, func(t *vhost.TLS) vhost.Origin { return t.CipherSuites.Origin })
	evaluated := map[string]tlspolicy.CipherList{} // many hosts repeat one list
	judgeSettings(p, []string{"ssl_ciphers", "ssl_conf_command"}, []string{"SSLCipherSuite", "SSLOpenSSLConfCmd"}, func(s *setting) {
		c, ok := cipherStringOf(p, s)
		if !ok || strings.HasPrefix(c.word.value, "PROFILE=") || strings.Contains(c.word.value, "$") {
			return
		}
		if c.hosts = ciphers(s.span); c.tls13 {
			c.hosts = suites(s.span)
		}
		if !c.tls13 && len(c.hosts) > 0 && onlyTLS13(c.hosts) {
			return
		}
		key := fmt.Sprint(c.tls13, c.text)
		list, ok := evaluated[key]
		if !ok {
			list = c.evaluate(p)
			evaluated[key] = list
		}
		c.list = list
		judge(c)
	})
}

func cipherStringOf(p *rule.Pass, s *setting) (*cipherString, bool) {
	c := &cipherString{setting: s}
	var ok bool
	switch {
	case isCommand(s.name):
		if c.word, ok = s.command("CipherString"); !ok {
			if c.word, c.tls13 = s.command("Ciphersuites"); !c.tls13 {
				return nil, false
			}
		}
	case len(s.words) == 2 && strings.EqualFold(s.name, "SSLCipherSuite"):
		c.word, c.tls13 = s.words[1], strings.EqualFold(s.arg(0), "TLSv1.3")
	default:
		c.word = s.words[0]
	}
	c.text = c.word.value
	if !c.tls13 && !isCommand(s.name) {
		c.text = tlspolicy.ServerCipherString(p.Target.Server, c.text)
	}
	return c, true
}

// evaluate asks what the list means to OpenSSL.
func (c *cipherString) evaluate(p *rule.Pass) tlspolicy.CipherList {
	if c.tls13 {
		return tlspolicy.TLS13Suites(c.text, p.Target.OpenSSL)
	}
	return tlspolicy.Ciphers(c.text, p.Target.OpenSSL)
}

// onlyTLS13 tells that none of the hosts speaks a protocol that a cipher string
// has a say in.
func onlyTLS13(hosts []*vhost.Host) bool {
	for _, h := range hosts {
		for _, protocol := range h.TLS.ProtocolsInEffect.V {
			if protocol < tlspolicy.TLSv13 {
				return false
			}
		}
	}
	return true
}

// usable are the suites that can be negotiated: not below the security level,
// and not those for shared keys that a web server does not have.
func (c *cipherString) usable(p *rule.Pass) []tlspolicy.Suite {
	level := securityLevel(p, c.list)
	var usable []tlspolicy.Suite
	for _, suite := range c.list.Suites {
		if suite.AllowedAt(level, p.Target.OpenSSL) && !suite.Weaknesses().Has(tlspolicy.WeakUncommon) {
			usable = append(usable, suite)
		}
	}
	return usable
}

// guideline says which guideline the list was copied from, as a sentence with a
// blank in front; empty for none but the newest.
func (c *cipherString) guideline() string {
	matches := tlspolicy.RecogniseCiphers(strings.Split(c.word.value, ":"))
	newest := tlspolicy.Guidelines()[0].Version
	if len(matches) == 0 || matches[0].Guideline == newest {
		return ""
	}
	return " The list is that of the " + matches[0].String() + "; " + newest + " is current."
}
