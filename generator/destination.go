package generator

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Destination is where requests are passed to.
type Destination struct {
	// Text is the destination as it was written.
	Text
	// Scheme is what is spoken there: http, https, fastcgi, uwsgi, scgi, grpc or
	// grpcs.
	Scheme string
	// Address is host[:port] or unix:/path; empty for an upstream.
	Address string
	// Base stands in front of the paths passed on: empty, or a path without a slash
	// at its end.
	Base string
	// Upstream is the group of servers instead of one address; nil for an address.
	Upstream *Upstream `json:",omitempty"`
	// group is the name of the upstream until it is looked up.
	group string
}

// upstreamPrefix begins a destination that is an upstream: what upstream.NAME
// evaluates to.
const upstreamPrefix = "upstream."

// socketPath are paths of sockets that need quotes on no server.
var socketPath = pattern(`^/[A-Za-z0-9._/+@-]{1,100}$`)

// parseDestination reads a destination: an upstream, unix:/path, or
// scheme://host:port with one of the schemes. The scheme may be left out if there
// is only one that begins so.
func parseDestination(s string, schemes ...string) (Destination, error) {
	d := Destination{Text: Text{Value: s}, Scheme: schemes[0]}
	if rest, ok := strings.CutPrefix(s, upstreamPrefix); ok {
		name, base, _ := strings.Cut(rest, "/")
		if !upstreamName().MatchString(name) {
			return d, fmt.Errorf("%q is not the name of an upstream", name)
		}
		d.group = name
		return d, d.setBase("/" + base)
	}
	if path, ok := strings.CutPrefix(s, "unix:"); ok {
		if !socketPath().MatchString(path) || slices.Contains(strings.Split(path, "/"), "..") {
			return d, fmt.Errorf("%q is not the path of a socket: an absolute path of letters, digits and . _ + @ -", path)
		}
		d.Address = s
		return d, nil
	}
	if !strings.Contains(s, "://") {
		if schemes[0] == "http" {
			return d, fmt.Errorf("%q does not say what is spoken there; write %q, or unix:/path or upstream.NAME", s, "http://"+s)
		}
		s = schemes[0] + "://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return d, fmt.Errorf("%q is not a URL: %w", s, err)
	}
	if err := d.checkURL(u, schemes); err != nil {
		return d, err
	}
	d.Scheme = u.Scheme
	if d.Address, err = hostPort(u); err != nil {
		return d, err
	}
	if u.Port() == "" && u.Scheme != "http" && u.Scheme != "https" {
		return d, fmt.Errorf("%q has no port, and %s has no usual one", d.Text.Value, u.Scheme)
	}
	return d, d.setBase(u.EscapedPath())
}

func (d *Destination) checkURL(u *url.URL, schemes []string) error {
	s := d.Text.Value
	switch {
	case !slices.Contains(schemes, u.Scheme):
		return fmt.Errorf("%q is neither %s://…, unix:/path nor upstream.NAME", s, strings.Join(schemes, "://… or "))
	case u.Hostname() == "":
		return fmt.Errorf("%q names no host", s)
	case u.User != nil:
		return fmt.Errorf("the URL contains a user name; neither server passes one on")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return fmt.Errorf("%q has a query or fragment; both come from the request", s)
	}
	return nil
}

// basePath are paths that neither server reads anything into.
var basePath = pattern(`^(?:/[A-Za-z0-9._~-]+)*$`)

func (d *Destination) setBase(path string) error {
	d.Base = strings.TrimSuffix(path, "/")
	if !basePath().MatchString(d.Base) || slices.ContainsFunc(strings.Split(d.Base, "/"), func(s string) bool { return s == "." || s == ".." }) {
		return fmt.Errorf("the path %q may hold letters, digits and . _ ~ - between single slashes", path)
	}
	if d.Base != "" && d.Scheme != "http" && d.Scheme != "https" {
		return fmt.Errorf("%q has a path; the application is told the request's own", d.Text.Value)
	}
	return nil
}

// hostPort is the host and port of a URL in their canonical form.
func hostPort(u *url.URL) (string, error) {
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err != nil {
		if host, err = hostName(host); err != nil || strings.HasPrefix(host, "*") {
			return "", fmt.Errorf("%q does not name a usable host", u.Host)
		}
	} else if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", fmt.Errorf("%q: a port is a number from 1 to 65535", u.Host)
		}
		host += ":" + port
	}
	return host, nil
}

// destination makes a Check that accepts what parseDestination does.
func destination(schemes ...string) func(string) (string, error) {
	return func(s string) (string, error) {
		_, err := parseDestination(s, schemes...)
		return s, err
	}
}

// decodeDestination reads a text that its Check has accepted.
func decodeDestination(t Text, schemes ...string) Destination {
	if t.Value == "" {
		return Destination{Text: t, Scheme: schemes[0]}
	}
	d, _ := parseDestination(t.Value, schemes...)
	d.Range = t.Range
	return d
}

// host is the name or address of the server without its port.
func (d *Destination) host() string { return addressHost(d.Address) }

// addressHost is the host of an address; empty for a socket.
func addressHost(address string) string {
	if strings.HasPrefix(address, "unix:") {
		return ""
	}
	return (&url.URL{Host: address}).Hostname()
}

// isHostName tells that an address is a name, which has to be looked up.
func isHostName(address string) bool {
	host := addressHost(address)
	_, err := netip.ParseAddr(host)
	return host != "" && err != nil
}

// secure tells that the connection to the server is encrypted.
func (d *Destination) secure() bool {
	return d.Scheme == "https" || d.Scheme == "grpcs" || d.Upstream != nil && d.Upstream.TLS != nil && (d.Scheme == "http" || d.Scheme == "grpc")
}

// spoken is the scheme with its encryption.
func (d *Destination) spoken() string {
	if d.secure() {
		return cmp.Or(map[string]string{"http": "https", "grpc": "grpcs"}[d.Scheme], d.Scheme)
	}
	return d.Scheme
}

// same tells that two destinations are one.
func (d *Destination) same(other *Destination) bool {
	if d.Value != other.Value || (d.Upstream == nil) != (other.Upstream == nil) {
		return false
	}
	return d.Upstream == nil || d.Upstream.Name.Value == other.Upstream.Name.Value
}
