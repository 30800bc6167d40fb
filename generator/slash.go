package generator

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Slash says what becomes of a path by the slash at its end.
type Slash string

// The ways with slashes.
const (
	// SlashKept leaves paths as they come.
	SlashKept Slash = "keep"
	// SlashAdded leads /about to /about/, but for files and for names with a dot.
	SlashAdded Slash = "add"
	// SlashRemoved leads /about/ to /about, but for directories.
	SlashRemoved Slash = "remove"
)

var slashAttribute = attribute{Name: "trailing_slash", Type: cty.String, Check: oneOf(string(SlashKept), string(SlashAdded), string(SlashRemoved)), Default: string(SlashKept),
	Doc: "add: /about redirects to /about/, unless it is a file or has a dot in its last part; remove: /about/ redirects to /about, unless it is a directory. Methods and queries are kept; the status is redirect_code. Exact paths and patterns are left as they are."}

// below is the pattern of the paths that are led elsewhere, in a directory given as a
// pattern of its own. The directory itself stays where it is.
func (s Slash) below(directory string) string {
	if s == SlashAdded {
		return directory + `(?s:.*/)?[^/.]+$`
	}
	return directory + `(?s:.*)[^/]/$`
}

// request is the pattern of the client's own spelling of such a path, as it stands in
// the request line; the first group is what is kept of it.
func (s Slash) request() string {
	if s == SlashAdded {
		return `(/[^?\s]*[^/?\s])`
	}
	return `(/[^?\s]*[^/?\s])/+`
}

// end is what the new path has behind what is kept.
func (s Slash) end() string {
	if s == SlashAdded {
		return "/"
	}
	return ""
}

// decodeSlash reads the row of a place; routes of one path and patterns have none.
func decodeSlash(l *layer) Slash { return Slash(l.text(slashAttribute.Name, string(SlashKept)).Value) }

// withoutSlash takes from an exact path or a pattern what it has inherited, for the
// path with the other spelling is not in it; what it says itself is a mistake.
func (r *Route) withoutSlash(own *layer) hcl.Diagnostics {
	if r.Kind == Prefix {
		return nil
	}
	r.Slash = SlashKept
	said, ok := own.setting(slashAttribute.Name)
	if !ok {
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "A slash that cannot be told", Subject: &said.Range,
		Detail: fmt.Sprintf(`%s takes some spellings of a path only, so the path with the other end may be anybody's. Write trailing_slash for the site or for a directory such as route "/x/".`, r.Path.Value)}}
}

// slashes tells that some place of the site leads paths to another spelling.
func (s *Site) slashes() bool {
	return s.anyPlace(func(p *Place) bool { return p.Slash != SlashKept })
}

// slash are the redirects in nginx. Maps choose the place of a path as the locations
// do, and the rules of the server carry it out: a location has one try_files only.
func (a nginxAt) slash() []nginxItem {
	s := a.host.site
	if !s.slashes() {
		return nil
	}
	id := s.slug()
	place, file, target := nginxWord("$padlock_slash_place_"+id), nginxWord("$padlock_slash_file_"+id), nginxWord("$padlock_slash_"+id)
	places, files := a.slashMaps()
	rows := []nginxItem{ng("default", `""`)}
	for _, kind := range []Slash{SlashAdded, SlashRemoved} {
		if s.anyPlace(func(p *Place) bool { return p.Slash == kind }) {
			rows = append(rows, ng(quotedKey("^"+string(kind)+":"+kind.request()+`(\?.*)?$`), nginxWord(`"$1`+kind.end()+`$2"`)))
		}
	}
	a.around.add(string(place), ngBlock(places, "map", "$uri", place))
	a.around.add(string(target), ngBlock(rows, "map", nginxWord(`"`+place+`:$request_uri"`), target))
	variable := nginxWord("$padlock_slash")
	out := []nginxItem{ng("set", variable, target)}
	if s.anyPlace(func(p *Place) bool { return p.Slash != SlashKept && p.onFiles() }) {
		a.around.add(string(file), ngBlock(files, "map", nginxWord(`"`+place+`:$uri"`), file))
		out = append(out, ngBlock([]nginxItem{ng("set", variable, `""`)}, "if", "(-e", file+")"))
	}
	if s.anyPlace(func(p *Place) bool { return p.Slash == SlashAdded && p.Extensionless }) {
		page := nginxWord(`"` + file + `.html")`)
		out = append(out, ngBlock([]nginxItem{ng("set", variable, `""`)}, "if", "(-f", page))
	}
	code := nginxWord(fmt.Sprint(a.code(s.RedirectCode)))
	to := a.w.marked(nginxWord(quoteNginx(a.self()+string(variable))), s.Name.Range)
	return about("One spelling for every path, with or without the slash at its end.",
		append(out, ngBlock([]nginxItem{ng("return", code, to)}, "if", "("+variable+")"))...)
}

