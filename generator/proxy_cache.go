package generator

import (
	"time"

	"github.com/zclconf/go-cty/cty"
)

// ProxyCache keeps answers of another server, for everybody who asks the same.
type ProxyCache struct {
	// Valid is how long an answer is good that does not say so itself.
	Valid time.Duration
	// Inactive is after how long without a question an answer is forgotten.
	Inactive time.Duration
	// MaxSize bounds all answers together, in bytes.
	MaxSize int64
	// Bypass are cookies with which requests are neither answered from the cache nor
	// kept in it. With Authorization none is.
	Bypass []Text
}

var proxyCacheAttribute = attribute{Name: "cache", Type: cty.DynamicPseudoType, Needs: []capability{capResponseCache},
	Example: `{ valid = "10m", bypass_cookies = ["session"] }`,
	Doc:     "Keep answers and give them to everybody who asks the same: only for content that is the same for all. Requests with Authorization are left out.",
	Keys: []attribute{
		{Name: "valid", Type: cty.String, Check: check(span), Default: `"10m"`, Example: `"10m"`, Doc: "How long an answer is good that does not say so itself."},
		{Name: "inactive", Type: cty.String, Check: check(span), Default: `"1h"`, Example: `"1h"`, Doc: "After how long without a question an answer is forgotten (nginx)."},
		{Name: "max_size", Type: cty.String, Check: check(byteSize), Default: `"1g"`, Example: `"1g"`, Doc: "Bounds all answers together (nginx; on Apache htcacheclean does so)."},
		{Name: "bypass_cookies", Type: cty.List(cty.String), Check: check(cookieName), Example: `["session"]`, Doc: "Cookies of clients who get answers of their own."},
	}}

func decodeProxyCache(l *layer) *ProxyCache {
	o, ok := l.object(proxyCacheAttribute.Name)
	if !ok {
		return nil
	}
	c := &ProxyCache{Valid: o.span("valid", 10*time.Minute), Inactive: o.span("inactive", time.Hour), Bypass: o.texts("bypass_cookies")}
	c.MaxSize, _ = parseSize(o.text("max_size", "1g").Value)
	return c
}
