package tlspolicy

import (
	"strings"
	"testing"
	"time"
)

func names(suites []Suite) string {
	var list []string
	for _, suite := range suites {
		list = append(list, suite.Name)
	}
	return strings.Join(list, ":")
}

func TestProblemsOfCipherStrings(t *testing.T) {
	for _, row := range []struct {
		text, openssl string
		kind          CipherProblemKind
		word, suggest string
	}{
		{"HIGH:ECDHE-RSA-AES128-GCM-SHA265", "3.0.22", CipherUnknown, "ECDHE-RSA-AES128-GCM-SHA265", "ECDHE-RSA-AES128-GCM-SHA256"},
		{"HIGH:!aNUL", "3.0.22", CipherUnknown, "aNUL", "aNULL"},
		{"HIGH:EECHD+AESGCM", "3.0.22", CipherUnknown, "EECHD", "EECDH"},
		{"ALL:DEFAULT", "3.0.22", CipherUnknown, "DEFAULT", ""},
		{"HIGH:RC4-SHA", "3.0.22", CipherNotBuilt, "RC4-SHA", ""},
		{"HIGH:DES-CBC3-SHA", "3.0.22", CipherNotBuilt, "DES-CBC3-SHA", ""},
		{"HIGH:3DES", "3.0.22", CipherNotBuilt, "3DES", ""},
		{"HIGH:EXPORT", "3.0.22", CipherNotBuilt, "EXPORT", ""},
		{"HIGH:LOW", "3.0.22", CipherNotBuilt, "LOW", ""},
		{"TLS_AES_128_GCM_SHA256:HIGH", "3.0.22", CipherTLS13Name, "TLS_AES_128_GCM_SHA256", ""},
		{"HIGH:kRSA+ECDSA", "3.0.22", CipherNothing, "kRSA+ECDSA", ""},
		{"!RSA:AES128-SHA:HIGH", "3.0.22", CipherNothing, "AES128-SHA", ""},
		{"HIGH:TLS_RSA_WITH_AES_128_CBC_SHA", "3.0.22", CipherNewName, "TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA"},
		{"HIGH/AES", "3.0.22", CipherSyntax, "/", ""},
		{"HIGH:@SECLEVEL=7", "3.0.22", CipherSyntax, "@SECLEVEL=7", ""},
		{"@SECLEVEL=0:HIGH", "3.0.22", CipherLowLevel, "@SECLEVEL=0", ""},
	} {
		list := Ciphers(row.text, MustVersion(row.openssl))
		if len(list.Problems) != 1 {
			t.Errorf("%s: %d problems: %+v", row.text, len(list.Problems), list.Problems)
			continue
		}
		got := list.Problems[0]
		if got.Kind != row.kind || got.Word != row.word || got.Suggestion != row.suggest || got.Message == "" || row.text[got.Start:got.End] != row.word {
			t.Errorf("%s: %+v, want kind %d at %q with %q", row.text, got, row.kind, row.word, row.suggest)
		}
		if (list.Refused != "") != (row.kind == CipherSyntax) {
			t.Errorf("%s: refused: %q", row.text, list.Refused)
		}
	}
}

func TestExclusionsOfWhatIsGoneAreNoProblem(t *testing.T) {
	for _, text := range []string{
		"HIGH:!aNULL:!eNULL:!EXPORT:!EXP:!DES:!RC4:!3DES:!MD5:!PSK:!SRP:!CAMELLIA:!SEED:!IDEA:!LOW:!kECDH:!SSLv2:!RC4-SHA:!DES-CBC3-SHA",
		"HIGH:-RC4:+3DES",
	} {
		if list := Ciphers(text, MustVersion("3.5.9")); len(list.Problems) != 0 || list.Refused != "" {
			t.Errorf("%s: %+v", text, list.Problems)
		}
	}
}

func TestNotBuiltSuitesAreNamedForTheRules(t *testing.T) {
	list := Ciphers("HIGH:RC4+RSA", MustVersion("3.0.22"))
	if len(list.Problems) != 1 || !strings.Contains(names(list.Problems[0].Suites), "RC4-SHA") {
		t.Errorf("%+v", list.Problems)
	}
	if list = Ciphers("RC4-SHA", MustVersion("3.0.22")); list.Refused == "" {
		t.Error("a string without any suite left is accepted")
	}
	if list = Ciphers("RC4-SHA:HIGH", MustVersion("1.0.2l")); names(list.Suites[:1]) != "RC4-SHA" || !list.Approximate {
		t.Errorf("OpenSSL 1.0.2 still has RC4: %s", names(list.Suites[:1]))
	}
	if list = Ciphers("HIGH", MustVersion("1.0.2l")); !strings.Contains(names(list.Suites), ":DES-CBC3-SHA") {
		t.Error("3DES is HIGH in OpenSSL 1.0.2")
	}
}

