package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
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

// usable are the suites that clients can get by a cipher string.
func (w *comparer) usable(h *host) []tlspolicy.Suite {
	target := h.config.Target
	key := strings.Join([]string{h.TLS.Ciphers.V, h.TLS.CipherSuites.V, target.OpenSSL.String(), string(target.Server), strconv.Itoa(levelOf(h))}, "\x00")
	if known, ok := w.suites[key]; ok {
		return known
	}
	text := tlspolicy.ServerCipherString(target.Server, h.TLS.Ciphers.V)
	if h.TLS.Ciphers.IsDefault() && text == "" {
		text = tlspolicy.ServerCipherString(target.Server, tlspolicy.DefaultCiphers(target).Value)
	}
	list := tlspolicy.Ciphers(text, target.OpenSSL).Suites
	if tls13 := h.TLS.CipherSuites.V; tls13 != "" {
		list = slices.Concat(list, tlspolicy.TLS13Suites(tls13, target.OpenSSL).Suites)
	} else {
		list = slices.Concat(list, tlspolicy.DefaultTLS13Suites())
	}
	var usable []tlspolicy.Suite
	for _, s := range list {
		if s.AllowedAt(levelOf(h), target.OpenSSL) && !s.Weaknesses().Has(tlspolicy.WeakUncommon) {
			usable = append(usable, s)
		}
	}
	w.suites[key] = usable
	return usable
}

func (t *tlsPair) ciphers() {
	a, b := t.a.TLS, t.b.TLS
	if a.Ciphers.V == b.Ciphers.V && a.CipherSuites.V == b.CipherSuites.V && t.a.config.Target == t.b.config.Target {
		return
	}
	if strings.HasPrefix(a.Ciphers.V, "PROFILE=") || strings.HasPrefix(b.Ciphers.V, "PROFILE=") {
		return
	}
	x, y := t.w.usable(t.a), t.w.usable(t.b)
	old := []vhost.Origin{a.Ciphers.Origin, a.CipherSuites.Origin}
	new := []vhost.Origin{b.Ciphers.Origin, b.CipherSuites.Origin}
	t.suiteSet("cipher-accepted", y, x, old, new)
	t.suiteSet("cipher-refused", x, y, old, new)
	if same(x, y) && a.PreferServer.V && b.PreferServer.V && !slices.Equal(suiteNames(x), suiteNames(y)) {
		t.note("tls-setting-changed", Low, "the order of the cipher suites", suiteNames(x)[0]+" first", suiteNames(y)[0]+" first", old, new)
	}
}

func same(a, b []tlspolicy.Suite) bool {
	return len(minus(suiteNames(a), suiteNames(b))) == 0 && len(minus(suiteNames(b), suiteNames(a))) == 0
}

func suiteNames(list []tlspolicy.Suite) []string {
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	return names
}

// suiteSet tells of suites that only one side has: broken ones, those without
// forward secrecy and the others apart.
func (t *tlsPair) suiteSet(kind string, with, without []tlspolicy.Suite, old, new []vhost.Origin) {
	known := suiteNames(without)
	var names [3][]string
	for _, s := range with {
		if slices.Contains(known, s.Name) {
			continue
		}
		class := 2
		switch {
		case s.Weaknesses().Has(tlspolicy.Broken):
			class = 0
		case s.Weaknesses().Has(tlspolicy.WeakNoForwardSecrecy):
			class = 1
		}
		names[class] = append(names[class], s.Name)
	}
	for class, risk := range []Risk{High, Medium, Low} {
		if kind == "cipher-refused" {
			risk = Low
		}
		if list := names[class]; len(list) > 0 {
			slices.Sort(list)
			t.note(kind, risk, strings.Join(list, ", "), "", "", old, new)
		}
	}
}

func (t *tlsPair) groups() {
	a, b := groupsOf(t.a), groupsOf(t.b)
	old, new := []vhost.Origin{t.a.TLS.Groups.Origin}, []vhost.Origin{t.b.TLS.Groups.Origin}
	if more := minus(b, a); len(more) > 0 {
		t.note("group-accepted", 0, strings.Join(more, ", "), "", "", old, new)
	}
	if fewer := minus(a, b); len(fewer) > 0 {
		t.note("group-refused", 0, strings.Join(fewer, ", "), "", "", old, new)
	}
}

