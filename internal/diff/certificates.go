package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"padlock/internal/vhost"
)

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
