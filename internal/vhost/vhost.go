// Package vhost is the effective model of a configuration: what it does,
// whatever the server. Sockets and who answers on them, names, TLS after
// inheritance and version defaults, and what a request is answered with.
//
// Nginx and Apache lower their syntax trees into it (nginx.go, apache.go).
// Rules, diffs and checks that speak about behaviour are written once, against
// this model. Every value knows the place that set it. Where the outcome
// depends on something that the configuration does not tell, the model says
// "cannot tell" and why, never a guess.
package vhost

import (
	"net/netip"
	"sync"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// Model is a whole configuration as it behaves.
type Model struct {
	Target tlspolicy.Target
	// Listeners are the sockets, HTTP first, then by address and port.
	Listeners []*Listener
	// Hosts are the virtual hosts in the server's order. For Apache the main
	// server is the last one, when it can answer anything.
	Hosts []*Host
	// Fragment tells that only a part of a configuration was given, so that
	// what is missing may stand elsewhere.
	Fragment bool

	evaluator evaluator
	sitesOnce sync.Once
	sites     []*Site
}

// evaluator answers requests; each language brings its own.
type evaluator interface {
	answer(h *Host, l *Listener, r Request) Outcome
	selectHost(l *Listener, name string) Selection
}

// Origin is where something was set. The zero Origin is a default of the
// server.
type Origin struct {
	Span source.Span
	// Includes is the chain of include directives to its file, outermost first.
	Includes []source.Span
	// Conditions are undecided conditions it depends on: "if mod_ssl is loaded".
	Conditions []string
}

// IsDefault tells that nothing set the value.
func (o Origin) IsDefault() bool { return o.Span.IsZero() }

// Value is a setting with its origin.
type Value[T any] struct {
	V      T
	Origin Origin
}

// IsDefault tells that the server's default holds.
func (v Value[T]) IsDefault() bool { return v.Origin.IsDefault() }

// Layer is what kind of traffic a listener takes.
type Layer uint8

// The layers.
const (
	HTTP Layer = iota + 1
	Stream
	Mail
)

// Address is where a listener is bound.
type Address struct {
	// IP is the zero address for all addresses.
	IP netip.Addr
	// V6 tells, for all addresses, that IPv6 ones are meant; V4 that IPv4 ones
	// are. Apache's "*" is both.
	V4, V6 bool
	Port   uint16
	// Unix is the path of a local socket; then nothing else is set.
	Unix string
}

// Local tells that only programs on the same machine can connect.
func (a Address) Local() bool { return a.Unix != "" || a.IP.IsLoopback() }

// Listener is one socket.
type Listener struct {
	Layer   Layer
	Address Address
	// TLS tells whether bytes are encrypted. nginx: any of its listen
	// directives says ssl. Apache: the first virtual host of the address.
	TLS Value[bool]
	// QUIC is HTTP/3 over UDP, a listener of its own beside the TCP one.
	QUIC          bool
	HTTP2         Value[bool]
	ProxyProtocol bool
	// Hosts are the virtual hosts that can be chosen, in the server's order.
	Hosts []*Host
	// Default answers names that none of them has; nil if nothing answers.
	Default *Host
	// ExplicitDefault tells that the configuration names it, rather than its
	// being the first.
	ExplicitDefault bool
	// Origins are the directives that made the listener.
	Origins []Origin
}

// NameKind says how a name is matched.
type NameKind uint8

// The kinds of names, strongest first in nginx.
const (
	// Exact is one name.
	Exact NameKind = iota + 1
	// WildcardBefore is "*.example.com".
	WildcardBefore
	// WildcardAfter is "www.example.*".
	WildcardAfter
	// Glob is an Apache alias with * or ? anywhere.
	Glob
	// Regex is nginx's "~…".
	Regex
)

// Name is one name of a virtual host.
type Name struct {
	// Text is the name in lower case, without nginx's leading dot; for a regex
	// the pattern.
	Text   string
	Kind   NameKind
	Origin Origin
	// Implied names were not written: nginx's ".example.com" implies two,
	// Apache's host without ServerName inherits one.
	Implied bool
	// Unmatchable names can never be asked for, such as "a,b" or "https://x".
	Unmatchable string
}

// Host is a virtual host: nginx server, Apache <VirtualHost>, or the main
// server of Apache.
type Host struct {
	Layer Layer
	// Origin is the head of the block.
	Origin    Origin
	Names     []Name
	Listeners []*Listener
	// TLS is nil where no TLS setting can matter.
	TLS *TLS
	// Main is Apache's main server.
	Main bool

	detail any // what the language's evaluator needs
}

// Site is the name under which a host is reported: its first name, or "_".
func (h *Host) Site() string {
	for _, n := range h.Names {
		if n.Text != "" {
			return n.Text
		}
	}
	return "_"
}

// TLS are the effective settings of a host after inheritance and defaults.
type TLS struct {
	// Enabled tells whether the host itself asks for TLS (Apache's SSLEngine
	// after the implicit rule; nginx: any of its listeners).
	Enabled Value[bool]
	// Implicit tells that nothing says so but the port (Apache).
	Implicit bool
	// Reject is nginx's ssl_reject_handshake.
	Reject       Value[bool]
	Certificates []CertificatePair
	// ProtocolsInEffect are those that clients get: before nginx 1.29.2 and Apache
	// 2.4.42 the default host decides.
	ProtocolsInEffect Value[[]tlspolicy.Protocol]
	// ClientAuthRoutes are the values of ClientAuth that hold for some paths only
	// (Apache's SSLVerifyClient in sections).
	ClientAuthRoutes []Value[string]
	// Managed tells that the server obtains the certificate itself (mod_md,
	// nginx's acme module).
	Managed bool

	// Hosts that say nothing themselves share the settings of what is around them.
	*TLSSettings
}

// TLSSettings are those of a host's TLS that have nothing to do with its name.
type TLSSettings struct {
	// Protocols allowed, oldest first.
	Protocols Value[[]tlspolicy.Protocol]
	// Ciphers is the string as configured, or the server's default.
	Ciphers       Value[string]
	CipherSuites  Value[string]
	Groups        Value[string]
	PreferServer  Value[bool]
	DHParameters  Value[string]
	Tickets       Value[bool]
	SessionCache  Value[string]
	Stapling      Value[bool]
	Compression   Value[bool]
	Renegotiation Value[bool]
	EarlyData     Value[bool]
	// ClientAuth is "off", "optional", "optional_no_ca" or "require".
	ClientAuth  Value[string]
	ClientCA    Value[string]
	ClientDepth Value[int]
}

// CertificatePair is a certificate and its key, as named.
type CertificatePair struct {
	Certificate, Key, Chain Value[string]
	// Inherited pairs come from a level above the host.
	Inherited bool
	// Variable names are known only per connection.
	Variable bool
}

// Request is what a client asks.
type Request struct {
	// TLS tells whether it comes over TLS.
	TLS bool
	// Name is the Host header without port, Port the port connected to.
	Name string
	Port uint16
	// Path is as sent: encoded, beginning with "/". Query is without "?".
	Path, Query string
	// HasQuery tells "/a?" from "/a".
	HasQuery bool
	// Method is GET when empty.
	Method string
	// Header holds further headers, by canonical name.
	Header map[string]string
	// Client is the client's address; the zero address is an unknown public one.
	Client netip.Addr
	// HTTP10 asks by HTTP/1.0.
	HTTP10 bool
	// NoCertificate tells that the client has no certificate to show. Otherwise
	// it shows one that is accepted wherever one is asked for.
	NoCertificate bool
}

// verified is what a server says of the client's certificate: SUCCESS, or NONE
// where none is shown or asked for. It is not known where one that is not
// accepted may be shown.
func (r Request) verified(t *TLS) (word string, known bool) {
	switch {
	case t == nil || t.ClientAuth.V == "optional_no_ca":
		return "", false
	case t.ClientAuth.V == "off" || r.NoCertificate:
		return "NONE", true
	}
	return "SUCCESS", true
}

// OutcomeKind is what becomes of a request.
type OutcomeKind uint8

// The outcomes.
const (
	// CannotTell: it depends on what the configuration does not say.
	CannotTell OutcomeKind = iota + 1
	// Serves: content, whatever its status.
	Serves
	// Redirects to Outcome.URL.
	Redirects
	// Rejects: an error status by rule, or a closed connection.
	Rejects
)

// Outcome is the answer to a request.
type Outcome struct {
	Kind OutcomeKind
	// Status is the HTTP status of redirects and rejections where known; 444
	// is nginx's closed connection; 0 unknown.
	Status int
	// URL is the Location of a redirect, as sent.
	URL string
	// Partial says why only the beginning of URL is known, its scheme at least;
	// empty if URL is whole.
	Partial string
	// Reason is half a sentence: why it cannot be told, or what serves.
	Reason string
	// Host is who answers.
	Host *Host
	// By are the directives that decided, in the order they took effect.
	By []Origin
	// Absent is the status that the configuration gives for a path that is not there;
	// 0 if it says none, and the server takes 404.
	Absent int
	// Proxied tells that the content comes from another server.
	Proxied bool
	// Headers are the response headers that the configuration adds to this
	// answer, as far as they can be told.
	Headers []Header
	// HeadersUnknown tells that conditions keep some headers undecided.
	HeadersUnknown bool
	// Route is the place in the configuration that decided on the headers and
	// the handler: the location or section.
	Route Origin
}

// Header is a response header that reaches the client.
type Header struct {
	Name, Value string
	Origin      Origin
	// Unknown says why Value is only the beginning of the value, if it is; the
	// header may even be missing then.
	Unknown string
	// Always tells that error answers have it too.
	Always bool
}

// Selection is which host answers a name, and why.
type Selection struct {
	Host *Host
	// Name is the one that matched; nil if the default was taken.
	Name *Name
	// Undecided tells that a pattern could not be judged.
	Undecided string
}

// Select tells which host of a listener answers a name.
func (m *Model) Select(l *Listener, name string) Selection { return m.evaluator.selectHost(l, name) }

// Answer evaluates a request that arrives on a listener.
func (m *Model) Answer(l *Listener, r Request) Outcome {
	s := m.Select(l, r.Name)
	switch {
	case s.Undecided != "":
		return Outcome{Kind: CannotTell, Reason: s.Undecided}
	case s.Host == nil:
		return Outcome{Kind: Rejects, Reason: "no virtual host answers on this address"}
	}
	o := m.evaluator.answer(s.Host, l, r)
	o.Host = s.Host
	return o
}
