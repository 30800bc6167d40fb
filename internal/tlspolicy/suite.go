package tlspolicy

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Suite is a cipher suite. Suites of TLS 1.3 choose neither key exchange nor
// authentication: both are "any".
type Suite struct {
	// Code is the number in the IANA registry, 0xC02F.
	Code uint16
	// Name is OpenSSL's, "ECDHE-RSA-AES128-GCM-SHA256"; IANA is the registered
	// one, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256".
	Name, IANA string
	// Protocol is the oldest protocol that can use the suite.
	Protocol Protocol
	// KeyExchange, Authentication, Encryption and MAC are spelt as in "openssl
	// ciphers -v": "ECDH", "RSA", "AESGCM", "AEAD".
	KeyExchange, Authentication, Encryption, MAC string
	// KeyBits is the size of the encryption key.
	KeyBits int

	mask    suiteMask
	class   strengthClass
	lesser  bool    // not part of DEFAULT
	removed Version // first OpenSSL whose usual builds lack it
	added   Version // first OpenSSL that has it, zero for a long time ago
}

// RemovedIn is the first OpenSSL whose usual builds lack the suite, zero for
// one that is still there.
func (s Suite) RemovedIn() Version { return s.removed }

// Weakness is a set of reasons against a suite.
type Weakness uint16

// The reasons, worst first.
const (
	// WeakNull: nothing is encrypted.
	WeakNull Weakness = 1 << iota
	// WeakAnonymous: the server does not prove who it is.
	WeakAnonymous
	// WeakExport: keys of 40 or 56 bits by old export law (FREAK, CVE-2015-0204).
	WeakExport
	// WeakRC4: biased key stream (RFC 7465 forbids it).
	WeakRC4
	// WeakBlock64: DES, 3DES, IDEA and RC2 have blocks of 64 bits (SWEET32,
	// CVE-2016-2183).
	WeakBlock64
	// WeakMD5: an MD5 MAC.
	WeakMD5
	// WeakShortTag: CCM8 authenticates with 64 bits only; OpenSSL 3.2 puts it
	// at security level 0.
	WeakShortTag
	// WeakNoForwardSecrecy: who gets the key later reads the traffic of today
	// (RFC 9325, section 4.1).
	WeakNoForwardSecrecy
	// WeakCBC: MAC-then-encrypt with a history of padding oracles (Lucky 13).
	WeakCBC
	// WeakSHA1: a SHA-1 MAC; dated rather than broken in HMAC.
	WeakSHA1
	// WeakUncommon: PSK or SRP, which web clients do not speak.
	WeakUncommon
)

// Broken are the reasons that no guideline tolerates; each makes a suite an
// error. The others are a matter of the profile.
const Broken = WeakNull | WeakAnonymous | WeakExport | WeakRC4 | WeakBlock64 | WeakMD5

var weaknessNames = []struct {
	weakness Weakness
	name     string
}{
	{WeakNull, "no encryption"},
	{WeakAnonymous, "no authentication"},
	{WeakExport, "export-grade key"},
	{WeakRC4, "RC4"},
	{WeakBlock64, "64-bit block cipher"},
	{WeakMD5, "MD5"},
	{WeakShortTag, "short authentication tag"},
	{WeakNoForwardSecrecy, "no forward secrecy"},
	{WeakCBC, "CBC mode"},
	{WeakSHA1, "SHA-1"},
	{WeakUncommon, "PSK or SRP"},
}

// Has tells that at least one of the reasons applies.
func (w Weakness) Has(reasons Weakness) bool { return w&reasons != 0 }

// Names lists the reasons in words, worst first.
func (w Weakness) Names() []string {
	var names []string
	for _, row := range weaknessNames {
		if w&row.weakness != 0 {
			names = append(names, row.name)
		}
	}
	return names
}

// String joins Names, and is "none" without any.
func (w Weakness) String() string {
	if w == 0 {
		return "none"
	}
	return strings.Join(w.Names(), ", ")
}

