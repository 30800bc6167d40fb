package generator

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// CORS says which other origins' scripts may read answers (Fetch standard,
// section 3.3).
type CORS struct {
	// Any lets every origin read, but never with credentials.
	Any bool
	// Origins is a pattern of those that may; empty with Any.
	Origins string
	// Methods and RequestHeaders may be sent, Expose read, beyond what is always.
	Methods, RequestHeaders, Expose []string
	Credentials                     bool
	// MaxAge is how long browsers remember the answer, in seconds.
	MaxAge int64
	Range  hcl.Range `json:"-"`
}

var corsBlock = &block{
	Name: "cors",
	Doc:  "Let scripts of other origins read the answers. The question that browsers ask beforehand (OPTIONS) is answered 204 by the server, without a password.",
	Attributes: []attribute{
		{Name: "origins", Type: cty.List(cty.String), Check: check(corsOrigin), Example: `["https://app.example"]`, Doc: `Origins that may read: "https://app.example", "https://*.example" for all names below it, or "*" for everybody, then without credentials. An empty list is nobody.`},
		{Name: "methods", Type: cty.List(cty.String), Check: check(method), Default: `["GET", "HEAD", "POST"]`, Doc: "Methods that may be used."},
		{Name: "headers", Type: cty.List(cty.String), Check: check(headerName), Default: "none", Example: `["Content-Type"]`, Doc: "Request headers that may be sent beyond the simple ones."},
		{Name: "expose", Type: cty.List(cty.String), Check: check(headerName), Default: "none", Example: `["X-Total"]`, Doc: "Response headers that scripts may read beyond the simple ones."},
		{Name: "credentials", Type: cty.Bool, Default: "false", Doc: "Let browsers send cookies and passwords."},
		{Name: "max_age", Type: cty.String, Check: check(span), Default: "5s, the browsers' own", Example: `"1h"`, Doc: "How long browsers remember the answer to their question."},
	},
}

func decodeCORS(l *layer) (*CORS, hcl.Diagnostics) {
	origins := l.texts("origins")
	if l == nil || len(origins) == 0 {
		return nil, nil
	}
	c := &CORS{Credentials: l.flag("credentials", false), Range: l.Range}
	var patterns []string
	for _, origin := range origins {
		if origin.Value == "*" {
			c.Any = true
		}
		patterns = append(patterns, originPattern(origin.Value))
	}
	if !c.Any {
		c.Origins = "^(?:" + strings.Join(patterns, "|") + ")$"
	}
	for _, m := range l.texts("methods", "GET", "HEAD", "POST") {
		c.Methods = append(c.Methods, m.Value)
	}
	for _, name := range l.texts("headers") {
		c.RequestHeaders = append(c.RequestHeaders, name.Value)
	}
	for _, name := range l.texts("expose") {
		c.Expose = append(c.Expose, name.Value)
	}
	if s, ok := l.setting("max_age"); ok {
		age, _ := parseSpan(s.Value.AsString())
		c.MaxAge = int64(age.Seconds())
	}
	if c.Any && (c.Credentials || len(origins) > 1) {
		detail := `With "*" every site could act in the name of a visitor who is logged in, so browsers refuse it together with credentials. List the origins.`
		if !c.Credentials {
			detail = `"*" is every origin already; write it alone, or leave it out.`
		}
		return c, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Every origin, and more", Detail: detail, Subject: &origins[0].Range}}
	}
	return c, nil
}

// headers are those of the answers that scripts read, and of the answer to the
// browser's question. What depends on the origin is marked for caches.
func (c *CORS) headers() []Header {
	if c == nil {
		return nil
	}
	var out []Header
	say := func(name, value string, preflight bool) {
		on := Answers{Origins: c.Origins}
		if preflight {
			// An error is no answer to the question, and where it has a page both
			// servers have forgotten by then what was asked.
			on.Preflight, on.Status = true, 204
		}
		out = append(out, Header{Name: "Access-Control-" + name, Value: value, On: on, Range: c.Range})
	}
	if c.Any {
		say("Allow-Origin", "*", false)
	} else {
		out = append(out, Header{Name: "Vary", Value: "Origin", Joins: true})
		say("Allow-Origin", "", false)
	}
	if c.Credentials {
		say("Allow-Credentials", "true", false)
	}
	if len(c.Expose) > 0 {
		say("Expose-Headers", strings.Join(c.Expose, ", "), false)
	}
	say("Allow-Methods", strings.Join(c.Methods, ", "), true)
	if len(c.RequestHeaders) > 0 {
		say("Allow-Headers", strings.Join(c.RequestHeaders, ", "), true)
	}
	if c.MaxAge > 0 {
		say("Max-Age", strconv.FormatInt(c.MaxAge, 10), true)
	}
	return out
}

var originParts = pattern(`^(https?)://(\*\.)?([a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?$`)

// corsOrigin accepts an origin as browsers send it, or a pattern of those.
func corsOrigin(s string) (string, error) {
	if s == "*" {
		return s, nil
	}
	if s == "null" {
		return s, fmt.Errorf("%q is the origin of any sandboxed frame and local file, so it would let everybody in", s)
	}
	m := originParts().FindStringSubmatch(s)
	if m == nil {
		return s, fmt.Errorf(`%q is not an origin: scheme, host in lower case, and port, as in "https://app.example" or "https://*.example"`, s)
	}
	if m[4] == "443" && m[1] == "https" || m[4] == "80" && m[1] == "http" {
		return s, fmt.Errorf("%q has the port that browsers leave out of an origin; it would never match", s)
	}
	if n, err := strconv.Atoi(m[4]); m[4] != "" && (err != nil || n < 1 || n > 65535) {
		return s, fmt.Errorf("%q: a port is a number from 1 to 65535", s)
	}
	if strings.HasPrefix(m[3], "[") {
		if _, err := netip.ParseAddr(strings.Trim(m[3], "[]")); err != nil || m[2] != "" {
			return s, fmt.Errorf("%q does not name a usable host", s)
		}
	}
	return s, nil
}

// originPattern matches what an origin of the list stands for, and no more: a
// pattern without its ends would take https://app.example.evil.test too.
func originPattern(origin string) string {
	scheme, host, wild := strings.Cut(origin, "://*.")
	if !wild {
		return regexp.QuoteMeta(origin)
	}
	return regexp.QuoteMeta(scheme+"://") + `[a-z0-9_-]+(?:\.[a-z0-9_-]+)*` + regexp.QuoteMeta("."+host)
}

var methodName = pattern(`^[A-Z][A-Z-]{0,30}$`)

// method accepts the name of a request method (RFC 9110 section 9.1).
func method(s string) (string, error) {
	if !methodName().MatchString(s) {
		return s, fmt.Errorf("%q is not a method: they are written in capital letters, as in \"POST\"", s)
	}
	if slices.Contains([]string{"CONNECT", "TRACE"}, s) {
		return s, fmt.Errorf("%s is answered 405 by both servers in any case", s)
	}
	return s, nil
}
