package generator

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/tlspolicy"
)

// TLSOptions are what a site says beyond its profile.
type TLSOptions struct {
	// More are further certificates, for clients that do not take the first: an RSA
	// one beside one with ECDSA.
	More []CertificatePair `json:",omitempty"`
	// Protocols, Ciphers and Groups take the place of the profile's; empty leaves
	// them.
	Protocols []tlspolicy.Protocol `json:",omitempty"`
	Ciphers   Text
	Groups    []Text `json:",omitempty"`
	// CipherSuites are those of TLS 1.3; empty leaves OpenSSL's, which are the
	// guideline's.
	CipherSuites []Text `json:",omitempty"`
	// ProtocolsRange and GroupsRange are where they are said.
	ProtocolsRange, GroupsRange hcl.Range `json:"-"`
	// Stapling is nil for none.
	Stapling *Stapling `json:",omitempty"`
	Session  Session
	// EarlyData takes requests in the first flight of a resumed connection
	// (RFC 8446 section 2.3).
	EarlyData      bool
	EarlyDataRange hcl.Range `json:"-"`
	Bootstrap      Bootstrap
}

// CertificatePair is a certificate with its key.
type CertificatePair struct{ Certificate, Key Text }

// Stapling sends the authority's word on the certificate with it (RFC 6961).
type Stapling struct {
	// Resolver are the name servers by which nginx finds the authority.
	Resolver []Text
	// Chain is the file that the word is verified with; empty is the certificate's
	// own.
	Chain Text
	Range hcl.Range `json:"-"`
}

// Session says how connections are resumed.
type Session struct {
	Timeout time.Duration
	// Tickets tells whether clients keep the session; nil leaves it to what the
	// target does safely.
	Tickets *bool     `json:",omitempty"`
	Range   hcl.Range `json:"-"`
}

// Bootstrap says how a site is served before its certificate exists.
type Bootstrap string

// The ways of a site without its certificate.
const (
	// BootstrapNone needs the certificate.
	BootstrapNone Bootstrap = "none"
	// BootstrapPlaceholder shows the self-signed certificate of the platform.
	BootstrapPlaceholder Bootstrap = "placeholder"
	// BootstrapHTTP serves the challenges alone.
	BootstrapHTTP Bootstrap = "http_only"
)

// defaultSessionTimeout is the guideline's day.
const defaultSessionTimeout = 24 * time.Hour

var tlsOptionAttributes = []attribute{
	{Name: "certificates", Type: cty.DynamicPseudoType, Check: certificatePairs, TypeName: "a list of objects",
		Example: `[{ certificate = "/etc/ssl/example.rsa.pem", key = "/etc/ssl/private/example.rsa.key" }]`,
		Doc:     "Further certificates, for clients that do not take the first: an RSA one beside one with ECDSA. Clients that take both choose."},
	{Name: "protocols", Type: cty.List(cty.String), Check: oneOf("TLSv1.2", "TLSv1.3"), Doc: "Protocol versions, in place of the profile's."},
	{Name: "ciphers", Type: cty.String, Check: check(cipherString), Example: `"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"`, Doc: "OpenSSL cipher string for TLS 1.2, in place of the profile's."},
	cipherSuitesAttribute,
	{Name: "groups", Type: cty.List(cty.String), Check: check(groupName), Example: `["X25519", "prime256v1"]`, Doc: "Key exchange groups, in place of the profile's."},
	{Name: "stapling", Type: cty.DynamicPseudoType, Check: switchOrObject("stapling"), TypeName: "true, false or an object", Default: "false", Example: `{ resolver = ["127.0.0.53"] }`,
		Doc: "Send the authority's word that the certificate is not revoked. Let's Encrypt gives none since 2025.", Keys: []attribute{
			{Name: "resolver", Type: cty.List(cty.String), Check: check(listenAddress), Example: `["127.0.0.53"]`, Doc: "Name servers that nginx finds the authority by."},
			{Name: "chain", Type: cty.String, Check: check(absolutePath), Example: `"/etc/ssl/example.chain.pem"`, Doc: "PEM file with the authority's certificates, if they are not beside the site's own."},
		}},
	{Name: "session", Type: cty.DynamicPseudoType, Default: `{ timeout = "1d" }`, Doc: "How connections are resumed.", Keys: []attribute{
		{Name: "timeout", Type: cty.String, Check: check(span), Default: "1d", Doc: "How long a session can be resumed."},
		{Name: "tickets", Type: cty.Bool, Default: "where keys are renewed", Example: "false", Doc: "Let clients keep sessions. Where the server never renews its keys, that ends forward secrecy. It holds for all sites of a description: the server decides before it knows the name."},
	}},
	{Name: "early_data", Type: cty.Bool, Default: "false", Needs: []capability{capEarlyData},
		Doc: "Take GET and HEAD requests before the handshake is done; others are answered 425, and so are those to sites of the same description without it."},
	{Name: "bootstrap", Type: cty.String, Check: oneOf(string(BootstrapNone), string(BootstrapPlaceholder), string(BootstrapHTTP)), Default: "none",
		Doc: "Until the first certificate exists: placeholder shows the platform's self-signed one, http_only serves nothing but the challenges."},
}

