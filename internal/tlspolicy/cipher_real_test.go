package tlspolicy

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// provedStrings is how many generated cipher strings each OpenSSL is asked
// about. PADLOCK_PROVE=1 asks for thousands, and for every written string of
// every version instead of one of them.
func provedStrings() int {
	if os.Getenv("PADLOCK_PROVE") != "" {
		return 2000
	}
	return 25
}

// writtenStrings are strings that stand in real configurations and manuals, and
// those that are on the border of the grammar.
var writtenStrings = []string{
	"HIGH:!aNULL:!MD5", "DEFAULT", "ALL", "COMPLEMENTOFALL", "COMPLEMENTOFDEFAULT", "DEFAULT:!aNULL:!eNULL:!EXP",
	"EECDH+AESGCM:EDH+AESGCM", "EECDH+CHACHA20:EECDH+AES128:RSA+AES128:EECDH+AES256:RSA+AES256:EECDH+3DES:RSA+3DES:!MD5",
	"ECDHE-RSA-AES128-GCM-SHA256:ECDHE:ECDH:AES:HIGH:!NULL:!aNULL:!MD5:!ADH:!RC4",
	"kEECDH+ECDSA+AES128:kEECDH+ECDSA+AES256:kEECDH+AES128:kEECDH+AES256:kEDH+AES128:kEDH+AES256:DES-CBC3-SHA:+SHA:!aNULL:!eNULL:!LOW:!kECDH:!DSS:!MD5:!RC4:!EXP:!PSK:!SRP:!CAMELLIA:!SEED",
	"ALL:!ADH:!EXPORT56:RC4+RSA:+HIGH:+MEDIUM:+LOW:+SSLv2:+EXP", "HIGH:!SSLv3", "TLSv1.2:!aNULL:!eNULL", "PROFILE=SYSTEM",
	"@SECLEVEL=0:ALL:eNULL", "HIGH:@STRENGTH", "ALL@STRENGTH", "ALL:@STRENGTH:!aNULL", "@SECLEVEL=9:ALL", "@FOO:ALL", "ALL:@", "@STRENGTH",
	"SUITEB128", "SUITEB128ONLY", "SUITEB128C2:HIGH", "SUITEB192", "DEFAULT:SUITEB128", "DEFAULTALL", "DEFAULT+AES", "ALL:DEFAULT",
	"", ":", "::ALL::", "ALL;!AES", "ALL,!AES", "ALL !AES", " ALL", "ALL\t!AES", "ALL/AES", "AES+", "+AES", "-AES", "!AES", "!", "+", "-", "ALL:!", "ALL:-",
	"ALL:-AES:AES", "ALL:-AES:+AES", "ALL:!AES:AES", "AES:-AESGCM:AESGCM", "ALL:+AES128", "ALL:+ECDHE+AES128",
	"FIPS", "HIGH+FIPS", "FIPS+AES", "CBC", "CBC+SHA256", "AESCCM8", "HIGH+AESCCM8", "MEDIUM", "MEDIUM+AESCCM8", "LOW",
	"AES128-SHA+HIGH", "AES128-SHA+TLSv1.2", "AES128-SHA+AES256-SHA", "TLSv1+TLSv1.2", "TLSv1.0", "SSLv3", "TLSv1.1", "TLSv1.3",
	"NULL-SHA+HIGH", "eNULL", "NULL", "aNULL", "ADH", "AECDH", "PSK", "SRP", "kRSAPSK", "DSS", "aDSS", "kGOST", "GOST", "RC4", "3DES", "SEED", "IDEA",
	"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256:AES128-SHA", "TLS_AES_128_GCM_SHA256", "EDH-RSA-DES-CBC3-SHA", "edh+aesgcm", "aes128-sha",
	"SHA", "SHA1", "SHA256", "SHA384", "MD5", "ARIA", "ARIAGCM", "ARIA128", "CAMELLIA", "CAMELLIA256", "CHACHA20", "DH", "ECDH", "kDHE", "kEDH", "EDH", "DHE", "EECDH", "ECDHE",
	"ALL:é", "HIGH:3DES+/", "HIGH:RC4+/", "HIGH:IDEA+/", "HIGH:SEED+/", "HIGH:GOST+/", "HIGH:EDH-RSA-DES-CBC3-SHA+/", "HIGH:!FOO+@STRENGTH", "ALL:!aNULL:\x01", "ALL:#AES", "AES128-SHA:AES128-SHA", "AES128-SHA:!AES128-SHA:AES256-SHA",
}

