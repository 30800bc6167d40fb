package generator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Headers are what a place says about response headers.
type Headers struct {
	// Fixed are those of the preset, of the attributes that have one of their own,
	// and of set, each name once.
	Fixed []Header
	// CSP is the content security policy; nil is none.
	CSP *CSP
	// Remove are the names that no answer has, whoever sends them.
	Remove []string
	// Documents are the names of those that documents alone have.
	Documents []string `json:",omitempty"`
}

// Header is a response header.
type Header struct {
	Name string
	// Value holds nonceMark where a nonce stands.
	Value string
	// On are the answers that have it; the zero value is all of them.
	On Answers
	// Joins tells that it is a list to which others may add: Vary. It takes nothing
	// away.
	Joins bool
	// Range is where the value was described.
	Range hcl.Range `json:"-"`
}

// Answers are those that a header is sent with.
type Answers struct {
	// Origins is a pattern of the request's Origin; empty is any, or none. Where
	// Value is empty, the origin itself is the value.
	Origins string
	// Preflight is only an answer to the question that a browser asks beforehand.
	Preflight bool
	// Status is only one with that status.
	Status int
	// Types is a pattern of the media types of content, Except of those that are not
	// among them; empty is any, or none.
	Types, Except string
}

// everywhere tells that all answers have the header.
func (a Answers) everywhere() bool { return a == Answers{} }

var headersBlock = &block{
	Name: "headers",
	Doc:  "Response headers. They reach the client on every route, with every status, whoever answers.",
	Attributes: slices.Concat([]attribute{
		{Name: "preset", Type: cty.String, Check: oneOf("none", "recommended", "strict"), Default: "recommended",
			Doc: "recommended: X-Content-Type-Options, X-Frame-Options and Referrer-Policy, which harm no site; strict: also a Content-Security-Policy for the site's own content alone, Permissions-Policy, Cross-Origin-Opener-Policy and Cross-Origin-Resource-Policy; none: none of them."},
		{Name: "set", Type: cty.Map(cty.String), Check: headerTable, Unite: true, Default: "none", Example: `{ "X-Robots-Tag" = "noindex" }`,
			Doc: "Further headers, name to value; they go before those of the preset and of the application."},
		{Name: "remove", Type: cty.List(cty.String), Check: check(removableHeader), Unite: true, Default: "none", Example: `["X-Powered-By"]`,
			Doc: "Headers that no answer has, also not the application's. Lists of the site and its routes add up."},
		{Name: "frame", Type: cty.String, Check: oneOf("deny", "sameorigin", "off"), Default: "by preset",
			Doc: "X-Frame-Options: who may show the site in a frame. csp.frame_ancestors says it in more detail."},
		{Name: "referrer", Type: cty.String, Check: oneOf(append(slices.Clone(referrerPolicies), "off")...), Default: "by preset",
			Doc: "Referrer-Policy: how much of the address other sites learn."},
		{Name: "permissions", Type: cty.DynamicPseudoType, TypeName: "an object of lists", Check: permissionTable, Default: "by preset",
			Example: `{ camera = [], geolocation = ["self", "https://maps.example"] }`,
			Doc:     "Permissions-Policy: feature to the origins that may use it; an empty list is nobody."},
		{Name: "cross_origin", Type: cty.DynamicPseudoType, TypeName: "an object", Default: "by preset",
			Example: `{ opener = "same-origin", embedder = "require-corp", resource = "same-origin" }`,
			Doc:     "How the site and other origins are kept apart.", Keys: []attribute{
				{Name: "opener", Type: cty.String, Check: oneOf("same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none", "off"), Default: "by preset",
					Doc: "Cross-Origin-Opener-Policy: windows that share a group with the page."},
				{Name: "embedder", Type: cty.String, Check: oneOf("require-corp", "credentialless", "unsafe-none", "off"), Default: "off",
					Doc: "Cross-Origin-Embedder-Policy: what other origins have to say before the page may embed theirs."},
				{Name: "resource", Type: cty.String, Check: oneOf("same-origin", "same-site", "cross-origin", "off"), Default: "by preset",
					Doc: "Cross-Origin-Resource-Policy: who may embed the site's own."},
			}},
	}, headerTypeAttributes),
	Blocks: []*block{cspBlock},
}

// referrerPolicies are those of the Referrer Policy specification, section 3.
var referrerPolicies = []string{
	"no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin",
	"same-origin", "strict-origin", "strict-origin-when-cross-origin", "unsafe-url",
}

// headerPresets are the headers of each preset but for the policy of content.
// Recommended does no harm to any site: it stops content sniffing, framing by
// others, and referrers with paths to other sites.
var headerPresets = map[string][]Header{
	"recommended": {
		{Name: "X-Content-Type-Options", Value: "nosniff"},
		{Name: "X-Frame-Options", Value: "SAMEORIGIN"},
		{Name: "Referrer-Policy", Value: "strict-origin-when-cross-origin"},
	},
	"strict": {
		{Name: "X-Content-Type-Options", Value: "nosniff"},
		{Name: "X-Frame-Options", Value: "DENY"},
		{Name: "Referrer-Policy", Value: "strict-origin-when-cross-origin"},
		{Name: "Permissions-Policy", Value: permissionsDenied()},
		{Name: "Cross-Origin-Opener-Policy", Value: "same-origin"},
		{Name: "Cross-Origin-Resource-Policy", Value: "same-origin"},
	},
}

