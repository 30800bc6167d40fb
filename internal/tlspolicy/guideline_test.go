package tlspolicy

import (
	"slices"
	"strings"
	"testing"
)

func TestProfilesComeFromTheNewestGuidelineThatHasThem(t *testing.T) {
	for _, row := range []struct{ name, guideline, protocols string }{
		{"modern", "6.0", "TLSv1.3"},
		{"intermediate", "6.0", "TLSv1.2 TLSv1.3"},
		{"old", "5.8", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
	} {
		guideline, profile, ok := LookupProfile(row.name)
		if !ok || guideline.Version != row.guideline || joinProtocols(profile.Protocols) != row.protocols {
			t.Errorf("%s is %s with %v", row.name, guideline.Version, profile.Protocols)
		}
		if profile.HSTSMinAge != 63072000 || len(profile.CipherSuites) != 3 || len(profile.OldestClients) == 0 {
			t.Errorf("%s lacks values: %+v", row.name, profile)
		}
	}
	if _, _, ok := LookupProfile("paranoid"); ok {
		t.Error("a profile that does not exist is found")
	}
}

func joinProtocols(protocols []Protocol) string {
	names := make([]string, len(protocols))
	for i, protocol := range protocols {
		names[i] = protocol.String()
	}
	return strings.Join(names, " ")
}

func TestSizesOfTheCipherLists(t *testing.T) {
	for _, row := range []struct {
		guideline, profile string
		suites             int
	}{
		{"6.0", "modern", 0}, {"6.0", "intermediate", 6}, {"5.8", "intermediate", 6}, {"5.8", "old", 21},
		{"5.7", "intermediate", 9}, {"5.7", "old", 26}, {"5.6", "intermediate", 8}, {"5.6", "old", 26},
	} {
		guideline, _ := LookupGuideline(row.guideline)
		profile, ok := guideline.Profile(row.profile)
		if !ok || len(profile.Ciphers) != row.suites {
			t.Errorf("%s %s has %d suites, want %d", row.guideline, row.profile, len(profile.Ciphers), row.suites)
		}
	}
	if guideline, _ := LookupGuideline("6.0"); len(guideline.Profiles) != 2 {
		t.Error("guideline 6.0 has no old profile")
	}
}

func TestRecogniseTheListOfAnEarlierGuideline(t *testing.T) {
	guideline, _ := LookupGuideline("5.7")
	profile, _ := guideline.Profile("intermediate")
	list := slices.Clone(profile.Ciphers)
	slices.Reverse(list)
	if got := RecogniseCiphers(list); len(got) != 1 || got[0].String() != "intermediate profile of guideline 5.7" {
		t.Errorf("the reversed list of 5.7 is recognised as %v", got)
	}
	if got := RecogniseCiphers(list[2:]); got != nil {
		t.Errorf("an incomplete list is recognised as %v", got)
	}
	if got := RecogniseCiphers(nil); got != nil {
		t.Errorf("no list at all is recognised as %v", got)
	}
}

func TestGroupsFollowOpenSSL(t *testing.T) {
	_, profile, _ := LookupProfile("intermediate")
	for openssl, want := range map[string]string{
		"3.0.22": "X25519 prime256v1 secp384r1",
		"3.4.9":  "X25519 prime256v1 secp384r1",
		"1.0.2":  "prime256v1 secp384r1",
		"1.1.0":  "X25519 prime256v1 secp384r1",
		"3.5.0":  "X25519MLKEM768 X25519 prime256v1 secp384r1",
		"4.1.0":  "X25519MLKEM768 X25519 prime256v1 secp384r1",
	} {
		if got := strings.Join(profile.GroupsFor(MustVersion(openssl)), " "); got != want {
			t.Errorf("OpenSSL %s: %s, want %s", openssl, got, want)
		}
	}
	if got := profile.GroupsFor(Version{}); slices.Contains(got, "X25519MLKEM768") {
		t.Error("an unknown OpenSSL is given a group that may stop the server")
	}
}

func TestOldProfileLowersTheSecurityLevelFromOpenSSL3(t *testing.T) {
	_, old, _ := LookupProfile("old")
	if got := old.CipherString(MustVersion("3.0.22")); !strings.HasPrefix(got, "@SECLEVEL=0:ECDHE-ECDSA-AES128-GCM-SHA256:") {
		t.Errorf("old with OpenSSL 3: %s", got)
	}
	if got := old.CipherString(MustVersion("1.1.1")); strings.Contains(got, "SECLEVEL") {
		t.Errorf("old with OpenSSL 1.1.1: %s", got)
	}
	_, modern, _ := LookupProfile("modern")
	if got := modern.CipherString(MustVersion("3.5.0")); got != "" {
		t.Errorf("modern has no ciphers before TLS 1.3: %s", got)
	}
}