// Weaknesses are the reasons against the suite.
func (s Suite) Weaknesses() Weakness {
	var found Weakness
	for _, row := range []struct {
		weakness Weakness
		applies  bool
	}{
		{WeakNull, s.mask.enc&encNull != 0},
		{WeakAnonymous, s.mask.auth&authNull != 0},
		{WeakExport, s.class&classExport != 0},
		{WeakRC4, s.mask.enc&encRC4 != 0},
		{WeakBlock64, s.mask.enc&(enc3DES|encDES|encRC2|encIDEA) != 0},
		{WeakMD5, s.mask.mac&macMD5 != 0},
		{WeakShortTag, s.mask.enc&encCCM8 != 0},
		{WeakNoForwardSecrecy, !s.ForwardSecrecy()},
		{WeakCBC, s.CBC()},
		{WeakSHA1, s.mask.mac&macSHA1 != 0},
		{WeakUncommon, s.mask.kx&(kxAnyPSK|kxSRP) != 0},
	} {
		if row.applies {
			found |= row.weakness
		}
	}
	return found
}

// ForwardSecrecy tells that the key exchange leaves nothing to decrypt the
// traffic with later: DHE, ECDHE, SRP, and everything in TLS 1.3.
func (s Suite) ForwardSecrecy() bool {
	return s.Protocol == TLSv13 || s.mask.kx&(kxDHE|kxECDHE|kxECDHEPSK|kxDHEPSK|kxSRP) != 0
}

// AEAD tells that encryption and authentication are one.
func (s Suite) AEAD() bool { return s.mask.mac&macAEAD != 0 }

// CBC tells that a block cipher runs in CBC mode.
func (s Suite) CBC() bool { return s.mask.enc&encCBC != 0 }

// StrengthBits is what OpenSSL of a version takes the strength of the
// encryption for; @STRENGTH sorts by it and security levels ask for it.
func (s Suite) StrengthBits(openssl Version) int {
	switch {
	case s.mask.enc&enc3DES != 0:
		return 112
	case s.mask.enc&encCCM8 != 0 && !openssl.IsZero() && openssl.Before(ccm8Since):
		return s.KeyBits
	case s.mask.enc&encCCM8 != 0:
		return 64
	}
	return s.KeyBits
}

// ccm8Since: OpenSSL CHANGES 3.2: CCM8 suites are downgraded for their short tag.
var ccm8Since = MustVersion("3.2.0")

// AllowedAt tells whether OpenSSL of a version lets the suite be negotiated at
// a security level (SSL_CTX_set_security_level, default callback).
func (s Suite) AllowedAt(level int, openssl Version) bool {
	if level <= 0 {
		return true
	}
	leastBits := []int{0, 80, 112, 128, 192, 256}[min(level, 5)]
	switch {
	case s.StrengthBits(openssl) < leastBits,
		s.mask.auth&authNull != 0,
		s.mask.mac&macMD5 != 0,
		leastBits > 160 && s.mask.mac&macSHA1 != 0,
		level >= 2 && s.mask.enc&encRC4 != 0:
		return false
	}
	return level < 3 || s.Protocol == TLSv13 || s.mask.kx&(kxDHE|kxECDHE|kxDHEPSK|kxECDHEPSK) != 0
}

//go:embed suites.tsv
var suiteText string

// suiteTable holds all suites up to TLS 1.2, the highest code first, which is
// the order OpenSSL starts from.
var suiteTable = sync.OnceValue(func() []Suite { return loadSuites(suiteText) })

var suiteByName = sync.OnceValue(func() map[string]*Suite {
	index := make(map[string]*Suite, 2*len(suiteTable()))
	for i := range suiteTable() {
		index[suiteTable()[i].Name] = &suiteTable()[i]
		index[suiteTable()[i].IANA] = &suiteTable()[i]
	}
	for i := range tls13Suites {
		index[tls13Suites[i].Name] = &tls13Suites[i]
	}
	return index
})

// since tells that a version of OpenSSL is not too old for the suite.
func (s Suite) since(openssl Version) bool { return openssl.IsZero() || openssl.AtLeast(s.added) }