func TestSecurityLevelOfAString(t *testing.T) {
	for text, want := range map[string]int{"HIGH": -1, "HIGH:@SECLEVEL=3": 3, "@SECLEVEL=1:HIGH:@SECLEVEL=2": 2} {
		if got := Ciphers(text, Version{}).SecurityLevel; got != want {
			t.Errorf("%s: level %d, want %d", text, got, want)
		}
	}
}

func TestGuidelineListsEvaluateToThemselves(t *testing.T) {
	for _, guideline := range Guidelines() {
		for _, profile := range guideline.Profiles {
			if profile.Name == "old" || len(profile.Ciphers) == 0 {
				continue // old ends with 3DES, which is no longer built
			}
			list := Ciphers(profile.CipherString(MustVersion("3.5.9")), MustVersion("3.5.9"))
			if got := names(list.Suites); got != strings.Join(profile.Ciphers, ":") || len(list.Problems) > 0 {
				t.Errorf("%s %s: %s %+v", guideline.Version, profile.Name, got, list.Problems)
			}
		}
	}
}

func TestWeaknesses(t *testing.T) {
	for name, want := range map[string]string{
		"ECDHE-RSA-AES128-GCM-SHA256": "none",
		"TLS_AES_128_GCM_SHA256":      "none",
		"TLS_SHA256_SHA256":           "no encryption",
		"AES128-GCM-SHA256":           "no forward secrecy",
		"ECDHE-RSA-AES128-SHA":        "CBC mode, SHA-1",
		"AES256-SHA256":               "no forward secrecy, CBC mode",
		"NULL-MD5":                    "no encryption, MD5, no forward secrecy",
		"ADH-AES128-SHA":              "no authentication, CBC mode, SHA-1",
		"EXP-RC4-MD5":                 "export-grade key, RC4, MD5, no forward secrecy",
		"DES-CBC3-SHA":                "64-bit block cipher, no forward secrecy, CBC mode, SHA-1",
		"ECDHE-ECDSA-AES128-CCM8":     "short authentication tag",
		"PSK-AES128-GCM-SHA256":       "no forward secrecy, PSK or SRP",
		"ECDH-RSA-AES128-GCM-SHA256":  "no forward secrecy",
	} {
		suite, ok := LookupSuite(name)
		if got := suite.Weaknesses().String(); !ok || got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if suite, _ := LookupSuite("DES-CBC3-SHA"); !suite.Weaknesses().Has(Broken) {
		t.Error("3DES is not called broken")
	}
}

func TestTLS13Suites(t *testing.T) {
	for _, row := range []struct {
		text, openssl, want string
		refused             bool
		problems            int
	}{
		{"TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256", "3.0.22", "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256", false, 0},
		{"TLS_AES_256_GCM_SHA384:TLS_AES_256_GCM_SHA38", "3.0.22", "TLS_AES_256_GCM_SHA384", false, 1},
		{"TLS_FOO", "3.0.22", "", true, 1},
		{"TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256", "3.0.22", "", true, 1},
		{" TLS_AES_256_GCM_SHA384 :", "3.0.22", "TLS_AES_256_GCM_SHA384", false, 0},
		{"TLS_SHA256_SHA256", "3.0.22", "", true, 1},
		{"TLS_SHA256_SHA256", "3.5.9", "TLS_SHA256_SHA256", false, 0},
		{"", "3.0.22", "", false, 0},
	} {
		got := TLS13Suites(row.text, MustVersion(row.openssl))
		if names(got.Suites) != row.want || (got.Refused != "") != row.refused || len(got.Problems) != row.problems {
			t.Errorf("%q: %s, refused %q, %+v", row.text, names(got.Suites), got.Refused, got.Problems)
		}
	}
}

func TestGroupProblems(t *testing.T) {
	for _, row := range []struct{ text, openssl, message, suggestion string }{
		{"X25519MLKEM768:X25519", "3.0.22", "X25519MLKEM768 needs OpenSSL 3.5.0; it rejects the whole list", "X25519MLKEM768"},
		{"X25519:prime256v1", "1.0.2", "X25519 needs OpenSSL 1.1.0; it rejects the whole list", "X25519"},
		{"X25519:secp385r1", "3.5.9", "OpenSSL knows no such group; it rejects the whole list", "secp384r1"},
		{"?X25519MLKEM768:X25519", "3.0.22", `"?" before a group needs OpenSSL 3.3; this one rejects the whole list`, ""},
		{"X25519:p-256", "3.0.22", "this OpenSSL spells the group prime256v1; it rejects the whole list", "prime256v1"},
		{"?X25519MLKEM768:X25519", "3.4.1", "X25519MLKEM768 needs OpenSSL 3.5.0; it is left out", "X25519MLKEM768"},
	} {
		list := Groups(row.text, MustVersion(row.openssl))
		if len(list.Problems) != 1 || list.Problems[0].Message != row.message || list.Problems[0].Suggestion != row.suggestion {
			t.Errorf("%s with OpenSSL %s: %+v", row.text, row.openssl, list.Problems)
		}
	}
	if list := Groups("X25519MLKEM768:X25519", Version{}); list.Refused != "" || !list.Groups[0].Hybrid {
		t.Errorf("an unknown OpenSSL is taken for the newest: %+v", list)
	}
	for _, openssl := range []string{"1.0.2", "1.1.1", "3.0.22", "3.5.9"} {
		for _, name := range DefaultGroups(MustVersion(openssl)).Value {
			if _, ok := LookupGroup(name); !ok {
				t.Errorf("default group %s of OpenSSL %s is not in the table", name, openssl)
			}
		}
	}
}

// The cost of a string grows with its length and nothing else.
func TestHostileStringsAreBounded(t *testing.T) {
	for _, piece := range []string{"ALL:", "!", "a", "FOO:", "ALL:-AES:", "@STRENGTH:", "AES+", "ECDHE-RSA-AES128-GCM-SHA265:", "?foo:", "X25519:-X25519:", "é", "ALL:@STRENGTH:", "/"} {
		text := strings.Repeat(piece, 1<<17/len(piece))
		start := time.Now()
		list, groups, suites := Ciphers(text, Version{}), Groups(text, Version{}), TLS13Suites(text, Version{})
		if spent := time.Since(start); spent > 10*time.Second {
			t.Errorf("128 kB of %q took %v", piece, spent)
		}
		if len(list.Problems) > maxCipherProblems || len(groups.Problems) > maxCipherProblems+1 || len(suites.Problems) > maxCipherProblems {
			t.Errorf("128 kB of %q gives %d, %d and %d problems", piece, len(list.Problems), len(groups.Problems), len(suites.Problems))
		}
	}
}

func FuzzCiphers(f *testing.F) {
	for _, text := range writtenStrings {
		f.Add(text, "3.5.9")
	}
	for _, text := range writtenGroups {
		f.Add(text, "3.0.22")
	}
	f.Add("ALL:!EXPORT:RC4", "1.0.2l")
	f.Fuzz(func(t *testing.T, text, version string) {
		openssl, _ := ParseVersion(version)
		list := Ciphers(text, openssl)
		seen := map[uint16]bool{}
		for _, suite := range list.Suites {
			if seen[suite.Code] || suite.Protocol == TLSv13 {
				t.Fatalf("%q lists %s twice, or in the wrong place", text, suite.Name)
			}
			seen[suite.Code] = true
		}
		if (list.Refused == "") != (len(list.Suites) > 0) {
			t.Fatalf("%q: refused %q with %d suites", text, list.Refused, len(list.Suites))
		}
		for _, problem := range append(list.Problems, TLS13Suites(text, openssl).Problems...) {
			if problem.Start < 0 || problem.Start > problem.End || problem.End > len(text) || problem.Kind == 0 || problem.Message == "" {
				t.Fatalf("%q: %+v", text, problem)
			}
		}
		for _, problem := range Groups(text, openssl).Problems {
			if problem.Start < 0 || problem.Start > problem.End || problem.End > len(text) {
				t.Fatalf("%q: %+v", text, problem)
			}
		}
	})
}

func BenchmarkCiphers(b *testing.B) {
	openssl := MustVersion("3.5.9")
	_, profile, _ := LookupProfile("intermediate")
	for name, text := range map[string]string{"intermediate": profile.CipherString(openssl), "high": "HIGH:!aNULL:!MD5"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Ciphers(text, openssl)
			}
		})
	}
}