// generatedString strings together words of all kinds, good ones more often.
func generatedString(random *rand.Rand) string {
	var text strings.Builder
	if random.IntN(8) == 0 {
		text.WriteString("DEFAULT")
	}
	for i := range 1 + random.IntN(7) {
		if i > 0 || text.Len() > 0 {
			text.WriteString([]string{":", ":", ":", ":", " ", ",", ";", "::"}[random.IntN(8)])
		}
		text.WriteString([]string{"", "", "", "!", "-", "+"}[random.IntN(6)])
		for j := range 1 + random.IntN(3)*random.IntN(2) {
			if j > 0 {
				text.WriteByte('+')
			}
			text.WriteString(generatedWord(random))
		}
	}
	return text.String()
}

func generatedWord(random *rand.Rand) string {
	switch random.IntN(20) {
	case 0:
		return "@STRENGTH"
	case 1:
		return fmt.Sprintf("@SECLEVEL=%d", random.IntN(8))
	case 2:
		return []string{"FOO", "", "aes", "DEFAULT", "SUITEB128", "AES128-", "TLS_AES_128_GCM_SHA256", "/", "RC4-SHA"}[random.IntN(9)]
	case 3, 4, 5:
		suite := suiteTable()[random.IntN(len(suiteTable()))]
		if random.IntN(4) == 0 {
			return suite.IANA
		}
		return suite.Name
	}
	return cipherAliases[random.IntN(len(cipherAliases))].name
}

// The evaluator and the real OpenSSL agree on every string: the same suites in
// the same order, or both refuse.
func TestCipherStringsMeanWhatOpenSSLSays(t *testing.T) {
	for i, real := range findOpenSSL(t) {
		t.Run(real.name+" "+real.version.String(), func(t *testing.T) {
			t.Parallel()
			var texts []string
			for j, text := range writtenStrings {
				if os.Getenv("PADLOCK_PROVE") != "" || j%3 == i%3 {
					texts = append(texts, text)
				}
			}
			random := rand.New(rand.NewPCG(20, uint64(i)))
			for range provedStrings() {
				texts = append(texts, generatedString(random))
			}
			failures := 0
			for _, text := range texts {
				asked := text
				if strings.HasPrefix(text, "-") {
					asked = ":" + text // else the program takes it for an option
				}
				want, refused := real.ciphers(asked)
				got := Ciphers(text, real.version)
				var names []string
				for _, suite := range got.Suites {
					names = append(names, suite.Name)
				}
				if (got.Refused != "") != refused || !slices.Equal(names, want) {
					t.Errorf("%q\n got %d %v (refused: %q)\nwant %d %v (refused: %v)", text, len(names), names, got.Refused, len(want), want, refused)
					if failures++; failures > 3 {
						t.FailNow()
					}
				}
			}
			t.Logf("%d strings agree", len(texts))
		})
	}
}

// The table says of each suite what "openssl ciphers -V" says.
func TestSuiteTableAgreesWithOpenSSL(t *testing.T) {
	for _, real := range findOpenSSL(t) {
		output, err := real.run("ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL")
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for line := range strings.Lines(output) {
			fields := strings.Fields(line)
			if len(fields) < 10 || fields[5] == "TLSv1.3" {
				continue
			}
			suite, ok := LookupSuite(fields[4])
			encryption := suite.Encryption
			if suite.KeyBits > 0 {
				encryption = fmt.Sprintf("%s(%d)", suite.Encryption, suite.KeyBits)
			}
			got := fmt.Sprintf("0x%02X,0x%02X - %s - %s %s Kx=%s Au=%s Enc=%s Mac=%s", suite.Code>>8, suite.Code&0xff, suite.IANA, suite.Name,
				suite.Protocol, suite.KeyExchange, suite.Authentication, encryption, suite.MAC)
			if want := strings.Join(fields, " "); !ok || got != want {
				t.Errorf("OpenSSL %s:\n got %s\nwant %s", real.version, got, want)
			}
			seen++
		}
		if seen < 100 {
			t.Errorf("OpenSSL %s lists only %d suites", real.version, seen)
		}
	}
}

// AllowedAt agrees with what OpenSSL offers at each security level.
func TestSecurityLevelsAgreeWithOpenSSL(t *testing.T) {
	for _, real := range findOpenSSL(t) {
		for level := range 6 {
			output, err := real.run("ciphers", "-s", "-tls1_2", "-psk", "-srp", fmt.Sprintf("@SECLEVEL=%d:ALL:eNULL", level))
			if err != nil {
				output = "" // nothing is left
			}
			offered := strings.Split(strings.TrimSpace(output), ":")
			for _, suite := range Ciphers("ALL:eNULL", real.version).Suites {
				if suite.Protocol == TLSv13 || suite.mask.kx&kxSRP != 0 {
					continue // SRP is offered only to a client with a user name
				}
				if got := suite.AllowedAt(level, real.version); got != slices.Contains(offered, suite.Name) {
					t.Errorf("OpenSSL %s level %d: %s allowed %v", real.version, level, suite.Name, got)
				}
			}
		}
	}
}
