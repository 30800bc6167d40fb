package generator

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Compress are the encodings that text-like answers are offered in.
type Compress struct {
	// Encodings are of compressions, the preferred one first.
	Encodings []string
	// Range is where they are asked for; empty for the default, which goes without
	// what the target cannot do.
	Range hcl.Range `json:"-"`
}

// compression is one encoding, as both servers have it.
type compression struct {
	name string
	need capability
	// nginx is the name that its directives begin with; filter and off are Apache's
	// filter and the variable that switches it off. Empty: it has none.
	nginx, filter, off string
}

// compressions are the encodings, the best one first: that is the order in which
// Apache tries them, and nginx's modules stand.
var compressions = []compression{
	{name: "zstd", need: capZstd, nginx: "zstd"},
	{name: "brotli", need: capBrotli, nginx: "brotli", filter: "BROTLI_COMPRESS", off: "no-brotli"},
	{name: "gzip", need: capGzip, nginx: "gzip", filter: "DEFLATE", off: "no-gzip"},
}

// compressedTypes are the media types worth compressing beside text/html, which
// nginx always compresses.
const compressedTypes = "application/javascript application/json application/manifest+json application/xml image/svg+xml text/css text/javascript text/plain text/xml"

var compressAttributes = []attribute{
	{Name: "compress", Type: cty.List(cty.String), Check: oneOf("gzip", "brotli", "zstd"), Default: `["gzip"]`,
		Doc: "Compression offered; an empty list is none. brotli needs a module, and zstd one that no distribution packages for Apache."},
}

func decodeCompress(l *layer) Compress {
	c := Compress{Encodings: values(l.texts("compress", "gzip"))}
	if s, ok := l.setting("compress"); ok {
		c.Range = s.Range
	}
	return c
}

func (c *Compress) has(name string) bool { return slices.Contains(c.Encodings, name) }

// compress takes out what the target cannot do.
func (c *checker) compress(p *Place) {
	for _, kind := range compressions {
		able := c.abilities.can(kind.need)
		if p.Compress.Range != (hcl.Range{}) && p.Compress.has(kind.name) {
			able = c.abilities.need(kind.need, p.Compress.Range, "compress = "+kind.name)
		}
		if !able {
			p.Compress.Encodings = slices.DeleteFunc(slices.Clone(p.Compress.Encodings), func(name string) bool { return name == kind.name })
		}
	}
}

func (a nginxAt) compression() []nginxItem {
	p := &a.place.Compress
	var out []nginxItem
	for _, kind := range compressions {
		before := a.outer != nil && a.outer.Compress.has(kind.name)
		switch own := p.has(kind.name); {
		case own == before:
		case !own:
			out = append(out, ng(kind.nginx, "off"))
		default:
			types := ng(kind.nginx + "_types")
			for t := range strings.FieldsSeq(compressedTypes) {
				types.Args = append(types.Args, nginxWord(t))
			}
			out = append(out, ng(kind.nginx, "on"))
			if kind.name == "gzip" {
				out = append(out, ng("gzip_vary", "on"), ng("gzip_proxied", "any"))
			}
			out = append(out, ng(kind.nginx+"_min_length", "256"), types)
		}
	}
	return out
}

func (a apacheAt) compression() []apacheItem {
	s := a.host.site
	var out []apacheItem
	var filters []string
	for _, kind := range compressions {
		if kind.filter == "" || !s.anyPlace(func(p *Place) bool { return p.Compress.has(kind.name) }) {
			continue
		}
		filters = append(filters, kind.filter)
		own := a.place.Compress.has(kind.name)
		if a.whole() && own || !a.whole() && !a.differs(func(p *Place) bool { return p.Compress.has(kind.name) == own }) {
			continue
		}
		if own {
			out = append(out, ap("UnsetEnv", apacheWord(kind.off)))
		} else {
			out = append(out, ap("SetEnv", apacheWord(kind.off), "1"))
		}
	}
	if !a.whole() || len(filters) == 0 {
		return out
	}
	by := ap("AddOutputFilterByType", apacheWord(strings.Join(filters, ";")), "text/html")
	for t := range strings.FieldsSeq(compressedTypes) {
		by.Args = append(by.Args, apacheWord(t))
	}
	slices.Sort(by.Args[1:])
	return append([]apacheItem{by}, out...)
}
