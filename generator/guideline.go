package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/tlspolicy"
)

var guidelineAttribute = attribute{
	Name: "guideline", Type: cty.String, Check: check(guidelineVersion), Default: "the newest that has the profile", Example: `"6.0"`,
	Doc: "Version of the TLS guideline that the profile is taken from. Naming it keeps protocols, ciphers and groups as they are when Padlock learns of a newer one.",
}

// guidelineVersions are the versions that can be named, newest first.
func guidelineVersions() []string {
	var out []string
	for _, g := range tlspolicy.Guidelines() {
		out = append(out, g.Version)
	}
	return out
}

// guidelineVersion accepts a version whose values are known.
func guidelineVersion(s string) (string, error) {
	known := guidelineVersions()
	if slices.Contains(known, s) {
		return s, nil
	}
	return s, fmt.Errorf("the values of guideline %q are not known; those of %s are", s, strings.Join(known, ", "))
}

// profile is the profile that a site names, of the guideline that it names or else
// of the newest that has the profile.
func (t *TLS) profile() (tlspolicy.Guideline, tlspolicy.Profile) {
	if guideline, ok := tlspolicy.LookupGuideline(t.Guideline.Value); ok {
		if profile, ok := guideline.Profile(t.Profile); ok {
			return guideline, profile
		}
	}
	guideline, profile, _ := tlspolicy.LookupProfile(t.Profile)
	return guideline, profile
}

// guideline checks that the guideline has the profile.
func (c *checker) guideline(t *TLS) {
	guideline, ok := tlspolicy.LookupGuideline(t.Guideline.Value)
	if !ok {
		return
	}
	profile, ok := guideline.Profile(t.Profile)
	if !ok {
		newest, _, _ := tlspolicy.LookupProfile(t.Profile)
		c.report(hcl.DiagError, t.Guideline.Range, "A guideline without the profile",
			fmt.Sprintf("Guideline %s has no profile %s. The last one that has it is %s: write guideline = %q, or leave it out.", guideline.Version, t.Profile, newest.Version, newest.Version))
		return
	}
	if t.Ciphers.Value == "" {
		c.ephemeral(t.Guideline.Range, tlspolicy.Ciphers(strings.Join(profile.Ciphers, ":"), c.target.OpenSSL).Suites,
			"Guideline 5.8 is the first without them; every client of TLS 1.2 has ECDHE.")
	}
}

// describe names the profile for the head of a file.
func (t *TLS) describe(target Target) string {
	guideline, profile := t.profile()
	line := fmt.Sprintf("TLS: %s profile of guideline %s (%s)", profile.Name, guideline.Version, guideline.Date)
	if newest, _, _ := tlspolicy.LookupProfile(t.Profile); newest.Version != guideline.Version {
		line += "; the description keeps to it, the newest is " + newest.Version
	}
	hybrid := tlspolicy.Supports(tlspolicy.FeatureHybridGroup, target.Target)
	if !hybrid.OK && len(t.Groups) == 0 && slices.Contains(profile.Groups, hybridGroup) {
		line += "; " + hybrid.Reason
	}
	return line
}

// hybridGroup is the one for which FeatureHybridGroup stands.
const hybridGroup = "X25519MLKEM768"
