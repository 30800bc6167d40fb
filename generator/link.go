package generator

import (
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Link is the connection over which a place passes requests to another program.
type Link struct {
	To       Destination
	Timeouts Timeouts
	// TLS is how the other side is verified; nil for a connection without TLS, or
	// one as its upstream says.
	TLS *PeerTLS `json:",omitempty"`
	// Accel lets the other side have files sent in place of its answer
	// (X-Accel-Redirect of nginx); AccelRange is where it is said.
	Accel      bool      `json:",omitempty"`
	AccelRange hcl.Range `json:"-"`
}

// Timeouts bound the parts of an exchange; zero is the 60 seconds that both
// servers have.
type Timeouts struct {
	// Connect is for opening the connection, Send and Read for the time between two
	// writes or reads.
	Connect, Send, Read time.Duration
}

var timeoutsAttribute = attribute{Name: "timeouts", Type: cty.DynamicPseudoType, Example: `{ connect = "3s", read = "60s" }`, Doc: "How long the other side may take.", Keys: []attribute{
	{Name: "connect", Type: cty.String, Check: check(span), Default: "60s", Doc: "Opening the connection."},
	{Name: "send", Type: cty.String, Check: check(span), Default: "60s", Doc: "Between two parts of a request. Apache has one time for both directions, and takes the longer."},
	{Name: "read", Type: cty.String, Check: check(span), Default: "60s", Doc: "Between two parts of an answer."},
}}

var accelAttribute = attribute{Name: "accel_redirect", Type: cty.Bool, Default: "false",
	Doc: "Let the application have files sent by X-Accel-Redirect, from locations that raw \"nginx\" makes internal. Otherwise that header is neither followed nor passed on: who can make the application send it could read what clients do not get. Apache does not know it."}

// decodeAccel sets what a block says of accelAttribute.
func (l *Link) decodeAccel(from *layer) {
	l.Accel = from.flag(accelAttribute.Name, false)
	if s, ok := from.setting(accelAttribute.Name); ok {
		l.AccelRange = s.Range
	}
}

// accel is the header by which an application has a file sent.
const accel = "X-Accel-Redirect"

// notFollowed has a module take that header for one like any other; nginx keeps it
// from the client either way.
func notFollowed(module string, l *Link) []nginxItem {
	if l == nil || l.Accel {
		return nil
	}
	return []nginxItem{ng(module+"_ignore_headers", accel)}
}

func decodeTimeouts(l *layer) Timeouts {
	o, _ := l.object("timeouts")
	return Timeouts{Connect: o.span("connect", 0), Send: o.span("send", 0), Read: o.span("read", 0)}
}

// PeerTLS is how a connection to another server is encrypted.
type PeerTLS struct {
	// Verify tells that the certificate of the other side is checked.
	Verify bool
	// Name is what it must be made out to; empty is the host of the address.
	Name Text
	// CA is the file of the authorities; empty is those of the platform.
	CA Text
	// Certificate and Key are shown to the other side; empty shows none.
	Certificate, Key Text
	// Protocols are the TLS versions offered; empty leaves them to the server.
	Protocols []Text
	Range     hcl.Range `json:"-"`
}

var peerTLSAttribute = attribute{Name: "tls", Type: cty.DynamicPseudoType, Example: `{ name = "backend.internal", ca = "/etc/ssl/backend/ca.pem" }`, Doc: "How the connection is encrypted and the other side verified.", Keys: []attribute{
	{Name: "verify", Type: cty.Bool, Default: "true", Doc: "Check the certificate of the other side."},
	{Name: "name", Type: cty.String, Check: check(hostName), Default: "the host of the address", Example: `"backend.internal"`, Doc: "Name that the certificate must be made out to."},
	{Name: "ca", Type: cty.String, Check: check(absolutePath), Default: "those of the platform", Example: `"/etc/ssl/backend/ca.pem"`, Doc: "PEM file of the authorities that are trusted."},
	{Name: "certificate", Type: cty.String, Check: check(absolutePath), Example: `"/etc/ssl/backend/client.pem"`, Doc: "PEM file of a certificate shown to the other side."},
	{Name: "key", Type: cty.String, Check: check(absolutePath), Example: `"/etc/ssl/backend/client.key"`, Doc: "PEM file of its private key; Apache wants both in one file."},
	{Name: "protocols", Type: cty.List(cty.String), Check: oneOf("TLSv1.2", "TLSv1.3"), Doc: "TLS versions offered."},
}}

func decodePeerTLS(l *layer) *PeerTLS {
	o, ok := l.object(peerTLSAttribute.Name)
	if !ok {
		return nil
	}
	return &PeerTLS{
		Verify: o.flag("verify", true), Name: o.text("name", ""), CA: o.text("ca", ""),
		Certificate: o.text("certificate", ""), Key: o.text("key", ""), Protocols: o.texts("protocols"), Range: o.Range,
	}
}

// peer is how the other side is verified; nil if the connection is not encrypted.
func (l *Link) peer() *PeerTLS {
	switch {
	case l.TLS != nil:
		return l.TLS
	case l.To.Upstream != nil && l.To.Upstream.TLS != nil:
		return l.To.Upstream.TLS
	case l.To.secure():
		return &PeerTLS{Verify: true, Range: l.To.Range}
	}
	return nil
}

// link is the connection of a place that passes its requests on, nil if it does
// not.
func (p *Place) link() *Link {
	switch {
	case p.Proxy != nil:
		return &p.Proxy.Link
	case p.Gateway != nil:
		return &p.Gateway.Link
	case p.PHP != nil:
		return &p.PHP.Link
	}
	return nil
}

// links are the connections of all places of the site.
func (s *Site) links() []*Link {
	var out []*Link
	s.anyPlace(func(p *Place) bool {
		if l := p.link(); l != nil {
			out = append(out, l)
		}
		return false
	})
	return out
}
