package generator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
)

// Cache says how long clients may keep what a place answers.
type Cache struct {
	// All is the Cache-Control for everything in the place that no row of Rules is
	// about; empty sends none.
	All string
	// Rules are by kind of file, in the order in which they are tried.
	Rules []CacheRule
}

// CacheRule is the Cache-Control of a kind of files; Argument is one that the query of
// the request must have, empty for none.
type CacheRule struct {
	Kind, Control, Argument string
}

var cacheAttribute = attribute{Name: "cache", Type: cty.DynamicPseudoType, Check: cacheTimes,
	TypeName: "a time, or a map of times", Example: `{ css = "7d", fingerprinted = "1y immutable" }`,
	Doc: `How long clients may keep answers: a time such as "30d" ("0" asks each time, "no-store" never), or times by kind of file: { css = "7d", images = "30d", fingerprinted = "1y immutable" }. It is about content: redirects and errors do not have it.`}

// cacheKind is a kind of files by their extension.
type cacheKind struct {
	name, extensions string
	// pattern is that of the whole path, instead of extensions.
	pattern string
}

// cacheKinds are the kinds, the more special ones first: what a build tool has
// named after its content (main.3f9a2c1b.js, main-BxK4v9aQ.js) never changes under
// that name.
var cacheKinds = []cacheKind{
	{name: "fingerprinted", pattern: `[.-](?:[0-9a-f]{8,64}|(?=[^./-]*[0-9])(?=[^./-]*[A-Z])[0-9A-Za-z_]{8,16})\.(?:css|m?js|map|json|woff2?|ttf|otf|eot|svg|png|jpe?g|gif|webp|avif|ico|mp4|webm|wasm)$`},
	{name: "html", extensions: "html?|xhtml"},
	{name: "css", extensions: "css"},
	{name: "js", extensions: "m?js|map"},
	{name: "fonts", extensions: "woff2?|ttf|otf|eot"},
	{name: "images", extensions: "png|jpe?g|gif|webp|avif|svgz?|ico|bmp"},
	{name: "media", extensions: "mp4|m4v|webm|ogv|mp3|m4a|ogg|oga|opus|wav|flac"},
	{name: "data", extensions: "json|xml|rss|atom|txt|csv|webmanifest"},
	{name: "documents", extensions: "pdf|docx?|xlsx?|pptx?|odt|ods|odp|zip|gz|bz2|xz|7z"},
}

// path is the pattern of the paths of the kind.
func (k cacheKind) path() string {
	if k.pattern != "" {
		return k.pattern
	}
	return `\.(?:` + k.extensions + `)$`
}

func cacheKindNames() []string {
	names := make([]string, len(cacheKinds))
	for i, k := range cacheKinds {
		names[i] = k.name
	}
	return names
}

// cacheTimes accepts a time, or a map of kinds of files to times.
func cacheTimes(v cty.Value) (cty.Value, error) {
	t := v.Type()
	if t == cty.String {
		_, err := cacheControl(v.AsString())
		return v, err
	}
	if !t.IsObjectType() && !t.IsMapType() {
		return v, fmt.Errorf(`cache is a time such as "30d", or times by kind of file such as { css = "7d", images = "30d" }`)
	}
	var mistakes []string
	table := v.AsValueMap()
	for _, kind := range sortedKeys(table) {
		switch {
		case !slices.Contains(append(cacheKindNames(), "all"), kind):
			mistakes = append(mistakes, fmt.Sprintf("cache has no kind of file %q%s; there are %s and all", kind, didYouMean(kind, cacheKindNames()), strings.Join(cacheKindNames(), ", ")))
		case table[kind].IsNull() || table[kind].Type() != cty.String:
			mistakes = append(mistakes, fmt.Sprintf(`cache.%s needs a time such as "30d"`, kind))
		default:
			if _, err := cacheControl(table[kind].AsString()); err != nil {
				mistakes = append(mistakes, fmt.Sprintf("cache.%s: %v", kind, err))
			}
		}
	}
	return v, joined(mistakes)
}

var cachePattern = pattern(`^([0-9]+[a-z]?)(?: (immutable|private|must-revalidate))?$`)

// cacheControl is the header (RFC 9111 section 5.2.2) for a time.
func cacheControl(text string) (string, error) {
	if text == "no-store" {
		return "no-store", nil
	}
	m := cachePattern().FindStringSubmatch(text)
	if m == nil {
		return "", fmt.Errorf(`%q is not a time such as "30d", "1y immutable", "10m private", "0" or "no-store"`, text)
	}
	var span time.Duration
	if m[1] != "0" {
		var err error
		if span, err = parseSpan(m[1]); err != nil {
			return "", err
		}
	}
	switch {
	case span == 0:
		return "no-cache", nil
	case m[2] == "private":
		return fmt.Sprintf("private, max-age=%d", int64(span.Seconds())), nil
	case m[2] != "":
		return fmt.Sprintf("public, max-age=%d, %s", int64(span.Seconds()), m[2]), nil
	}
	return fmt.Sprintf("public, max-age=%d", int64(span.Seconds())), nil
}

