package generator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// ClientAuth asks clients for certificates (RFC 8446 section 4.3.2).
type ClientAuth struct {
	// CA is a PEM file of the authorities whose certificates count.
	CA Text
	// Required refuses clients without one; otherwise places may (client_cert).
	Required bool
	// Depth is how many authorities may stand between the client's certificate and
	// one of CA.
	Depth int
	// CRL is a PEM file of revocation lists, one for each authority of a chain; empty
	// is none.
	CRL Text
	// OCSP asks the authorities; nil does not.
	OCSP *ClientOCSP `json:",omitempty"`
	// Pass are headers in which the application is told of the certificate.
	Pass []PassedPart
	// Range is the head of the block.
	Range hcl.Range `json:"-"`
}

// PassedPart is a request header with a part of the client's certificate.
type PassedPart struct {
	Header Text
	// Part is a key of certificateParts.
	Part string
}

// certificateParts are what an application can be told, with the variable of each
// server. Subjects and issuers are written by RFC 2253 on both, numbers in
// capital hexadecimal digits.
var certificateParts = map[string]struct{ nginx, apache string }{
	"verify":  {"$ssl_client_verify", "SSL_CLIENT_VERIFY"},
	"subject": {"$ssl_client_s_dn", "SSL_CLIENT_S_DN"},
	"issuer":  {"$ssl_client_i_dn", "SSL_CLIENT_I_DN"},
	"serial":  {"$ssl_client_serial", "SSL_CLIENT_M_SERIAL"},
	"expires": {"$ssl_client_v_end", "SSL_CLIENT_V_END"},
}

var clientAuthBlock = &block{
	Name: "client_auth",
	Doc:  "Ask clients for certificates. Port 80, and with it the challenges of ACME, knows none.",
	Attributes: []attribute{
		{Name: "ca", Type: cty.String, Check: check(absolutePath), Example: `"/etc/ssl/clients/ca.pem"`, Doc: "PEM file of the authorities whose certificates count."},
		{Name: "mode", Type: cty.String, Check: oneOf("required", "optional"), Default: "required",
			Doc: "required: no request without a certificate; optional: one may be shown, and client_cert = \"required\" of a route asks for it. A certificate that does not count is refused either way."},
		{Name: "depth", Type: cty.Number, Check: between(0, 20), Default: "1", Doc: "How many authorities may stand between a client's certificate and one of ca."},
		{Name: "crl", Type: cty.String, Check: check(absolutePath), Default: "none", Example: `"/etc/ssl/clients/crl.pem"`, Doc: "PEM file of revocation lists; each authority of a chain needs one."},
		clientOCSPAttribute,
		{Name: "pass_headers", Type: cty.Map(cty.String), Check: passedParts, Unite: true, Default: "none", Example: `{ "X-Client-Subject" = "subject" }`,
			Doc: "Request headers in which the application is told of the certificate, each to verify (SUCCESS or NONE), subject, issuer, serial or expires. What a client sends under these names is dropped."},
	},
}

func decodeClientAuth(l *layer) (*ClientAuth, hcl.Diagnostics) {
	if l == nil {
		return nil, nil
	}
	c := &ClientAuth{CA: l.text("ca", ""), Required: l.text("mode", "required").Value == "required", Depth: l.number("depth", 1),
		CRL: l.text("crl", ""), OCSP: decodeClientOCSP(l), Range: l.Range}
	if s, ok := l.setting("pass_headers"); ok {
		parts := s.Value.AsValueMap()
		for _, name := range sortedKeys(parts) {
			c.Pass = append(c.Pass, PassedPart{Text{name, s.Range}, parts[name].AsString()})
		}
	}
	if c.CA.Value == "" {
		return c, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Certificates of nobody",
			Detail: "Add ca, the PEM file of the authorities whose certificates count.", Subject: &l.Range}}
	}
	return c, nil
}

