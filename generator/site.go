package generator

import (
	"net/netip"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Site is one described web site, after defaults, mixins and conversions.
type Site struct {
	// Name is the canonical host name.
	Name Text
	// Aliases are further names, redirected to Name unless ServeAliases.
	Aliases      []Text
	ServeAliases bool
	// Root is the directory of the files served; empty for a proxy.
	Root  Text
	Index []Text
	// MaxBody is the largest request body in bytes; 0 is no limit.
	MaxBody int64
	// Gzip tells that text-like answers are compressed.
	Gzip bool
	// RedirectCode is the status of redirects to HTTPS and to Name.
	RedirectCode int
	Redirects    []Redirect
	Listen       Listen
	TLS          TLS
	// Proxy is nil for a site of files.
	Proxy *Proxy
	// SecurityHeaders are the response headers of the chosen preset.
	SecurityHeaders []Header
	// Range is the head of the site block.
	Range hcl.Range
}

// Listen says which sockets a site is served on.
type Listen struct {
	HTTP, HTTPS int
	// Addresses are all addresses of the machine when empty.
	Addresses []netip.Addr
	// IPv6 includes all IPv6 addresses when Addresses is empty.
	IPv6  bool
	HTTP2 bool
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
)

// TLS is the HTTPS side of a site.
type TLS struct {
	Mode    Mode
	Profile string
	// ProfileRange is where the profile is chosen, if the description does.
	ProfileRange     hcl.Range `json:"-"`
	Certificate, Key Text
	// Challenge is the directory of ACME challenge files; empty closes the path.
	Challenge Text
	// Certbot tells that the certificate comes from certbot.
	Certbot bool
	HSTS    HSTS
}

// HSTS is the Strict-Transport-Security header (RFC 6797).
type HSTS struct {
	Enabled           bool
	MaxAge            time.Duration
	IncludeSubdomains bool
	Preload           bool
	Range             hcl.Range `json:"-"`
}

// Proxy passes a whole site to another server.
type Proxy struct {
	// To is scheme://host[:port].
	To Text
	// Host is "kept", "upstream" or a host name.
	Host      Text
	WebSocket bool
}

// Redirect moves one path for good.
type Redirect struct {
	From, To Text
}

// Header is a response header.
type Header struct {
	Name, Value string
	// Range is what asks for it; empty for those of a preset.
	Range hcl.Range `json:"-"`
}

// Names are all names of the site, the canonical one first.
func (s *Site) Names() []Text {
	return append([]Text{s.Name}, s.Aliases...)
}

// HTTPS tells whether the site answers over TLS.
func (s *Site) HTTPS() bool { return s.TLS.Mode != ModeOff }

// Wildcard tells whether any name of the site begins with "*.".
func (s *Site) Wildcard() bool {
	for _, name := range s.Names() {
		if isWildcard(name.Value) {
			return true
		}
	}
	return false
}

func isWildcard(name string) bool { return strings.HasPrefix(name, "*.") }

// DefaultSite answers names that no site has.
type DefaultSite struct {
	// Enabled is false when another configuration has the default hosts.
	Enabled          bool
	Certificate, Key Text
	Range            hcl.Range
}
