package generator

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Headers that are sent with some media types alone.

// Patterns of media types, without their parameters.
const (
	// documentTypes are those that a browser opens as a page, and that can run
	// scripts or ask for something there.
	documentTypes = `text/(?:html|xml)|application/(?:xhtml\+xml|xml|pdf)|[^;/ ]+/[^;/ ]+\+xml`
	scriptTypes   = `(?:text|application)/(?:x-)?(?:java|ecma)script`
	styleTypes    = `text/css`
)

// documentHeaders are the headers that browsers heed on some answers alone, with the
// media types of those: policies of documents, and of the workers that scripts
// become (Content Security Policy Level 3, section 4.2; HTML standard, sections 7.1.3,
// 7.1.4 and 10.2.4; Permissions Policy, section 5.2; Referrer Policy, section 4.1,
// for style sheets). All else is heeded on everything, Cross-Origin-Resource-Policy
// and X-Content-Type-Options on images above all.
var documentHeaders = map[string]string{
	"Content-Security-Policy":             documentTypes + "|" + scriptTypes,
	"Content-Security-Policy-Report-Only": documentTypes + "|" + scriptTypes,
	"Cross-Origin-Embedder-Policy":        documentTypes + "|" + scriptTypes,
	"Cross-Origin-Opener-Policy":          documentTypes,
	"Permissions-Policy":                  documentTypes,
	"Referrer-Policy":                     documentTypes + "|" + scriptTypes + "|" + styleTypes,
	"Reporting-Endpoints":                 documentTypes + "|" + scriptTypes,
	"X-Frame-Options":                     documentTypes,
}

var headerTypeAttributes = []attribute{
	{Name: "documents_only", Type: cty.DynamicPseudoType, TypeName: "true, false or a list of texts", Check: documentsOnly, Default: "false", Example: "true",
		Doc: "true: spare images, fonts and downloads the headers that browsers heed on documents alone: Content-Security-Policy, Cross-Origin-Embedder-Policy and Reporting-Endpoints (sent with documents and scripts), Cross-Origin-Opener-Policy, Permissions-Policy and X-Frame-Options (documents), Referrer-Policy (documents, scripts and style sheets); a list: these of them. Documents are HTML, XML, SVG and PDF. Strict-Transport-Security, X-Content-Type-Options and Cross-Origin-Resource-Policy stay on everything."},
	{Name: "by_type", Type: cty.Map(cty.Map(cty.String)), TypeName: "a map of maps of texts", Check: headersByType, Unite: true, Default: "none", Example: `{ "text/html" = { "X-UA-Compatible" = "IE=edge" }, "image/*" = { "Timing-Allow-Origin" = "*" } }`,
		Doc: `Headers of answers of one media type alone: "text/html", or "image/*" for all that begin so; the narrower one counts. For that type they go before set and the preset.`},
}

// documentsOnly accepts true, false or names of headers.
func documentsOnly(v cty.Value) (cty.Value, error) {
	t := v.Type()
	switch {
	case t == cty.Bool:
		return v, nil
	case t == cty.String && (v.AsString() == "true" || v.AsString() == "false"):
		return cty.BoolVal(v.AsString() == "true"), nil
	case !t.IsTupleType() && !t.IsListType() && !t.IsSetType():
		return v, errors.New(`documents_only is true, false or a list of headers such as ["Content-Security-Policy"]`)
	}
	var names []cty.Value
	var mistakes []string
	known := sortedKeys(documentHeaders)
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		if element.IsNull() || element.Type() != cty.String {
			return v, errors.New("documents_only lists names of headers")
		}
		i := slices.IndexFunc(known, func(name string) bool { return strings.EqualFold(name, element.AsString()) })
		if i < 0 {
			mistakes = append(mistakes, fmt.Sprintf("%q is not among the headers that matter to documents alone%s They are %s; by_type gives other headers to the types that want them",
				element.AsString(), orStop(didYouMean(element.AsString(), known)), strings.Join(known, ", ")))
			continue
		}
		names = append(names, cty.StringVal(known[i]))
	}
	if len(names) == 0 {
		return cty.False, joined(mistakes)
	}
	return cty.ListVal(names), joined(mistakes)
}

// mediaRange is a media type, or all that begin alike (RFC 9110 section 12.5.1).
var mediaRange = pattern(`^[A-Za-z0-9][A-Za-z0-9!#&^_.+-]{0,63}/(?:\*|[A-Za-z0-9][A-Za-z0-9!#&^_.+-]{0,63})$`)

