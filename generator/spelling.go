package generator

import "strings"

// spelling is a way of writing paths that clients are led away from, to the one that
// the place has for them.
type spelling struct {
	// name tells it apart from the others; no path has two.
	name string
	// below are the paths, behind the pattern of a directory. The directory itself is
	// none of them.
	below string
	// request is the path as the client wrote it in the request line; the first group
	// is what is kept of it. What the server asks of itself is so left alone.
	request string
	// end is what the new path has behind that.
	end string
	// file is what the files behind a path decide.
	file fileTest
	// why is a comment for the reader of the output.
	why string
}

// fileTest is what decides whether a path is led elsewhere in a place of files.
type fileTest uint8

const (
	// nothing at the path: neither a file nor a directory.
	nothing fileTest = iota + 1
	// noPage is nothing, and no page that the path stands for either.
	noPage
	// aPage is a page at the path, and no other file where it leads.
	aPage
)

// The spellings. What the client calls a path is compared as it is written, so that
// %2F stays what it is; only the directory of a page is left of its index.
var (
	slashless = spelling{name: "add", below: `(?s:.*/)?[^/.]+$`, request: `(/[^?\s]*[^/?\s])`, end: "/", file: nothing, why: slashWhy}
	slashed   = spelling{name: "remove", below: `(?s:.*)[^/]/$`, request: `(/[^?\s]*[^/?\s])/+`, file: nothing, why: slashWhy}
	indexPage = spelling{name: "index", below: `(?s:.*/)?index\.html$`, request: `(/(?:[^?\s]*/)?)index\.html`, file: aPage, why: "A directory is not called by its page."}
	htmlPage  = spelling{name: "page", below: `(?s:.*/)?[^/]+\.html$`, request: `(/[^?\s]*[^/?\s])\.html`, file: aPage, why: "A page is called without the end of its file."}
)

const slashWhy = "One spelling for every path, with or without the slash at its end."

// spellings are those that a place leads away from; one path and patterns have none,
// as the path with the other spelling is not in them.
func (p *Place) spellings(r *Route) []spelling {
	if r != nil && r.Kind != Prefix {
		return nil
	}
	var out []spelling
	switch p.Slash {
	case SlashAdded:
		add := slashless
		if p.onFiles() && p.Extensionless {
			add.name, add.file = "add-page", noPage
		}
		out = append(out, add)
	case SlashRemoved:
		out = append(out, slashed)
	}
	if !p.onFiles() || !p.PagesMoved {
		return out
	}
	page := htmlPage
	if len(p.Index) > 0 && p.Index[0].Value == "index.html" {
		out = append(out, indexPage)
		page.below = `(?s:.*/)?(?!index\.html$)[^/]+\.html$`
	}
	return append(out, page)
}

// spelled is where a path of the place is led for its spelling. Whether there is a file
// at a path nobody knows, so that only pages and the paths of other programs are judged.
func (p *Place) spelled(r *Route, path string) (string, bool) {
	for _, one := range p.spellings(r) {
		base := path[strings.LastIndexByte(path, '/')+1:]
		page := strings.TrimSuffix(base, ".html")
		directory := r == nil && path == "/" || r != nil && path == r.Path.Value
		switch one.name {
		case indexPage.name, htmlPage.name:
			if one.name == indexPage.name && page == "index" {
				page = ""
			} else if page == "" {
				continue
			}
			if strings.HasSuffix(base, ".html") {
				return strings.TrimSuffix(path, base) + page, true
			}
		case slashless.name:
			if base != "" && !strings.Contains(base, ".") && !p.onFiles() {
				return path + "/", true
			}
		case slashed.name:
			if base == "" && !directory && !p.onFiles() {
				return strings.TrimRight(path, "/"), true
			}
		}
	}
	return "", false
}

// respelt are the places of the site that lead paths to another spelling, the strongest
// first; the route of the rest is nil.
func (s *Site) respelt() []*Route {
	var out []*Route
	for _, r := range s.strongestFirst() {
		if len(r.spellings(r)) > 0 {
			out = append(out, r)
		}
	}
	if len(s.spellings(nil)) > 0 {
		out = append(out, nil)
	}
	return out
}

// of is the place of a route of the site, or the site's own.
func (s *Site) of(r *Route) *Place {
	if r == nil {
		return &s.Place
	}
	return &r.Place
}

// refused are the patterns of paths in a place that nobody gets.
func (p *Place) refused() []string {
	if !p.onFiles() {
		return nil
	}
	var out []string
	for _, kind := range hiddenKinds {
		if p.hides(kind.name) {
			out = append(out, kind.pattern)
		}
	}
	if p.PHP == nil {
		return out
	}
	for _, c := range p.PHP.Closed {
		out = append(out, c.Pattern)
	}
	return append(out, p.PHP.notRun())
}
