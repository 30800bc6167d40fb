package tlspolicy

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Guideline is one version of the Mozilla (now TLSRef) server-side TLS
// recommendations.
type Guideline struct {
	// Version is "6.0".
	Version string `json:"version"`
	// Date of publication, as 2006-01-02.
	Date string `json:"date"`
	// Source names the document.
	Source string `json:"source"`
	// Profiles go from the strictest to the most lenient.
	Profiles []Profile `json:"profiles"`
}

// Profile is one level of a guideline.
type Profile struct {
	// Name is "modern", "intermediate" or "old".
	Name string `json:"name"`
	// Protocols to allow, oldest first.
	Protocols []Protocol `json:"protocols"`
	// Ciphers up to TLS 1.2, by OpenSSL name, best first; empty in modern.
	Ciphers []string `json:"ciphers"`
	// CipherSuites of TLS 1.3. OpenSSL enables these three by default.
	CipherSuites []string `json:"cipher_suites"`
	// Groups for the key exchange, by OpenSSL name, best first. X25519MLKEM768
	// needs OpenSSL 3.5: use GroupsFor.
	Groups []string `json:"groups"`
	// CertificateTypes are "ecdsa" and "rsa".
	CertificateTypes []string `json:"certificate_types"`
	// CertificateCurves for ECDSA keys, by OpenSSL name.
	CertificateCurves []string `json:"certificate_curves"`
	// CertificateSignatures, by OpenSSL name.
	CertificateSignatures []string `json:"certificate_signatures"`
	// RSABits is the size of RSA keys; 0 where RSA has no place.
	RSABits int `json:"rsa_bits"`
	// DHBits is the size of Diffie-Hellman parameters; 0 without any.
	DHBits int `json:"dh_bits"`
	// HSTSMinAge is the least max-age of Strict-Transport-Security in seconds.
	HSTSMinAge int `json:"hsts_min_age"`
	// PreferServerCiphers tells that the order of the server decides.
	PreferServerCiphers bool `json:"prefer_server_ciphers"`
	// MaxCertificateDays and RecommendedCertificateDays bound the life of a
	// certificate, in days.
	MaxCertificateDays         int `json:"max_certificate_days"`
	RecommendedCertificateDays int `json:"recommended_certificate_days"`
	// OldestClients that can connect.
	OldestClients []string `json:"oldest_clients"`
}

//go:embed guidelines/*.json
var guidelineFiles embed.FS

// guidelineVersions, newest first. 5.6 and 5.7 are kept to recognise the lists
// that earlier generators wrote into so many configurations.
var guidelineVersions = []string{"6.0", "5.8", "5.7", "5.6"}

// Read when first asked for: most runs of the program never do.
var guidelines = sync.OnceValue(loadGuidelines)

func loadGuidelines() []Guideline {
	list := make([]Guideline, len(guidelineVersions))
	for i, version := range guidelineVersions {
		data, err := guidelineFiles.ReadFile("guidelines/" + version + ".json")
		if err == nil {
			err = json.Unmarshal(data, &list[i])
		}
		if err != nil {
			panic(fmt.Sprintf("guideline %s: %v", version, err))
		}
	}
	return list
}

// Guidelines lists the known versions, newest first. Do not change them.
func Guidelines() []Guideline { return guidelines() }

// LookupGuideline finds a guideline by its version, such as "5.8".
func LookupGuideline(version string) (Guideline, bool) {
	for _, guideline := range guidelines() {
		if guideline.Version == version {
			return guideline, true
		}
	}
	return Guideline{}, false
}

// LookupProfile finds the profile of the newest guideline that has it: modern
// and intermediate come from 6.0, old from 5.8, its last one. Known names are
// listed by ProfileNames.
func LookupProfile(name string) (Guideline, Profile, bool) {
	for _, guideline := range guidelines() {
		if profile, ok := guideline.Profile(name); ok {
			return guideline, profile, true
		}
	}
	return Guideline{}, Profile{}, false
}

// ProfileNames lists the profiles, strictest first.
func ProfileNames() []string { return []string{"modern", "intermediate", "old"} }

// Profile finds a profile of this guideline.
func (g Guideline) Profile(name string) (Profile, bool) {
	for _, profile := range g.Profiles {
		if profile.Name == name {
			return profile, true
		}
	}
	return Profile{}, false
}

// GroupsFor is the part of Groups that a version of OpenSSL knows. A group it
// does not know stops the server from starting, so an unknown version gets the
// groups every supported one has.
func (p Profile) GroupsFor(openssl Version) []string {
	var known []string
	for _, group := range p.Groups {
		if row, ok := LookupGroup(group); ok && row.in(cmp.Or(openssl, oldestSupported)) {
			known = append(known, group)
		}
	}
	return known
}

// oldestSupported is what an unknown OpenSSL is taken for.
var oldestSupported = MustVersion("1.1.1")

// CipherString joins Ciphers for ssl_ciphers or SSLCipherSuite. Where the
// profile has protocols before TLS 1.2, OpenSSL 3.0 and newer refuse them
// above security level 0 (their handshakes sign with SHA-1), so the string
// begins with @SECLEVEL=0. Empty in modern.
func (p Profile) CipherString(openssl Version) string {
	if len(p.Ciphers) == 0 {
		return ""
	}
	text := strings.Join(p.Ciphers, ":")
	if slices.ContainsFunc(p.Protocols, Protocol.Weak) && openssl.AtLeast(MustVersion("3.0.0")) {
		return "@SECLEVEL=0:" + text
	}
	return text
}

// ProfileMatch is a guideline profile whose cipher list was recognised.
type ProfileMatch struct {
	Guideline string
	Profile   string
}

// String is "intermediate profile of guideline 5.7".
func (m ProfileMatch) String() string {
	return fmt.Sprintf("%s profile of guideline %s", m.Profile, m.Guideline)
}

// RecogniseCiphers finds the guideline profiles, newest first, that recommend
// exactly these cipher names, whatever their order. It lets a rule say "this
// is the list of guideline 5.7".
func RecogniseCiphers(names []string) []ProfileMatch {
	if len(names) == 0 {
		return nil
	}
	wanted := slices.Sorted(slices.Values(names))
	var matches []ProfileMatch
	for _, guideline := range guidelines() {
		for _, profile := range guideline.Profiles {
			if slices.Equal(wanted, slices.Sorted(slices.Values(profile.Ciphers))) {
				matches = append(matches, ProfileMatch{guideline.Version, profile.Name})
			}
		}
	}
	return matches
}
