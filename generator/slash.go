package generator

import (
	"fmt"

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

// leadsToSlash tells that the path of a directory without its slash has a redirect of
// its own.
func (s *Site) leadsToSlash(r *Route) bool {
	return r.Kind == Prefix && (!r.onFiles() || r.Alias.Value != "")
}
