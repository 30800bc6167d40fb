package generator

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// directory is where the files of the place are, and what is said about them.
func (a nginxAt) directory() []nginxItem {
	p := a.place
	if !p.onFiles() {
		return nil
	}
	var out []nginxItem
	switch {
	case p.Alias.Value != "":
		alias := p.Alias
		if a.route.Kind == Prefix {
			alias.Value += "/"
		}
		out = append(out, ng("alias", a.w.evaluated("", alias, "")))
	case a.fresh(func(f *Files) bool { return f.Root.Value == p.Root.Value }):
		out = append(out, ng("root", a.w.evaluated("", p.Root, "")))
	}
	if a.fresh(func(f *Files) bool { return sameTexts(f.Index, p.Index) }) {
		index := ng("index")
		for _, name := range p.Index {
			index.Args = append(index.Args, a.w.evaluated("", name, ""))
		}
		out = append(out, index)
	}
	if a.fresh(func(f *Files) bool { return f.Listing == p.Listing }) && (p.Listing || a.outer != nil) {
		out = append(out, ng("autoindex", nginxWord(onOff(p.Listing))))
	}
	return append(append(out, a.typing()...), a.readyMade()...)
}

// fresh tells that the block around the place says nothing of the kind, or
// something else.
func (a nginxAt) fresh(same func(*Files) bool) bool {
	return a.outer == nil || !a.outer.onFiles() || !same(&a.outer.Files)
}

// typing says what the files are.
func (a nginxAt) typing() []nginxItem {
	p := a.place
	var out []nginxItem
	if a.fresh(func(f *Files) bool { return f.Charset == p.Charset }) {
		switch {
		case p.Charset != "":
			// Text and HTML, as Apache's AddDefaultCharset; HTML is always among them.
			out = append(out, ng("charset", nginxWord(p.Charset)), ng("charset_types", "text/plain"))
		case a.outer != nil && a.outer.Charset != "":
			out = append(out, ng("charset", "off"))
		}
	}
	if a.fresh(func(f *Files) bool { return slices.EqualFunc(f.Types, p.Types, sameMediaType) }) && (len(p.Types) > 0 || a.outer != nil && len(a.outer.Types) > 0) {
		// A block of types takes the place of the inherited one whole.
		var types []nginxItem
		for _, m := range p.Types {
			t := ng(string(a.w.plain(m.Type)))
			for _, extension := range m.Extensions {
				t.Args = append(t.Args, nginxWord(extension))
			}
			types = append(types, t)
		}
		out = append(out, ng("include", nginxWord(a.target.Platform.Nginx.MimeTypes)))
		if len(types) > 0 {
			out = append(out, ngBlock(types, "types"))
		}
	}
	return out
}

func sameMediaType(a, b MediaType) bool {
	return a.Type.Value == b.Type.Value && slices.Equal(a.Extensions, b.Extensions)
}

// readyMade sends compressed files that lie beside the others.
func (a nginxAt) readyMade() []nginxItem {
	var out []nginxItem
	for _, kind := range []struct{ encoding, directive string }{{"gzip", "gzip_static"}, {"brotli", "brotli_static"}} {
		has := func(f *Files) bool { return slices.Contains(f.Precompressed, kind.encoding) }
		own := has(&a.place.Files)
		if own && a.fresh(func(f *Files) bool { return has(f) }) || !own && a.outer != nil && has(&a.outer.Files) {
			out = append(out, ng(kind.directive, nginxWord(onOff(own))))
		}
	}
	return out
}

// hidden denies files that are nobody's business, in a place that serves files.
func (a nginxAt) hidden() []nginxItem {
	if !a.place.onFiles() || a.route != nil && a.route.Kind == Exact {
		return nil
	}
	var out []nginxItem
	for _, kind := range hiddenKinds {
		if a.place.hides(kind.name) {
			out = append(append(out, gap[nginxWord]()), about(kind.comment,
				ngBlock(a.nobody(), "location", "~", nginxWord(quoteNginx(kind.pattern))))...)
		}
	}
	return out
}

// hiddenKind is a kind of files that are refused, with the pattern of their paths.
type hiddenKind struct{ name, comment, pattern string }

// hiddenKinds are the kinds, by their names in the language. Well-known paths
// (RFC 8615) begin with a dot but are public.
var hiddenKinds = []hiddenKind{
	{"dotfiles", "Hidden files (.git, .env, .htpasswd …) are nobody's business.", `/\.(?!well-known(?:/|$))`},
	{"backups", "Copies that editors and people leave behind.", `(?:~|\.(?:bak|old|orig|save|swp|swo|sql))$`},
}

// fileLike matches paths with an extension.
var fileLike = pattern(`\.[^/.]+$`)

func (a nginxAt) files() (inner, nested []nginxItem) {
	p := a.place
	if p.Alias.Value != "" && p.Fallback.Value == "" && !p.Extensionless {
		return nil, nil
	}
	if a.route != nil && a.route.Kind == Exact && p.Alias.Value != "" {
		return nil, nil
	}
	try := ng("try_files", "$uri")
	if p.Extensionless {
		try.Args = append(try.Args, "$uri.html")
	}
	try.Args = append(try.Args, "$uri/")
	if p.Fallback.Value == "" {
		return []nginxItem{ng(try.Name, append(try.Args, "=404")...)}, nil
	}
	missing := ng("try_files", "$uri", "$uri/", "=404")
	exact := a.route != nil && a.route.Kind == Exact
	if exact && fileLike().MatchString(a.route.Path.Value) {
		return []nginxItem{missing}, nil
	}
	fallback := "@padlock_app_" + a.id()
	*a.named = append(*a.named, a.page(p.Fallback, "location", nginxWord(fallback)))
	// What looks like a file and is none is missing; the application's page would
	// only confuse whoever asked for it.
	if !exact { // nginx refuses a location within an exact one
		nested = []nginxItem{ngBlock([]nginxItem{missing}, "location", "~", nginxWord(fileLike().String()))}
	}
	return []nginxItem{ng(try.Name, append(try.Args, nginxWord(fallback))...)}, nested
}

// page is a block that answers with one file of the place, on the terms of the
// place.
func (a nginxAt) page(file Text, name string, args ...nginxWord) nginxItem {
	var body []nginxItem
	at, place := a, *a.place
	place.Root, place.Alias = a.place.Files.directory(), Text{}
	at.place = &place
	for _, setting := range nginxSettings {
		body = append(append(body, setting(at)...), gap[nginxWord]())
	}
	return ngBlock(append(body, ng("try_files", a.w.evaluated("", file, ""), "=404")), name, args...)
}

// id tells the places of a site apart in names.
func (a nginxAt) id() string { return a.host.site.placeID(a.route) }

// maxSlug bounds a slug: nginx does not start with a name of a variable that is longer
// than 46 letters (variables_hash_bucket_size 64), and some begin with 15 of their own.
const maxSlug = 31

// slug is the name of the site as a part of names that all sites share; two sites
// have two.
func (s *Site) slug() string {
	plain := true
	slug := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r != '.':
			plain = false
		}
		return '_'
	}, s.Name.Value)
	if plain && len(slug) <= maxSlug {
		return slug
	}
	hash := "_" + shortHash(s.Name.Value)
	return slug[:min(len(slug), maxSlug-len(hash))] + hash
}

// shortHash tells texts apart in names.
func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}
