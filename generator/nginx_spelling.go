package generator

import (
	"fmt"
	"regexp"
	"slices"
)

// spelling are the redirects to the other spelling of a path. Maps choose the place of
// a path as the locations do, and rules of the server see whether there is a redirect:
// a location has one try_files only.
func (a nginxAt) spelling() []nginxItem {
	s := a.host.site
	respelt := s.respelt()
	if len(respelt) == 0 {
		return nil
	}
	variable := nginxWord("$padlock_spelling")
	set := func(to nginxWord) nginxItem { return ng("set", variable, to) }
	drop := func(condition ...nginxWord) nginxItem { return ngBlock([]nginxItem{set(`""`)}, "if", condition...) }
	kind, added := a.spellingOf(), slashless.as("add-page")
	out := []nginxItem{set(a.spelledTo(kind, slashless, added, slashed))}
	if file := a.spelledFile(kind, "", "", slashless, added, slashed); file != "" {
		out = append(out, drop("(-e", file+")"))
	}
	if page := a.spelledFile(kind, "", ".html", added); page != "" {
		out = append(out, drop("(-f", page+")"))
	}
	if page := a.spelledFile(kind, "", "", indexPage, htmlPage); page != "" {
		out = append(out, ngBlock([]nginxItem{set(a.spelledTo(kind, indexPage, htmlPage))}, "if", "(-f", page+")"),
			drop("(-f", a.spelledFile(kind, `\.html`, "", indexPage, htmlPage)+")"))
	}
	to := a.w.marked(nginxWord(quoteNginx(a.self()+string(variable))), s.Name.Range)
	answer := ng("return", nginxWord(fmt.Sprint(a.code(s.RedirectCode))), to)
	if !slices.ContainsFunc(respelt, a.ownTerms) {
		return about("One spelling for every path.", append(out, ngBlock([]nginxItem{answer}, "if", "("+variable+")"))...)
	}
	// The rules of a server run again when it finds its own page.
	out = append(out, drop("($uri", "~", `"^/\.padlock/")`))
	rewrite := ng("rewrite", "^", a.spellingPages(respelt, answer), "last")
	return about("One spelling for every path, by whoever may ask for it.", append(out, ngBlock([]nginxItem{rewrite}, "if", "("+variable+")"))...)
}

// ownTerms tells that a redirect in the place is not like one of the server: it has
// other headers, or not everybody may ask.
func (a nginxAt) ownTerms(r *Route) bool {
	s := a.host.site
	p := s.of(r)
	return !p.Access.open() || !sameHeaders(s.headers(a.host, p), s.headers(a.host, &s.Place))
}

// as is the spelling under another name.
func (s spelling) as(name string) spelling {
	s.name = name
	return s
}

// quotedKey is a regular expression of a map.
func quotedKey(expression string) string { return quoteNginx("~" + expression) }

// spellingOf is the variable that holds the name of a path's spelling, if it is one to be
// led away from. What has a directive of its own comes first, then the longest
// directory; what nobody gets is led nowhere.
func (a nginxAt) spellingOf() nginxWord {
	s := a.host.site
	rows := []nginxItem{ng("default", `""`)}
	keep := func(expression string, at Text) {
		rows = append(rows, ng(string(a.w.word("~"+expression, at)), `""`))
	}
	keep(`^/\.well-known/acme-challenge/`, Text{})
	keep("^"+regexp.QuoteMeta(internalPages), Text{})
	for _, r := range s.movedPaths() {
		keep("^"+regexp.QuoteMeta(r.From.Value)+"$", r.From)
	}
	of := func(r *Route, directory string, at Text) {
		p := s.of(r)
		spellings := p.spellings(r)
		if len(spellings) > 0 {
			for _, pattern := range p.refused() {
				keep(r.within(pattern), at)
			}
		}
		for _, kind := range spellings {
			rows = append(rows, ng(string(a.w.word("~"+directory+kind.below, at)), nginxWord(kind.name)))
		}
	}
	for _, r := range s.strongestFirst() {
		of(r, r.expression(), r.Path)
		keep(r.expression(), r.Path)
	}
	of(nil, "^/", Text{})
	return a.variable("spelling", "$uri", rows...)
}