// headersByType checks a map of media types to headers.
func headersByType(v cty.Value) (cty.Value, error) {
	var mistakes []string
	table := v.AsValueMap()
	lower := map[string]string{}
	for _, media := range sortedKeys(table) {
		switch {
		case !mediaRange().MatchString(media):
			mistakes = append(mistakes, fmt.Sprintf(`%q is not a media type such as "text/html" or "image/*"; what every answer has stands in set`, media))
		case lower[strings.ToLower(media)] != "":
			mistakes = append(mistakes, fmt.Sprintf("%q and %q are one media type: case does not count in it", lower[strings.ToLower(media)], media))
		case table[media].IsNull() || table[media].LengthInt() == 0:
			mistakes = append(mistakes, fmt.Sprintf("%q has no headers", media))
		default:
			if _, err := headerTable(table[media]); err != nil {
				mistakes = append(mistakes, fmt.Sprintf("%s: %v", media, err))
			}
		}
		lower[strings.ToLower(media)] = media
	}
	return v, joined(mistakes)
}

// decodeTypes limits headers to media types. The policy of content is no fixed header
// yet; it is limited when it becomes one.
func (h *Headers) decodeTypes(l *layer) {
	h.limit(l)
	s, ok := l.setting("by_type")
	if !ok {
		return
	}
	table := s.Value.AsValueMap()
	media := sortedKeys(table)
	var own []Header
	for _, of := range media {
		headers := table[of].AsValueMap()
		for _, name := range sortedKeys(headers) {
			own = append(own, Header{Name: name, Value: headers[name].AsString(), On: Answers{Types: typePattern(of, narrower(of, name, table))}, Range: s.Range})
		}
	}
	for i, fixed := range h.Fixed {
		var types []string
		for _, other := range own {
			if strings.EqualFold(other.Name, fixed.Name) {
				types = append(types, other.On.Types)
			}
		}
		h.Fixed[i].On.Except = strings.Join(types, "|")
	}
	h.Fixed = append(h.Fixed, own...)
}

// limit finds which headers documents_only is about.
func (h *Headers) limit(l *layer) {
	s, ok := l.setting("documents_only")
	switch {
	case !ok:
		return
	case s.Value.Type() != cty.Bool:
		h.Documents = values(l.texts("documents_only"))
	case s.Value.True():
		h.Documents = sortedKeys(documentHeaders)
	}
	for i := range h.Fixed {
		h.Fixed[i] = h.onDocuments(h.Fixed[i])
	}
}

// onDocuments is the header as far as it is limited to documents.
func (h *Headers) onDocuments(header Header) Header {
	i := slices.IndexFunc(h.Documents, func(name string) bool { return strings.EqualFold(name, header.Name) })
	if i >= 0 && header.Value != "" {
		header.On.Types = documentHeaders[h.Documents[i]]
	}
	return header
}

// narrower are the types that say the same header and lie within a range of types.
func narrower(of, name string, table map[string]cty.Value) []string {
	group, all := strings.CutSuffix(strings.ToLower(of), "*")
	if !all {
		return nil
	}
	var out []string
	for _, other := range sortedKeys(table) {
		if rest, within := strings.CutPrefix(strings.ToLower(other), group); within && rest != "*" && says(table[other], name) {
			out = append(out, rest)
		}
	}
	return out
}

func says(headers cty.Value, name string) bool {
	return slices.ContainsFunc(sortedKeys(headers.AsValueMap()), func(own string) bool { return strings.EqualFold(own, name) })
}

// typePattern is the pattern of a media type, or of a range of them without some.
func typePattern(of string, without []string) string {
	group, all := strings.CutSuffix(strings.ToLower(of), "*")
	if !all {
		return regexp.QuoteMeta(group)
	}
	guard := ""
	if len(without) > 0 {
		for i := range without {
			without[i] = regexp.QuoteMeta(without[i])
		}
		guard = "(?!(?:" + strings.Join(without, "|") + ")(?:[; ]|$))"
	}
	return regexp.QuoteMeta(group) + guard + "[^; ]+"
}

// typed tells that the media type decides whether an answer has the header.
func (h Header) typed() bool { return h.On.typed() }

// typed tells that the media type decides whether an answer has the header.
func (a Answers) typed() bool { return a.Types != "" || a.Except != "" }

// TypePattern matches the Content-Type of those answers, whatever its parameters. An
// answer without one is among them where only some types are not.
func (a Answers) TypePattern() string {
	types := a.Types
	if types == "" {
		types = ".*"
	}
	if a.Except != "" {
		types = "(?!(?:" + a.Except + ")(?:[; ]|$))(?:" + types + ")"
	}
	return "(?i)^(?:" + types + ")(?:[; ]|$)"
}
