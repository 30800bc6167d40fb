package generator

import (
	"cmp"
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
// sites given: the protocols and groups of all of them, and the ciphers of the most
// lenient profile, of the newest guideline that a site takes it from.
func unitePolicies(sites []*Site, target Target) policy {
	if len(sites) == 0 {
		sites = []*Site{{TLS: TLS{Profile: "intermediate"}}}
	}
	of := &slices.MinFunc(sites, func(a, b *Site) int { return compareLeniency(&a.TLS, &b.TLS) }).TLS
	guideline, profile := of.profile()
	out := policy{Profile: profile, guideline: guideline.Version, at: of.ProfileRange}
	out.Protocols = slices.Clone(profile.Protocols)
	// A newer guideline puts better groups in front.
	byGuideline := sites
	if len(sites) > 1 {
		byGuideline = slices.SortedStableFunc(slices.Values(sites), func(a, b *Site) int { return compareGuidelines(&a.TLS, &b.TLS) })
	}
	for i, s := range byGuideline {
		_, own := s.TLS.profile()
		if i == 0 {
			out.Groups = own.Groups
		}
		for _, name := range own.Groups {
			out.addGroup(name)
		}
	}
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

// compareLeniency puts the most lenient profile first, and the newest guideline before
// others of the same.
func compareLeniency(a, b *TLS) int {
	names := tlspolicy.ProfileNames()
	return cmp.Or(cmp.Compare(slices.Index(names, b.Profile), slices.Index(names, a.Profile)), compareGuidelines(a, b))
}

// compareGuidelines puts the newest first.
func compareGuidelines(a, b *TLS) int {
	if a.Guideline.Value == b.Guideline.Value && a.Profile == b.Profile {
		return 0 // of most sites
	}
	versions := guidelineVersions()
	of, _ := a.profile()
	other, _ := b.profile()
	return cmp.Compare(slices.Index(versions, of.Version), slices.Index(versions, other.Version))
}

// addGroup adds a group that a site has and the profile has not. The server decides
// on groups before it knows the site.
func (p *policy) addGroup(name string) {
	if !slices.ContainsFunc(p.Groups, func(known string) bool { return strings.EqualFold(known, name) }) {
		p.Groups = append(slices.Clone(p.Groups), name)
	}
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
