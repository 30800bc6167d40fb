package generator

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// shadowed warns of patterns that no request comes to: a prefix owns all below it, and
// the first pattern that is found in a path takes it. What cannot be told for certain
// is not told.
func (c *checker) shadowed(s *Site) {
	var before []*Route
	for _, r := range s.Routes {
		if r.Kind != Regex {
			continue
		}
		needed := neededText(r.Path.Value)
		if other := s.owner(needed); other != nil {
			c.neverTaken(r, other, "a prefix owns all below it, and no pattern takes a path out of it. Write the route as a prefix or an exact path, or give the prefix's route what this one has")
		} else if i := slices.IndexFunc(before, func(b *Route) bool { return takesAll(b.Path.Value, needed) }); i >= 0 {
			c.neverTaken(r, before[i], "the first pattern that fits takes a path. Write this route before it")
		}
		before = append(before, r)
	}
}

func (c *checker) neverTaken(r, other *Route, why string) {
	c.report(hcl.DiagWarning, r.Range, "A route that is never taken",
		fmt.Sprintf("All paths of %s belong to the route %s at %s: %s.", r.Path.Value, other.Path.Value, other.Range, why))
}

// owner is the prefix below which every path lies that begins with a text.
func (s *Site) owner(needed literal) *Route {
	for _, r := range s.Routes {
		if r.Kind == Prefix && needed.start && strings.HasPrefix(needed.text, r.Path.Value) {
			return r
		}
	}
	return nil
}

// literal is a text that every path has in which a pattern is found.
type literal struct {
	text string
	// start tells that the path begins with it; only tells that nothing else is asked for.
	start, only bool
}

// neededText reads the text that a pattern begins with. Patterns that Go's syntax
// cannot read have none.
func neededText(pattern string) literal {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return literal{}
	}
	parsed = parsed.Simplify()
	parts := []*syntax.Regexp{parsed}
	if parsed.Op == syntax.OpConcat {
		parts = parsed.Sub
	}
	var out literal
	if parts[0].Op == syntax.OpBeginText {
		out.start, parts = true, parts[1:]
	}
	if len(parts) > 0 && parts[0].Op == syntax.OpLiteral && parts[0].Flags&syntax.FoldCase == 0 {
		out.text, parts = string(parts[0].Rune), parts[1:]
	}
	out.only = len(parts) == 0
	return out
}

// takesAll tells that a pattern is found wherever a text is.
func takesAll(pattern string, needed literal) bool {
	if pattern == "." || pattern == ".*" {
		return true
	}
	own := neededText(pattern)
	switch {
	case !own.only || own.text == "":
		return false
	case own.text == "/":
		return true // every path begins with one
	case own.start:
		return needed.start && strings.HasPrefix(needed.text, own.text)
	default:
		return strings.Contains(needed.text, own.text)
	}
}
