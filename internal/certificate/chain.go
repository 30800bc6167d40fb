package certificate

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
)

// ChainProblemKind says what is wrong with the certificates after the first.
type ChainProblemKind uint8

// The kinds.
const (
	// ChainIncomplete: the file ends before an issuer that clients know. Browsers
	// may get by with what they have cached; other clients fail.
	ChainIncomplete ChainProblemKind = iota + 1
	// ChainOrder: a certificate is not followed by its issuer, which stands
	// elsewhere in the file.
	ChainOrder
	// ChainUnrelated: a certificate has nothing to do with the first one.
	ChainUnrelated
	// ChainDuplicate: a certificate stands in the file twice.
	ChainDuplicate
	// ChainRoot: the self-signed root is sent along; harmless, but every
	// handshake carries it for nothing.
	ChainRoot
	// ChainLeafIsCA: the first certificate is an authority's, not a server's.
	ChainLeafIsCA
)

// ChainProblem is one thing wrong with a chain.
type ChainProblem struct {
	Kind ChainProblemKind
	// Certificate is the one at fault.
	Certificate Certificate
	// Message is a sentence about it.
	Message string
}

// maxChain is the longest chain that is examined; real ones have two to four
// certificates, bundles of authorities are no chains.
const maxChain = 32

// ChainProblems judges the file as a server's certificate with its chain: what
// ssl_certificate and, since httpd 2.4.8, SSLCertificateFile name.
func (b Bundle) ChainProblems() []ChainProblem {
	if len(b.Certificates) == 0 {
		return nil
	}
	certificates := b.Certificates[:min(len(b.Certificates), maxChain)]
	var problems []ChainProblem
	report := func(kind ChainProblemKind, c Certificate, format string, args ...any) {
		problems = append(problems, ChainProblem{kind, c, fmt.Sprintf(format, args...)})
	}
	leaf := certificates[0]
	if leaf.CA && !leaf.SelfSigned {
		report(ChainLeafIsCA, leaf, "the first certificate in the file, which the server presents as its own, belongs to the authority %s", leaf.Subject)
	}
	used := make([]bool, len(certificates))
	used[0] = true
	current, inOrder := 0, true
	for !certificates[current].SelfSigned {
		next := findIssuer(certificates, current, used)
		if next < 0 {
			break
		}
		if next != current+1 && inOrder {
			inOrder = false
			report(ChainOrder, certificates[next], "%s signed %s and has to stand right after it; TLS 1.2 asks for this order", certificates[next].Subject, certificates[current].Subject)
		}
		used[next] = true
		current = next
	}
	last := certificates[current]
	switch {
	case current == 0 && !last.SelfSigned:
		report(ChainIncomplete, last, "the certificate of its issuer, %s, is missing after it", last.Issuer)
	case current > 0 && last.SelfSigned:
		report(ChainRoot, last, "the root %s need not be sent; clients have it or do not trust it", last.Subject)
	}
	for i, c := range certificates {
		if used[i] {
			continue
		}
		if j := duplicateOf(certificates, i); j >= 0 {
			report(ChainDuplicate, c, "the certificate of line %d stands here a second time", certificates[j].Place.Line)
			continue
		}
		report(ChainUnrelated, c, "%s did not sign anything before it in this file", c.Subject)
	}
	return problems
}

// findIssuer finds the certificate that signed another one, the next one first.
func findIssuer(certificates []Certificate, child int, used []bool) int {
	for i := range certificates {
		candidate := (child + 1 + i) % len(certificates)
		if !used[candidate] && certificates[candidate].issued(certificates[child]) {
			return candidate
		}
	}
	return -1
}

func duplicateOf(certificates []Certificate, index int) int {
	for i, c := range certificates {
		if i != index && c.Fingerprint == certificates[index].Fingerprint && (i < index) {
			return i
		}
	}
	return -1
}

// issued tells that c signed child.
func (c Certificate) issued(child Certificate) bool {
	return bytes.Equal(c.parsed.RawSubject, child.parsed.RawIssuer) && signed(c.parsed, child.parsed)
}

// signed checks a signature. One that cannot be checked, because its hash is
// too old or its key of an unknown kind, counts: the names agree already.
func signed(parent, child *x509.Certificate) bool {
	if parent.PublicKey == nil {
		return true
	}
	if key, ok := parent.PublicKey.(*rsa.PublicKey); ok && (key.N.BitLen() < 1024 || key.N.BitLen() > 16384) {
		return true // crypto/rsa refuses the small ones, and the large take for ever
	}
	err := parent.CheckSignature(child.SignatureAlgorithm, child.RawTBSCertificate, child.Signature)
	var insecure x509.InsecureAlgorithmError
	return err == nil || errors.As(err, &insecure) || errors.Is(err, x509.ErrUnsupportedAlgorithm)
}