// quotedKey is a regular expression of a map.
func quotedKey(expression string) string { return quoteNginx("~" + expression) }

// slashMaps are the rows that tell the way of a path, and the file that a path would be.
// What has a directive of its own comes first, then the longest directory.
func (a nginxAt) slashMaps() (places, files []nginxItem) {
	s := a.host.site
	keep := func(expression string, at Text) {
		places = append(places, ng(string(a.w.word("~"+expression, at)), `""`))
	}
	places, files = []nginxItem{ng("default", `""`)}, []nginxItem{ng("default", `""`)}
	keep(`^/\.well-known/acme-challenge/`, Text{})
	keep("^"+regexp.QuoteMeta(internalPages), Text{})
	for _, r := range s.Redirects {
		keep("^"+regexp.QuoteMeta(r.From.Value)+"$", r.From)
	}
	for _, r := range s.strongestFirst() {
		if r.Kind != Prefix {
			keep(r.expression(), r.Path)
			continue
		}
		if s.leadsToSlash(r) {
			keep("^"+regexp.QuoteMeta(strings.TrimSuffix(r.Path.Value, "/"))+"$", r.Path)
		}
		if r.Slash != SlashKept {
			places = append(places, ng(string(a.w.word("~"+r.Slash.below(r.expression()), r.Path)), nginxWord(r.Slash)))
		}
		keep(r.expression(), r.Path)
		files = append(files, a.slashFile(r, &r.Place)...)
	}
	if s.Slash != SlashKept {
		places = append(places, ng(quotedKey(s.Slash.below("^/")), nginxWord(s.Slash)))
	}
	return places, append(files, a.slashFile(nil, &s.Place)...)
}

// slashFile is the row for the files of a place.
func (a nginxAt) slashFile(r *Route, p *Place) []nginxItem {
	if p.Slash == SlashKept {
		return nil
	}
	before, rest := "/", Text{}
	if r != nil {
		before, rest = r.Path.Value, r.Path
	}
	key := a.w.word("~^"+string(p.Slash)+":"+regexp.QuoteMeta(before)+"(.*)$", rest)
	dir := p.Files.directory()
	switch {
	case !p.onFiles():
		return []nginxItem{ng(string(key), `""`)}
	case p.Alias.Value != "":
		return []nginxItem{ng(string(key), a.w.evaluated("", dir, "/$1"))}
	}
	return []nginxItem{ng(string(key), a.w.evaluated("", dir, "$uri"))}
}

// leadsToSlash tells that the path of a directory without its slash has a redirect of
// its own.
func (s *Site) leadsToSlash(r *Route) bool {
	return r.Kind == Prefix && (!r.onFiles() || r.Alias.Value != "")
}

// slash are the redirects of a place in Apache.
func (a apacheAt) slash(pattern apacheWord) []apacheItem {
	s, kind := a.host.site, a.place.Slash
	if kind == SlashKept || a.route != nil && a.route.Kind != Prefix {
		return nil
	}
	directory := "^/"
	if a.route != nil {
		directory = a.route.expression()
	}
	out := []apacheItem{ap("RewriteCond", "%{REQUEST_URI}", a.w.rewriteWord(kind.below(directory)))}
	if a.route == nil || strings.HasPrefix("/.well-known/acme-challenge/", a.route.Path.Value) {
		out = append(out, ap("RewriteCond", "%{REQUEST_URI}", `"!^/\.well-known/acme-challenge/"`))
	}
	if a.place.onFiles() {
		var file apacheWord
		pattern, file = a.file(pattern, "")
		out = append(out, ap("RewriteCond", file, "!-f"), ap("RewriteCond", file, "!-d"))
		if kind == SlashAdded && a.place.Extensionless {
			_, page := a.file(pattern, ".html")
			out = append(out, ap("RewriteCond", page, "!-f"))
		}
	}
	out = append(out,
		ap("RewriteCond", "%{THE_REQUEST}", apacheWord(`"^\S+ (?:[a-z]+://[^/?\s]*)?`+kind.request()+`(?:[?\s]|$)"`), "[NC]"),
		ap("RewriteRule", pattern, a.toOwn("%1"+kind.end()), apacheWord(fmt.Sprintf("[R=%d,L,NE]", s.RedirectCode))))
	return about("One spelling for every path, with or without the slash at its end.", out...)
}
