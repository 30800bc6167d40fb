package generator

import (
	"strings"
	"time"

	"github.com/dlclark/regexp2"
)

// chooser tells which route takes a path, as both servers choose it. It keeps the
// patterns that it has compiled.
type chooser map[*Route]*regexp2.Regexp

// patternTime bounds how long a pattern is looked for in a path. One that takes longer
// is not looked for again: it takes no path.
const patternTime = 100 * time.Millisecond

// route is the route that takes a path of a site; nil for the rest of the site.
func (c chooser) route(s *Site, path string) *Route {
	var best *Route
	for _, r := range s.Routes {
		switch {
		case r.Kind == Exact && r.Path.Value == path:
			return r
		case r.Kind == Prefix && strings.HasPrefix(path, r.Path.Value) && (best == nil || best.Kind == Regex || len(best.Path.Value) < len(r.Path.Value)):
			best = r
		case r.Kind == Regex && best == nil && c.finds(r, path):
			best = r
		}
	}
	return best
}

// place is what holds for a path, and the route that says so.
func (c chooser) place(s *Site, path string) (*Route, *Place) {
	if r := c.route(s, path); r != nil {
		return r, &r.Place
	}
	return nil, &s.Place
}

func (c chooser) finds(r *Route, path string) bool {
	pattern, known := c[r]
	if !known {
		// parseMatch has compiled it before.
		pattern = regexp2.MustCompile(r.Path.Value, regexp2.None)
		pattern.MatchTimeout = patternTime
		c[r] = pattern
	}
	if pattern == nil {
		return false
	}
	found, err := pattern.MatchString(path)
	if err != nil {
		c[r] = nil
	}
	return err == nil && found
}