// switchOrObject accepts true and false beside the object that the keys have
// checked.
func switchOrObject(name string) func(cty.Value) (cty.Value, error) {
	return func(v cty.Value) (cty.Value, error) {
		if v.Type() == cty.Bool || v.Type().IsObjectType() || v.Type().IsMapType() {
			return v, nil
		}
		return v, fmt.Errorf("%s is true, false or an object", name)
	}
}

var pairKeys = []attribute{
	{Name: "certificate", Type: cty.String, Check: check(absolutePath)},
	{Name: "key", Type: cty.String, Check: check(absolutePath)},
}

func certificatePairs(v cty.Value) (cty.Value, error) {
	if !v.Type().IsTupleType() && !v.Type().IsListType() || v.LengthInt() == 0 {
		return v, errors.New(`certificates is a list of objects such as { certificate = "/…/rsa.pem", key = "/…/rsa.key" }`)
	}
	var out []cty.Value
	for i, element := range v.AsValueSlice() {
		pair, err := checkKeys(fmt.Sprintf("certificates[%d]", i), pairKeys, element)
		if err != nil {
			return v, err
		}
		if pair.LengthInt() != len(pairKeys) {
			return v, fmt.Errorf("certificates[%d] needs both certificate and key", i)
		}
		out = append(out, pair)
	}
	return cty.TupleVal(out), nil
}

// cipherString accepts what OpenSSL makes a list of suites of.
func cipherString(s string) (string, error) {
	list := tlspolicy.Ciphers(s, tlspolicy.Version{})
	if list.Refused != "" {
		return s, fmt.Errorf("OpenSSL refuses the cipher string %q: %s", s, list.Refused)
	}
	if strings.ContainsAny(s, " \t\"'$\\") {
		return s, fmt.Errorf("the cipher string %q holds a character that is in none; suites are separated by colons", s)
	}
	return s, nil
}

// groupName accepts a group that OpenSSL knows.
func groupName(s string) (string, error) {
	if _, ok := tlspolicy.LookupGroup(s); !ok {
		return s, fmt.Errorf("%q is not a key exchange group that OpenSSL knows, such as X25519 or prime256v1", s)
	}
	return s, nil
}

func decodeTLSOptions(l *layer) TLSOptions {
	o := TLSOptions{
		Ciphers: l.text("ciphers", ""), Groups: l.texts("groups"), CipherSuites: l.texts("cipher_suites"), EarlyData: l.flag("early_data", false),
		Session: Session{Timeout: defaultSessionTimeout}, Bootstrap: Bootstrap(l.text("bootstrap", string(BootstrapNone)).Value),
	}
	if s, ok := l.setting("groups"); ok {
		o.GroupsRange = s.Range
	}
	if s, ok := l.setting("early_data"); ok {
		o.EarlyDataRange = s.Range
	}
	if s, ok := l.setting("certificates"); ok {
		for _, pair := range s.Value.AsValueSlice() {
			files := pair.AsValueMap()
			o.More = append(o.More, CertificatePair{Text{files["certificate"].AsString(), s.Range}, Text{files["key"].AsString(), s.Range}})
		}
	}
	if s, ok := l.setting("protocols"); ok {
		o.ProtocolsRange = s.Range
		for _, name := range values(l.texts("protocols")) {
			p, _ := tlspolicy.ParseProtocol(name)
			o.Protocols = append(o.Protocols, p)
		}
	}
	if session, ok := l.object("session"); ok {
		o.Session.Timeout, o.Session.Range = session.span("timeout", defaultSessionTimeout), session.Range
		if v, ok := session.values["tickets"]; ok {
			tickets := v.True()
			o.Session.Tickets = &tickets
		}
	}
	if s, ok := l.setting("stapling"); ok && s.Value.Type() == cty.Bool {
		if s.Value.True() {
			o.Stapling = &Stapling{Range: s.Range}
		}
	} else if stapling, ok := l.object("stapling"); ok {
		o.Stapling = &Stapling{Resolver: stapling.texts("resolver"), Chain: stapling.text("chain", ""), Range: stapling.Range}
	}
	return o
}

// certificates are all pairs of the site, the first one first.
func (t *TLS) certificates() []CertificatePair {
	return append([]CertificatePair{{t.Certificate, t.Key}}, t.More...)
}

// sharedTickets is what the sites say of tickets, nil if none does.
func sharedTickets(sites []*Site) *bool {
	for _, s := range sites {
		if s.HTTPS() && s.TLS.Session.Tickets != nil {
			return s.TLS.Session.Tickets
		}
	}
	return nil
}
