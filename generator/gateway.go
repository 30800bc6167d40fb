package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Gateway passes requests to an application that speaks another protocol than HTTP:
// FastCGI, uwsgi, SCGI or gRPC, as the scheme of its destination says. The
// application is told the whole path, and that it stands at the root of the site.
type Gateway struct {
	Link
	// Params are parameters beside the usual ones; for gRPC, request headers.
	Params []Header
}

var (
	fastcgiBlock = gatewayBlock("fastcgi", "Pass requests to a FastCGI application.", phpParams, "fastcgi")
	uwsgiBlock   = gatewayBlock("uwsgi", "Pass requests to a uwsgi application, such as Django in uWSGI.", phpParams, "uwsgi")
	scgiBlock    = gatewayBlock("scgi", "Pass requests to an SCGI application.", phpParams, "scgi")
	grpcBlock    = gatewayBlock("grpc", "Pass gRPC calls to another server.", requestHeaders, "grpc", "grpcs")

	gatewayBlocks = []*block{fastcgiBlock, uwsgiBlock, scgiBlock, grpcBlock}
)

// gatewayBlock is the row of a protocol with its schemes.
func gatewayBlock(name, doc string, params func(cty.Value) (cty.Value, error), schemes ...string) *block {
	b := &block{
		Name: name, Source: true, Doc: doc,
		Attributes: []attribute{
			{Name: "to", Type: cty.String, Check: check(destination(schemes...)),
				Example: fmt.Sprintf("%q", map[bool]string{false: "127.0.0.1:9000", true: "grpc://127.0.0.1:9000"}[name == "grpc"]),
				Doc:     "Where to: host:port, unix:/path of a socket, or upstream.NAME."},
			timeoutsAttribute,
		},
	}
	if name == "grpc" {
		return with(b, peerTLSAttribute, attribute{Name: "headers", Type: cty.Map(cty.String), Check: params, Unite: true, Doc: "Request headers set for the other server; an empty text takes one away."})
	}
	return with(b, attribute{Name: "params", Type: cty.Map(cty.String), Check: params, Unite: true, Doc: "Parameters beside the usual ones."})
}

func with(b *block, more ...attribute) *block {
	b.Attributes = append(b.Attributes, more...)
	return b
}

func decodeGateway(l *layer) *Gateway {
	for _, row := range gatewayBlocks {
		own := l.nested(row.Name)
		if own == nil {
			continue
		}
		schemes := []string{row.Name}
		g := &Gateway{}
		if row == grpcBlock {
			schemes = append(schemes, "grpcs")
			g.TLS, g.Params = decodePeerTLS(own), own.pairs("headers")
		} else {
			g.Params = own.pairs("params")
		}
		g.To, g.Timeouts = decodeDestination(own.text("to", ""), schemes...), decodeTimeouts(own)
		return g
	}
	return nil
}

// module is the prefix of the nginx directives for it, and its name in messages.
func (g *Gateway) module() string { return strings.TrimSuffix(g.To.Scheme, "s") }

// sets tells that the description gives a header or parameter itself.
func (g *Gateway) sets(name string) bool {
	return slices.ContainsFunc(g.Params, func(h Header) bool { return h.Name == name })
}

var gatewayCapabilities = map[string]capability{"fastcgi": capFastCGI, "uwsgi": capUWSGI, "scgi": capSCGI, "grpc": capGRPC}
