package generator

import (
	"slices"
	"strings"

	"padlock/internal/tlspolicy"
)

// Turned are names of a site that has no TLS, and whose handshake is refused as well
// as the server can.
type Turned struct {
	Names []Text
	// Shown is the certificate where the handshake cannot be refused; empty is one that
	// is nobody's.
	Shown CertificatePair
}

// reject checks that the target can refuse the handshake for some names alone. Apache
// turns who comes away after it.
func (c *checker) reject(t *TLS) {
	if t.Mode != ModeReject || c.abilities.need(capRejectTLS, t.ModeRange, `tls.mode = "reject"`) {
		return
	}
	if c.target.Server == tlspolicy.Nginx {
		t.Mode = ModeOff
	}
}

// turnAway finds how the names of sites without TLS are kept from what other sites
// have on the HTTPS port. nginx refuses the handshake. Apache shows the certificate
// of the wildcard that covers a name, so that who comes is told why, and writes nothing
// for names that its default host turns away in the same manner.
func (c *checker) turnAway(sites []*Site, d DefaultSite) {
	wildcards := wildcardsOf(sites)
	for _, s := range sites {
		switch {
		case s.TLS.Mode != ModeReject:
		case c.target.Server == tlspolicy.Nginx:
			s.TLS.Turned = []Turned{{Names: s.Names()}}
		default:
			s.TLS.Turned = turned(s, wildcards, d)
		}
	}
}

// turned are the names of a site, by the certificate that Apache shows.
func turned(s *Site, wildcards wildcards, d DefaultSite) []Turned {
	var out []Turned
	add := func(name Text, shown CertificatePair) {
		i := slices.IndexFunc(out, func(t Turned) bool { return t.Shown.Certificate.Value == shown.Certificate.Value })
		if i < 0 {
			out = append(out, Turned{Shown: shown})
			i = len(out) - 1
		}
		out[i].Names = append(out[i].Names, name)
	}
	nobodys := CertificatePair{d.Certificate, d.Key}
	for _, name := range s.Names() {
		over := wildcards.over(name.Value, func(other *Site) bool {
			return other != s && other.HTTPS() && other.Listen.HTTPS == s.Listen.HTTPS
		})
		switch {
		case over == nil && !d.Enabled:
			add(name, nobodys)
		case over == nil:
		case over.certifies(name.Value):
			add(name, CertificatePair{over.TLS.Certificate, over.TLS.Key})
		default:
			add(name, nobodys)
		}
	}
	return out
}

// wildcards are the sites that have a wildcard, by what stands behind its star.
type wildcards map[string][]*Site

func wildcardsOf(sites []*Site) wildcards {
	out := wildcards{}
	for _, s := range sites {
		for _, name := range s.Names() {
			if isWildcard(name.Value) {
				suffix := name.Value[1:]
				out[suffix] = append(out[suffix], s)
			}
		}
	}
	return out
}

// over is the site, of those that are meant, that takes a name by the longest
// wildcard; nil if there is none.
func (w wildcards) over(name string, meant func(*Site) bool) *Site {
	rest := strings.TrimPrefix(name, "*")
	for at := 0; at < len(rest); at++ {
		if rest[at] != '.' || at == 0 && rest == name {
			continue
		}
		for _, s := range w[rest[at:]] {
			if meant(s) {
				return s
			}
		}
	}
	return nil
}

// certifies tells that the certificate of a site with a wildcard is for a name: a
// wildcard stands for one label there (RFC 6125 section 6.4.3).
func (s *Site) certifies(name string) bool {
	_, parent, _ := strings.Cut(name, ".")
	return s.TLS.Native == nil && s.TLS.Bootstrap == BootstrapNone &&
		slices.ContainsFunc(s.Names(), func(own Text) bool { return own.Value == "*."+parent })
}
