package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"net/netip"
	"slices"
	"strings"
)

// readCertificate reads one certificate, also one with a key on a curve that
// crypto/x509 does not know.
func readCertificate(der []byte) (Certificate, error) {
	// The trust settings of "TRUSTED CERTIFICATE" follow the certificate itself.
	var first asn1.RawValue
	if _, err := asn1.Unmarshal(der, &first); err == nil {
		der = first.FullBytes
	}
	parsed, err := x509.ParseCertificate(der)
	curve := ""
	if err != nil {
		var retryErr error
		if parsed, curve, retryErr = parseOddCurve(der); retryErr != nil {
			return Certificate{}, errors.New(strings.TrimPrefix(err.Error(), "x509: "))
		}
	}
	certificate := Certificate{
		Names:              parsed.DNSNames,
		CommonName:         parsed.Subject.CommonName,
		Subject:            parsed.Subject.String(),
		Issuer:             parsed.Issuer.String(),
		NotBefore:          parsed.NotBefore,
		NotAfter:           parsed.NotAfter,
		Key:                describeKey(parsed.PublicKey),
		SignatureAlgorithm: parsed.SignatureAlgorithm.String(),
		CA:                 parsed.BasicConstraintsValid && parsed.IsCA,
		ServerAuth:         allowsServerAuth(parsed),
		MustStaple:         hasMustStaple(parsed),
		OCSPServers:        parsed.OCSPServer,
		IssuerAddresses:    parsed.IssuingCertificateURL,
		Fingerprint:        fingerprint(der),
		parsed:             parsed,
		public:             parsed.PublicKey,
	}
	if curve != "" {
		certificate.Key = PublicKey{Type: "ECDSA", Curve: curve, Bits: oddCurves[curve].bits}
	} else if certificate.Key.Type == "" {
		certificate.Key.Type = parsed.PublicKeyAlgorithm.String()
	}
	certificate.Key.Fingerprint = fingerprint(parsed.RawSubjectPublicKeyInfo)
	for _, address := range parsed.IPAddresses {
		if ip, ok := netip.AddrFromSlice(address); ok {
			certificate.Addresses = append(certificate.Addresses, ip.Unmap())
		}
	}
	certificate.SelfSigned = bytes.Equal(parsed.RawSubject, parsed.RawIssuer) && (parsed.PublicKey == nil || signed(parsed, parsed))
	return certificate, nil
}

func describeKey(public crypto.PublicKey) PublicKey {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return PublicKey{Type: "RSA", Bits: key.N.BitLen()}
	case *ecdsa.PublicKey:
		return PublicKey{Type: "ECDSA", Bits: key.Curve.Params().BitSize, Curve: key.Curve.Params().Name}
	case ed25519.PublicKey:
		return PublicKey{Type: "Ed25519", Bits: 256}
	}
	return PublicKey{}
}

// oddCurves are curves that crypto/x509 does not read, by the name or number
// used for them here. Source: SEC 2, RFC 5639.
var oddCurves = map[string]struct {
	oid  string
	bits int
}{
	"P-192":           {"1.2.840.10045.3.1.1", 192},
	"secp160r1":       {"1.3.132.0.8", 160},
	"secp160k1":       {"1.3.132.0.9", 160},
	"secp192k1":       {"1.3.132.0.31", 192},
	"secp224k1":       {"1.3.132.0.32", 224},
	"secp256k1":       {"1.3.132.0.10", 256},
	"sect163k1":       {"1.3.132.0.1", 163},
	"sect233r1":       {"1.3.132.0.27", 233},
	"sect283r1":       {"1.3.132.0.17", 283},
	"brainpoolP256r1": {"1.3.36.3.3.2.8.1.1.7", 256},
	"brainpoolP384r1": {"1.3.36.3.3.2.8.1.1.11", 384},
	"brainpoolP512r1": {"1.3.36.3.3.2.8.1.1.13", 512},
}

// ecPublicKey is the encoded object identifier 1.2.840.10045.2.1.
var ecPublicKey = []byte{0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01}

// parseOddCurve reads a certificate whose elliptic curve crypto/x509 refuses:
// with the identifier of the key algorithm changed to one that nobody knows,
// the key is left alone and everything else is read.
func parseOddCurve(der []byte) (parsed *x509.Certificate, curve string, err error) {
	at := bytes.Index(der, ecPublicKey)
	if at < 0 {
		return nil, "", errors.New("no elliptic curve")
	}
	var oid asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(der[at+len(ecPublicKey):], &oid); err != nil {
		return nil, "", err
	}
	changed := bytes.Clone(der)
	changed[at+len(ecPublicKey)-1] = 0x7f
	if parsed, err = x509.ParseCertificate(changed); err != nil {
		return nil, "", err
	}
	curve = oid.String()
	for name, known := range oddCurves {
		if known.oid == curve {
			curve = name
		}
	}
	return parsed, curve, nil
}

