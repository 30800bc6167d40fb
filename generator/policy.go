package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// policy is a profile of a guideline, cut to what the target can do.
type policy struct {
	tlspolicy.Profile
	guideline string
	// at is where the profile is chosen, if the description does.
	at hcl.Range
	// ciphers and groups take the place of the profile's; protocolsGiven tells that
	// the protocols do.
	ciphers Text
	groups  []Text
	// suites of TLS 1.3; none leaves OpenSSL's.
	suites         []Text
	protocolsGiven bool
}

// unitePolicies gives the policy for a virtual host that decides for all the
// sites given: the protocols of all of them, and the ciphers and groups of the
// most lenient profile.
func unitePolicies(sites []*Site, target Target) policy {
	var out policy
	names := tlspolicy.ProfileNames()
	lenient := -1
	for _, s := range sites {
		if i := slices.Index(names, s.TLS.Profile); i > lenient {
			lenient, out.at = i, s.TLS.ProfileRange
		}
	}
	if lenient < 0 {
		lenient = slices.Index(names, "intermediate")
	}
	guideline, profile, _ := tlspolicy.LookupProfile(names[lenient])
	out.Profile, out.guideline = profile, guideline.Version
	out.Protocols = slices.Clone(profile.Protocols)
	for _, s := range sites {
		for _, p := range s.TLS.Protocols {
			if !slices.Contains(out.Protocols, p) {
				out.Protocols = append(out.Protocols, p)
			}
		}
		for _, group := range s.TLS.Groups {
			out.addGroup(group.Value)
		}
	}
	out.suites = uniteSuites(sites)
	slices.Sort(out.Protocols)
	if !tlspolicy.Supports(tlspolicy.FeatureTLS13, target.Target).OK {
		out.Protocols = slices.DeleteFunc(out.Protocols, func(p tlspolicy.Protocol) bool { return p == tlspolicy.TLSv13 })
	}
	return out
}

// addGroup adds a group that a site has and the profile has not. The server decides
// on groups before it knows the site.
func (p *policy) addGroup(name string) {
	if !slices.ContainsFunc(p.Groups, func(known string) bool { return strings.EqualFold(known, name) }) {
		p.Groups = append(slices.Clone(p.Groups), name)
	}
}

func (h HSTS) value() string {
	parts := []string{fmt.Sprintf("max-age=%d", int64(h.MaxAge.Seconds()))}
	if h.IncludeSubdomains {
		parts = append(parts, "includeSubDomains")
	}
	if h.Preload {
		parts = append(parts, "preload")
	}
	return strings.Join(parts, "; ")
}

// sameTexts compares texts wherever they were written.
func sameTexts(a, b []Text) bool {
	return slices.EqualFunc(a, b, func(a, b Text) bool { return a.Value == b.Value })
}

// origin is scheme://name[:port] of the site.
func (s *Site) origin(tls bool) string {
	scheme := "http"
	if tls {
		scheme = "https"
	}
	return scheme + "://" + s.Name.Value + s.Listen.portSuffix(tls)
}

// portSuffix is what follows a name in a URL: ":8443", or nothing for the
// protocol's own port.
func (l Listen) portSuffix(tls bool) string {
	switch {
	case tls && l.HTTPS != 443:
		return fmt.Sprintf(":%d", l.HTTPS)
	case !tls && l.HTTP != 80:
		return fmt.Sprintf(":%d", l.HTTP)
	}
	return ""
}
