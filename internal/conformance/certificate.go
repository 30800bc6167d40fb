package conformance

import (
	"crypto/tls"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ocsp"

	"padlock/internal/servertest"
)

// The lines of a row's certificates; "sites" is the authority of the sites' own certificates, which the server's machine
// trusts:
//
//	authority NAME [by=AUTHORITY [ocsp=URL]] [file=PATH,PATH]
//	client NAME by=AUTHORITY [ocsp=URL]
//	server NAME by=AUTHORITY names=A,B [rsa] [ocsp=URL] [file=PATH key=PATH]
//	revocations by=AUTHORITY [of=NAME,NAME] file=PATH
type certificateLine struct {
	what, name string
	options    map[string]string
}

func parseCertificates(text string) ([]certificateLine, error) {
	var lines []certificateLine
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		c := certificateLine{what: words[0], options: map[string]string{}}
		if !slices.Contains([]string{"authority", "client", "server", "revocations"}, c.what) {
			return nil, fmt.Errorf("%q makes no certificate", line)
		}
		for _, word := range words[1:] {
			name, value, isOption := strings.Cut(word, "=")
			switch {
			case isOption || word == "rsa":
				c.options[name] = value
			case c.name == "":
				c.name = word
			default:
				return nil, fmt.Errorf("%q has two names", line)
			}
		}
		lines = append(lines, c)
	}
	return lines, nil
}

// keyring is what the lines of a row made.
type keyring struct {
	authorities  map[string]*servertest.Authority
	certificates map[string]servertest.Certificate
	pairs        map[string]tls.Certificate
	files        servertest.Files
}

// newKeyring makes the certificates of a row.
func newKeyring(t testing.TB, lines []certificateLine, sites *servertest.Authority) *keyring {
	t.Helper()
	k := &keyring{
		authorities:  map[string]*servertest.Authority{"sites": sites},
		certificates: map[string]servertest.Certificate{}, pairs: map[string]tls.Certificate{}, files: servertest.Files{},
	}
	for _, line := range lines {
		k.add(t, line)
	}
	return k
}

func (k *keyring) add(t testing.TB, line certificateLine) {
	t.Helper()
	by := k.authorities[line.options["by"]]
	if by == nil && (line.what != "authority" || line.options["by"] != "") {
		t.Fatalf("%s %s: there is no authority %q", line.what, line.name, line.options["by"])
	}
	file, text := line.options["file"], ""
	switch line.what {
	case "authority":
		authority := servertest.NewAuthority
		if by != nil {
			var responders []string
			if at := line.options["ocsp"]; at != "" {
				responders = append(responders, at)
			}
			authority = func(t testing.TB) *servertest.Authority { return by.Intermediate(t, line.name, responders...) }
		}
		k.authorities[line.name] = authority(t)
		text = k.authorities[line.name].PEM()
	case "client", "server":
		leaf := servertest.Leaf{Names: strings.Split(line.options["names"], ","), Client: line.what == "client", Responder: line.options["ocsp"]}
		if leaf.Client {
			leaf.Names = []string{line.name}
		}
		_, leaf.RSA = line.options["rsa"]
		issued := by.Issue(t, leaf)
		k.certificates[line.name], k.pairs[line.name] = issued, issued.Pair(t)
		text = issued.Cert + issued.Chain
		if key := line.options["key"]; key != "" {
			k.files[key] = issued.Key
		}
	case "revocations":
		var revoked []servertest.Certificate
		for _, name := range strings.Split(line.options["of"], ",") {
			if c, ok := k.certificates[name]; ok {
				revoked = append(revoked, c)
			}
		}
		text = by.CRL(t, revoked...)
	}
	for _, name := range strings.Split(file, ",") {
		if name != "" {
			k.files[name] += text // several lines may fill one file
		}
	}
}

// serial is the number of a certificate or of an authority's own; nil if there is none of the name.
func (k *keyring) serial(name string) *big.Int {
	if c, ok := k.certificates[name]; ok {
		return c.X509.SerialNumber
	}
	if a := k.authorities[name]; a != nil {
		return a.Serial()
	}
	return nil
}

// state gives what a responder says of certificates: those named are revoked or unknown to it, all others good.
func (k *keyring) state(t testing.TB, revoked, unknown []string) func(*big.Int) int {
	t.Helper()
	states := map[string]int{}
	for status, names := range map[int][]string{ocsp.Revoked: revoked, ocsp.Unknown: unknown} {
		for _, name := range names {
			serial := k.serial(name)
			if serial == nil {
				t.Fatalf("there is no certificate %q", name)
			}
			states[serial.String()] = status
		}
	}
	return func(serial *big.Int) int { return states[serial.String()] } // ocsp.Good is 0
}
