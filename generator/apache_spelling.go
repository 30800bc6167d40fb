package generator

import (
	"fmt"
	"regexp"
	"strings"
)

// spellingVariable holds the spelling that a path is led to.
const spellingVariable = "padlock_spelling"

// spelling sees whether a path of the place is led to another spelling. The rules of the
// virtual host come before access, so the redirect itself stands in a section.
func (a apacheAt) spelling(pattern apacheWord) []apacheItem {
	directory := "^/"
	if a.route != nil {
		directory = a.route.expression()
	}
	var out []apacheItem
	for _, one := range a.place.spellings(a.route) {
		conditions := []apacheItem{ap("RewriteCond", "%{REQUEST_URI}", a.w.rewriteWord(directory+one.below))}
		if a.route == nil || strings.HasPrefix("/.well-known/acme-challenge/", a.route.Path.Value) {
			conditions = append(conditions, ap("RewriteCond", "%{REQUEST_URI}", `"!^/\.well-known/acme-challenge/"`))
		}
		rule := pattern
		if a.place.onFiles() {
			var files []apacheItem
			rule, files = a.spelledFile(pattern, one)
			conditions = append(conditions, files...)
		}
		out = append(out, about(one.why, append(conditions,
			ap("RewriteCond", "%{THE_REQUEST}", apacheWord(`"^\S+ (?:[a-z]+://[^/?\s]*)?`+one.request+`(?:[?\s]|$)"`), "[NC]"),
			ap("RewriteRule", rule, "-", apacheWord("[E="+spellingVariable+":%1"+one.end+",L]")))...)...)
	}
	return out
}

// spelledFile are the conditions on the files behind a path, and the pattern of the rule
// that they are written for.
func (a apacheAt) spelledFile(pattern apacheWord, one spelling) (apacheWord, []apacheItem) {
	rule, file := a.file(pattern, "")
	is := func(file, test apacheWord) apacheItem { return ap("RewriteCond", file, test) }
	switch one.file {
	case noPage:
		_, page := a.file(pattern, ".html")
		return rule, []apacheItem{is(file, "!-f"), is(file, "!-d"), is(page, "!-f")}
	case aPage:
		before, dir := "/", a.place.directory().Value
		if a.route != nil {
			before = a.route.Path.Value
		}
		if a.place.Alias.Value == "" {
			dir += strings.TrimSuffix(before, "/")
		}
		there := func(end string) apacheWord { return a.w.testString(dir+"/", "$1"+end) }
		return a.w.rewriteWord("^" + regexp.QuoteMeta(before) + `(.*)\.html$`), []apacheItem{is(there(".html"), "-f"), is(there(""), "!-f")}
	}
	return rule, []apacheItem{is(file, "!-f"), is(file, "!-d")}
}

// respelled are the redirects of all places, behind access and before whatever else a
// place does by itself.
func (a apacheAt) respelled() []apacheItem {
	s := a.host.site
	if len(s.respelt()) == 0 {
		return nil
	}
	to := a.toOwn("%{ENV:" + spellingVariable + "}")
	return []apacheItem{apBlock(append(rewritingOn(),
		ap("RewriteRule", "^", to, apacheWord(fmt.Sprintf("[R=%d,L,NE]", s.RedirectCode)))), "If", apacheWord(`"-n reqenv('`+spellingVariable+`')"`))}
}
