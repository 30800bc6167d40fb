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
	fastcgiBlock = gatewayBlock("fastcgi", "Pass requests to a FastCGI application.", gatewayParams, "fastcgi")
	uwsgiBlock   = gatewayBlock("uwsgi", "Pass requests to a uwsgi application, such as Django in uWSGI.", gatewayParams, "uwsgi")
	scgiBlock    = gatewayBlock("scgi", "Pass requests to an SCGI application.", gatewayParams, "scgi")
	grpcBlock    = withTLS(gatewayBlock("grpc", "Pass gRPC calls to another server.",
		attribute{Name: "headers", Type: cty.Map(cty.String), Check: requestHeaders, Unite: true, Example: `{ X-Tenant = "a" }`, Doc: "Request headers set for the other server; an empty text takes one away."},
		"grpc", "grpcs"))

	gatewayBlocks = []*block{fastcgiBlock, uwsgiBlock, scgiBlock, grpcBlock}
)

// gatewayBlock is the row of a protocol with its schemes.
func gatewayBlock(name, doc string, more attribute, schemes ...string) *block {
	address := "127.0.0.1:9000"
	if name == "grpc" {
		address = "grpc://127.0.0.1:50051"
	}
	return &block{
		Name: name, Source: true, Doc: doc, Example: fmt.Sprintf("%s {\n  to = %q\n}", name, address),
		Attributes: []attribute{
			{Name: "to", Type: cty.String, Check: check(destination(schemes...)), Example: fmt.Sprintf("%q", address), Needs: []capability{gatewayCapabilities[name]},
				Doc: "Where to: host:port, unix:/path of a socket, or upstream.NAME."},
			timeoutsAttribute,
			accelAttribute,
			more,
		},
	}
}

var gatewayParams = attribute{Name: "params", Type: cty.Map(cty.String), Check: phpParams, Unite: true, Example: `{ APP_ENV = "production" }`, Doc: "Parameters beside the usual ones."}

func withTLS(b *block) *block {
	b.Attributes = append(b.Attributes, peerTLSAttribute)
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
		g.decodeAccel(own)
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