// groupsOf are the groups of a host: those written, or OpenSSL's own.
func groupsOf(h *host) []string {
	text := h.TLS.Groups.V
	if text == "" || text == "auto" {
		list := slices.Clone(tlspolicy.DefaultGroups(h.config.Target.OpenSSL).Value)
		slices.Sort(list)
		return list
	}
	list := strings.FieldsFunc(text, func(r rune) bool { return r == ':' || r == '/' })
	for i, name := range list {
		list[i] = strings.TrimLeft(name, "?*-")
		if g, ok := tlspolicy.LookupGroup(list[i]); ok {
			list[i] = g.Name
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
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

// clients compares the demands for client certificates.
func (t *tlsPair) clients() {
	a, b := t.a.TLS, t.b.TLS
	x, y := demand(a), demand(b)
	if x == y {
		return
	}
	risk := Medium
	if strings.HasPrefix(x, "require") || strings.HasPrefix(y, "optional_no_ca") {
		risk = High
	}
	old := []vhost.Origin{a.ClientAuth.Origin, a.ClientCA.Origin, a.ClientDepth.Origin}
	new := []vhost.Origin{b.ClientAuth.Origin, b.ClientCA.Origin, b.ClientDepth.Origin}
	for _, v := range a.ClientAuthRoutes {
		old = append(old, v.Origin)
	}
	for _, v := range b.ClientAuthRoutes {
		new = append(new, v.Origin)
	}
	t.note("client-certificate-changed", risk, "", x, y, old, new)
}

// demand says which client certificates are asked for.
func demand(s *vhost.TLS) string {
	text := cmp.Or(s.ClientAuth.V, "off")
	if s.ClientAuth.V != "" && s.ClientAuth.V != "off" {
		text += " (signed below " + cmp.Or(s.ClientCA.V, "no authority") + ")"
		if !s.ClientDepth.IsDefault() {
			text += fmt.Sprintf(", depth %d", s.ClientDepth.V)
		}
	}
	for _, v := range s.ClientAuthRoutes {
		text += ", " + v.V + " for some paths"
	}
	return text
}

// certificates compares which certificates are shown, and what they say where
// they can be read. Of keys only the names of the files are looked at.
func (t *tlsPair) certificates() {
	a, b := t.a.TLS.Certificates, t.b.TLS.Certificates
	x, y := pairNames(a), pairNames(b)
	before, after := t.certificateText(t.a), t.certificateText(t.b)
	if slices.Equal(x, y) && before == after || t.w.across && (len(a) == 0 || len(b) == 0) {
		return
	}
	var old, new []vhost.Origin
	for _, c := range a {
		old = append(old, c.Certificate.Origin, c.Key.Origin, c.Chain.Origin)
	}
	for _, c := range b {
		new = append(new, c.Certificate.Origin, c.Key.Origin, c.Chain.Origin)
	}
	if before == after {
		before, after = strings.Join(x, ", "), strings.Join(y, ", ")
	}
	t.note("certificate-changed", 0, "", cmp.Or(before, "none"), cmp.Or(after, "none"), old, new)
}

func pairNames(pairs []vhost.CertificatePair) []string {
	var list []string
	for _, p := range pairs {
		text := maskText(p.Certificate.V)
		if p.Key.V != "" && p.Key.V != p.Certificate.V {
			text += " with key " + maskText(p.Key.V)
		}
		if p.Chain.V != "" {
			text += " and chain " + p.Chain.V
		}
		list = append(list, text)
	}
	return list
}

// certificateText names the certificates of a host, with names and expiry where
// they can be read.
func (t *tlsPair) certificateText(h *host) string {
	var list []string
	for _, p := range h.TLS.Certificates {
		text := maskText(p.Certificate.V)
		if leaf, ok := h.config.PEM(p.Certificate.V).Bundle.Leaf(); ok && !p.Variable {
			text += " (" + listed(leaf.Names) + ", until " + leaf.NotAfter.UTC().Format("2006-01-02") + ")"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}
