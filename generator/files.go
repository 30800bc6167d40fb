package generator

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Files are what a place serves from the disk.
type Files struct {
	// Root is the directory whose files the paths of the site name; empty if there
	// is none.
	Root Text
	// Alias is the directory that stands for the route's own path; empty if Root
	// counts.
	Alias Text
	// Index are the files looked for in a directory, in order.
	Index []Text
	// Fallback is the page of a single-page application, a path below Root or Alias
	// that answers every path that names neither a file nor a directory and looks
	// like none; empty if there is none.
	Fallback Text
	// Listing tells that directories without an index file are listed.
	Listing bool
	// Extensionless tells that /about is the file about.html; PagesMoved that
	// /about.html redirects there.
	Extensionless, PagesMoved bool
	// Precompressed are the encodings of which ready files lie beside the others:
	// "gzip" (.gz), "brotli" (.br).
	Precompressed []string
	// Hidden are the kinds of files that are refused: "dotfiles", "backups".
	Hidden []string
	// Charset is that of HTML and plain text; empty says none.
	Charset string
	// Types are further media types, each with its file extensions.
	Types []MediaType
}

// MediaType is a media type with the extensions of its files, without dots.
type MediaType struct {
	Type       Text
	Extensions []string
}

var fileAttributes = []attribute{
	{Name: rootName, Type: cty.String, Check: check(absolutePath), Source: true, Example: `"/srv/www/example.com"`, Doc: "Directory of the files served."},
	{Name: "index", Type: cty.List(cty.String), Check: check(indexFile), Default: `["index.html"], with php ["index.php", "index.html"]`, Example: `["index.html"]`, Doc: "Files looked for in a directory, first match wins."},
	{Name: "spa", Type: cty.DynamicPseudoType, Check: fallbackPage, Default: "false",
		TypeName: "true, false or a path",
		Doc:      "true: /index.html answers every path that names no file and has no extension, as single-page applications want; or the path of another page."},
	{Name: "autoindex", Type: cty.Bool, Default: "false", Doc: "List directories that have no index file."},
	{Name: "extensionless", Type: cty.DynamicPseudoType, Check: extensionless, Default: "false", TypeName: `true, false or "redirect"`, Example: `"redirect"`,
		Doc: `true: serve the file about.html as /about; "redirect": also redirect /about.html to /about, and /index.html to / where it is the first of index. Methods and queries are kept; the status is redirect_code.`},
	{Name: "precompressed", Type: cty.List(cty.String), Check: oneOf("gzip", "brotli"), Default: "[]",
		Needs: []capability{capPrecompressedGzip},
		Doc:   "Send ready-made compressed files (style.css.gz, style.css.br) to clients that take them."},
	{Name: "hide", Type: cty.List(cty.String), Check: oneOf("dotfiles", "backups"), Default: `["dotfiles", "backups"]`,
		Doc: "Files that are refused: dotfiles (.git, .env, .htpasswd …, but for .well-known), backups (*.bak, *.old, *.orig, *.save, *.swp, *.sql, *~)."},
	{Name: "charset", Type: cty.String, Check: check(charset), Example: `"utf-8"`, Doc: "Character set of HTML and plain text."},
	{Name: "types", Type: cty.Map(cty.List(cty.String)), Check: mediaTypes, Example: `{ "application/wasm" = ["wasm"] }`,
		Doc: `Further media types with their file extensions: { "application/wasm" = ["wasm"] }.`},
}

var aliasAttribute = attribute{Name: "alias", Type: cty.String, Check: check(absolutePath), Source: true, Example: `"/srv/images"`,
	Doc: "Directory that stands for the route's path: with route \"/img/\", /img/a.png is the file a.png in it."}

// defaultFallback is the page of spa = true.
const defaultFallback = "/index.html"

