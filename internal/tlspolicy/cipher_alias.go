package tlspolicy

import "sync"

// suiteMask says in bits what a suite is made of, or what a word of a cipher
// string stands for; a zero field of a word means "any".
type suiteMask struct{ kx, auth, enc, mac uint32 }

// Key exchanges.
const (
	kxRSA uint32 = 1 << iota
	kxDHE
	kxECDHE
	kxPSK
	kxRSAPSK
	kxECDHEPSK
	kxDHEPSK
	kxSRP
	kxECDHr // static ECDH with a certificate signed by RSA
	kxECDHe // static ECDH with a certificate signed by ECDSA
	kxDHr   // static DH; no suite of the table is left with it
	kxDHd
	kxGOST
	kxGOST18
	kxKRB5
	kxAnyPSK = kxPSK | kxRSAPSK | kxECDHEPSK | kxDHEPSK
)

// Authentications.
const (
	authRSA uint32 = 1 << iota
	authDSS
	authNull
	authECDSA
	authPSK
	authSRP
	authECDH // static ECDH
	authDH
	authGOST01
	authGOST12
	authKRB5
)

// Encryptions.
const (
	encNull uint32 = 1 << iota
	encRC4
	encRC2
	encIDEA
	encSEED
	encDES
	enc3DES
	encAES128
	encAES256
	encAES128GCM
	encAES256GCM
	encAES128CCM
	encAES256CCM
	encAES128CCM8
	encAES256CCM8
	encCamellia128
	encCamellia256
	encChaCha20
	encARIA128GCM
	encARIA256GCM
	encGOST
	encGOST12

	encAESGCM = encAES128GCM | encAES256GCM
	encCCM8   = encAES128CCM8 | encAES256CCM8
	encAESCCM = encAES128CCM | encAES256CCM | encCCM8
	encAES    = encAES128 | encAES256 | encAESGCM | encAESCCM
	encCBC    = encAES128 | encAES256 | encCamellia128 | encCamellia256 | encDES | enc3DES | encRC2 | encIDEA | encSEED
)

// MACs.
const (
	macMD5 uint32 = 1 << iota
	macSHA1
	macSHA256
	macSHA384
	macAEAD
	macGOST94
	macGOST89
	macGOST12
)

var kxBits = map[string]uint32{
	"RSA": kxRSA, "DH": kxDHE, "ECDH": kxECDHE, "PSK": kxPSK, "RSAPSK": kxRSAPSK, "ECDHEPSK": kxECDHEPSK,
	"DHEPSK": kxDHEPSK, "SRP": kxSRP, "ECDH/RSA": kxECDHr, "ECDH/ECDSA": kxECDHe,
}

var authBits = map[string]uint32{
	"RSA": authRSA, "DSS": authDSS, "None": authNull, "ECDSA": authECDSA, "PSK": authPSK, "SRP": authSRP, "ECDH": authECDH,
}

var encBits = map[string]uint32{
	"None": encNull, "RC4(40)": encRC4, "RC4(128)": encRC4, "RC2(40)": encRC2, "IDEA(128)": encIDEA, "SEED(128)": encSEED,
	"DES(40)": encDES, "DES(56)": encDES, "3DES(168)": enc3DES, "AES(128)": encAES128, "AES(256)": encAES256,
	"AESGCM(128)": encAES128GCM, "AESGCM(256)": encAES256GCM, "AESCCM(128)": encAES128CCM, "AESCCM(256)": encAES256CCM,
	"AESCCM8(128)": encAES128CCM8, "AESCCM8(256)": encAES256CCM8, "Camellia(128)": encCamellia128, "Camellia(256)": encCamellia256,
	"CHACHA20/POLY1305(256)": encChaCha20, "ARIAGCM(128)": encARIA128GCM, "ARIAGCM(256)": encARIA256GCM,
}

var macBits = map[string]uint32{"MD5": macMD5, "SHA1": macSHA1, "SHA256": macSHA256, "SHA384": macSHA384, "AEAD": macAEAD}

// strengthClass is a set of the groups HIGH, MEDIUM, LOW and EXPORT, as bits.
// FIPS is one of them as OpenSSL has it, which is why HIGH+FIPS, two words
// without a bit in common, selects nothing.
type strengthClass uint8

const (
	classNone strengthClass = 1 << iota
	classExport
	classLow
	classMedium
	classHigh
	classFIPS
)

var classNames = map[string]strengthClass{
	"none": classNone, "export": classExport, "low": classLow, "medium": classMedium, "high": classHigh,
}

