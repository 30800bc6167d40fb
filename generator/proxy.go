package generator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
)

// Proxy passes requests to another HTTP server.
type Proxy struct {
	Link
	// Host is "kept", "upstream" or a host name.
	Host Text
	// Strip takes the path of the route away from what is passed on.
	Strip     bool
	WebSocket bool
	// Unbuffered and RequestUnbuffered pass answers and request bodies on as they
	// come.
	Unbuffered, RequestUnbuffered bool
	// Intercept lets the site's error pages replace errors of the other server.
	Intercept bool
	// Set are request headers for the other server; an empty value takes one away.
	Set []Header
	// Hide are response headers that the client does not get, Pass those of the
	// other server's that it gets instead of the site's.
	Hide, Pass []Text
	Retry      *Retry `json:",omitempty"`
	// Cache keeps answers; nil does not.
	Cache *ProxyCache `json:",omitempty"`
}

// Retry says when a request is given to the next server of an upstream.
type Retry struct {
	// On are error, timeout, invalid_header, non_idempotent and statuses.
	On []string
	// Tries are the servers asked at most; 0 is all of them.
	Tries int
	// Timeout bounds them all together; 0 does not.
	Timeout time.Duration
}

var proxyBlock = &block{
	Name:   "proxy",
	Source: true,
	Doc:    "Pass requests to another server.",
	Attributes: []attribute{
		{Name: "to", Type: cty.String, Check: check(destination("http", "https")), Example: `"http://127.0.0.1:3000"`,
			Doc: "Where to: http:// or https:// URL, unix:/path of a socket, or upstream.NAME. A path in it stands in front of the paths passed on."},
		{Name: "host", Type: cty.String, Check: check(upstreamHost), Default: `"kept", and "upstream" for https`, Example: `"upstream"`,
			Doc: "Host header sent on: kept (the client's), upstream (the one of the URL), or a name."},
		{Name: "strip_prefix", Type: cty.Bool, Default: "false", Doc: "Take the path of the route away from the paths passed on; redirects and cookies that come back get it again."},
		{Name: "websocket", Type: cty.Bool, Default: "false", Needs: []capability{capWebSocket}, Doc: "Let connections be upgraded to WebSocket."},
		{Name: "buffering", Type: cty.Bool, Default: "true", Doc: "Collect answers, so that slow clients do not hold the other server; false passes them on as they come."},
		{Name: "request_buffering", Type: cty.Bool, Default: "true", Doc: "Collect request bodies before the other server is asked (nginx)."},
		{Name: "intercept_errors", Type: cty.Bool, Default: "false", Doc: "Let the site's error pages replace errors of the other server."},
		{Name: "headers", Type: cty.Map(cty.String), Check: requestHeaders, Unite: true, Example: `{ "X-Tenant" = "one" }`, Doc: "Request headers set for the other server; an empty text takes one away."},
		{Name: "hide", Type: cty.List(cty.String), Check: check(headerName), Example: `["X-Powered-By"]`, Doc: "Response headers of the other server that the client does not get."},
		{Name: "pass", Type: cty.List(cty.String), Check: check(headerName), Example: `["Cache-Control"]`, Doc: "Response headers that the other server decides on: the site's own of that name is not sent."},
		timeoutsAttribute,
		accelAttribute,
		peerTLSAttribute,
		proxyCacheAttribute,
		{Name: "retry", Type: cty.DynamicPseudoType, Example: `{ on = ["error", "timeout"], tries = 2 }`, Doc: "When the next server of an upstream is asked.", Keys: []attribute{
			{Name: "on", Type: cty.List(cty.String), Check: oneOf("error", "timeout", "invalid_header", "non_idempotent", "500", "502", "503", "504", "429"),
				Default: `["error", "timeout"]`, Doc: "What makes it so."},
			{Name: "tries", Type: cty.Number, Check: between(1, 100), Default: "all servers", Example: `2`, Doc: "Most servers asked; 1 never asks another."},
			{Name: "timeout", Type: cty.String, Check: check(span), Example: `"10s"`, Doc: "Most time for all tries together (nginx)."},
		}},
	},
}

