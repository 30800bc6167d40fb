package generator

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Place is what holds for the requests of a route, or of all a site's paths that
// no route takes: what answers, and on which terms. It is complete; nothing is
// inherited when it is rendered.
type Place struct {
	Content
	// MaxBody is the largest request body in bytes; 0 is no limit. MaxBodyRange is where
	// it is said, if it is.
	MaxBody      int64
	MaxBodyRange hcl.Range `json:"-"`
	// Compress are the encodings of text-like answers.
	Compress Compress
	// Cache says how long clients may keep answers.
	Cache Cache
	// ErrorPages answer errors that the server finds.
	ErrorPages []ErrorPage
	Headers    Headers
	// CORS is nil when other origins' scripts read nothing.
	CORS *CORS
	// Access says who may ask.
	Access Access
	// Methods are those answered; nil is all that what answers understands.
	Methods []string
	// Rate and Connections bound what a client may ask; nil is no limit.
	Rate        *RateLimit
	Connections *ConnectionLimit
	// Slash is the spelling of paths that clients are led to.
	Slash Slash
	// Range is what the place was described by last.
	At hcl.Range `json:"-"`
}

// Content is what answers the requests of a place: one of its fields.
type Content struct {
	Files
	// PHP runs the scripts among the files.
	PHP *PHP `json:",omitempty"`
	// Proxy passes requests to another server.
	Proxy *Proxy
	// Gateway passes requests to an application of another protocol.
	Gateway *Gateway `json:",omitempty"`
	// Respond and Move answer without any content.
	Respond *Respond `json:",omitempty"`
	Move    *Move    `json:",omitempty"`
}

// onFiles tells that answers come from the files below Root or Alias.
func (c *Content) onFiles() bool { return !c.passesOn() && c.Respond == nil && c.Move == nil }

// passesOn tells that another program answers everything.
func (c *Content) passesOn() bool { return c.Proxy != nil || c.Gateway != nil }

// placeAttributes and placeBlocks are the rows of the language that may stand in
// a site and in each of its routes.
var (
	placeAttributes = slices.Concat(fileAttributes, []attribute{slashAttribute, cacheAttribute, errorPagesAttribute}, accessAttributes, limitAttributes, compressAttributes)
	placeBlocks     = slices.Concat([]*block{proxyBlock, phpBlock, respondBlock, headersBlock, corsBlock, authBlock}, gatewayBlocks)
)

// placeRow is what a site and its routes have in common.
var placeRow = &block{Name: "place", Attributes: slices.Concat(placeAttributes, routeAttributes), Blocks: placeBlocks}

// routeBlock is a part of a site.
var routeBlock = &block{
	Name:       "route",
	Labels:     []string{"path"},
	Many:       true,
	ByLabel:    true,
	Attributes: slices.Concat(placeAttributes, routeAttributes),
	Blocks:     slices.Concat(placeBlocks, []*block{rawBlock}),
	Example:    "route \"/img/\" {\n  alias = \"/srv/images\"\n}",
	Doc:        `Paths with settings of their own: "/x/" is a directory and all below it, "= /x" one path, "~ ^/x" a pattern. What it does not say, it has from the routes around it and from the site.`,
}

// routeAttributes are those that make sense for a part of a site only.
var routeAttributes = []attribute{aliasAttribute, moveAttribute}

// decodePlace makes a Place of a complete layer.
func decodePlace(l *layer) (Place, hcl.Diagnostics) {
	p := Place{
		Content:    Content{Files: decodeFiles(l), Proxy: decodeProxy(l.nested("proxy")), Gateway: decodeGateway(l), Respond: decodeRespond(l.nested(respondBlock.Name)), Move: decodeMove(l)},
		MaxBody:    defaultMaxBody,
		Compress:   decodeCompress(l),
		Cache:      decodeCache(l),
		Slash:      decodeSlash(l),
		ErrorPages: decodeErrorPages(l),
		At:         l.Range,
	}
	if size, ok := l.setting("max_body"); ok {
		p.MaxBody, _ = parseSize(size.Value.AsString())
		p.MaxBodyRange = size.Range
	}
	var diags hcl.Diagnostics
	told := func(more hcl.Diagnostics) { diags = append(diags, more...) }
	var more hcl.Diagnostics
	p.Methods, more = decodeMethods(l, p.onFiles())
	told(more)
	p.Headers = decodeHeaders(l.nested("headers"))
	if p.Methods != nil {
		p.Headers.Fixed = append(p.Headers.Fixed, Header{Name: "Allow", Value: strings.Join(p.Methods, ", "), On: Answers{Status: 405}})
	}
	p.CORS, more = decodeCORS(l.nested("cors"))
	told(more)
	p.Access, more = decodeAccess(l)
	told(more)
	p.Rate, more = decodeRate(l)
	told(more)
	p.Connections, more = decodeConnections(l)
	told(more)
	p.PHP, more = decodePHP(l.nested(phpBlock.Name))
	told(more)
	if p.PHP != nil {
		// The front controller is what answers for paths without a file.
		p.Fallback, p.Extensionless, p.PagesMoved = Text{}, false, false
	}
	if size, ok := l.nested(phpBlock.Name).setting("max_body"); ok {
		p.MaxBody, _ = parseSize(size.Value.AsString())
		p.MaxBodyRange = size.Range
	}
	p.usual(l)
	return p, diags
}
