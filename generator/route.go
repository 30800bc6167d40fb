package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dlclark/regexp2"
	"github.com/hashicorp/hcl/v2"
)

// MatchKind says how a route chooses requests.
type MatchKind uint8

// The kinds of matches, strongest first: an exact path goes before everything, the
// longest prefix before every pattern, the first pattern before the rest of the
// site. A prefix so owns everything below it, and no pattern can take a path away
// from the rules that protect it.
const (
	// Exact is one path.
	Exact MatchKind = iota + 1
	// Prefix is a directory and all below it; it ends with a slash.
	Prefix
	// Regex is a pattern (PCRE) that is looked for in the path.
	Regex
)

// Match says which requests a route takes, by their decoded path.
type Match struct {
	Kind MatchKind
	// Path is the path, or the pattern of a Regex.
	Path Text
}

// Route is a part of a site's paths with settings of its own.
type Route struct {
	Match
	// Place is complete: what the route inherits is in it.
	Place
	// Raw are directives as the description writes them, the route's own.
	Raw []Raw `json:",omitempty"`
	// Range is the head of the route block.
	Range hcl.Range `json:"-"`
}

// whole is the label of the route that is the rest of the site.
const whole = "/"

// parseMatch reads the label of a route: "/x/", "= /x" or "~ ^/x".
func parseMatch(label Text) (Match, error) {
	m := Match{Kind: Prefix, Path: label}
	text := label.Value
	for sign, kind := range map[string]MatchKind{"=": Exact, "~": Regex} {
		if rest, ok := strings.CutPrefix(text, sign); ok {
			m.Kind, text = kind, strings.TrimSpace(rest)
		}
	}
	m.Path.Value = text
	switch {
	case m.Kind == Regex:
		if _, err := regexp2.Compile(text, regexp2.None); err != nil || text == "" {
			return m, fmt.Errorf("%q is not a pattern that the servers understand: %w", text, cmp.Or(err, fmt.Errorf("it is empty")))
		}
		return m, nil
	case !strings.HasPrefix(text, "/"):
		return m, fmt.Errorf(`%q is not a route: write "/path/" for a directory and all below it, "= /path" for one path, or "~ pattern"`, label.Value)
	case strings.ContainsAny(text, "?#"):
		return m, fmt.Errorf("%q has a query or fragment; a route is chosen by the path alone", text)
	case m.Kind == Prefix && !strings.HasSuffix(text, "/"):
		return m, fmt.Errorf(`%q does not end with a slash: write %q for the directory and all below it, or "= %s" for this path alone`, text, text+"/", text)
	case strings.Contains(text, "//") || slices.ContainsFunc(strings.Split(text, "/"), func(s string) bool { return s == "." || s == ".." }):
		return m, fmt.Errorf(`%q has "//", "." or ".." in it; both servers take these out of a path before they look at it`, text)
	case strings.Contains(text, "%"):
		return m, fmt.Errorf("%q has a percent sign: a route is compared with the decoded path, so write the character itself", text)
	}
	return m, nil
}

// encloses tells that a prefix holds all that another match can take.
func (m Match) encloses(other Match) bool {
	return m.Kind == Prefix && other.Kind != Regex && strings.HasPrefix(other.Path.Value, m.Path.Value)
}

// decodeRoutes makes the routes of the site. A route lies over the routes that
// enclose it, and these over the site. The layer that comes back is that of all
// paths that no other route takes.
func (s *Site) decodeRoutes(site *layer) (*layer, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	base := site.only(placeRow)
	type pending struct {
		*Route
		own *layer
	}
	var list []pending
	for _, own := range site.blocks[routeBlock.Name] {
		label := Text{Value: own.Labels[0], Range: own.labelRange()}
		if strings.TrimSpace(label.Value) == whole {
			base = overlay(base, own)
			continue
		}
		m, err := parseMatch(label)
		if err != nil {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unusable route", Detail: sentence(err.Error()), Subject: &label.Range})
			continue
		}
		list = append(list, pending{&Route{Match: m, Range: own.Range}, own})
	}
	slices.SortStableFunc(list, func(a, b pending) int { return a.compare(b.Match) })
	layers := map[string]*layer{whole: base}
	seen := map[Match]*Route{}
	for _, p := range list {
		id := Match{Kind: p.Kind, Path: Text{Value: p.Path.Value}}
		if before := seen[id]; before != nil {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Second route for the same path",
				Detail: fmt.Sprintf("%s has a route already, at %s; put everything into one.", p.Path.Value, before.Range), Subject: &p.Route.Path.Range})
			continue
		}
		seen[id] = p.Route
		under := base
		if p.Kind != Regex {
			under = layers[enclosing(p.Path.Value, layers)]
		}
		complete := overlay(under, p.own)
		if p.Kind == Prefix {
			layers[p.Path.Value] = complete
		}
		var more hcl.Diagnostics
		p.Place, more = decodePlace(complete)
		more = append(more, p.Route.withoutSlash(p.own)...)
		raw, wrong := rawOf(p.own)
		p.Raw, more = raw, append(more, wrong...)
		diags = append(diags, more...)
		s.conflicts = append(append(s.conflicts, sourcesOfContent(p.own)...), accessConflicts(p.own, complete, under)...)
		s.Routes = append(s.Routes, p.Route)
	}
	return base, diags
}

// compare puts patterns first, in the order written, then prefixes from short to
// long, then exact paths: what comes later goes before what is earlier.
func (m Match) compare(other Match) int {
	if m.Kind == Regex && other.Kind == Regex {
		return 0
	}
	return cmp.Or(cmp.Compare(other.Kind, m.Kind), cmp.Compare(len(m.Path.Value), len(other.Path.Value)), cmp.Compare(m.Path.Value, other.Path.Value))
}

// enclosing is the longest known prefix that holds a path.
func enclosing(path string, known map[string]*layer) string {
	for at := strings.TrimSuffix(path, "/"); ; {
		i := strings.LastIndexByte(at, '/')
		if i < 0 {
			return whole
		}
		if known[at[:i+1]] != nil {
			return at[:i+1]
		}
		at = at[:i]
	}
}
