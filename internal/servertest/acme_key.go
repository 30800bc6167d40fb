package servertest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
)

// accountKey is the public key of an account as servers send it (RFC 7517): RSA, which mod_md takes.
type accountKey struct {
	Kty, N, E string

	number int // of the account
}

// verify checks a signature with SHA-256 (RS256, RFC 7518 section 3.3).
func (k *accountKey) verify(text, signature string) error {
	if k.Kty != "RSA" {
		return fmt.Errorf("a key of type %q", k.Kty)
	}
	var numbers [2]*big.Int
	for i, word := range []string{k.N, k.E} {
		bytes, err := base64.RawURLEncoding.DecodeString(word)
		if err != nil {
			return err
		}
		numbers[i] = new(big.Int).SetBytes(bytes)
	}
	signed, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text))
	return rsa.VerifyPKCS1v15(&rsa.PublicKey{N: numbers[0], E: int(numbers[1].Int64())}, crypto.SHA256, sum[:], signed)
}

// thumbprint names the key (RFC 7638).
func (k *accountKey) thumbprint() string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"e":%q,"kty":"RSA","n":%q}`, k.E, k.N))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
