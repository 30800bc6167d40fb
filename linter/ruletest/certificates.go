package ruletest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"path"
	"sync"
	"time"
)

// Certificates are files that tests and documents of rules name, by absolute
// path. Below /etc/ssl there is a directory for each kind of certificate, with
// fullchain.pem, cert.pem (without the chain), chain.pem and privkey.pem:
//
//	shop.example   good for shop.example and www.shop.example for 60 more days
//	wildcard       the same for *.shop.example
//	expired        ended ten days ago
//	expiring       ends in five days
//	small          has an RSA key of 1024 bits
//	private        signed by the root of a company of its own, without a chain
//	stapled        names an OCSP responder, and asks clients to insist on it
//
// and besides shop.example/disordered.pem, shop.example/broken.pem (cut off),
// shop.example/copied-key.pem (which, other than the keys, anybody can read),
// dhparam-1024.pem and dhparam-2048.pem. Configurations that name anything below
// /etc/ssl find them all.
var Certificates = sync.OnceValue(func() map[string]string {
	root := newAuthority("Example Root", nil)
	issuer := newAuthority("Example Authority R1", root)
	files := map[string]string{}
	for dir, leaf := range map[string]leaf{
		"shop.example": {days: 60},
		"wildcard":     {days: 60, names: []string{"*.shop.example"}},
		"expired":      {days: -10},
		"expiring":     {days: 5},
		"small":        {days: 60, bits: 1024},
		"private":      {days: 60, root: true},
		"stapled":      {days: 60, staple: true},
	} {
		signer := issuer
		if leaf.root {
			signer = root
		}
		certificate, key := signer.issue(leaf)
		in := func(name string) string { return path.Join("/etc/ssl", dir, name) }
		files[in("cert.pem")], files[in("privkey.pem")] = certificate, key
		files[in("chain.pem")], files[in("fullchain.pem")] = signer.pem, certificate+signer.pem
		if leaf.root {
			files[in("fullchain.pem")] = certificate
		}
	}
	good := files["/etc/ssl/shop.example/cert.pem"]
	files["/etc/ssl/shop.example/disordered.pem"] = good + root.pem + issuer.pem
	files["/etc/ssl/shop.example/broken.pem"] = good[:len(good)/2]
	files["/etc/ssl/shop.example/copied-key.pem"] = files["/etc/ssl/shop.example/privkey.pem"]
	files["/etc/ssl/dhparam-1024.pem"], files["/etc/ssl/dhparam-2048.pem"] = dhParameters(1024), dhParameters(2048)
	return files
})

type leaf struct {
	days   int
	names  []string
	bits   int
	root   bool
	staple bool
}

type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
	pem         string
}

func newAuthority(name string, parent *authority) *authority {
	a := &authority{key: must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: Now.AddDate(-1, 0, 0), NotAfter: Now.AddDate(9, 0, 0), IsCA: true, BasicConstraintsValid: true,
	}
	signer, above := a.key, template
	if parent != nil {
		signer, above = parent.key, parent.certificate
	}
	der := must(x509.CreateCertificate(rand.Reader, template, above, a.key.Public(), signer))
	a.certificate, a.pem = must(x509.ParseCertificate(der)), block("CERTIFICATE", der)
	return a
}

// mustStaple is the extension of RFC 7633 that asks for status_request.
var mustStaple = pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}

func (a *authority) issue(l leaf) (certificate, key string) {
	var signer crypto.Signer = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	if l.bits > 0 {
		signer = must(rsa.GenerateKey(rand.Reader, l.bits))
	}
	if l.names == nil {
		l.names = []string{"shop.example", "www.shop.example"}
	}
	end := Now.Add(time.Duration(l.days) * 24 * time.Hour)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: l.names[0]}, DNSNames: l.names,
		NotBefore: end.AddDate(0, 0, -90), NotAfter: end, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if !l.root {
		template.IssuingCertificateURL = []string{"http://r1.example/issuer.der"}
	}
	if l.staple {
		template.OCSPServer = []string{"http://ocsp.example"}
		template.ExtraExtensions = []pkix.Extension{mustStaple}
	}
	der := must(x509.CreateCertificate(rand.Reader, template, a.certificate, signer.Public(), a.key))
	return block("CERTIFICATE", der), block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(signer)))
}

// dhParameters are of a size; their prime is none, which nothing looks at.
func dhParameters(bits int) string {
	prime := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(bits)), big.NewInt(1))
	return block("DH PARAMETERS", must(asn1.Marshal(struct{ Prime, Generator *big.Int }{prime, big.NewInt(2)})))
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// must is for what only a broken machine fails at.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
