package tlspolicy

import (
	"fmt"
	"slices"
	"strings"
)

// signatureSchemes are the names of signature algorithms that every OpenSSL 3
// knows; newerSchemes those that 3.0 refuses and 3.5 takes. Source: nginx 1.22
// with OpenSSL 3.0.20, nginx 1.26 with 3.5 and 1.30 with 3.6.
var (
	signatureSchemes = strings.Fields(`ecdsa_secp256r1_sha256 ecdsa_secp384r1_sha384 ecdsa_secp521r1_sha512 ed25519 ed448
		rsa_pss_rsae_sha256 rsa_pss_rsae_sha384 rsa_pss_rsae_sha512 rsa_pss_pss_sha256 rsa_pss_pss_sha384 rsa_pss_pss_sha512
		rsa_pkcs1_sha1 rsa_pkcs1_sha224 rsa_pkcs1_sha256 rsa_pkcs1_sha384 rsa_pkcs1_sha512`)
	newerSchemes = strings.Fields(`ecdsa_sha1 ecdsa_sha224 dsa_sha1 dsa_sha224 dsa_sha256 dsa_sha384 dsa_sha512
		ecdsa_brainpoolP256r1_sha256 ecdsa_brainpoolP384r1_sha384 ecdsa_brainpoolP512r1_sha512
		ecdsa_brainpoolP256r1tls13_sha256 ecdsa_brainpoolP384r1tls13_sha384 ecdsa_brainpoolP512r1tls13_sha512
		mldsa44 mldsa65 mldsa87`)
)

// signatureKeys and signatureHashes make the other kind of name, such as
// RSA+SHA256. Hashes are written in capitals or in small letters throughout.
var (
	signatureKeys   = map[string]string{"RSA": "rsa_pkcs1_", "RSA-PSS": "rsa_pss_rsae_", "PSS": "rsa_pss_rsae_", "DSA": "dsa_", "ECDSA": "ecdsa_"}
	signatureHashes = strings.Fields("SHA1 SHA224 SHA256 SHA384 SHA512")
)

// checkSignatures judges a list of signature algorithms, separated by ":". From
// OpenSSL 3.1 on it is read as 3.5 does: in any case, with "?" before a name
// that may be unknown, and any of them twice.
func checkSignatures(value string, openssl Version) *CommandProblem {
	older := !openssl.IsZero() && openssl.Before(Version{Major: 3, Minor: 1})
	seen, start := map[string]bool{}, 0
	for item := range strings.SplitSeq(value, ":") {
		end := start + len(item)
		name := strings.TrimSpace(item)
		scheme, known := signatureScheme(name, older)
		optional := !older && strings.HasPrefix(name, "?")
		if optional {
			scheme, known = signatureScheme(name[1:], older)
		}
		switch {
		case name == "":
			return &CommandProblem{Start: start, End: end, Message: "a signature algorithm is missing in the list"}
		case !known && !optional:
			return &CommandProblem{Start: start, End: end, Message: fmt.Sprintf("OpenSSL knows no signature algorithm %q", name),
				Suggestion: nearest(name, signatureSchemes)}
		case older && seen[scheme]:
			return &CommandProblem{Start: start, End: end, Message: fmt.Sprintf("OpenSSL %s refuses a signature algorithm that is named twice, %s", openssl, name)}
		case known:
			seen[scheme] = true
		}
		start = end + 1
	}
	if len(seen) == 0 {
		return &CommandProblem{End: len(value), Message: "OpenSSL knows none of the signature algorithms in the list"}
	}
	return nil
}

// signatureScheme is the scheme that a name stands for, whichever way it is
// written.
func signatureScheme(name string, older bool) (scheme string, known bool) {
	key, hash, pair := strings.Cut(name, "+")
	if !pair {
		if older {
			return name, slices.Contains(signatureSchemes, name)
		}
		return strings.ToLower(name), containsFold(signatureSchemes, name) || containsFold(newerSchemes, name)
	}
	if !older {
		key = strings.ToUpper(key)
	}
	prefix, known := signatureKeys[key]
	upper := strings.ToUpper(hash)
	known = known && slices.Contains(signatureHashes, upper) && (hash == upper || hash == strings.ToLower(hash)) &&
		!(strings.HasSuffix(key, "PSS") && (upper == "SHA1" || upper == "SHA224"))
	scheme = prefix + strings.ToLower(hash)
	switch scheme {
	case "ecdsa_sha256":
		scheme = "ecdsa_secp256r1_sha256"
	case "ecdsa_sha384":
		scheme = "ecdsa_secp384r1_sha384"
	case "ecdsa_sha512":
		scheme = "ecdsa_secp521r1_sha512"
	}
	return scheme, known
}
