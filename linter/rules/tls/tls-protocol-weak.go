package tls

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-protocol-weak.md
var tlsProtocolWeakText string

// TLSProtocolWeak finds protocols before TLS 1.2.
var TLSProtocolWeak = &rule.Rule{
	ID:       "tls-protocol-weak",
	Title:    "A protocol before TLS 1.2 is allowed",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc8996",
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslprotocol",
	},
	Fix:  rule.FixSafe,
	Text: tlsProtocolWeakText,
	Check: func(p *rule.Pass) {
		hosts := reacher(p, func(t *vhost.TLS) vhost.Origin { return t.Protocols.Origin })
		judgeSettings(p, []string{"ssl_protocols"}, []string{"SSLProtocol"}, func(s *setting) { weakSetting(p, s, hosts(s.span)) })
		p.OnModel(func(m *vhost.Model) { weakDefault(p, m) })
	},
}

func weakSetting(p *rule.Pass, s *setting, hosts []*vhost.Host) {
	protocols := protocolsOf(p, s)
	if len(hosts) > 0 {
		protocols = hosts[0].TLS.Protocols.V
	}
	weak := weakOf(protocols)
	if len(weak) == 0 {
		return
	}
	reason, severity := ": "+reasonAgainst(weak), source.Warning
	if weak[0] <= tlspolicy.SSLv3 {
		severity = source.Error
	}
	if openssl, ok := refusedByOpenSSL(p, weak, hosts); ok {
		reason, severity = fmt.Sprintf(", but OpenSSL %s refuses that at its security level", openssl), source.Info
	}
	f := s.report("%s allows %s%s", s.name, protocolNames(weak), reason)
	f.Severity = severity
	f.Help = "Allow TLSv1.2 and TLSv1.3 only; every browser since 2014 speaks TLS 1.2."
	if fix, ok := withoutWeak(p, s, protocols); ok {
		f.Fixes = []rule.Fix{fix}
	}
	holdsFor(p, &f, hosts)
	p.Report(f)
}

// protocolsOf are the protocols that a directive names, in the order of age.
func protocolsOf(p *rule.Pass, s *setting) []tlspolicy.Protocol {
	set := map[tlspolicy.Protocol]bool{}
	for _, w := range s.words {
		name, sign := w.value, byte(0)
		if p.Target.Server == tlspolicy.Apache {
			if name != "" && strings.IndexByte("+-", name[0]) >= 0 {
				name, sign = name[1:], name[0]
			}
			if sign == 0 {
				clear(set)
			}
		}
		for _, protocol := range protocolsNamed(p, name) {
			set[protocol] = sign != '-'
		}
	}
	var found []tlspolicy.Protocol
	for protocol := tlspolicy.SSLv2; protocol <= tlspolicy.TLSv13; protocol++ {
		if set[protocol] {
			found = append(found, protocol)
		}
	}
	return found
}

func protocolsNamed(p *rule.Pass, name string) []tlspolicy.Protocol {
	if p.Target.Server == tlspolicy.Nginx {
		if protocol, ok := tlspolicy.ParseProtocol(name); ok {
			return []tlspolicy.Protocol{protocol}
		}
		return nil
	}
	if strings.EqualFold(name, "all") {
		return tlspolicy.ProtocolsOfAll(p.Target)
	}
	for protocol := tlspolicy.SSLv2; protocol <= tlspolicy.TLSv13; protocol++ {
		if strings.EqualFold(name, protocol.String()) {
			return []tlspolicy.Protocol{protocol}
		}
	}
	return nil
}

func weakOf(protocols []tlspolicy.Protocol) []tlspolicy.Protocol {
	return slices.DeleteFunc(slices.Clone(protocols), func(p tlspolicy.Protocol) bool { return !p.Weak() })
}

func protocolNames(protocols []tlspolicy.Protocol) string {
	var names []string
	for _, protocol := range protocols {
		names = append(names, protocol.String())
	}
	return listed(names, len(names))
}

func reasonAgainst(weak []tlspolicy.Protocol) string {
	switch {
	case weak[0] == tlspolicy.SSLv2:
		return "SSL 2.0 can be broken, and breaks newer protocols with the same key (DROWN)"
	case weak[0] == tlspolicy.SSLv3:
		return "SSL 3.0 can be decrypted by who sits in between (POODLE)"
	case len(weak) == 1:
		return "it rests on MD5 and SHA-1, and RFC 8996 forbids it since 2021"
	}
	return "they rest on MD5 and SHA-1, and RFC 8996 forbids them since 2021"
}