// classIn is the set of classes that a version of OpenSSL puts the suite in.
func (s *Suite) classIn(openssl Version) strengthClass {
	fips := s.class & classFIPS
	switch {
	case s.mask.enc&enc3DES != 0 && !openssl.IsZero() && openssl.Before(MustVersion("1.1.0")):
		return classHigh | fips // OpenSSL CHANGES 1.1.0: 3DES moves from HIGH to MEDIUM
	case s.mask.enc&encCCM8 != 0 && (openssl.IsZero() || openssl.AtLeast(ccm8Since)):
		return classMedium | fips
	}
	return s.class
}

// selector is what a word, or several joined by "+", selects.
type selector struct {
	suiteMask
	protocol Protocol
	class    strengthClass
	lesser   bool   // only suites that are not part of DEFAULT
	code     uint16 // of a suite named outright
	exact    bool   // code is set
}

// cipherAlias is a word for a group of suites.
type cipherAlias struct {
	name string
	selector
	removed string // first OpenSSL without the word, empty while it is there
	since   string // first OpenSSL with the word, empty for a long time ago
}

// cipherAliases. Source: openssl-ciphers(1) of OpenSSL 1.0.2, 1.1.1, 3.0 and
// 3.5; the words that no longer select anything are kept, because exclusions
// such as !EXPORT and !RC4 live on in configurations and do no harm.
var cipherAliases = []cipherAlias{
	{name: "ALL", selector: selector{suiteMask: suiteMask{enc: ^encNull}}},
	{name: "COMPLEMENTOFALL", selector: selector{suiteMask: suiteMask{enc: encNull}}},
	{name: "COMPLEMENTOFDEFAULT", selector: selector{lesser: true}},

	{name: "kRSA", selector: selector{suiteMask: suiteMask{kx: kxRSA}}},
	{name: "kEDH", selector: selector{suiteMask: suiteMask{kx: kxDHE}}},
	{name: "kDHE", selector: selector{suiteMask: suiteMask{kx: kxDHE}}},
	{name: "DH", selector: selector{suiteMask: suiteMask{kx: kxDHE | kxDHr | kxDHd}}},
	{name: "kEECDH", selector: selector{suiteMask: suiteMask{kx: kxECDHE}}},
	{name: "kECDHE", selector: selector{suiteMask: suiteMask{kx: kxECDHE}}},
	{name: "ECDH", selector: selector{suiteMask: suiteMask{kx: kxECDHE | kxECDHr | kxECDHe}}},
	{name: "kPSK", selector: selector{suiteMask: suiteMask{kx: kxPSK}}},
	{name: "kRSAPSK", selector: selector{suiteMask: suiteMask{kx: kxRSAPSK}}},
	{name: "kECDHEPSK", selector: selector{suiteMask: suiteMask{kx: kxECDHEPSK}}},
	{name: "kDHEPSK", selector: selector{suiteMask: suiteMask{kx: kxDHEPSK}}},
	{name: "kSRP", selector: selector{suiteMask: suiteMask{kx: kxSRP}}},
	{name: "kGOST", selector: selector{suiteMask: suiteMask{kx: kxGOST}}},
	{name: "kGOST18", selector: selector{suiteMask: suiteMask{kx: kxGOST18}}},
	{name: "kDH", selector: selector{suiteMask: suiteMask{kx: kxDHr | kxDHd}}, removed: "1.1.0"},
	{name: "kDHr", selector: selector{suiteMask: suiteMask{kx: kxDHr}}, removed: "1.1.0"},
	{name: "kDHd", selector: selector{suiteMask: suiteMask{kx: kxDHd}}, removed: "1.1.0"},
	{name: "kECDH", selector: selector{suiteMask: suiteMask{kx: kxECDHr | kxECDHe}}, removed: "1.1.0"},
	{name: "kECDHr", selector: selector{suiteMask: suiteMask{kx: kxECDHr}}, removed: "1.1.0"},
	{name: "kECDHe", selector: selector{suiteMask: suiteMask{kx: kxECDHe}}, removed: "1.1.0"},
	{name: "kKRB5", selector: selector{suiteMask: suiteMask{kx: kxKRB5}}, removed: "1.1.0"},
	{name: "KRB5", selector: selector{suiteMask: suiteMask{kx: kxKRB5, auth: authKRB5}}, removed: "1.1.0"},

	{name: "aRSA", selector: selector{suiteMask: suiteMask{auth: authRSA}}},
	{name: "aDSS", selector: selector{suiteMask: suiteMask{auth: authDSS}}},
	{name: "DSS", selector: selector{suiteMask: suiteMask{auth: authDSS}}},
	{name: "aNULL", selector: selector{suiteMask: suiteMask{auth: authNull}}},
	{name: "aECDSA", selector: selector{suiteMask: suiteMask{auth: authECDSA}}},
	{name: "ECDSA", selector: selector{suiteMask: suiteMask{auth: authECDSA}}},
	{name: "aPSK", selector: selector{suiteMask: suiteMask{auth: authPSK}}},
	{name: "aSRP", selector: selector{suiteMask: suiteMask{auth: authSRP}}},
	{name: "aGOST01", selector: selector{suiteMask: suiteMask{auth: authGOST01}}},
	{name: "aGOST12", selector: selector{suiteMask: suiteMask{auth: authGOST12}}},
	{name: "aGOST", selector: selector{suiteMask: suiteMask{auth: authGOST01 | authGOST12}}},
	{name: "aECDH", selector: selector{suiteMask: suiteMask{auth: authECDH}}, removed: "1.1.0"},
	{name: "aDH", selector: selector{suiteMask: suiteMask{auth: authDH}}, removed: "1.1.0"},
	{name: "aKRB5", selector: selector{suiteMask: suiteMask{auth: authKRB5}}, removed: "1.1.0"},

	{name: "EDH", selector: selector{suiteMask: suiteMask{kx: kxDHE, auth: ^authNull}}},
	{name: "DHE", selector: selector{suiteMask: suiteMask{kx: kxDHE, auth: ^authNull}}},
	{name: "EECDH", selector: selector{suiteMask: suiteMask{kx: kxECDHE, auth: ^authNull}}},
	{name: "ECDHE", selector: selector{suiteMask: suiteMask{kx: kxECDHE, auth: ^authNull}}},
	{name: "NULL", selector: selector{suiteMask: suiteMask{enc: encNull}}},
	{name: "RSA", selector: selector{suiteMask: suiteMask{kx: kxRSA, auth: authRSA}}},
	{name: "ADH", selector: selector{suiteMask: suiteMask{kx: kxDHE, auth: authNull}}},
	{name: "AECDH", selector: selector{suiteMask: suiteMask{kx: kxECDHE, auth: authNull}}},
	{name: "PSK", selector: selector{suiteMask: suiteMask{kx: kxAnyPSK}}},
	{name: "SRP", selector: selector{suiteMask: suiteMask{kx: kxSRP}}},

	{name: "3DES", selector: selector{suiteMask: suiteMask{enc: enc3DES}}},
	{name: "RC4", selector: selector{suiteMask: suiteMask{enc: encRC4}}},
	{name: "RC2", selector: selector{suiteMask: suiteMask{enc: encRC2}}},
	{name: "IDEA", selector: selector{suiteMask: suiteMask{enc: encIDEA}}},
	{name: "SEED", selector: selector{suiteMask: suiteMask{enc: encSEED}}},
	{name: "DES", selector: selector{suiteMask: suiteMask{enc: encDES}}, removed: "1.1.0"},
	{name: "eNULL", selector: selector{suiteMask: suiteMask{enc: encNull}}},
	{name: "GOST", selector: selector{suiteMask: suiteMask{enc: encGOST | encGOST12}}},
	{name: "GOST2012-GOST8912-GOST8912", selector: selector{suiteMask: suiteMask{enc: encGOST12}}},
	{name: "AES128", selector: selector{suiteMask: suiteMask{enc: encAES128 | encAES128GCM | encAES128CCM | encAES128CCM8}}},
	{name: "AES256", selector: selector{suiteMask: suiteMask{enc: encAES256 | encAES256GCM | encAES256CCM | encAES256CCM8}}},
	{name: "AES", selector: selector{suiteMask: suiteMask{enc: encAES}}},
	{name: "AESGCM", selector: selector{suiteMask: suiteMask{enc: encAESGCM}}},
	{name: "AESCCM", selector: selector{suiteMask: suiteMask{enc: encAESCCM}}},
	{name: "AESCCM8", selector: selector{suiteMask: suiteMask{enc: encCCM8}}},
	{name: "CAMELLIA128", selector: selector{suiteMask: suiteMask{enc: encCamellia128}}},
	{name: "CAMELLIA256", selector: selector{suiteMask: suiteMask{enc: encCamellia256}}},
	{name: "CAMELLIA", selector: selector{suiteMask: suiteMask{enc: encCamellia128 | encCamellia256}}},
	{name: "CHACHA20", selector: selector{suiteMask: suiteMask{enc: encChaCha20}}},
	{name: "ARIA", selector: selector{suiteMask: suiteMask{enc: encARIA128GCM | encARIA256GCM}}},
	{name: "ARIAGCM", selector: selector{suiteMask: suiteMask{enc: encARIA128GCM | encARIA256GCM}}},
	{name: "ARIA128", selector: selector{suiteMask: suiteMask{enc: encARIA128GCM}}},
	{name: "ARIA256", selector: selector{suiteMask: suiteMask{enc: encARIA256GCM}}},
	{name: "CBC", selector: selector{suiteMask: suiteMask{enc: encCBC}}, since: "3.0.0"},

	{name: "MD5", selector: selector{suiteMask: suiteMask{mac: macMD5}}},
	{name: "SHA1", selector: selector{suiteMask: suiteMask{mac: macSHA1}}},
	{name: "SHA", selector: selector{suiteMask: suiteMask{mac: macSHA1}}},
	{name: "SHA256", selector: selector{suiteMask: suiteMask{mac: macSHA256}}},
	{name: "SHA384", selector: selector{suiteMask: suiteMask{mac: macSHA384}}},
	{name: "GOST94", selector: selector{suiteMask: suiteMask{mac: macGOST94}}},
	{name: "GOST89MAC", selector: selector{suiteMask: suiteMask{mac: macGOST89}}},
	{name: "GOST12", selector: selector{suiteMask: suiteMask{mac: macGOST12}}},

	{name: "SSLv3", selector: selector{protocol: SSLv3}},
	{name: "TLSv1", selector: selector{protocol: TLSv10}},
	{name: "TLSv1.0", selector: selector{protocol: TLSv10}, since: "1.1.0"},
	{name: "TLSv1.2", selector: selector{protocol: TLSv12}},
	{name: "SSLv2", selector: selector{protocol: SSLv2}, removed: "1.1.0"},

	{name: "LOW", selector: selector{class: classLow}},
	{name: "MEDIUM", selector: selector{class: classMedium}},
	{name: "HIGH", selector: selector{class: classHigh}},
	{name: "EXP", selector: selector{class: classExport}, removed: "1.1.0"},
	{name: "EXPORT", selector: selector{class: classExport}, removed: "1.1.0"},
	{name: "EXPORT40", selector: selector{class: classExport}, removed: "1.1.0"},
	{name: "EXPORT56", selector: selector{class: classExport}, removed: "1.1.0"},
	{name: "FIPS", selector: selector{suiteMask: suiteMask{enc: ^encNull}, class: classFIPS}},

	{name: "EDH-DSS-DES-CBC3-SHA", selector: selector{suiteMask: suiteMask{kxDHE, authDSS, enc3DES, macSHA1}}},
	{name: "EDH-RSA-DES-CBC3-SHA", selector: selector{suiteMask: suiteMask{kxDHE, authRSA, enc3DES, macSHA1}}},
}

