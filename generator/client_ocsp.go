package generator

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/tlspolicy"
)

// ClientOCSP asks the authority of a client's certificate whether it is revoked
// (RFC 6960). Both servers refuse the certificate when no answer comes.
type ClientOCSP struct {
	// Leaf asks for the client's own certificate alone, not for the authorities between
	// it and the root.
	Leaf bool
	// Responder is asked in the place of the one that a certificate names; empty leaves
	// that.
	Responder Text
	// Signers is a PEM file of who signs answers without the certificate beside them,
	// which Apache needs; empty is the file of authorities.
	Signers Text
	// Cache keeps answers as long as they hold.
	Cache bool
	// Resolver are the name servers by which nginx finds the responders.
	Resolver []Text
	Range    hcl.Range `json:"-"`
}

var clientOCSPAttribute = attribute{
	Name: "ocsp", Type: cty.DynamicPseudoType, Check: switchOrObject("ocsp"), TypeName: "true, false or an object", Default: "false",
	Needs: []capability{capClientOCSP}, Example: `{ check = "leaf", responder = "http://ocsp.example.com/" }`,
	Doc: "Ask the authorities whether the certificates are revoked, at every full handshake. Without an answer, or with another one than that a certificate is good, it does not count.",
	Keys: []attribute{
		{Name: "check", Type: cty.String, Check: oneOf("chain", "leaf"), Default: "chain", Needs: []capability{capClientOCSPLeaf}, Doc: "chain: the client's certificate and the authorities between it and the root; leaf: the client's certificate alone."},
		{Name: "responder", Type: cty.String, Check: check(responderURL), Default: "the one that a certificate names", Example: `"http://ocsp.example.com/"`, Doc: "Who is asked, whatever the certificates say: an http:// URL."},
		{Name: "signers", Type: cty.String, Check: check(absolutePath), Default: "ca", Example: `"/etc/ssl/clients/chain.pem"`, Doc: "PEM file of authorities that sign their answers without adding their certificate, for Apache: those of ca and those between. nginx takes them from the client's chain."},
		{Name: "cache", Type: cty.Bool, Default: "false", Needs: []capability{capClientOCSPCache}, Doc: "Keep answers until the authority says something new, instead of asking at each handshake: a certificate that is revoked meanwhile counts until then."},
		{Name: "resolver", Type: cty.List(cty.String), Check: check(listenAddress), Example: `["127.0.0.53"]`, Doc: "Name servers by which nginx finds the responders that certificates name. Apache asks the system."},
	},
}

func decodeClientOCSP(l *layer) *ClientOCSP {
	s, ok := l.setting(clientOCSPAttribute.Name)
	switch {
	case !ok:
		return nil
	case s.Value.Type() == cty.Bool && !s.Value.True():
		return nil
	case s.Value.Type() == cty.Bool:
		return &ClientOCSP{Range: s.Range}
	}
	o, _ := l.object(clientOCSPAttribute.Name)
	return &ClientOCSP{Leaf: o.text("check", "chain").Value == "leaf", Responder: o.text("responder", ""), Signers: o.text("signers", ""), Cache: o.flag("cache", false), Resolver: o.texts("resolver"), Range: o.Range}
}

// responderPath is what both servers pass on as it stands: nginx takes the rest of the
// URL for the path of its request (ngx_event_openssl_stapling.c, ngx_ssl_ocsp).
var responderPath = pattern(`^[A-Za-z0-9._~/+=@:,%-]*$`)

// responderURL accepts the address of an OCSP responder. Both servers speak plain HTTP
// with it: answers are signed.
func responderURL(s string) (string, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "":
		return s, fmt.Errorf(`%q is not a URL such as "http://ocsp.example.com/"`, s)
	case u.Scheme != "http":
		return s, fmt.Errorf("%q: both servers ask over http:// alone; the answers are signed", s)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(s, "#"):
		return s, fmt.Errorf("%q: the URL of a responder is of a host, a port and a path", s)
	case !responderPath().MatchString(u.EscapedPath()):
		return s, fmt.Errorf("%q: the path holds a character that a URL writes in its %%XX form", s)
	}
	host, err := listenAddress(u.Hostname())
	if err != nil {
		if host, err = hostName(u.Hostname()); err != nil {
			return s, err
		}
		if isWildcard(host) {
			return s, fmt.Errorf("%q is no single host", host)
		}
	} else if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if at := u.Port(); at != "" {
		host += ":" + at
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return "http://" + host + path, nil
}

