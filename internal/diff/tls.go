package diff

import (
	"cmp"
	"slices"
	"strings"

	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
)

// tls compares the effective TLS settings of virtual hosts that correspond.
func (w *comparer) tls() {
	for _, h := range w.old.hosts {
		if w.ctx.Err() != nil {
			return
		}
		if h.peer == nil || h.TLS == nil || h.peer.TLS == nil || !speaksTLS(h) || !speaksTLS(h.peer) {
			continue
		}
		t := tlsPair{w: w, a: h, b: h.peer, sites: sitesOf(h, h.peer)}
		t.protocols()
		t.ciphers()
		t.groups()
		t.settings()
		t.clients()
		t.certificates()
	}
}

func speaksTLS(h *host) bool {
	return slices.ContainsFunc(h.Listeners, func(l *vhost.Listener) bool { return l.TLS.V })
}

// tlsPair is a virtual host on both sides.
type tlsPair struct {
	w     *comparer
	a, b  *host
	sites []string
}

func (t *tlsPair) note(kind string, risk Risk, what, before, after string, old, new []vhost.Origin) {
	f := &fact{kind: kind, risk: risk, sites: t.sites, what: what, before: before, after: after, old: originsOf(old...), new: originsOf(new...)}
	if t.b.element != nil && t.a.peer == t.b && !t.b.Main && !t.w.across {
		f.path = []string{hostTitle(t.b.element)}
	}
	t.w.note(f)
}

// protocolTitles are what people call the protocols.
var protocolTitles = map[tlspolicy.Protocol]string{
	tlspolicy.SSLv2: "SSL 2.0", tlspolicy.SSLv3: "SSL 3.0", tlspolicy.TLSv10: "TLS 1.0", tlspolicy.TLSv11: "TLS 1.1",
	tlspolicy.TLSv12: "TLS 1.2", tlspolicy.TLSv13: "TLS 1.3",
}

// negotiable are the protocols that clients can get.
func negotiable(h *host) []tlspolicy.Protocol {
	target := h.config.Target
	return tlspolicy.HandshakeProtocols(h.TLS.ProtocolsInEffect.V, target.OpenSSL, levelOf(h))
}

// levelOf is the security level at which OpenSSL runs for a host: that of its
// cipher string, of the platform, or of OpenSSL as released.
func levelOf(h *host) int {
	target := h.config.Target
	if strings.Contains(h.TLS.Ciphers.V, "@SECLEVEL") {
		if level := tlspolicy.Ciphers(h.TLS.Ciphers.V, target.OpenSSL).SecurityLevel; level >= 0 {
			return level
		}
	}
	if platform, ok := tlspolicy.LookupPlatform(target.Platform); ok {
		return platform.SecurityLevel
	}
	if target.OpenSSL.IsZero() {
		return 0 // unknown: what the configuration allows counts
	}
	return tlspolicy.DefaultSecurityLevel(target.OpenSSL).Value
}

func (t *tlsPair) protocols() {
	a, b := negotiable(t.a), negotiable(t.b)
	old := []vhost.Origin{t.a.TLS.Protocols.Origin, t.a.TLS.ProtocolsInEffect.Origin}
	new := []vhost.Origin{t.b.TLS.Protocols.Origin, t.b.TLS.ProtocolsInEffect.Origin}
	if strings.Contains(t.a.TLS.Ciphers.V+t.b.TLS.Ciphers.V, "@SECLEVEL") {
		old, new = append(old, t.a.TLS.Ciphers.Origin), append(new, t.b.TLS.Ciphers.Origin)
	}
	t.protocolSet("tls-protocol-accepted", minus(b, a), High, Low, old, new)
	t.protocolSet("tls-protocol-refused", minus(a, b), Low, Medium, old, new)
}

// protocolSet tells of protocols that one side alone has, the weak ones apart
// from the others.
func (t *tlsPair) protocolSet(kind string, set []tlspolicy.Protocol, weak, other Risk, old, new []vhost.Origin) {
	var names [2][]string
	for _, p := range set {
		class := 0
		if !p.Weak() {
			class = 1
		}
		names[class] = append(names[class], protocolTitles[p])
	}
	for class, risk := range []Risk{weak, other} {
		if len(names[class]) > 0 {
			t.note(kind, risk, listed(names[class]), "", "", old, new)
		}
	}
}

// minus are the elements of a that b lacks.
func minus[T comparable](a, b []T) []T {
	return slices.DeleteFunc(slices.Clone(a), func(x T) bool { return slices.Contains(b, x) })
}

// settings are the other values of TLS that clients, or who attacks them, notice.
func (t *tlsPair) settings() {
	a, b := t.a.TLS, t.b.TLS
	onOff := func(what string, risk Risk, x, y vhost.Value[bool]) {
		if x.V != y.V {
			t.note("tls-setting-changed", risk, what, onOffText(x.V), onOffText(y.V), []vhost.Origin{x.Origin}, []vhost.Origin{y.Origin})
		}
	}
	text := func(what string, risk Risk, x, y vhost.Value[string]) {
		if x.V != y.V && !(t.w.across && (x.IsDefault() || y.IsDefault())) {
			t.note("tls-setting-changed", risk, what, cmp.Or(x.V, "none"), cmp.Or(y.V, "none"), []vhost.Origin{x.Origin}, []vhost.Origin{y.Origin})
		}
	}
	onOff("the preference for the server's order of ciphers", Low, a.PreferServer, b.PreferServer)
	onOff("session tickets", Low, a.Tickets, b.Tickets)
	onOff("OCSP stapling", Low, a.Stapling, b.Stapling)
	onOff("TLS compression", High, a.Compression, b.Compression)
	onOff("insecure renegotiation", High, a.Renegotiation, b.Renegotiation)
	onOff("TLS 1.3 early data", Medium, a.EarlyData, b.EarlyData)
	if !hasNames(t.a) && !hasNames(t.b) {
		onOff("handshake rejection", High, a.Reject, b.Reject)
	}
	if !t.w.across {
		text("the session cache", Low, a.SessionCache, b.SessionCache)
		text("the Diffie-Hellman parameters", Low, a.DHParameters, b.DHParameters)
	}
}

func onOffText(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