// tls13Suites: RFC 8446, appendix B.4, and RFC 9150 (integrity without
// encryption; OpenSSL CHANGES 3.4). OpenSSL enables the first three.
var tls13Suites = []Suite{
	tls13Suite(0x1302, "TLS_AES_256_GCM_SHA384", "AESGCM", 256, encAES256GCM),
	tls13Suite(0x1303, "TLS_CHACHA20_POLY1305_SHA256", "CHACHA20/POLY1305", 256, encChaCha20),
	tls13Suite(0x1301, "TLS_AES_128_GCM_SHA256", "AESGCM", 128, encAES128GCM),
	tls13Suite(0x1304, "TLS_AES_128_CCM_SHA256", "AESCCM", 128, encAES128CCM),
	tls13Suite(0x1305, "TLS_AES_128_CCM_8_SHA256", "AESCCM8", 128, encAES128CCM8),
	integrityOnlySuite(0xC0B4, "TLS_SHA256_SHA256", "SHA256", macSHA256),
	integrityOnlySuite(0xC0B5, "TLS_SHA384_SHA384", "SHA384", macSHA384),
}

func tls13Suite(code uint16, name, encryption string, bits int, enc uint32) Suite {
	return Suite{Code: code, Name: name, IANA: name, Protocol: TLSv13, KeyExchange: "any", Authentication: "any",
		Encryption: encryption, KeyBits: bits, MAC: "AEAD", mask: suiteMask{enc: enc, mac: macAEAD}, class: classHigh}
}

func integrityOnlySuite(code uint16, name, hash string, mac uint32) Suite {
	return Suite{Code: code, Name: name, IANA: name, Protocol: TLSv13, KeyExchange: "any", Authentication: "any", Encryption: "None",
		MAC: hash, mask: suiteMask{enc: encNull, mac: mac}, class: classNone, added: MustVersion("3.4.0")}
}

// LookupSuite finds a suite by its OpenSSL or IANA name, whatever the version.
func LookupSuite(name string) (Suite, bool) {
	suite, ok := suiteByName()[name]
	if !ok {
		return Suite{}, false
	}
	return *suite, true
}

// DefaultTLS13Suites are the suites of TLS 1.3 that OpenSSL enables when a
// server chooses none.
func DefaultTLS13Suites() []Suite { return append([]Suite(nil), tls13Suites[:3]...) }

// AllTLS13Suites are all suites of TLS 1.3 that some OpenSSL knows, those that it
// enables by default first.
func AllTLS13Suites() []Suite { return append([]Suite(nil), tls13Suites...) }

func loadSuites(text string) []Suite {
	var suites []Suite
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		suite, err := parseSuite(strings.Split(line, "\t"))
		if err != nil {
			panic(fmt.Sprintf("suites.tsv: %q: %v", line, err))
		}
		suites = append(suites, suite)
	}
	for i, j := 0, len(suites)-1; i < j; i, j = i+1, j-1 {
		suites[i], suites[j] = suites[j], suites[i]
	}
	return suites
}

func parseSuite(cells []string) (Suite, error) {
	if len(cells) != 11 {
		return Suite{}, fmt.Errorf("%d cells instead of 11", len(cells))
	}
	code, err := strconv.ParseUint(cells[0], 16, 16)
	if err != nil {
		return Suite{}, err
	}
	suite := Suite{Code: uint16(code), Name: cells[1], IANA: cells[2], KeyExchange: cells[4], Authentication: cells[5], MAC: cells[7]}
	var ok bool
	if suite.Protocol, ok = ParseProtocol(cells[3]); !ok {
		return Suite{}, fmt.Errorf("unknown protocol")
	}
	encryption, bits, sized := strings.Cut(strings.TrimSuffix(cells[6], ")"), "(")
	suite.Encryption = encryption
	if sized {
		if suite.KeyBits, err = strconv.Atoi(bits); err != nil {
			return Suite{}, err
		}
	}
	suite.mask = suiteMask{kxBits[cells[4]], authBits[cells[5]], encBits[cells[6]], macBits[cells[7]]}
	if suite.mask.kx == 0 || suite.mask.auth == 0 || suite.mask.enc == 0 || suite.mask.mac == 0 {
		return Suite{}, fmt.Errorf("unknown algorithm")
	}
	if suite.class, ok = classNames[cells[8]]; !ok {
		return Suite{}, fmt.Errorf("unknown strength class")
	}
	if strings.Contains(cells[9], "fips") {
		suite.class |= classFIPS
	}
	suite.lesser = strings.Contains(cells[9], "not-default")
	if cells[10] != "-" {
		if suite.removed, err = ParseVersion(cells[10]); err != nil {
			return Suite{}, err
		}
	}
	return suite, nil
}