var headerToken = pattern("^[A-Za-z0-9!#%&'*+.^_|~-]+$")

// headerName is the name of a header field (RFC 9110 section 5.1), without the
// characters that have a meaning to a server: the dollar sign and the back quote.
func headerName(s string) (string, error) {
	if !headerToken().MatchString(s) || strings.Contains(s, "%") {
		return s, fmt.Errorf("%q is not the name of a header", s)
	}
	return http.CanonicalHeaderKey(s), nil
}

// ownHeaders are request headers that other attributes or the protocol decide.
var ownHeaders = map[string]string{
	"Host": "use host", "Connection": "use websocket", "Upgrade": "use websocket",
	"Content-Length": "the servers compute it", "Transfer-Encoding": "the servers compute it", "Te": "it is for one connection only",
}

// requestHeaders checks headers for the other server.
func requestHeaders(v cty.Value) (cty.Value, error) {
	var mistakes []string
	out := map[string]cty.Value{}
	values := v.AsValueMap()
	for _, name := range sortedKeys(values) {
		canonical, err := headerName(name)
		switch why, own := ownHeaders[canonical]; {
		case err != nil:
		case own:
			err = fmt.Errorf("%s cannot be set: %s", canonical, why)
		case values[name].IsNull():
			err = fmt.Errorf("the value of %s is null", name)
		case strings.HasPrefix(values[name].AsString(), "expr="):
			err = fmt.Errorf("the value of %s begins with expr=, which Apache takes for an expression", name)
		case strings.Contains(values[name].AsString(), "\t"):
			err = fmt.Errorf("the value of %s holds a tab", name)
		case values[name].AsString() != strings.TrimSpace(values[name].AsString()):
			err = fmt.Errorf("the value of %s begins or ends with a space", name)
		}
		if err != nil {
			mistakes = append(mistakes, err.Error())
		}
		out[canonical] = values[name]
	}
	if len(out) == 0 {
		return v, nil
	}
	return cty.MapVal(out), joined(mistakes)
}

func decodeProxy(l *layer) *Proxy {
	if l == nil {
		return nil
	}
	p := &Proxy{
		Link: Link{
			To: decodeDestination(l.text("to", ""), "http", "https"), Timeouts: decodeTimeouts(l), TLS: decodePeerTLS(l),
		},
		Strip: l.flag("strip_prefix", false), WebSocket: l.flag("websocket", false),
		Unbuffered: !l.flag("buffering", true), RequestUnbuffered: !l.flag("request_buffering", true),
		Intercept: l.flag("intercept_errors", false), Cache: decodeProxyCache(l),
		Hide: l.texts("hide"), Pass: l.texts("pass"),
	}
	p.decodeAccel(l)
	fallback := "kept"
	if p.To.Scheme == "https" {
		fallback = "upstream"
	}
	p.Host = l.text("host", fallback)
	if s, ok := l.setting("headers"); ok {
		values := s.Value.AsValueMap()
		for _, name := range sortedKeys(values) {
			p.Set = append(p.Set, Header{Name: name, Value: values[name].AsString(), Range: s.Range})
		}
	}
	if o, ok := l.object("retry"); ok {
		p.Retry = &Retry{Tries: o.number("tries", 0), Timeout: o.span("timeout", 0)}
		for _, on := range o.texts("on") {
			p.Retry.On = append(p.Retry.On, on.Value)
		}
		if p.Retry.On == nil {
			p.Retry.On = []string{"error", "timeout"}
		}
	}
	return p
}

// named tells that the other server is asked for a name of its own.
func (p *Proxy) named() bool { return p.Host.Value != "kept" && p.Host.Value != "upstream" }

// sets tells that the description gives a request header itself.
func (p *Proxy) sets(name string) bool {
	return slices.ContainsFunc(p.Set, func(h Header) bool { return h.Name == http.CanonicalHeaderKey(name) })
}

// passed is the path that stands for the route's own in what is passed on, and
// whether it is another one. Whole and exact paths keep theirs below Base.
func (p *Proxy) passed(path string) (string, bool) {
	if p.Strip {
		return p.To.Base + "/", true
	}
	return p.To.Base + path, p.To.Base != ""
}
