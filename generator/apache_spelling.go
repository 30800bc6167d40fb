package generator

import (
	"fmt"
	"strings"
)

// spellingVariable holds the spelling that a path is led to.
const spellingVariable = "padlock_spelling"

// spelling sees whether a path of the place is led to another spelling. The rules of the
// virtual host come before access, so the redirect itself stands in a section.
func (a apacheAt) spelling(pattern apacheWord) []apacheItem {
	spellings := a.place.spellings(a.route)
	directory := "^/"
	if a.route != nil {
		directory = a.route.expression()
	}
	var out []apacheItem
	for _, one := range spellings {
		out = append(out, ap("RewriteCond", "%{REQUEST_URI}", a.w.rewriteWord(directory+one.below)))
		if a.route == nil || strings.HasPrefix("/.well-known/acme-challenge/", a.route.Path.Value) {
			out = append(out, ap("RewriteCond", "%{REQUEST_URI}", `"!^/\.well-known/acme-challenge/"`))
		}
		rule := pattern
		if a.place.onFiles() {
			var conditions []apacheItem
			rule, conditions = a.spelledFile(pattern, one)
			out = append(out, conditions...)
		}
		out = append(out,
			ap("RewriteCond", "%{THE_REQUEST}", apacheWord(`"^\S+ (?:[a-z]+://[^/?\s]*)?`+one.request+`(?:[?\s]|$)"`), "[NC]"),
			ap("RewriteRule", rule, "-", apacheWord("[E="+spellingVariable+":%1"+one.end+",L]")))
	}
	return about("One spelling for every path.", out...)
}

// spelledFile are the conditions on the files behind a path.
func (a apacheAt) spelledFile(pattern apacheWord, one spelling) (apacheWord, []apacheItem) {
	rule, file := a.file(pattern, "")
	out := []apacheItem{ap("RewriteCond", file, "!-f"), ap("RewriteCond", file, "!-d")}
	if one.file == noPage {
		_, page := a.file(pattern, ".html")
		out = append(out, ap("RewriteCond", page, "!-f"))
	}
	return rule, out
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
