package generator

import (
	"cmp"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/tlspolicy"
)

// NativeACME has the server itself obtain the certificate: nginx by its acme
// module, Apache by mod_md.
type NativeACME struct {
	// Email is told to the authority; empty tells none.
	Email Text
	// Directory is the authority's address (RFC 8555 section 7.1.1).
	Directory Text
	// Resolver are the name servers by which nginx finds the authority.
	Resolver []Text    `json:",omitempty"`
	Range    hcl.Range `json:"-"`
}

// nativeMethod is the value of acme for it, letsEncrypt the authority that is asked
// when none is named.
const (
	nativeMethod = "native"
	letsEncrypt  = "https://acme-v02.api.letsencrypt.org/directory"
)

var accountAttribute = attribute{Name: "account", Type: cty.DynamicPseudoType, Example: `{ email = "admin@example.com" }`,
	Doc: "With acme = \"native\": the account at the authority, whose terms are accepted by it.", Keys: []attribute{
		{Name: "email", Type: cty.String, Check: check(emailAddress), Example: `"admin@example.com"`, Doc: "Address that the authority may write to."},
		{Name: "directory", Type: cty.String, Check: check(acmeDirectory), Default: letsEncrypt, Example: `"` + letsEncrypt + `"`, Doc: "Address of the authority."},
		{Name: "resolver", Type: cty.List(cty.String), Check: check(listenAddress), Example: `["127.0.0.53"]`, Doc: "Name servers that nginx finds the authority by."},
	}}

func emailAddress(s string) (string, error) {
	address, err := mail.ParseAddress(s)
	if err != nil || address.Address != s || strings.ContainsAny(s, " \"'\\;{}$") {
		return s, fmt.Errorf("%q is not the address of a mailbox", s)
	}
	return s, nil
}

func acmeDirectory(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(s, " \"'\\;{}$") {
		return s, fmt.Errorf("%q is not the https:// address of an authority's directory", s)
	}
	return s, nil
}

func decodeNativeACME(l *layer, method Text) *NativeACME {
	if method.Value != nativeMethod {
		return nil
	}
	o, _ := l.object(accountAttribute.Name)
	return &NativeACME{Email: o.text("email", ""), Directory: o.text("directory", letsEncrypt), Resolver: o.texts("resolver"), Range: method.Range}
}

// id is the name of the account: sites with the same one share it.
func (n *NativeACME) id() string {
	return "padlock_" + shortHash(n.Email.Value+"\n"+n.Directory.Value)
}

// native checks what the server is to obtain by itself.
func (c *checker) native(s *Site) {
	n := s.TLS.Native
	if n == nil || !s.HTTPS() {
		return
	}
	c.abilities.need(capNativeACME, n.Range, `tls.acme = "native"`)
	if s.Wildcard() {
		c.report(hcl.DiagError, n.Range, "A wildcard needs a challenge in the DNS",
			`Neither server can answer one by itself. Obtain the certificate with a client, for example acme = "certbot".`)
	}
	if s.TLS.Mode == ModeOnly || s.Listen.HTTP != 80 {
		c.report(hcl.DiagError, n.Range, "The authority asks on port 80",
			`Certificate challenges come over plain HTTP to port 80 (RFC 8555 section 8.3), which this site does not listen on. Write mode = "redirect" and listen { http = 80 }.`)
	}
	if c.target.Server == tlspolicy.Nginx && len(n.Resolver) == 0 {
		c.report(hcl.DiagError, n.Range, "A certificate authority without a name server",
			`nginx finds the authority by name, and asks name servers itself. Add account = { resolver = ["127.0.0.53"] }, with the address of yours.`)
	}
	if c.target.Server == tlspolicy.Nginx && n.Email.Value == "" {
		c.report(hcl.DiagError, n.Range, "An account without an address", `nginx wants to know whom the authority may write to. Add account = { email = "admin@`+plainName(s.Name.Value)+`" }.`)
	}
}

// accounts are those of all sites, each once.
func accounts(sites []*Site) []*NativeACME {
	var out []*NativeACME
	for _, s := range sites {
		n := s.TLS.Native
		if n != nil && s.HTTPS() && !slices.ContainsFunc(out, func(other *NativeACME) bool { return other.id() == n.id() }) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b *NativeACME) int { return cmp.Compare(a.id(), b.id()) })
	return out
}

// issuers are the accounts, beside all servers, with the name servers that the
// module asks (nginx.org, ngx_http_acme_module).
func (n *nginxRenderer) issuers(sites []*Site, w *nginxWords) []nginxItem {
	list := accounts(sites)
	if len(list) == 0 {
		return nil
	}
	resolver := ng("resolver")
	known := map[string]bool{}
	for _, account := range list {
		for _, address := range account.Resolver {
			text := address.Value
			if strings.Contains(text, ":") {
				text = "[" + text + "]"
			}
			if !known[text] {
				known[text] = true
				resolver.Args = append(resolver.Args, w.word(text, address))
			}
		}
	}
	out := []nginxItem{resolver, gap[nginxWord]()}
	for _, account := range list {
		out = append(out, n.issuer(account, w), gap[nginxWord]())
	}
	return out
}

func (n *nginxRenderer) issuer(account *NativeACME, w *nginxWords) nginxItem {
	id := account.id()
	return ngBlock([]nginxItem{
		ng("uri", w.plain(account.Directory)),
		ng("contact", w.plain(account.Email)),
		ng("state_path", nginxWord("/var/cache/nginx/"+id)),
		ng("accept_terms_of_service"),
	}, "acme_issuer", nginxWord(id))
}

// obtained are the certificates that nginx obtains for the host.
func (n *nginxRenderer) obtained(account *NativeACME) []nginxItem {
	return []nginxItem{
		ng("acme_certificate", nginxWord(account.id())),
		ng("ssl_certificate", "$acme_certificate"),
		ng("ssl_certificate_key", "$acme_certificate_key"),
		ng("ssl_certificate_cache", "max=2"),
	}
}

// managed is the domain that mod_md obtains the certificate for. The first name
// of it is the site's.
func (a *apacheRenderer) managed(s *Site, w *apacheWords) []apacheItem {
	n := s.TLS.Native
	if n == nil || !s.HTTPS() {
		return nil
	}
	var body []apacheItem
	for _, alias := range s.Aliases {
		body = append(body, ap("MDMember", w.plain(alias)))
	}
	body = append(body, ap("MDMembers", "manual"), ap("MDCertificateAuthority", w.plain(n.Directory)), ap("MDCertificateAgreement", "accepted"))
	if n.Email.Value != "" {
		body = append(body, ap("MDContactEmail", w.plain(n.Email)))
	}
	return about("Apache obtains the certificate by itself.", apBlock(body, "MDomainSet", w.plain(s.Name)))
}
