package generator

import (
	"fmt"
	"strings"

	"padlock/internal/tlspolicy"
)

// tls is the TLS of a virtual host.
func (a *apacheRenderer) tls(h host, w *apacheWords) apacheBody {
	s := h.site
	p := unitePolicies([]*Site{s}, a.target)
	p.lay(&s.TLS.TLSOptions, a.target)
	if h.action == turnAway {
		return a.foreign(h.shown, a.policyItems(p, s.TLS.Session, s.Listen.HTTP2, w), w)
	}
	out := about(fmt.Sprintf("TLS by the %s profile of guideline %s%s.", p.Name, p.guideline, p.changed()), ap("SSLEngine", "on"))
	if s.TLS.Bootstrap == BootstrapPlaceholder {
		out = append(out, about("Until the first certificate is there: a self-signed one. Then take bootstrap out of the description.",
			ap("SSLCertificateFile", w.word(a.target.Platform.PlaceholderCertificate)),
			ap("SSLCertificateKeyFile", w.word(a.target.Platform.PlaceholderKey)))...)
	} else if s.TLS.Native == nil {
		for _, pair := range s.TLS.certificates() {
			out = append(out, ap("SSLCertificateFile", w.plain(pair.Certificate)), ap("SSLCertificateKeyFile", w.plain(pair.Key)))
		}
	}
	out = append(out, a.policyItems(p, s.TLS.Session, s.Listen.HTTP2, w)...)
	if s.TLS.Stapling != nil {
		out = append(out, ap("SSLUseStapling", "on"), ap("SSLStaplingReturnResponderErrors", "off"),
			// Without it, httpd 2.4.68 to 2.4.71 staple "try later" all the same (measured).
			ap("SSLStaplingFakeTryLater", "off"))
	}
	return out
}

// foreign is the TLS of a virtual host for names that are to have none: with the
// certificate shown, or else one that is nobody's.
func (a *apacheRenderer) foreign(shown CertificatePair, policy []apacheItem, w *apacheWords) apacheBody {
	certificate, key := w.word(a.target.Platform.PlaceholderCertificate), w.word(a.target.Platform.PlaceholderKey)
	if shown.Certificate.Value != "" && shown.Key.Value != "" {
		certificate, key = w.plain(shown.Certificate), w.plain(shown.Key)
	}
	return append(apacheBody{ap("SSLEngine", "on"), ap("SSLCertificateFile", certificate), ap("SSLCertificateKeyFile", key)}, policy...)
}

// policyItems are the protocols, ciphers and groups, and how sessions are resumed.
func (a *apacheRenderer) policyItems(p policy, session Session, http2 bool, w *apacheWords) []apacheItem {
	protocols := ap("SSLProtocol", "-all")
	for _, protocol := range p.Protocols {
		protocols.Args = append(protocols.Args, w.marked(apacheWord("+"+protocol.String()), p.at))
	}
	out := []apacheItem{protocols}
	if ciphers := p.cipherText(a.target.OpenSSL); ciphers.Value != "" {
		out = append(out, ap("SSLCipherSuite", w.plain(ciphers)))
	}
	if suites := p.suiteText(); suites.Value != "" {
		out = append(out, ap("SSLCipherSuite", "TLSv1.3", w.plain(suites)))
	}
	out = append(out, ap("SSLHonorCipherOrder", apacheWord(onOff(p.PreferServerCiphers))))
	if a.supports(tlspolicy.FeatureGroupList) {
		out = append(out, ap("SSLOpenSSLConfCmd", "Curves", w.plain(p.groupText(a.target.OpenSSL))))
	}
	if session.Timeout != 0 && session.Timeout != defaultSessionTimeout {
		out = append(out, ap("SSLSessionCacheTimeout", apacheWord(fmt.Sprint(int64(session.Timeout.Seconds())))))
	}
	switch {
	case session.Tickets != nil && a.supports(tlspolicy.FeatureSessionTickets):
		out = append(out, ap("SSLSessionTickets", apacheWord(onOff(*session.Tickets))))
	case a.supports(tlspolicy.FeatureSessionTickets):
		out = append(out, about("httpd renews its ticket keys only at a restart, so tickets would break forward secrecy.", ap("SSLSessionTickets", "off"))...)
	}
	if a.supports(tlspolicy.FeatureProtocolsDirective) {
		protocol := ap("Protocols", "http/1.1")
		if http2 {
			protocol = ap("Protocols", "h2", "http/1.1")
		}
		out = append(out, protocol)
	}
	return out
}

// groupText and cipherText are the lists as the servers write them.
func (p *policy) groupText(openssl tlspolicy.Version) Text {
	if len(p.groups) > 0 {
		return Text{strings.Join(values(p.groups), ":"), p.groups[0].Range}
	}
	return Text{Value: strings.Join(p.GroupsFor(openssl), ":")}
}

func (p *policy) cipherText(openssl tlspolicy.Version) Text {
	if p.ciphers.Value != "" {
		return p.ciphers
	}
	return Text{p.CipherString(openssl), p.at}
}

// changed says for the reader what is not the profile's own.
func (p *policy) changed() string {
	if p.ciphers.Value == "" && len(p.groups)+len(p.suites) == 0 && !p.protocolsGiven {
		return ""
	}
	return ", changed by the description"
}
