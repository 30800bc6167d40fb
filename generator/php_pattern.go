package generator

import (
	"strings"

	"github.com/dlclark/regexp2"
)

// matches tells whether a pattern of the presets matches a path.
func matches(pattern, path string) bool {
	ok, err := regexp2.MustCompile(pattern, regexp2.None).MatchString(path)
	return ok && err == nil
}

// concerns tells that a pattern may match paths of the part: patterns that begin
// with another directory do not.
func (r *Route) concerns(pattern string) bool {
	if r == nil || r.Kind == Regex {
		return true
	}
	fixed, anchored := strings.CutPrefix(pattern, "^")
	if !anchored {
		return true
	}
	if i := strings.IndexAny(fixed, `([.*+?{|\`); i >= 0 {
		fixed = fixed[:i]
	}
	path := r.Path.Value
	return strings.HasPrefix(fixed, path) || strings.HasPrefix(path, fixed)
}

// within bounds a pattern to the paths of the part.
func (r *Route) within(pattern string) string {
	if r == nil {
		return pattern
	}
	guard := "^(?=" + strings.TrimPrefix(r.expression(), "^") + ")"
	if r.Kind == Regex {
		guard = "^(?=.*?(?:" + r.Path.Value + "))"
	}
	if rest, anchored := strings.CutPrefix(pattern, "^"); anchored {
		return guard + rest
	}
	return guard + ".*?" + pattern
}