func allowsServerAuth(parsed *x509.Certificate) bool {
	return len(parsed.ExtKeyUsage)+len(parsed.UnknownExtKeyUsage) == 0 ||
		slices.Contains(parsed.ExtKeyUsage, x509.ExtKeyUsageServerAuth) || slices.Contains(parsed.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// tlsFeature is the extension of RFC 7633; its feature 5 is status_request.
var tlsFeature = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}

func hasMustStaple(parsed *x509.Certificate) bool {
	for _, extension := range parsed.Extensions {
		var features []int
		if extension.Id.Equal(tlsFeature) {
			if _, err := asn1.Unmarshal(extension.Value, &features); err == nil && slices.Contains(features, 5) {
				return true
			}
		}
	}
	return false
}

// readKey finds the public half of a private key. False means that the block
// is damaged. A key of a kind that cannot be read is of unknown type.
func readKey(block *pem.Block) (Key, bool) {
	if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
		return Key{Encrypted: true}, true
	}
	var sequence asn1.RawValue
	if rest, err := asn1.Unmarshal(block.Bytes, &sequence); err != nil || len(rest) > 0 || !sequence.IsCompound {
		return Key{}, false
	}
	unknown := Key{PublicKey: PublicKey{Type: "unknown"}}
	if len(block.Bytes) > maxKey {
		return unknown, true
	}
	half := publicHalf(block.Bytes)
	if half == nil {
		return unknown, true
	}
	der, err := x509.MarshalPKIXPublicKey(half)
	if err != nil {
		return unknown, true
	}
	public := half
	if _, ok := half.(*rsa.PublicKey); !ok {
		// Through its encoding, the public half lets go of the private one.
		if public, err = x509.ParsePKIXPublicKey(der); err != nil {
			return unknown, true
		}
	}
	key := Key{PublicKey: describeKey(public), public: public}
	key.Fingerprint = fingerprint(der)
	return key, true
}

// maxKey is the longest private key that is examined, in bytes: RSA with 16384
// bits has 9.3 kB. Arithmetic with a larger one could take for ever.
const maxKey = 10 << 10

// publicHalf tries the three encodings, since a label need not be right: OpenSSL
// tells PKCS#8 by its own label, and the older two by theirs. It is nil for a key
// of another kind.
func publicHalf(der []byte) crypto.PublicKey {
	if key := publicRSA(der); key != nil {
		return key
	}
	var wrapped pkcs8
	if rest, err := asn1.Unmarshal(der, &wrapped); err == nil && len(rest) == 0 && wrapped.Algorithm.Algorithm.Equal(rsaEncryption) {
		return publicRSA(wrapped.Key)
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		key, err = x509.ParseECPrivateKey(der)
	}
	if signer, ok := key.(crypto.Signer); ok && err == nil {
		return signer.Public()
	}
	return nil
}

// pkcs8 is a PrivateKeyInfo (RFC 5958).
type pkcs8 struct {
	Version   int
	Algorithm pkix.AlgorithmIdentifier
	Key       []byte
	// What may follow, attributes and the public key, is not looked at.
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	PublicKey  asn1.RawValue `asn1:"optional,tag:1"`
}

var rsaEncryption = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}

// pkcs1 is an RSAPrivateKey (RFC 8017, appendix A.1.2).
type pkcs1 struct {
	Version  int
	Modulus  *big.Int
	Exponent int
	// The private ones are numbers, and nothing else is known of them.
	Private, P, Q, DP, DQ, Inverse asn1.RawValue
	More                           asn1.RawValue `asn1:"optional"`
}

// publicRSA takes the public numbers out of a key. Whether the private ones belong
// to them is not worked out, as OpenSSL does not when a server loads the key; it
// would take most of the time that a certificate takes.
func publicRSA(der []byte) crypto.PublicKey {
	var key pkcs1
	if rest, err := asn1.Unmarshal(der, &key); err != nil || len(rest) > 0 || key.Modulus.Sign() <= 0 || key.Exponent < 2 {
		return nil
	}
	for _, number := range []asn1.RawValue{key.Private, key.P, key.Q, key.DP, key.DQ, key.Inverse} {
		if number.Class != asn1.ClassUniversal || number.Tag != asn1.TagInteger || number.IsCompound {
			return nil
		}
	}
	return &rsa.PublicKey{N: key.Modulus, E: key.Exponent}
}

// readDHParameters finds the size of the prime, the first number (PKCS#3, and
// X9.42).
func readDHParameters(der []byte) (bits int, ok bool) {
	var sequence asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &sequence); err != nil || len(rest) > 0 || sequence.Tag != asn1.TagSequence {
		return 0, false
	}
	var prime *big.Int
	if _, err := asn1.Unmarshal(sequence.Bytes, &prime); err != nil || prime.Sign() <= 0 {
		return 0, false
	}
	return prime.BitLen(), true
}
