package generator

import (
	"regexp"
	"slices"
)

// Rules that choose the file for a path. They run in the virtual host, so that a
// request keeps its path, and with it the sections that hold for it; only the file
// is another one. A path with a question mark in it is left alone: httpd would
// take the rest for a query.

// file is the file that a path of the place names, with a suffix, for the rules of
// the place: its pattern and the test string.
func (a apacheAt) file(pattern apacheWord, suffix string) (apacheWord, apacheWord) {
	if a.place.Alias.Value == "" {
		return pattern, a.w.testString(a.place.Root.Value, "%{REQUEST_URI}"+suffix)
	}
	return a.w.rewriteWord("^" + regexp.QuoteMeta(a.route.Path.Value) + "(.*)$"), a.w.testString(a.place.Alias.Value+"/", "$1"+suffix)
}

// choosesFiles tells that rules of this kind make sense: not for one single file.
func (a apacheAt) choosesFiles() bool {
	return a.place.onFiles() && (a.route == nil || a.route.Kind != Exact || a.place.Alias.Value == "")
}

var plainPath = ap("RewriteCond", "%{REQUEST_URI}", `"^[^?]*$"`)

// extensionless serves about.html as /about.
func (a apacheAt) extensionless(pattern apacheWord) []apacheItem {
	if !a.choosesFiles() || !a.place.Extensionless {
		return nil
	}
	pattern, file := a.file(pattern, "")
	_, page := a.file(pattern, ".html")
	return []apacheItem{
		plainPath, ap("RewriteCond", file, "!-f"), ap("RewriteCond", page, "-f"), ap("RewriteRule", pattern, page, "[L]"),
	}
}

// fallback answers with the page of a single-page application.
func (a apacheAt) fallback(pattern apacheWord) []apacheItem {
	if !a.choosesFiles() || a.place.Fallback.Value == "" {
		return nil
	}
	pattern, file := a.file(pattern, "")
	page := a.w.testString(a.place.directory().Value+a.place.Fallback.Value, "")
	return append([]apacheItem{plainPath, ap("RewriteCond", file, "!-f"), ap("RewriteCond", file, "!-d")},
		append(about("What looks like a file and is none is missing.", ap("RewriteCond", "%{REQUEST_URI}", `"!\.[^/.]+$"`)),
			ap("RewriteRule", pattern, page, "[L]"))...)
}

// readyMadeKind is an encoding of which files lie ready.
type readyMadeKind struct{ name, coding, suffix string }

// readyMadeKinds are the encodings, the better one first.
var readyMadeKinds = []readyMadeKind{{"brotli", "br", ".br"}, {"gzip", "gzip", ".gz"}}

// encodingVariable holds the encoding of the ready-made file that is sent.
const encodingVariable = "padlock_encoding"

// readyMade sends compressed files that lie beside the others.
func (a apacheAt) readyMade(pattern apacheWord) []apacheItem {
	if !a.choosesFiles() {
		return nil
	}
	var out []apacheItem
	for _, before := range a.spellings() {
		for _, kind := range readyMadeKinds {
			if !slices.Contains(a.place.Precompressed, kind.name) {
				continue
			}
			p, file := a.file(pattern, before+kind.suffix)
			out = append(out, plainPath,
				ap("RewriteCond", "%{HTTP:Accept-Encoding}", apacheWord(`"\b`+kind.coding+`\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))"`)),
				ap("RewriteCond", file, "-f"),
				ap("RewriteRule", p, file, apacheWord("[L,E="+encodingVariable+":"+kind.coding+",E=no-gzip:1,E=no-brotli:1]")))
		}
	}
	return about("Files that have been compressed before.", out...)
}

// spellings are the suffixes that the file of a path may have.
func (a apacheAt) spellings() []string {
	if a.place.Extensionless {
		return []string{"", ".html"}
	}
	return []string{""}
}

// readyMadeTypes gives ready-made files the type of what is in them: httpd goes by
// the last extension, which is the compression's.
func (a apacheAt) readyMadeTypes() []apacheItem {
	wanted := func(p *Place) bool { return len(p.Precompressed) > 0 }
	if !wanted(a.place) || !a.whole() && !a.differs(wanted) {
		return nil
	}
	out := []apacheItem{
		ap("Header", "set", "Content-Encoding", apacheWord("%{"+encodingVariable+"}e"), apacheWord("env="+encodingVariable)),
		ap("Header", "merge", "Vary", "Accept-Encoding"),
	}
	for _, t := range textTypes {
		out = append(out, apBlock([]apacheItem{ap("ForceType", apacheWord(t.mediaType))}, "If",
			apacheWord(`"-n reqenv('`+encodingVariable+`') && %{REQUEST_FILENAME} =~ m#\.(?:`+t.extensions+`)\.(?:br|gz)$#"`)))
	}
	return out
}

// textTypes are the media types that are worth compressing, with their usual
// extensions (IANA's registry; nginx's mime.types).
var textTypes = []struct{ mediaType, extensions string }{
	{"text/html", "html?|shtml"},
	{"text/css", "css"},
	{"text/javascript", "m?js"},
	{"application/json", "json|map"},
	{"application/manifest+json", "webmanifest"},
	{"application/wasm", "wasm"},
	{"application/xml", "xml"},
	{"image/svg+xml", "svg"},
	{"text/plain", "txt"},
	{"text/markdown", "md"},
}