func decodeFiles(l *layer) Files {
	index := []string{"index.html"}
	if l.nested(phpBlock.Name) != nil {
		index = []string{"index.php", "index.html"}
	}
	f := Files{
		Root: l.text(rootName, ""), Alias: l.text(aliasAttribute.Name, ""), Index: l.texts("index", index...),
		Listing:       l.flag("autoindex", false),
		Precompressed: values(l.texts("precompressed")), Hidden: values(l.texts("hide", "dotfiles", "backups")),
		Charset: l.text("charset", "").Value,
	}
	if s, ok := l.setting("extensionless"); ok {
		f.PagesMoved = s.Value.Type() == cty.String
		f.Extensionless = f.PagesMoved || s.Value.True()
	}
	if s, ok := l.setting("spa"); ok {
		switch {
		case s.Value.Type() == cty.String:
			f.Fallback = Text{s.Value.AsString(), s.Range}
		case s.Value.True():
			f.Fallback = Text{defaultFallback, s.Range}
		}
	}
	if s, ok := l.setting("types"); ok {
		table := s.Value.AsValueMap()
		for _, name := range sortedKeys(table) {
			m := MediaType{Type: Text{name, s.Range}}
			for _, extension := range table[name].AsValueSlice() {
				m.Extensions = append(m.Extensions, extension.AsString())
			}
			f.Types = append(f.Types, m)
		}
	}
	return f
}

// values are the texts without their positions.
func values(texts []Text) []string {
	var out []string
	for _, t := range texts {
		out = append(out, t.Value)
	}
	return out
}

// hides tells that a kind of files is refused.
func (f *Files) hides(kind string) bool { return slices.Contains(f.Hidden, kind) }

// directory is where the files of the place are.
func (f *Files) directory() Text {
	if f.Alias.Value != "" {
		return f.Alias
	}
	return f.Root
}

// extensionless accepts true, false or the word for more than true.
func extensionless(v cty.Value) (cty.Value, error) {
	switch {
	case v.Type() == cty.Bool || v.Type() == cty.String && v.AsString() == "redirect":
		return v, nil
	case v.Type() == cty.String && (v.AsString() == "true" || v.AsString() == "false"):
		return cty.BoolVal(v.AsString() == "true"), nil
	}
	return v, errors.New(`extensionless is true, false or "redirect"`)
}

// fallbackPage accepts true, false or the path of a page.
func fallbackPage(v cty.Value) (cty.Value, error) {
	switch {
	case v.Type() == cty.Bool:
		return v, nil
	case v.Type() == cty.String:
		return v, pageOfSite(v.AsString())
	}
	return v, errors.New(`spa is true, false or the path of a page such as "/app.html"`)
}

// pageOfSite accepts the path of a file of the site, as it lies on the disk.
func pageOfSite(s string) error {
	switch {
	case !strings.HasPrefix(s, "/"):
		return fmt.Errorf("%q does not begin with a slash; it is the path of a file below the root of the site", s)
	case strings.HasSuffix(s, "/"), strings.ContainsAny(s, "?#%"):
		return fmt.Errorf("%q is not the path of a file: it may not end in a slash or hold one of ? # %%", s)
	case slices.ContainsFunc(strings.Split(s[1:], "/"), func(part string) bool { return part == "" || part == "." || part == ".." }):
		return fmt.Errorf(`%q has "//", "." or ".." in it; write the plain path`, s)
	}
	return nil
}

var charsetName = pattern(`^[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}$`)

// charset accepts the name of a character set (RFC 2978 section 2.3).
func charset(s string) (string, error) {
	if !charsetName().MatchString(s) || strings.EqualFold(s, "off") || strings.EqualFold(s, "on") {
		return s, fmt.Errorf(`%q is not the name of a character set such as "utf-8"`, s)
	}
	return strings.ToLower(s), nil
}

var (
	mediaTypeName = pattern(`^[A-Za-z0-9][A-Za-z0-9!#&^_.+-]{0,63}/[A-Za-z0-9][A-Za-z0-9!#&^_.+-]{0,63}$`)
	fileExtension = pattern(`^[A-Za-z0-9_+-]{1,32}$`)
)

// mediaTypes checks a map of media types (RFC 6838 section 4.2) to extensions.
func mediaTypes(v cty.Value) (cty.Value, error) {
	var mistakes []string
	table := v.AsValueMap()
	for _, name := range sortedKeys(table) {
		if !mediaTypeName().MatchString(name) {
			mistakes = append(mistakes, fmt.Sprintf(`%q is not a media type such as "application/wasm"`, name))
		}
		if table[name].IsNull() || table[name].LengthInt() == 0 {
			mistakes = append(mistakes, fmt.Sprintf("%q has no extensions", name))
			continue
		}
		for _, extension := range table[name].AsValueSlice() {
			if extension.IsNull() || !fileExtension().MatchString(extension.AsString()) {
				mistakes = append(mistakes, fmt.Sprintf("%q: extensions are written without a dot, in letters and digits", name))
			}
		}
	}
	return v, joined(mistakes)
}