// spelledTo is the variable that holds the other spelling of a path, as the client wrote
// it, with its query.
func (a nginxAt) spelledTo(kind nginxWord, spellings ...spelling) nginxWord {
	rows := []nginxItem{ng("default", `""`)}
	for _, one := range spellings {
		if a.host.site.anySpelling(one.name) {
			rows = append(rows, ng(quotedKey("^"+one.name+":"+one.request+`(\?.*)?$`), nginxWord(`"$1`+one.end+`$2"`)))
		}
	}
	return a.variable("spelt", nginxWord(`"`+kind+`:$request_uri"`), rows...)
}

// anySpelling tells that some place of the site leads away from the spelling.
func (s *Site) anySpelling(name string) bool {
	return slices.ContainsFunc(s.respelt(), func(r *Route) bool {
		return slices.ContainsFunc(s.of(r).spellings(r), func(one spelling) bool { return one.name == name })
	})
}

// spelledFile is the variable that holds the file of a path with one of the spellings,
// without the end that a pattern names and with another one; empty if no place of files
// has such paths.
func (a nginxAt) spelledFile(kind nginxWord, without, with string, spellings ...spelling) nginxWord {
	s := a.host.site
	rows := []nginxItem{ng("default", `""`)}
	some := false
	for _, r := range s.respelt() {
		p, before, at := s.of(r), "/", Text{}
		if r != nil {
			before, at = r.Path.Value, r.Path
		}
		file := a.w.evaluated("", Text{p.Root.Value + before, p.Root.Range}, "$1"+with)
		switch {
		case !p.onFiles():
			file = `""`
		case p.Alias.Value != "":
			file = a.w.evaluated("", p.Alias, "/$1"+with)
		}
		for _, own := range p.spellings(r) {
			if slices.ContainsFunc(spellings, func(one spelling) bool { return one.name == own.name }) {
				rows = append(rows, ng(string(a.w.word("~^"+own.name+":"+regexp.QuoteMeta(before)+"(.*)"+without+"$", at)), file))
				some = some || p.onFiles()
			}
		}
	}
	if !some {
		return ""
	}
	return a.variable("spelt", nginxWord(`"`+kind+`:$uri"`), rows...)
}

// spellingPages is the variable that holds the path where a redirect stands with the
// terms of its place, as a location that nobody else can ask for.
func (a nginxAt) spellingPages(respelt []*Route, answer nginxItem) nginxWord {
	s := a.host.site
	rows := []nginxItem{ng("default", nginxWord(spellingPath("0")))}
	for _, r := range respelt {
		path := spellingPath(s.placeID(r))
		if r != nil {
			rows = append(rows, ng(string(a.w.word("~"+r.expression(), r.Path)), nginxWord(path)))
		}
		body := a.in(r, s.of(r)).onTerms("spelling", answer)
		*a.named = append(*a.named, gap[nginxWord](), ngBlock(append([]nginxItem{ng("internal")}, body...), "location", "=", nginxWord(path)))
	}
	if len(rows) == 1 {
		return rows[0].Args[0]
	}
	return a.variable("speller", "$uri", rows...)
}

// spellingPath is where the server finds the redirects of a place; see errorPath.
func spellingPath(place string) string { return internalPages + place + "/spelling" }

// nginxTerms are the settings that hold for a redirect too.
var nginxTerms = []func(nginxAt) []nginxItem{
	nginxAt.headers,
	nginxAt.access,
	nginxAt.limits,
	nginxAt.rates,
	nginxAt.errorPages,
}

// onTerms answers on the terms of the place, in a location of its own: behind access,
// where not everybody may ask.
func (a nginxAt) onTerms(what string, answer nginxItem) []nginxItem {
	var out []nginxItem
	if a.place.Access.open() {
		return append(a.headers(), answer)
	}
	for _, setting := range nginxTerms {
		out = append(out, setting(a)...)
	}
	if a.place.Access.Certificate {
		out = append(out, certificateGuard())
	}
	return append(out, a.afterAccess(what, answer)...)
}