func decodeCache(l *layer) Cache {
	s, ok := l.setting(cacheAttribute.Name)
	if !ok {
		return Cache{}
	}
	if s.Value.Type() == cty.String {
		all, _ := cacheControl(s.Value.AsString())
		return Cache{All: all}
	}
	var c Cache
	table := s.Value.AsValueMap()
	if all, ok := table["all"]; ok {
		c.All, _ = cacheControl(all.AsString())
	}
	for _, kind := range cacheKinds {
		if v, ok := table[kind.name]; ok {
			control, _ := cacheControl(v.AsString())
			c.Rules = append(c.Rules, CacheRule{Kind: kind.name, Control: control})
		}
	}
	return c
}

func (c *Cache) empty() bool { return c.All == "" && len(c.Rules) == 0 }

func (c *Cache) equal(other *Cache) bool {
	return c.All == other.All && slices.Equal(c.Rules, other.Rules)
}

func pathOfKind(name string) string {
	i := slices.IndexFunc(cacheKinds, func(k cacheKind) bool { return k.name == name })
	return cacheKinds[i].path()
}

// hasContent matches the statuses of answers that bring content, or say that the
// client has it already. Errors and redirects are not content: one for now would be
// followed for as long as the content around it is kept.
const hasContent = "^(?:20[0-36]|304)"

// runs tells that an application may say itself how long its answers are kept.
func (p *Place) runs() bool { return p.passesOn() || p.PHP != nil }

// sameCaching tells that two places have the same header in an nginx block.
func (p *Place) sameCaching(other *Place) bool {
	return p.Cache.equal(&other.Cache) && (p.Cache.empty() || p.runs() == other.runs())
}

// caching is the header of the place in an nginx block, chosen by the status and by
// the path of the file that is sent: an answer without a file behind it, such as the
// page of an application, goes by its path too. What the header is not about is as
// the application says.
func (a nginxAt) caching() []nginxItem {
	c := &a.place.Cache
	if c.empty() {
		return nil
	}
	other := nginxWord(`""`)
	if a.place.runs() {
		other = "$upstream_http_cache_control"
	}
	all := other
	if c.All != "" {
		all = nginxWord(quoteNginx(c.All))
	}
	rows := []nginxItem{ng("default", all), ng(quoteNginx("~^(?!"+strings.TrimPrefix(hasContent, "^")+")"), other)}
	key, begin, end := nginxWord("$status$uri"), "", "$"
	if slices.ContainsFunc(c.Rules, func(r CacheRule) bool { return r.Argument != "" }) {
		key, begin, end = `"$status$uri?$args"`, "^[^?]*", `\?`
	}
	for _, r := range c.Rules {
		pattern := begin + strings.TrimSuffix(pathOfKind(r.Kind), "$") + end
		if r.Argument != "" {
			pattern += "(?:.*&)?" + r.Argument + "="
		}
		rows = append(rows, ng(quoteNginx("~"+pattern), nginxWord(quoteNginx(r.Control))))
	}
	return []nginxItem{ng("add_header", "Cache-Control", a.variable("cache", key, rows...), "always")}
}

// caching is the header of the place in a part of an Apache file. The table always
// alone is sent with answers of httpd's own modules too; that of the others holds
// what a proxied application says.
func (a apacheAt) caching() []apacheItem {
	c := &a.place.Cache
	same := func(p *Place) bool { return p.Cache.equal(c) && p.passesOn() == a.place.passesOn() }
	if c.empty() || !a.differs(same) {
		return nil
	}
	table := apacheWord("always")
	if a.place.passesOn() {
		table = "onsuccess"
	}
	here := "%{REQUEST_STATUS} =~ m#" + hasContent + "#" + a.outsideLater(same)
	set := func(control, condition string) apacheItem {
		return ap("Header", table, "set", "Cache-Control", apacheWord(quoteApache(control)), a.w.word("expr="+here+condition))
	}
	var out []apacheItem
	if c.All != "" {
		out = append(out, set(c.All, ""))
	}
	// A later header takes the place of an earlier one, so the kinds go backwards.
	for _, r := range slices.Backward(c.Rules) {
		argument := ""
		if r.Argument != "" {
			argument = " && %{QUERY_STRING} =~ m#(?:^|&)" + r.Argument + "=#"
		}
		out = append(out, set(r.Control, argument+" && "+a.sent()+" =~ m#"+strings.TrimSuffix(pathOfKind(r.Kind), "$")+readyMadeEnd+"#"+a.isFile()))
	}
	return out
}

// readyMadeEnd ends the name of a file that may have been compressed before.
const readyMadeEnd = `(?:\.(?:br|gz))?$`

// isFile is the condition that a file is sent, where a script may have answered for its
// path.
func (a apacheAt) isFile() string {
	if a.place.PHP == nil {
		return ""
	}
	return " && -f %{REQUEST_FILENAME}"
}

// sent is what names the file of an answer; where another server answers, its path.
func (a apacheAt) sent() string {
	if a.place.onFiles() {
		return "%{REQUEST_FILENAME}"
	}
	return "%{REQUEST_URI}"
}
