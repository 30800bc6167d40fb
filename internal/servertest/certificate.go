package servertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"path"
	"testing"
	"time"
)

// Authority is a certificate authority that lives as long as a test.
type Authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
	chain       string // the authorities between it and the root, its own certificate first
}

// Leaf says what to certify.
type Leaf struct {
	// Names are DNS names (also "*.example.com") and IP addresses; the first is the common name.
	Names []string
	// NotBefore and NotAfter default to an hour ago and to 90 days from now.
	NotBefore, NotAfter time.Time
	// RSA takes a 2048-bit RSA key instead of ECDSA with P-256.
	RSA bool
	// Client makes it a certificate for clients.
	Client bool
	// RevocationList is the address of the list of revoked certificates that it names.
	RevocationList string
	// Responder is the address where its state is asked for (OCSP).
	Responder string
}

// Certificate is a certificate and its key, as PEM.
type Certificate struct {
	X509  *x509.Certificate
	Cert  string // the certificate alone
	Chain string // the certificate of the authority, or those below the root
	Key   string // PKCS #8
}

// NewAuthority makes an authority.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	key := newKey(t, false)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Padlock test authority"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	return &Authority{certificate: sign(t, template, template, key.Public(), key), key: key}
}

// SelfSigned makes a certificate that is its own issuer, as packages make one at installation.
func SelfSigned(t testing.TB, names ...string) Certificate {
	t.Helper()
	key := newKey(t, false)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(10, 0, 0),
	}
	return certificateOf(t, sign(t, template, template, key.Public(), key), key, "")
}

// Intermediate makes an authority that this one has certified; its state is asked for at the responders (OCSP).
func (a *Authority) Intermediate(t testing.TB, name string, responders ...string) *Authority {
	t.Helper()
	key := newKey(t, false)
	template := &x509.Certificate{
		SerialNumber: newSerial(t), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().AddDate(5, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		OCSPServer: responders,
	}
	own := sign(t, template, a.certificate, key.Public(), a.key)
	return &Authority{certificate: own, key: key, chain: pemOf("CERTIFICATE", own.Raw) + a.chain}
}

// CRL is the authority's list of revoked certificates, as PEM.
func (a *Authority) CRL(t testing.TB, revoked ...Certificate) string {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().AddDate(0, 0, 30)}
	for _, c := range revoked {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: c.X509.SerialNumber, RevocationTime: time.Now().Add(-time.Minute)})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.certificate, a.key)
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	return pemOf("X509 CRL", der)
}

// Issue makes a certificate.
func (a *Authority) Issue(t testing.TB, leaf Leaf) Certificate {
	t.Helper()
	key := newKey(t, leaf.RSA)
	template := &x509.Certificate{
		SerialNumber: newSerial(t), NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if leaf.Client {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	if leaf.RevocationList != "" {
		template.CRLDistributionPoints = []string{leaf.RevocationList}
	}
	if leaf.Responder != "" {
		template.OCSPServer = []string{leaf.Responder}
	}
	if leaf.NotBefore.IsZero() {
		template.NotBefore = time.Now().Add(-time.Hour)
	}
	if leaf.NotAfter.IsZero() {
		template.NotAfter = time.Now().AddDate(0, 0, 90)
	}
	for n, name := range leaf.Names {
		if n == 0 {
			template.Subject.CommonName = name
		}
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	certificate := sign(t, template, a.certificate, key.Public(), a.key)
	chain := a.chain
	if chain == "" {
		chain = a.PEM()
	}
	return certificateOf(t, certificate, key, chain)
}

func certificateOf(t testing.TB, certificate *x509.Certificate, key crypto.Signer, chain string) Certificate {
	t.Helper()
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	return Certificate{X509: certificate, Cert: pemOf("CERTIFICATE", certificate.Raw), Chain: chain, Key: pemOf("PRIVATE KEY", pkcs8)}
}

// Pair is the certificate with its chain and key, as a client or a server of this process shows it.
func (c Certificate) Pair(t testing.TB) tls.Certificate {
	t.Helper()
	pair, err := tls.X509KeyPair([]byte(c.Cert+c.Chain), []byte(c.Key))
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	return pair
}

// Serial is the number of the authority's own certificate.
func (a *Authority) Serial() *big.Int { return a.certificate.SerialNumber }

// PEM is the authority's own certificate.
func (a *Authority) PEM() string { return pemOf("CERTIFICATE", a.certificate.Raw) }

// Pool trusts this authority alone.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

// Files lays the certificate out in a directory as certbot does in /etc/letsencrypt/live/NAME: cert.pem, chain.pem,
// fullchain.pem and privkey.pem.
func (c Certificate) Files(dir string) Files {
	return Files{
		path.Join(dir, "cert.pem"):      c.Cert,
		path.Join(dir, "chain.pem"):     c.Chain,
		path.Join(dir, "fullchain.pem"): c.Cert + c.Chain,
		path.Join(dir, "privkey.pem"):   c.Key,
	}
}

// newSerial is a serial number as authorities take them: by chance, so that nobody can guess the next (CA/Browser Forum,
// Baseline Requirements 7.1: 64 bits at least).
func newSerial(t testing.TB) *big.Int {
	t.Helper()
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	return serial
}

func newKey(t testing.TB, useRSA bool) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	if useRSA {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	return key
}

func sign(t testing.TB, template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	return certificate
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
