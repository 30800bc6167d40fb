package generator

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Site is one described web site, after defaults, mixins and conversions.
type Site struct {
	// Name is the canonical host name.
	Name Text
	// Aliases are further names, redirected to Name unless ServeAliases.
	Aliases      []Text
	ServeAliases bool
	// Place holds for all paths that no route takes.
	Place
	// Routes are the parts of the site with settings of their own: patterns in the
	// order in which they are tried, then prefixes from short to long, then exact
	// paths.
	Routes []*Route
	// ErrorRoot is the directory of pages for errors and maintenance; Root if empty.
	ErrorRoot Text
	// Raw are directives as the description writes them.
	Raw []Raw `json:",omitempty"`
	// Log is where requests and errors are written down.
	Log Log
	// Maintenance closes the site; nil if it never does.
	Maintenance *Maintenance
	// RedirectCode is the status of redirects to HTTPS and to Name.
	RedirectCode int
	Redirects    []Redirect
	Listen       Listen
	TLS          TLS
	// RealIP says whom to believe about a client's address.
	RealIP
	Limits Limits
	// Unsupported says what happens to what the target cannot do. The output does
	// not depend on it: with the other value there is none, or the same.
	Unsupported Unsupported `json:"-"`
	// Range is the head of the site block.
	Range hcl.Range

	// turn stands in the name of the file, where the order of files decides; see
	// numberPatterns.
	turn string
	// notes are for the head of the output: what the target could not do.
	notes []string
	// conflicts are mistakes to be told with those of checkSites.
	conflicts hcl.Diagnostics
}

// Listen says which sockets a site is served on.
type Listen struct {
	HTTP, HTTPS int
	// Addresses are all addresses of the machine when empty.
	Addresses []netip.Addr
	// IPv6 includes all IPv6 addresses when Addresses is empty.
	IPv6  bool
	HTTP2 bool
	Wire
}

// Mode says how a site meets plain HTTP.
type Mode string

// The modes of a site.
const (
	// ModeRedirect serves HTTPS and redirects HTTP to it.
	ModeRedirect Mode = "redirect"
	// ModeBoth serves the site on both ports.
	ModeBoth Mode = "both"
	// ModeOnly serves HTTPS and nothing on HTTP but the challenge path.
	ModeOnly Mode = "only"
	// ModeOff serves plain HTTP alone.
	ModeOff Mode = "off"
	// ModeReject serves plain HTTP and refuses TLS for the site's names.
	ModeReject Mode = "reject"
)

// TLS is the HTTPS side of a site.
type TLS struct {
	Mode Mode
	// ModeRange is where the mode is said, if the description does.
	ModeRange hcl.Range `json:"-"`
	Profile   string
	// ProfileRange is where the profile is chosen, if the description does.
	ProfileRange hcl.Range `json:"-"`
	// Guideline is the version that the profile is taken from; empty is the newest that
	// has it.
	Guideline        Text `json:",omitzero"`
	Certificate, Key Text
	// Challenge is the directory of ACME challenge files; empty closes the path.
	Challenge Text
	// Acquired is the ACME client that the certificate comes from; empty for another
	// source.
	Acquired string
	// Native has the server obtain the certificate; nil does not.
	Native *NativeACME `json:",omitempty"`
	TLSOptions
	HSTS HSTS
	// Turned are the names whose handshake is refused: those of ModeReject.
	Turned []Turned `json:",omitempty"`
	// Client asks clients for certificates; nil does not.
	Client *ClientAuth
}

// Redirect moves one path for good.
type Redirect struct {
	From, To Text
	// Code is the status; 0 is 301.
	Code int `json:",omitempty"`
	// DropQuery leaves the query of the request out.
	DropQuery bool `json:",omitempty"`
}

// Names are all names of the site, the canonical one first.
func (s *Site) Names() []Text {
	return append([]Text{s.Name}, s.Aliases...)
}

// anyPlace tells whether some place of the site is as asked.
func (s *Site) anyPlace(is func(*Place) bool) bool {
	return is(&s.Place) || slices.ContainsFunc(s.Routes, func(r *Route) bool { return is(&r.Place) })
}

// passesOn tells that another server answers in some place.
func (s *Site) passesOn() bool { return s.anyPlace(func(p *Place) bool { return p.passesOn() }) }

// HTTPS tells whether the site answers over TLS.
func (s *Site) HTTPS() bool { return s.TLS.Mode.answersTLS() }

func (m Mode) answersTLS() bool { return m != ModeOff && m != ModeReject }

// Wildcard tells whether any name of the site stands for many.
func (s *Site) Wildcard() bool {
	return slices.ContainsFunc(s.Names(), func(name Text) bool { return manyNames(name.Value) })
}

func isWildcard(name string) bool { return strings.HasPrefix(name, "*.") }