// passedParts checks a map of request header to part of the certificate.
func passedParts(v cty.Value) (cty.Value, error) {
	var mistakes []string
	known := sortedKeys(certificateParts)
	for name, part := range v.AsValueMap() {
		switch err := usableHeader(name); {
		case err != nil:
			mistakes = append(mistakes, err.Error())
		case strings.Contains(name, "_"):
			mistakes = append(mistakes, fmt.Sprintf("%q has an underscore; applications take it for the same header as with a hyphen, and some servers drop it", name))
		case strings.Count(name, "-") > 4:
			mistakes = append(mistakes, fmt.Sprintf("%q has more than four hyphens", name))
		case slices.Contains([]string{"host", "authorization", "cookie", "forwarded"}, strings.ToLower(name)):
			mistakes = append(mistakes, fmt.Sprintf("%q has a meaning of its own for applications", name))
		case part.IsNull() || !slices.Contains(known, part.AsString()):
			text := ""
			if !part.IsNull() {
				text = part.AsString()
			}
			mistakes = append(mistakes, fmt.Sprintf("%q of %q is not one of %s%s", text, name, quotedList(known), didYouMean(text, known)))
		}
	}
	slices.Sort(mistakes)
	return v, joined(mistakes)
}

// clientAuth is written where content is served over TLS.
func (a nginxAt) clientAuth() []nginxItem {
	c := a.host.site.TLS.Client
	if c == nil || !a.host.tls {
		return nil
	}
	mode := nginxWord("optional")
	if c.Required {
		mode = "on"
	}
	out := []nginxItem{ng("ssl_client_certificate", a.w.plain(c.CA)), ng("ssl_verify_client", mode), ng("ssl_verify_depth", nginxWord(strconv.Itoa(c.Depth)))}
	if c.CRL.Value != "" {
		out = append(out, ng("ssl_crl", a.w.plain(c.CRL)))
	}
	return about("Clients show certificates.", append(out, a.clientOCSP(c.OCSP)...)...)
}

// clientAuth is written where content is served over TLS. Apache counts the
// authority itself as one of the depth, nginx does not.
func (a apacheAt) clientAuth() []apacheItem {
	c := a.host.site.TLS.Client
	if c == nil || !a.host.tls {
		return nil
	}
	mode := apacheWord("optional")
	if c.Required {
		mode = "require"
	}
	out := []apacheItem{ap("SSLCACertificateFile", a.w.plain(c.CA)), ap("SSLVerifyClient", mode), ap("SSLVerifyDepth", apacheWord(strconv.Itoa(c.Depth+1)))}
	if c.CRL.Value != "" {
		out = append(out, ap("SSLCARevocationFile", a.w.plain(c.CRL)), ap("SSLCARevocationCheck", "chain"))
	}
	return about("Clients show certificates.", append(out, a.clientOCSP(c)...)...)
}

// passed are the headers that tell an application of the certificate; nginx sends
// none that is empty.
func (a nginxAt) passed(directive string) []nginxItem {
	c := a.host.site.TLS.Client
	if c == nil {
		return nil
	}
	var out []nginxItem
	for _, p := range c.Pass {
		out = append(out, ng(directive, a.w.plain(p.Header), nginxWord(certificateParts[p.Part].nginx)))
	}
	return out
}

// passedParams are the same for applications that are told by parameters: one of
// the name of a header stands in its place (ngx_http_fastcgi_module).
func (a nginxAt) passedParams(directive string) []nginxItem {
	c := a.host.site.TLS.Client
	if c == nil {
		return nil
	}
	var out []nginxItem
	for _, p := range c.Pass {
		out = append(out, ng(directive, a.w.marked(nginxWord(headerParam(p.Header.Value)), p.Header.Range), nginxWord(certificateParts[p.Part].nginx), "if_not_empty"))
	}
	return out
}

// spellings are the ways to write the name of a header that an application may take
// for one, as it is first: variables of CGI, and of what is made after it, have no hyphens. nginx
// drops names with underscores itself (underscores_in_headers).
func spellings(name string) []string {
	all := []string{""}
	for _, c := range name {
		var longer []string
		for _, start := range all {
			longer = append(longer, start+string(c))
			if c == '-' {
				longer = append(longer, start+"_")
			}
		}
		all = longer
	}
	return all
}

// passed are the headers that tell an application of the certificate.
func (a apacheAt) passed() []apacheItem {
	c := a.host.site.TLS.Client
	if c == nil {
		return nil
	}
	var out []apacheItem
	for _, p := range c.Pass {
		header := a.w.plain(p.Header)
		for _, name := range spellings(p.Header.Value) {
			out = append(out, ap("RequestHeader", "unset", a.w.marked(apacheWord(name), p.Header.Range)))
		}
		if a.host.tls {
			variable := apacheWord(certificateParts[p.Part].apache)
			out = append(out, ap("RequestHeader", "set", header, `"%{`+variable+`}s"`, `"expr=-n %{`+variable+`}"`))
		}
	}
	return out
}
