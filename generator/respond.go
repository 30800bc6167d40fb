package generator

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Respond answers with a fixed text.
type Respond struct {
	Status int
	Body   Text
	Type   Text
}

// Move answers with a redirect.
type Move struct {
	To   Text
	Code int
	// DropQuery leaves the query of the request out.
	DropQuery bool
}

// responseStatuses are those that both servers answer with a text: Apache knows no
// others, and what has no body cannot have one.
var responseStatuses = []int64{200, 201, 202, 400, 402, 403, 404, 405, 406, 409, 410, 415, 422, 423, 424, 429, 451, 500, 501, 502, 503, 504}

var respondBlock = &block{
	Name:    "respond",
	Source:  true,
	Example: "route \"= /healthz\" {\n  respond { body = \"ok\" }\n}",
	Doc:     "Answer with a fixed text.",
	Attributes: []attribute{
		{Name: "status", Type: cty.Number, Check: responseStatus, Default: "200", Doc: "Status of the answer."},
		{Name: "body", Type: cty.String, Default: "empty; for errors the page of the server", Example: `"ok"`, Doc: "The text."},
		{Name: "type", Type: cty.String, Check: check(contentType), Default: "text/plain", Example: `"text/plain"`, Doc: "Its media type."},
	},
}

// moveAttribute is a redirect of a route.
var moveAttribute = attribute{Name: "redirect", Type: cty.DynamicPseudoType, Check: moveTarget, Source: true, Example: `{ to = "/new/", code = 302 }`,
	TypeName: "a path, a URL or an object", Doc: "Lead all paths of the route to one path or URL: a text, or an object of to, code (301) and keep_query (true)."}

// redirectBlock is a row of the redirect table with more to say than a path.
var redirectBlock = &block{
	Name: "redirect", Labels: []string{"path"}, Many: true, ByLabel: true,
	Example: "redirect \"/old\" {\n  to   = \"/new/\"\n  code = 302\n}",
	Doc:     "Lead one path to another path or URL.",
	Attributes: []attribute{
		{Name: "to", Type: cty.String, Check: check(func(s string) (string, error) { return s, redirectTarget(s) }), Example: `"/new/"`, Doc: "Path of the site or URL."},
		{Name: "code", Type: cty.Number, Check: redirectCode, Default: "301", Doc: "Status: 301 and 308 are for good, 302, 303 and 307 for now."},
		{Name: "keep_query", Type: cty.Bool, Default: "true", Doc: "Append the query of the request, unless the target has one."},
	},
}

var moveKeys = redirectBlock.Attributes

func responseStatus(v cty.Value) (cty.Value, error) {
	if n, accuracy := v.AsBigFloat().Int64(); accuracy == big.Exact && slices.Contains(responseStatuses, n) {
		return v, nil
	}
	return v, fmt.Errorf("%s is not a status that both servers send with a text: %s. Redirects are written redirect = …",
		v.AsBigFloat().Text('f', -1), strings.Trim(fmt.Sprint(responseStatuses), "[]"))
}

// contentType is a media type with an optional charset.
func contentType(s string) (string, error) {
	media, parameter, has := strings.Cut(s, ";")
	if !mediaTypeName().MatchString(strings.TrimSpace(media)) {
		return s, fmt.Errorf(`%q is not a media type such as "text/plain"`, s)
	}
	if !has {
		return s, nil
	}
	set, ok := strings.CutPrefix(strings.TrimSpace(parameter), "charset=")
	if !ok {
		return s, fmt.Errorf("%q: the only parameter is charset=", s)
	}
	set, err := charset(set)
	return strings.TrimSpace(media) + "; charset=" + set, err
}

// moveTarget checks a redirect of a route, and makes an object of it.
func moveTarget(v cty.Value) (cty.Value, error) {
	if v.Type() == cty.String {
		return cty.ObjectVal(map[string]cty.Value{"to": v}), redirectTarget(v.AsString())
	}
	v, err := checkKeys("redirect", moveKeys, v)
	if err == nil && !v.Type().HasAttribute("to") {
		err = errors.New(`redirect needs to, for example { to = "/new/" }`)
	}
	return v, err
}

func decodeRespond(l *layer) *Respond {
	if l == nil {
		return nil
	}
	return &Respond{Status: l.number("status", 200), Body: l.text("body", ""), Type: l.text("type", "text/plain")}
}

func decodeMove(l *layer) *Move {
	if l.schema.attribute(moveAttribute.Name) == nil {
		return nil
	}
	o, ok := l.object(moveAttribute.Name)
	if !ok {
		return nil
	}
	return &Move{To: o.text("to", ""), Code: o.number("code", 301), DropQuery: !o.flag("keep_query", true)}
}

// hasText tells that the answer is the text: an error without one has the page of
// the server or the site.
func (r *Respond) hasText() bool { return r.Body.Value != "" || r.Status < 400 }

// decodeRedirects are the rows of the redirect table that are blocks.
func decodeRedirects(l *layer) ([]Redirect, hcl.Diagnostics) {
	var out []Redirect
	var diags hcl.Diagnostics
	for _, own := range l.blocks[redirectBlock.Name] {
		from, at := own.Labels[0], own.labelRange()
		to := own.text("to", "")
		err := redirectEntry(from, cty.StringVal(to.Value))
		if err != nil {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unusable redirect", Detail: sentence(err.Error()), Subject: &at})
			continue
		}
		out = append(out, Redirect{From: Text{from, at}, To: to, Code: own.number("code", 301), DropQuery: !own.flag("keep_query", true)})
	}
	return out, diags
}

// code is the status of a redirect.
func (r *Redirect) code() int {
	if r.Code == 0 {
		return 301
	}
	return r.Code
}

// keepsQuery tells that the query of the request goes along.
func keepsQuery(to string, drop bool) bool { return !drop && !strings.ContainsAny(to, "?#") }