// refusedByOpenSSL tells that no client gets a weak protocol all the same. Of a
// system that may lower the level of OpenSSL nothing is known here; systems only
// raise it.
func refusedByOpenSSL(p *rule.Pass, weak []tlspolicy.Protocol, hosts []*vhost.Host) (tlspolicy.Version, bool) {
	openssl := p.Target.OpenSSL
	if openssl.IsZero() {
		return openssl, false
	}
	judged := map[string]bool{}
	for _, h := range hosts {
		if judged[h.TLS.Ciphers.V] {
			continue
		}
		judged[h.TLS.Ciphers.V] = true
		level := securityLevel(p, tlspolicy.Ciphers(h.TLS.Ciphers.V, openssl))
		if len(tlspolicy.HandshakeProtocols(weak, openssl, level)) > 0 {
			return openssl, false
		}
	}
	return openssl, len(hosts) > 0 || len(tlspolicy.HandshakeProtocols(weak, openssl, platformLevel(p))) == 0
}

// securityLevel is the level at which OpenSSL runs with a cipher string.
func securityLevel(p *rule.Pass, list tlspolicy.CipherList) int {
	if list.SecurityLevel >= 0 {
		return list.SecurityLevel
	}
	return platformLevel(p)
}

// platformLevel is the security level without configuration: that of the
// platform, or the least that OpenSSL has by itself.
func platformLevel(p *rule.Pass) int {
	if platform, ok := tlspolicy.LookupPlatform(p.Target.Platform); ok {
		return platform.SecurityLevel
	}
	if p.Target.OpenSSL.IsZero() {
		return 1 // OpenSSL 1.1.0 and newer
	}
	return tlspolicy.DefaultSecurityLevel(p.Target.OpenSSL).Value
}

// withoutWeak takes the weak protocols off a list, and adds none. In nginx the
// names go; in Apache, where a word such as "all" may stand for them, they are
// subtracted at the end.
func withoutWeak(p *rule.Pass, s *setting, protocols []tlspolicy.Protocol) (rule.Fix, bool) {
	weak := weakOf(protocols)
	if len(weak) == len(protocols) {
		return rule.Fix{}, false
	}
	fix := rule.Fix{Title: "Leave out " + protocolNames(weak), Safe: true}
	if p.Target.Server == tlspolicy.Apache {
		var text strings.Builder
		for _, protocol := range weak {
			text.WriteString(" -" + protocol.String())
		}
		fix.Edits = []rule.Edit{rule.Replace(s.end(), text.String())}
		return fix, true
	}
	kept := ""
	for _, w := range s.words {
		if protocol, ok := tlspolicy.ParseProtocol(w.value); !ok || !protocol.Weak() {
			kept += " " + string(w.file.Text(w.at))
		}
	}
	if strings.TrimSpace(kept) == "" {
		return rule.Fix{}, false
	}
	all := source.Range{Start: s.words[0].at.Start, End: s.end().End}
	fix.Edits = []rule.Edit{rule.Replace(s.span.File.Span(all), kept[1:])}
	return fix, true
}

// weakDefault tells of servers whose version allows weak protocols by itself.
func weakDefault(p *rule.Pass, m *vhost.Model) {
	if p.Target.Version.IsZero() || p.Fragment {
		return
	}
	hosts := reach(m, func(t *vhost.TLS) vhost.Origin { return t.Protocols.Origin })[source.Span{}]
	if len(hosts) == 0 || hosts[0].Origin.IsDefault() {
		return
	}
	weak := weakOf(hosts[0].TLS.Protocols.V)
	if len(weak) == 0 {
		return
	}
	if _, refused := refusedByOpenSSL(p, weak, hosts); refused {
		return
	}
	name := "ssl_protocols"
	if p.Target.Server == tlspolicy.Apache {
		name = "SSLProtocol"
	}
	f := p.AtOrigin(hosts[0].Origin, hosts[0], fmt.Sprintf("without %s, %s %s allows %s", name, p.Target.Server, p.Target.Version, protocolNames(weak)))
	if p.Target.OpenSSL.IsZero() {
		f.Severity = source.Info
		f.Message += ", unless OpenSSL refuses that"
	}
	f.Help = fmt.Sprintf("Set %s for the whole server, to TLS 1.2 and 1.3.", name)
	holdsFor(p, &f, hosts)
	p.Report(f)
}
