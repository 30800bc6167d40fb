package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// identity is a certificate made for a test, with its key.
type identity struct {
	key  crypto.Signer
	cert *x509.Certificate
}

func (i identity) certPEM() string { return encode("CERTIFICATE", i.cert.Raw) }

func (i identity) keyPEM(t testing.TB) string {
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		t.Fatal(err)
	}
	return encode("PRIVATE KEY", der)
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func newECKey(t testing.TB) crypto.Signer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

var notBefore = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// issue makes a certificate signed by parent, or by itself without one.
func issue(t testing.TB, parent *identity, key crypto.Signer, change func(*x509.Certificate)) identity {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), NotBefore: notBefore, NotAfter: notBefore.AddDate(0, 0, 90),
		Subject: pkix.Name{CommonName: "a.example"},
	}
	change(template)
	issuer, signer := template, key
	if parent != nil {
		issuer, signer = parent.cert, parent.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return identity{key, cert}
}

func authority(t testing.TB, parent *identity, name string) identity {
	return issue(t, parent, newECKey(t), func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.BasicConstraintsValid = name, true, true
	})
}

// read is Read for files that are in order.
func read(t testing.TB, text string) Bundle {
	t.Helper()
	bundle, err := Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

func TestWhatACertificateSays(t *testing.T) {
	root := authority(t, nil, "Test Root")
	leaf := issue(t, &root, newECKey(t), func(c *x509.Certificate) {
		c.DNSNames = []string{"a.example", "*.a.example"}
		c.IPAddresses = []net.IP{net.ParseIP("192.0.2.7"), net.ParseIP("2001:db8::7")}
		c.OCSPServer = []string{"http://ocsp.example/"}
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		c.ExtraExtensions = []pkix.Extension{{Id: tlsFeature, Value: []byte{0x30, 0x03, 0x02, 0x01, 0x05}}}
	})
	bundle := read(t, "Subject: CN = a.example\r\n"+strings.ReplaceAll(leaf.certPEM(), "\n", "\r\n")+root.certPEM()+leaf.keyPEM(t))
	got, ok := bundle.Leaf()
	if !ok || len(bundle.Certificates) != 2 || len(bundle.Keys) != 1 {
		t.Fatalf("%+v", bundle)
	}
	if got.Place.Line != 2 || got.CommonName != "a.example" || got.Issuer != "CN=Test Root" || !slices.Equal(got.Names, []string{"a.example", "*.a.example"}) || len(got.Addresses) != 2 {
		t.Errorf("%+v", got)
	}
	if got.Key.Type != "ECDSA" || got.Key.Curve != "P-256" || got.Key.Bits != 256 || got.SignatureAlgorithm != "ECDSA-SHA256" || got.CA || got.SelfSigned {
		t.Errorf("%+v", got)
	}
	if !got.MustStaple || !got.ServerAuth || len(got.OCSPServers) != 1 || got.Lifetime() != 90*24*time.Hour || got.CommonNameOnly() {
		t.Errorf("%+v", got)
	}
	for day, valid := range map[int]bool{-1: false, 0: true, 90: true, 91: false} {
		if got.ValidAt(notBefore.AddDate(0, 0, day)) != valid {
			t.Errorf("day %d: valid is not %v", day, valid)
		}
	}
	if bundle.Certificates[1].CA != true || !bundle.Certificates[1].SelfSigned {
		t.Errorf("%+v", bundle.Certificates[1])
	}
	if bundle.Keys[0].Fingerprint != got.Key.Fingerprint || bundle.Keys[0].Matches(got) != MatchYes {
		t.Errorf("the key does not match: %+v", bundle.Keys[0])
	}
	if bundle.Keys[0].Matches(bundle.Certificates[1]) != MatchNo {
		t.Error("the key matches the certificate of another")
	}
}

func TestCovers(t *testing.T) {
	leaf := issue(t, nil, newECKey(t), func(c *x509.Certificate) {
		c.Subject.CommonName = "cn.example"
		c.DNSNames = []string{"a.example", "*.b.example", "W.Example", "xn--mnchen-3ya.example", "*.com", "f*.c.example", "*.*.d.example"}
		c.IPAddresses = []net.IP{net.ParseIP("192.0.2.7"), net.ParseIP("2001:db8::7")}
	})
	got := read(t, leaf.certPEM()).Certificates[0]
	for name, want := range map[string]bool{
		"a.example": true, "A.EXAMPLE": true, "a.example.": true, "w.example": true,
		"www.a.example": false, "example": false, "cn.example": false, "": false,
		"x.b.example": true, "b.example": false, "x.y.b.example": false, ".b.example": false, "xn--x.b.example": true,
		"*.b.example": true, "*.a.example": false, "x.com": false, "foo.c.example": false, "x.y.d.example": false,
		"münchen.example": true, "MÜNCHEN.example": true,
		"192.0.2.7": true, "192.0.2.8": false, "2001:db8::7": true, "[2001:db8::7]": true, "::ffff:192.0.2.7": true,
	} {
		if got.Covers(name) != want {
			t.Errorf("%q is covered: %v", name, !want)
		}
	}
	only := read(t, issue(t, nil, newECKey(t), func(*x509.Certificate) {}).certPEM()).Certificates[0]
	if !only.CommonNameOnly() || only.Covers("a.example") {
		t.Error("the common name counts")
	}
}

func TestChains(t *testing.T) {
	root := authority(t, nil, "Root")
	middle := authority(t, &root, "Middle")
	lower := authority(t, &middle, "Lower")
	leaf := issue(t, &lower, newECKey(t), func(c *x509.Certificate) { c.DNSNames = []string{"a.example"} })
	alone := issue(t, nil, newECKey(t), func(c *x509.Certificate) { c.DNSNames = []string{"a.example"} })
	impostor := authority(t, nil, "Lower")
	for _, row := range []struct {
		name  string
		files []identity
		want  []ChainProblemKind
	}{
		{"leaf and its authorities", []identity{leaf, lower, middle}, nil},
		{"leaf alone", []identity{leaf}, []ChainProblemKind{ChainIncomplete}},
		{"self-signed", []identity{alone}, nil},
		{"with the root", []identity{leaf, lower, middle, root}, []ChainProblemKind{ChainRoot}},
		{"authorities swapped", []identity{leaf, middle, lower}, []ChainProblemKind{ChainOrder}},
		{"a stranger in it", []identity{leaf, lower, alone, middle}, []ChainProblemKind{ChainOrder, ChainUnrelated}},
		{"a stranger at the end", []identity{leaf, lower, middle, alone}, []ChainProblemKind{ChainUnrelated}},
		{"leaf twice", []identity{leaf, leaf, lower, middle}, []ChainProblemKind{ChainOrder, ChainDuplicate}},
		{"authority with the right name and another key", []identity{leaf, impostor}, []ChainProblemKind{ChainIncomplete, ChainUnrelated}},
		{"authority first", []identity{lower, middle}, []ChainProblemKind{ChainLeafIsCA}},
	} {
		text := ""
		for _, file := range row.files {
			text += file.certPEM()
		}
		var kinds []ChainProblemKind
		for _, problem := range read(t, text).ChainProblems() {
			kinds = append(kinds, problem.Kind)
			if problem.Message == "" {
				t.Errorf("%s: no message", row.name)
			}
		}
		if !slices.Equal(kinds, row.want) {
			t.Errorf("%s: %v, want %v", row.name, kinds, row.want)
		}
	}
	if got := (Bundle{}).ChainProblems(); got != nil {
		t.Errorf("an empty file has chain problems: %v", got)
	}
}

func TestWeaknesses(t *testing.T) {
	root := authority(t, nil, "Root")
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, _ := ed25519.GenerateKey(rand.Reader)
	for _, row := range []struct {
		name string
		key  crypto.Signer
		want []Weakness
	}{
		{"EC", newECKey(t), nil},
		{"RSA 1024", small, []Weakness{WeakRSA}},
		{"Ed25519", edwards, []Weakness{UncommonKey}},
	} {
		leaf := issue(t, &root, row.key, func(c *x509.Certificate) { c.DNSNames = []string{"a.example"} })
		bundle := read(t, leaf.certPEM()+leaf.keyPEM(t))
		if got := bundle.Certificates[0].Weaknesses(); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
		if bundle.Keys[0].Matches(bundle.Certificates[0]) != MatchYes {
			t.Errorf("%s: the key does not match", row.name)
		}
	}
	for weakness, text := range weaknessTexts {
		if weakness.String() != text || text == "" {
			t.Errorf("weakness %d has no text", weakness)
		}
	}
}

// Old signatures and odd curves come from the openssl program, because Go does
// not make them.
func TestWeaknessesOfOldCertificates(t *testing.T) {
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl on this machine to make old certificates with")
	}
	for _, row := range []struct {
		name      string
		arguments []string
		keyType   string
		curve     string
		want      Weakness
	}{
		{"P-192", []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime192v1"}, "ECDSA", "P-192", WeakCurve},
		{"secp256k1", []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"}, "ECDSA", "secp256k1", WeakCurve},
	} {
		arguments := append([]string{"req", "-x509", "-nodes", "-keyout", "-", "-subj", "/CN=old.example", "-addext", "subjectAltName=DNS:old.example"}, row.arguments...)
		output, err := exec.Command(program, arguments...).Output()
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		bundle := read(t, string(output))
		got := bundle.Certificates[0]
		if got.Key.Type != row.keyType || got.Key.Curve != row.curve || !slices.Equal(got.Weaknesses(), []Weakness{row.want}) || !got.Covers("old.example") || !got.SelfSigned {
			t.Errorf("%s: %+v %v", row.name, got, got.Weaknesses())
		}
		if len(bundle.Keys) != 1 || bundle.Keys[0].Matches(got) != MatchUnknown {
			t.Errorf("%s: %+v", row.name, bundle.Keys)
		}
	}
}

func TestSHA1SignatureOfAnAuthorityIsWeak(t *testing.T) {
	root := authority(t, nil, "Root")
	leaf := read(t, issue(t, &root, newECKey(t), func(c *x509.Certificate) {}).certPEM()).Certificates[0]
	for algorithm, want := range map[x509.SignatureAlgorithm]Weakness{x509.SHA1WithRSA: WeakSignatureSHA1, x509.ECDSAWithSHA1: WeakSignatureSHA1, x509.MD5WithRSA: WeakSignatureMD5} {
		leaf.parsed.SignatureAlgorithm = algorithm
		if got := leaf.Weaknesses(); !slices.Equal(got, []Weakness{want}) {
			t.Errorf("%v: %v", algorithm, got)
		}
	}
}

func TestKeysAndParameters(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := x509.MarshalECPrivateKey(newECKey(t).(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	prime := new(big.Int).SetBit(big.NewInt(1), 1023, 1)
	parameters, err := asn1.Marshal(struct{ P, G *big.Int }{prime, big.NewInt(2)})
	if err != nil {
		t.Fatal(err)
	}
	text := encode("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)) +
		"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + encode("EC PRIVATE KEY", ec) +
		encode("ENCRYPTED PRIVATE KEY", []byte{0x30, 0}) +
		"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END RSA PRIVATE KEY-----\n" +
		encode("DH PARAMETERS", parameters)
	bundle := read(t, text)
	var kinds []string
	for _, key := range bundle.Keys {
		kinds = append(kinds, strings.TrimSpace(key.Type+map[bool]string{true: " encrypted"}[key.Encrypted]))
	}
	if got := strings.Join(kinds, ", "); got != "RSA, ECDSA, encrypted, encrypted" {
		t.Errorf("keys: %s", got)
	}
	if bundle.Keys[0].Bits != 2048 || len(bundle.DHParameters) != 1 || bundle.DHParameters[0].Bits != 1024 || !slices.Equal(bundle.Others, []string{"EC PARAMETERS"}) {
		t.Errorf("%+v", bundle)
	}
}

func TestDamagedFiles(t *testing.T) {
	good := issue(t, nil, newECKey(t), func(c *x509.Certificate) { c.DNSNames = []string{"a.example"} })
	text := good.certPEM()
	for _, row := range []struct {
		name, text string
		line       int
		message    string
	}{
		{"empty", "", 1, "the file is empty"},
		{"blank", "\n \n", 1, "the file is empty"},
		{"prose", "host\n", 1, "no line that begins"},
		{"DER", string(good.cert.Raw), 1, "servers read PEM; convert it"},
		{"cut off", text[:len(text)/2], 1, "the file ends before the line \"-----END CERTIFICATE-----\""},
		{"wrong end", strings.Replace(text, "END CERTIFICATE", "END TRUSTED CERTIFICATE", 1), strings.Count(text, "\n"), "ends without its line"},
		{"next block begins inside", text + text[:len(text)/2] + "\n" + text, 1 + strings.Count(text, "\n") + strings.Count(text[:len(text)/2], "\n") + 1, "ends without its line"},
		{"base64", strings.Replace(text, "M", "*", 1), 1, "not valid base64"},
		{"not a certificate", "x\n" + encode("CERTIFICATE", []byte("hello")), 2, "the certificate cannot be read"},
		{"not a key", encode("PRIVATE KEY", []byte("secret")), 1, "the private key cannot be read"},
		{"not parameters", encode("DH PARAMETERS", []byte{0x30, 0}), 1, "parameters cannot be read"},
		{"byte order mark", "\ufeff" + text, 1, "does not stand at the very beginning"},
		{"indented", "  " + strings.ReplaceAll(text, "\n", "\n  "), 1, "does not stand at the very beginning"},
		{"four dashes", strings.Replace(text, "CERTIFICATE-----\n", "CERTIFICATE----\n", 1), 1, "does not end with five dashes"},
		{"huge", strings.Repeat("a", MaxSize+1), 1, "which no certificate needs"},
	} {
		_, err := Read([]byte(row.text))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Place.Line != row.line || !strings.Contains(syntax.Message, row.message) {
			t.Errorf("%s: %v, want line %d: %s", row.name, err, row.line, row.message)
			continue
		}
		if lines := strings.Count(row.text[:syntax.Place.Offset], "\n") + 1; lines != syntax.Place.Line {
			t.Errorf("%s: offset %d is in line %d, not %d", row.name, syntax.Place.Offset, lines, syntax.Place.Line)
		}
	}
}

func TestADamagedBlockDoesNotHideTheOthers(t *testing.T) {
	good := issue(t, nil, newECKey(t), func(*x509.Certificate) {})
	bundle, err := Read([]byte(encode("CERTIFICATE", []byte("x")) + good.certPEM()))
	if err == nil || len(bundle.Certificates) != 1 {
		t.Errorf("%v, %d certificates", err, len(bundle.Certificates))
	}
}

// No error and nothing printed of a bundle shows a private key.
func TestPrivateKeysStayPrivate(t *testing.T) {
	key := newECKey(t).(*ecdsa.PrivateKey)
	secret, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	text := identity{key: key}.keyPEM(t)
	bundle := read(t, text)
	shown := fmt.Sprintf("%v %+v %#v %v", bundle, bundle, bundle.Keys, bundle.Keys[0].public)
	for _, form := range []string{hex.EncodeToString(secret), new(big.Int).SetBytes(secret).String(), string(secret), strings.Trim(fmt.Sprint(secret), "[]"), text[30:60]} {
		if strings.Contains(shown, form) {
			t.Errorf("the private key is printed: %s", shown)
		}
	}
	_, err = Read([]byte(strings.Replace(text, "\n", "\n*", 1)))
	if err == nil || strings.Contains(err.Error(), text[30:40]) {
		t.Errorf("the error shows the file: %v", err)
	}
}

// Numbers of absurd size in a file cost no more than small ones.
func TestHugeKeysAreNotComputedWith(t *testing.T) {
	modulus := new(big.Int).SetBit(new(big.Int).SetBit(new(big.Int), 8<<20, 1), 0, 1)
	leaf := issue(t, nil, newECKey(t), func(*x509.Certificate) {})
	huge := identity{cert: &x509.Certificate{Raw: withRSAKey(t, leaf.cert, modulus)}}
	start := time.Now()
	bundle := read(t, huge.certPEM())
	if got := bundle.Certificates[0]; got.Key.Bits != 8<<20+1 || time.Since(start) > 5*time.Second {
		t.Errorf("%d bits after %v", got.Key.Bits, time.Since(start))
	}
}

// withRSAKey puts an RSA key into a certificate, which leaves its signature
// wrong.
func withRSAKey(t *testing.T, cert *x509.Certificate, modulus *big.Int) []byte {
	t.Helper()
	key, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: modulus, E: 65537})
	if err != nil {
		t.Fatal(err)
	}
	var outer struct {
		TBS       asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(cert.Raw, &outer); err != nil {
		t.Fatal(err)
	}
	content := bytes.Replace(outer.TBS.Bytes, cert.RawSubjectPublicKeyInfo, key, 1)
	outer.TBS = asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSequence, IsCompound: true, Bytes: content}
	der, err := asn1.Marshal(outer)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func FuzzRead(f *testing.F) {
	root := authority(f, nil, "Root")
	leaf := issue(f, &root, newECKey(f), func(c *x509.Certificate) { c.DNSNames = []string{"*.a.example"} })
	f.Add([]byte(leaf.certPEM() + root.certPEM() + leaf.keyPEM(f)))
	f.Add([]byte(leaf.cert.Raw))
	f.Add([]byte("-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n"))
	f.Add([]byte("-----BEGIN X-----\n-----BEGIN X-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		bundle, err := Read(data)
		var syntax *SyntaxError
		if err != nil && (!errors.As(err, &syntax) || syntax.Place.Line < 1 || syntax.Place.Offset > len(data)) {
			t.Fatalf("%v", err)
		}
		bundle.ChainProblems()
		for _, certificate := range bundle.Certificates {
			certificate.Covers("www.a.example")
			certificate.Weaknesses()
			for _, key := range bundle.Keys {
				key.Matches(certificate)
			}
		}
	})
}
