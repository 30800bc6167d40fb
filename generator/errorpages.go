package generator

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// ErrorPage is the page that answers an error of the server.
type ErrorPage struct {
	Code int
	// Page is the path of a file below the site's root.
	Page Text
}

var errorPagesAttribute = attribute{Name: "error_pages", Type: cty.Map(cty.String), Check: errorPages, Unite: true,
	Example: `{ "404" = "/404.html" }`,
	Doc:     `Pages for errors that the server itself finds: { "404" = "/404.html" }. The page is a file below root.`}

// errorPages checks a map of status codes to pages.
func errorPages(v cty.Value) (cty.Value, error) {
	var mistakes []string
	table := v.AsValueMap()
	for _, code := range sortedKeys(table) {
		n, err := strconv.Atoi(code)
		switch {
		case err != nil || n < 400 || n > 599 || len(code) != 3:
			mistakes = append(mistakes, fmt.Sprintf("%q is not the status of an error (400 to 599)", code))
		case n == 444 || n >= 494 && n <= 499:
			mistakes = append(mistakes, fmt.Sprintf("%q is a status that nginx uses for itself, without an answer", code))
		case table[code].IsNull():
			mistakes = append(mistakes, fmt.Sprintf("the page for %s is null", code))
		default:
			if err := pageOfSite(table[code].AsString()); err != nil {
				mistakes = append(mistakes, fmt.Sprintf("the page for %s: %v", code, err))
			}
		}
	}
	return v, joined(mistakes)
}

func decodeErrorPages(l *layer) []ErrorPage {
	s, ok := l.setting(errorPagesAttribute.Name)
	if !ok {
		return nil
	}
	var out []ErrorPage
	table := s.Value.AsValueMap()
	for _, code := range sortedKeys(table) {
		n, _ := strconv.Atoi(code)
		out = append(out, ErrorPage{n, Text{table[code].AsString(), s.Range}})
	}
	return out
}

func sameErrorPages(a, b []ErrorPage) bool {
	return slices.EqualFunc(a, b, func(a, b ErrorPage) bool { return a.Code == b.Code && a.Page.Value == b.Page.Value })
}

// errorPath is where the server finds the page of an error of a place: a path of
// its own, so that the page comes on the terms of the place whatever its file is
// called. It lies among the hidden files, and nobody else can ask for it.
func errorPath(place string, code int) string {
	return fmt.Sprintf("%s%s/%d", internalPages, place, code)
}

var errorRootAttribute = attribute{Name: "error_root", Type: cty.String, Check: check(absolutePath), Default: "root of the site",
	Example: `"/srv/errors"`,
	Doc:     "Directory of the pages for errors and maintenance."}

// errorRoot is the directory that error pages lie in.
func (s *Site) errorRoot() Text {
	if s.ErrorRoot.Value != "" {
		return s.ErrorRoot
	}
	return s.Root
}

// internalPages is where the server finds pages of its own; see errorPath.
const internalPages = "/.padlock/"

// errorPages are the pages of the place in an nginx block.
func (a nginxAt) errorPages() []nginxItem {
	p := a.place
	if a.outer != nil && sameErrorPages(a.outer.ErrorPages, p.ErrorPages) && len(a.headers()) == 0 {
		return nil
	}
	var out []nginxItem
	for _, e := range p.ErrorPages {
		path := errorPath(a.id(), e.Code)
		out = append(out, ng("error_page", nginxWord(strconv.Itoa(e.Code)), nginxWord(path)))
		a.errorLocation(path, e)
	}
	return out
}

// errorLocation answers with the page of an error. Who is let in was decided
// before, and a page about it must not be kept back by the same rule.
func (a nginxAt) errorLocation(path string, e ErrorPage) {
	name := []nginxWord{"=", nginxWord(path)}
	if slices.ContainsFunc(*a.named, func(i nginxItem) bool { return slices.Equal(i.Args, name) }) {
		return // the place has several locations
	}
	at := a
	if at.outer == nil {
		at.outer = at.place
	}
	body := append(append([]nginxItem{ng("internal")}, at.headers()...), a.openAgain()...)
	file := a.host.site.errorRoot()
	body = append(body, ng("alias", a.w.evaluated("", Text{file.Value + e.Page.Value, e.Page.Range}, "")))
	body = append(body, ng("default_type", nginxWord(typeOf(e.Page.Value))))
	*a.named = append(*a.named, gap[nginxWord](), ngBlock(body, "location", name...))
}

