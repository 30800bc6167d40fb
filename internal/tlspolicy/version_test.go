package tlspolicy

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]string{
		"1.22.1":            "1.22.1",
		"2.4.71":            "2.4.71",
		"3.5":               "3.5.0",
		"1.0.2l":            "1.0.2l",
		"1.0.2zk":           "1.0.2zk",
		"1.22.1-9+deb12u11": "1.22.1",
		"1.1.1k-fips":       "1.1.1k",
		" 1.30.6 ":          "1.30.6",
		"3.0.13 30 Jan":     "3.0.13",
	} {
		version, err := ParseVersion(text)
		if err != nil || version.String() != want {
			t.Errorf("ParseVersion(%q) = %v, %v; want %s", text, version, err, want)
		}
	}
	for _, text := range []string{"", "3", "a.b.c", "1.2.3.4", "1..2", "-1.2", "1.22x", "1.0.2abc", "0.0.0", "999999.1", "1.2.", strings.Repeat("1", 1000)} {
		if version, err := ParseVersion(text); err == nil {
			t.Errorf("ParseVersion(%.20q) = %v, want an error", text, version)
		}
	}
}

func TestVersionsAreOrderedAsReleased(t *testing.T) {
	released := []string{"0.9.8", "0.9.8zh", "1.0.2", "1.0.2a", "1.0.2l", "1.0.2z", "1.0.2za", "1.0.2zk", "1.1.0", "1.1.1", "1.1.1w", "1.9.15", "1.22.1", "3.0.0", "3.0.19", "3.5.0"}
	for i := range released {
		for j := range released {
			got := MustVersion(released[i]).Compare(MustVersion(released[j]))
			if (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%s compared with %s is %d", released[i], released[j], got)
			}
		}
	}
	if !MustVersion("1.0.2l").AtLeast(MustVersion("1.0.2l")) || !MustVersion("1.0.2").Before(MustVersion("1.0.2l")) {
		t.Error("AtLeast and Before disagree with Compare")
	}
}

func TestVersionTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.IntRange(0, 500)
		version := Version{Major: number.Draw(t, "major"), Minor: number.Draw(t, "minor"), Patch: number.Draw(t, "patch"),
			Letter: rapid.StringMatching(`[a-z]{0,2}`).Draw(t, "letter")}
		text, err := version.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if version.Letter != "" && version == (Version{Letter: version.Letter}) {
			return // 0.0.0a is no release, and neither is 0.0.0
		}
		var back Version
		if err := back.UnmarshalText(text); err != nil || back != version {
			t.Fatalf("%v became %q and then %v, %v", version, text, back, err)
		}
	})
}

func TestBranch(t *testing.T) {
	for text, want := range map[string]string{"1.26.3": "1.26.0", "3.0.19": "3.0.0", "1.1.1w": "1.1.1", "2.4.71": "2.4.0"} {
		if got := MustVersion(text).Branch().String(); got != want {
			t.Errorf("branch of %s is %s, want %s", text, got, want)
		}
	}
}

func TestProtocolsCompareByAge(t *testing.T) {
	names := []string{"SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}
	var protocols []Protocol
	for _, name := range names {
		protocol, ok := ParseProtocol(name)
		if !ok || protocol.String() != name {
			t.Errorf("%s is read as %v", name, protocol)
		}
		protocols = append(protocols, protocol)
	}
	if !slices.IsSorted(protocols) {
		t.Error("protocols are not ordered by age")
	}
	for _, name := range []string{"", "TLSv1.4", "tlsv1.2", "TLSv1.0"} {
		if _, ok := ParseProtocol(name); ok {
			t.Errorf("%q is taken for a protocol", name)
		}
	}
}