// clientOCSP checks who is asked, and takes it out where the target cannot.
func (c *checker) clientOCSP(s *Site) {
	a := s.TLS.Client
	if a == nil || a.OCSP == nil {
		return
	}
	if a.OCSP.Leaf && !c.abilities.need(capClientOCSPLeaf, a.OCSP.Range, `tls.client_auth.ocsp.check = "leaf"`) {
		a.OCSP.Leaf = false
	}
	if a.OCSP.Cache && !c.abilities.need(capClientOCSPCache, a.OCSP.Range, "tls.client_auth.ocsp.cache") {
		a.OCSP.Cache = false
	}
	switch {
	case !c.abilities.need(capClientOCSP, a.OCSP.Range, "tls.client_auth.ocsp"):
		a.OCSP = nil
	case c.target.Server == tlspolicy.Nginx && a.OCSP.Responder.Value == "" && len(a.OCSP.Resolver) == 0:
		c.report(hcl.DiagError, a.OCSP.Range, "Responders without a name server",
			`Certificates name the responder of their authority by its host name, and nginx asks name servers itself. Write ocsp = { resolver = ["127.0.0.53"] }, with the address of yours, or name the responder yourself: ocsp = { responder = "http://ocsp.example.com/" }.`)
	}
}

// clientOCSP is written beside the rest of client_auth. One resolver stands in a
// server, which stapling may have written.
func (a nginxAt) clientOCSP(o *ClientOCSP) []nginxItem {
	if o == nil {
		return nil
	}
	out := []nginxItem{ng("ssl_ocsp", map[bool]nginxWord{true: "leaf", false: "on"}[o.Leaf])}
	if o.Responder.Value != "" {
		out = append(out, ng("ssl_ocsp_responder", a.w.plain(o.Responder)))
	}
	if o.Cache {
		// Room for some thousand certificates; sites may share it.
		out = append(out, ng("ssl_ocsp_cache", "shared:padlock_ocsp:1m"))
	}
	if a.host.site.TLS.Stapling == nil && len(o.Resolver) > 0 {
		out = append(out, resolverItem(a.w, o.Resolver))
	}
	return out
}

// clientOCSP is written beside the rest of client_auth. httpd knows the certificates
// beside an answer and those it is told of, but not the client's chain (measured on
// 2.4.68 to 2.4.71). With a nonce, the default, it refuses every answer that an
// authority has signed beforehand, as most do (ssl_engine_ocsp.c, "bad nonce"); nginx
// sends none.
func (a apacheAt) clientOCSP(c *ClientAuth) []apacheItem {
	o := c.OCSP
	if o == nil {
		return nil
	}
	out := []apacheItem{ap("SSLOCSPEnable", map[bool]apacheWord{true: "leaf", false: "on"}[o.Leaf])}
	if o.Responder.Value != "" {
		out = append(out, ap("SSLOCSPDefaultResponder", a.w.plain(o.Responder)), ap("SSLOCSPOverrideResponder", "on"))
	}
	if a.supports(tlspolicy.FeatureOCSPSigners) {
		signers := o.Signers
		if signers.Value == "" {
			signers = c.CA
		}
		out = append(out, ap("SSLOCSPResponderCertificateFile", a.w.plain(signers)))
	}
	if a.supports(tlspolicy.FeatureOCSPNonce) {
		out = append(out, ap("SSLOCSPUseRequestNonce", "off"))
	}
	return out
}

// nameServers are those that nginx asks for a site: one directive stands in a server.
func (t *TLS) nameServers() []Text {
	var out []Text
	known := map[string]bool{}
	add := func(list []Text) {
		for _, address := range list {
			if !known[address.Value] {
				known[address.Value] = true
				out = append(out, address)
			}
		}
	}
	if t.Stapling != nil {
		add(t.Stapling.Resolver)
	}
	if t.Client != nil && t.Client.OCSP != nil {
		add(t.Client.OCSP.Resolver)
	}
	return out
}

// resolverItem names the name servers that nginx asks.
func resolverItem(w *nginxWords, servers []Text) nginxItem {
	out := ng("resolver")
	for _, address := range servers {
		text := address.Value
		if strings.Contains(text, ":") {
			text = "[" + text + "]"
		}
		out.Args = append(out.Args, w.word(text, address))
	}
	return out
}