// typeOf is the media type of a page; pages are HTML unless their name says else.
func typeOf(page string) string {
	name := page[strings.LastIndexByte(page, '/')+1:]
	for _, t := range extensionPatterns() {
		if t.pattern.MatchString(name) {
			return t.mediaType
		}
	}
	return "text/html"
}

type extensionPattern struct {
	mediaType string
	pattern   *regexp.Regexp
}

// extensionPatterns are textTypes as patterns of names.
var extensionPatterns = sync.OnceValue(func() []extensionPattern {
	out := make([]extensionPattern, len(textTypes))
	for i, t := range textTypes {
		out[i] = extensionPattern{t.mediaType, regexp.MustCompile(`\.(?:` + t.extensions + `)$`)}
	}
	return out
})

// errorPages are the pages of the place in a part of an Apache file.
func (a apacheAt) errorPages() []apacheItem {
	p := a.place
	if !a.differs(func(e *Place) bool { return sameErrorPages(e.ErrorPages, p.ErrorPages) }) && len(a.headers()) == 0 {
		return nil
	}
	var out []apacheItem
	for _, before := range a.earlier {
		for _, e := range before.ErrorPages {
			if !slices.ContainsFunc(p.ErrorPages, func(own ErrorPage) bool { return own.Code == e.Code }) {
				out = append(out, ap("ErrorDocument", apacheWord(strconv.Itoa(e.Code)), "default"))
			}
		}
	}
	for _, e := range p.ErrorPages {
		out = append(out, ap("ErrorDocument", apacheWord(strconv.Itoa(e.Code)), apacheWord(errorPath(a.id(), e.Code))))
	}
	return out
}

// internalSections are where Apache finds the pages of all places: like a route
// that goes before every other. What a client asks for itself is not there.
func (a apacheAt) internalSections() []apacheItem {
	var out, sections []apacheItem
	a.eachPlace(func(at apacheAt) {
		pages := at.internalPages()
		if len(pages) == 0 {
			return
		}
		out = append(out, pages...)
		at.earlier, at.page = []*Place{&a.host.site.Place}, true
		body := append(at.headers(), ap("Require", "all", "granted"))
		if a.host.site.passesOn() {
			body = append(body, ap("ProxyPass", "!"))
		}
		sections = append(sections, apBlock(body, "Location", apacheWord(internalPages+at.id()+"/")))
	})
	out = append(out, sections...)
	if len(out) > 0 && a.host.site.ErrorRoot.Value != "" {
		out = append(out, a.allowDirectory(a.host.site.ErrorRoot))
	}
	return out
}

// internalPages are the pages of a place.
func (a apacheAt) internalPages() []apacheItem {
	s := a.host.site
	var out []apacheItem
	add := func(path string, page Text) {
		out = append(out, ap("Alias", apacheWord(path), a.w.plain(Text{s.errorRoot().Value + page.Value, page.Range})))
	}
	for _, e := range a.place.ErrorPages {
		add(errorPath(a.id(), e.Code), e.Page)
	}
	own := closedPath(a.id())
	if m := s.Maintenance; m != nil && m.Page.Value != "" && s.closedPage(a.host, a.route) == own {
		add(own, m.Page)
	}
	return out
}

// internalRules keep what rules do away from the server's own pages, and clients
// from asking for them.
func (a apacheAt) internalRules() []apacheItem {
	if !a.host.site.anyPlace(func(p *Place) bool { return len(p.ErrorPages) > 0 }) && a.host.site.Maintenance == nil {
		return nil
	}
	return about("The server's own pages.",
		ap("RewriteCond", "%{ENV:REDIRECT_STATUS}", "."), ap("RewriteRule", `"^/\.padlock/"`, "-", "[L]"),
		ap("RewriteRule", `"^/\.padlock/"`, "-", "[R=404,L]"))
}

// eachPlace calls do for the site and for each of its routes.
func (a apacheAt) eachPlace(do func(apacheAt)) {
	do(a)
	for _, r := range a.host.site.Routes {
		at := a
		at.route, at.place = r, &r.Place
		do(at)
	}
}

// id tells the places of a site apart in names.
func (a apacheAt) id() string { return a.host.site.placeID(a.route) }

// placeID is the number of a route; that of the rest of the site is 0.
func (s *Site) placeID(route *Route) string { return strconv.Itoa(slices.Index(s.Routes, route) + 1) }
