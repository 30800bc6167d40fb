package diff

import (
	"slices"
	"strconv"
	"strings"

	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
)

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