var aliasByName = sync.OnceValue(func() map[string]*cipherAlias {
	index := make(map[string]*cipherAlias, len(cipherAliases))
	for i := range cipherAliases {
		index[cipherAliases[i].name] = &cipherAliases[i]
	}
	return index
})

// in tells that a version of OpenSSL knows the word.
func (a *cipherAlias) in(openssl Version) bool {
	if openssl.IsZero() {
		return a.removed == ""
	}
	return (a.removed == "" || openssl.Before(MustVersion(a.removed))) && (a.since == "" || openssl.AtLeast(MustVersion(a.since)))
}

// and narrows a selector by another word. False means that nothing can be
// both, and the whole combination is ignored.
func (s *selector) and(other selector) bool {
	for _, pair := range [][2]*uint32{{&s.kx, &other.kx}, {&s.auth, &other.auth}, {&s.enc, &other.enc}, {&s.mac, &other.mac}} {
		if *pair[1] == 0 {
			continue
		}
		if *pair[0] != 0 {
			*pair[1] &= *pair[0]
		}
		if *pair[0] = *pair[1]; *pair[0] == 0 {
			return false
		}
	}
	if other.class != 0 {
		if s.class != 0 && s.class&other.class == 0 {
			return false
		}
		if s.class != 0 {
			other.class &= s.class
		}
		s.class = other.class
	}
	s.lesser = s.lesser || other.lesser
	if other.exact {
		s.code, s.exact = other.code, true
	}
	if other.protocol != 0 {
		if s.protocol != 0 && s.protocol != other.protocol {
			return false
		}
		s.protocol = other.protocol
	}
	return true
}

// named is the selector of a suite written out. As OpenSSL has it, the
// algorithms narrow a combination as those of a group do, the protocol does
// not.
func (s *Suite) named(openssl Version) selector {
	return selector{suiteMask: s.mask, class: s.classIn(openssl), lesser: s.lesser, code: s.Code, exact: true}
}