// prepare decodes the headers blocks of a layer that lies under many sites, once for
// all of them.
func (l *layer) prepare() {
	if l == nil {
		return
	}
	if l.schema == headersBlock {
		h := decodeHeaders(l)
		l.headers = &h
	}
	for _, list := range l.blocks {
		for _, nested := range list {
			nested.prepare()
		}
	}
}

// decodeHeaders gives lists that several places may share.
func decodeHeaders(l *layer) Headers {
	if l != nil && l.headers != nil {
		return *l.headers
	}
	preset := l.text("preset", "recommended").Value
	h := Headers{Fixed: slices.Clone(headerPresets[preset]), CSP: decodeCSP(l.nested(cspBlock.Name))}
	if h.CSP == nil && preset == "strict" {
		h.CSP = strictCSP
	}
	h.say("X-Frame-Options", l.text("frame", ""), strings.ToUpper)
	h.say("Referrer-Policy", l.text("referrer", ""), nil)
	if s, ok := l.setting("permissions"); ok {
		h.set(Header{Name: "Permissions-Policy", Value: permissionsPolicy(s.Value), Range: s.Range})
	}
	crossOrigin, _ := l.object("cross_origin")
	for _, what := range []string{"Opener", "Embedder", "Resource"} {
		h.say("Cross-Origin-"+what+"-Policy", crossOrigin.text(strings.ToLower(what), ""), nil)
	}
	if s, ok := l.setting("set"); ok {
		table := s.Value.AsValueMap()
		for _, name := range sortedKeys(table) {
			h.set(Header{Name: name, Value: table[name].AsString(), Range: s.Range})
		}
	}
	h.decodeTypes(l)
	for _, name := range l.texts("remove") {
		h.set(Header{Name: name.Value})
		h.Remove = append(h.Remove, name.Value)
	}
	h.Fixed, h.Remove = slices.Clip(h.Fixed), slices.Clip(h.Remove)
	return h
}

// say sets a header to a word of the description; "off" takes it away, and no
// word leaves it.
func (h *Headers) say(name string, word Text, spell func(string) string) {
	switch word.Value {
	case "":
		return
	case "off":
		word.Value = ""
	}
	if spell != nil {
		word.Value = spell(word.Value)
	}
	h.set(Header{Name: name, Value: word.Value, Range: word.Range})
}

// set puts a header in place of those of the same name; one without a value only
// takes them away.
func (h *Headers) set(header Header) {
	same := func(have Header) bool { return strings.EqualFold(have.Name, header.Name) }
	at := slices.IndexFunc(h.Fixed, same)
	switch {
	case at >= 0 && header.Value != "":
		h.Fixed[at] = header
	case at >= 0:
		h.Fixed = slices.DeleteFunc(h.Fixed, same)
	case header.Value != "":
		h.Fixed = append(h.Fixed, header)
	}
}

// headers are the response headers of a place in a virtual host, HSTS over TLS
// among them, where alone it counts (RFC 6797 section 7.2). They are asked for many
// times, so the list is shared: callers leave it as it is.
func (s *Site) headers(h host, p *Place) []Header {
	out, known := h.sent[p]
	if !known {
		out = slices.Clip(s.findHeaders(h, p))
		if h.sent != nil {
			h.sent[p] = out
		}
	}
	return out
}

func (s *Site) findHeaders(h host, p *Place) []Header {
	var out []Header
	if h.tls && s.TLS.HSTS.Enabled {
		out = append(out, Header{Name: "Strict-Transport-Security", Value: s.TLS.HSTS.value(), Range: s.TLS.HSTS.Range})
	}
	if h.tls && s.Listen.HTTP3 {
		out = append(out, s.Listen.altSvc())
	}
	out = append(append(out, p.Described(s.HTTPS())...), p.CORS.headers()...)
	if p.Proxy == nil || len(p.Proxy.Pass) == 0 {
		return out
	}
	return slices.DeleteFunc(out, func(h Header) bool {
		return slices.ContainsFunc(p.Proxy.Pass, func(name Text) bool { return name.Value == http.CanonicalHeaderKey(h.Name) })
	})
}

// Described are the headers that the headers block of the place asks for. https
// tells whether the site is reachable by it.
func (p *Place) Described(https bool) []Header {
	out := slices.Clone(p.Headers.Fixed)
	for _, h := range p.Headers.CSP.headers(https) {
		out = append(out, p.Headers.onDocuments(h))
	}
	return out
}

// own are the names of headers that are sent, or not, as the description says
// whatever an application answers: copies of its own are dropped.
func (s *Site) own(h host, p *Place) []string {
	var names []string
	for _, header := range s.headers(h, p) {
		if !header.Joins && !slices.Contains(names, header.Name) {
			names = append(names, header.Name)
		}
	}
	return append(names, p.Headers.Remove...)
}

// sameHeaders tells that two places have the same headers.
func sameHeaders(a, b []Header) bool { return slices.EqualFunc(a, b, Header.equal) }

func (h Header) equal(other Header) bool {
	h.Range = other.Range
	return h == other
}
