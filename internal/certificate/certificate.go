// Package certificate tells what a PEM file of a web server says: certificates
// with their names, dates, keys and chain, which private keys and
// Diffie-Hellman parameters are there, and what is wrong with them.
//
// It never keeps, returns or prints private key material: of a private key
// only its public half is known outside.
package certificate

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"
)

// Certificate is what one certificate says.
type Certificate struct {
	// Place is where its block stands in the file.
	Place Place
	// Names are the DNS names of the subject alternative names, as written.
	Names []string
	// Addresses are the IP addresses among them.
	Addresses []netip.Addr
	// CommonName of the subject. No browser looks at it (RFC 9525, section 6.3).
	CommonName string
	// Subject and Issuer are distinguished names for people.
	Subject, Issuer string
	// NotBefore and NotAfter bound its life; both ends belong to it.
	NotBefore, NotAfter time.Time
	// Key is the kind of its public key.
	Key PublicKey
	// SignatureAlgorithm is how the issuer signed it: "SHA256-RSA".
	SignatureAlgorithm string
	// CA tells that it may sign others.
	CA bool
	// SelfSigned tells that it signed itself.
	SelfSigned bool
	// ServerAuth tells that its extended key usage allows TLS servers, or that
	// it has none, which allows everything.
	ServerAuth bool
	// MustStaple tells that clients may insist on a stapled OCSP response
	// (RFC 7633).
	MustStaple bool
	// OCSPServers are the addresses of the issuer's OCSP responders. Without
	// any there is nothing to staple.
	OCSPServers []string
	// IssuerAddresses are where the certificate of the issuer can be fetched.
	// Authorities that people trust sign with an intermediate certificate, and
	// say here where it is; one that signs with its root has no need to.
	IssuerAddresses []string
	// Fingerprint is the SHA-256 of the certificate, in hexadecimal.
	Fingerprint string

	parsed *x509.Certificate
	public crypto.PublicKey
}

// PublicKey is the kind of a key.
type PublicKey struct {
	// Type is "RSA", "ECDSA", "Ed25519", "DSA", or the name or number of the
	// algorithm.
	Type string
	// Bits is the size of the modulus or of the curve.
	Bits int
	// Curve of an ECDSA key, "P-256"; its number where it has no usual name.
	Curve string
	// Fingerprint is the SHA-256 of the public key (SubjectPublicKeyInfo), in
	// hexadecimal; empty when the key cannot be read.
	Fingerprint string
}

// Lifetime is how long the certificate is valid altogether.
func (c Certificate) Lifetime() time.Duration { return c.NotAfter.Sub(c.NotBefore) }

// ValidAt tells that now lies within the life of the certificate.
func (c Certificate) ValidAt(now time.Time) bool {
	return !now.Before(c.NotBefore) && !now.After(c.NotAfter)
}

// CommonNameOnly tells that the certificate carries its name in the common name
// alone, so that no current browser accepts it for any name.
func (c Certificate) CommonNameOnly() bool {
	return len(c.Names) == 0 && len(c.Addresses) == 0 && c.CommonName != ""
}

// Key is a private key found in a file, known by its public half.
type Key struct {
	// Place is where its block stands in the file.
	Place Place
	PublicKey
	// Encrypted tells that a passphrase protects it; nothing else is known then,
	// and a server asks for the passphrase at each start.
	Encrypted bool

	public crypto.PublicKey
}

// DHParameters are Diffie-Hellman parameters found in a file.
type DHParameters struct {
	// Place is where their block stands in the file.
	Place Place
	// Bits is the size of the prime.
	Bits int
}

// Match is the answer to whether a key belongs to a certificate.
type Match uint8

// The answers.
const (
	// MatchUnknown: one of the two cannot be read, such as an encrypted key.
	MatchUnknown Match = iota
	// MatchNo: they do not belong together, and the server refuses to start.
	MatchNo
	// MatchYes: they belong together.
	MatchYes
)

// Matches tells whether the key belongs to a certificate.
func (k Key) Matches(c Certificate) Match {
	if k.public == nil || c.public == nil {
		return MatchUnknown
	}
	public, ok := k.public.(interface{ Equal(crypto.PublicKey) bool })
	if ok && public.Equal(c.public) {
		return MatchYes
	}
	return MatchNo
}

// Bundle is the content of a PEM file.
type Bundle struct {
	// Certificates in the order of the file; a server takes the first for its
	// own, and sends the others after it.
	Certificates []Certificate
	// Keys are the private keys, by their public halves.
	Keys []Key
	// DHParameters in the order of the file.
	DHParameters []DHParameters
	// Others are the types of blocks that mean nothing to a server here, such as
	// "CERTIFICATE REQUEST".
	Others []string
}

// Leaf is the certificate that a server presents as its own: the first.
func (b Bundle) Leaf() (Certificate, bool) {
	if len(b.Certificates) == 0 {
		return Certificate{}, false
	}
	return b.Certificates[0], true
}

// Weakness is a reason against a certificate.
type Weakness uint8

// The reasons.
const (
	// WeakRSA: an RSA key of less than 2048 bits.
	WeakRSA Weakness = iota + 1
	// WeakCurve: a curve of less than 224 bits, or one that TLS never uses.
	WeakCurve
	// WeakDSA: a DSA key, which no current client takes.
	WeakDSA
	// WeakSignatureMD5: signed with MD5 (or MD2), which can be forged.
	WeakSignatureMD5
	// WeakSignatureSHA1: signed with SHA-1, which can be forged and which no
	// browser takes.
	WeakSignatureSHA1
	// UncommonKey: a key type that browsers do not support, such as Ed25519.
	UncommonKey
)

var weaknessTexts = map[Weakness]string{
	WeakRSA:           "RSA key of less than 2048 bits",
	WeakCurve:         "curve that is too small or not in use for TLS",
	WeakDSA:           "DSA key",
	WeakSignatureMD5:  "signed with MD5",
	WeakSignatureSHA1: "signed with SHA-1",
	UncommonKey:       "key type that browsers do not support",
}

// String says the reason in words.
func (w Weakness) String() string { return weaknessTexts[w] }

// Weaknesses lists the reasons against the certificate. How a self-signed one
// is signed does not matter: nobody relies on it.
func (c Certificate) Weaknesses() []Weakness {
	var found []Weakness
	switch c.Key.Type {
	case "RSA":
		if c.Key.Bits < 2048 {
			found = append(found, WeakRSA)
		}
	case "ECDSA":
		if !slices.Contains([]string{"P-224", "P-256", "P-384", "P-521"}, c.Key.Curve) {
			found = append(found, WeakCurve)
		}
	case "DSA":
		found = append(found, WeakDSA)
	default:
		found = append(found, UncommonKey)
	}
	if c.SelfSigned {
		return found
	}
	switch c.parsed.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA:
		found = append(found, WeakSignatureMD5)
	case x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		found = append(found, WeakSignatureSHA1)
	}
	return found
}

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}
