package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// fact is a consequence, before equal ones of many virtual hosts are put
// together.
type fact struct {
	kind string
	// risk is zero for that of the kind.
	risk  Risk
	sites []string
	path  []string
	// what, where, before, after and because fill in the sentence; see Kind.
	what, where, before, after, because string
	old, new                            []Place
	// why tells facts apart that are not to be told together: the cause, whichever
	// side is the old one, while because is told of one side alone.
	why string
	// hit tells that something is different at its places.
	hit bool
	// maybeOld and maybeNew are places that belong to it if they are different.
	maybeOld, maybeNew []Place
}

// nameMark stands for the name of the site, where the same is said of many.
const nameMark = "<name>"

// general is a text with the names of the sites taken out.
func (f *fact) general(text string) string {
	names := slices.Clone(f.sites)
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, name := range names {
		if len(name) > 2 {
			text = strings.ReplaceAll(text, name, nameMark)
		}
	}
	return text
}

// groupKey is equal for facts that are told together.
func (f *fact) groupKey() string {
	parts := []string{f.kind, f.risk.String()}
	for _, text := range []string{f.what, f.where, f.before, f.after, f.why} {
		parts = append(parts, f.general(text))
	}
	for _, step := range f.path[min(1, len(f.path)):] {
		parts = append(parts, f.general(step))
	}
	return strings.Join(parts, "\x00")
}

// group puts equal facts together, in the order of the first of each.
func group(facts []*fact) []*fact {
	byKey := map[string]*fact{}
	var list []*fact
	seen := map[*fact]map[string]bool{}
	for _, f := range facts {
		key := f.groupKey()
		g := byKey[key]
		if g == nil {
			copied := *f
			g = &copied
			g.sites = nil
			byKey[key], seen[g] = g, map[string]bool{}
			g.old, g.new = nil, nil
			list = append(list, g)
			g.join(f, seen[g])
			continue
		}
		if g.what != f.what || g.before != f.before || g.after != f.after || g.because != f.because {
			g.what, g.before, g.after, g.because = f.general(f.what), f.general(f.before), f.general(f.after), f.general(f.because)
		}
		if !slices.Equal(g.path, f.path) {
			g.path = g.path[min(1, len(g.path)):]
		}
		g.join(f, seen[g])
	}
	return list
}

// join adds the sites and places of another fact.
func (g *fact) join(f *fact, seen map[string]bool) {
	for _, s := range f.sites {
		if !seen[s] {
			seen[s] = true
			g.sites = append(g.sites, s)
		}
	}
	g.old, g.new = append(g.old, f.old...), append(g.new, f.new...)
}

// change is what is told.
func (f *fact) change() Change {
	k := kindByID[f.kind]
	c := Change{
		Kind: f.kind, Action: k.Action, Risk: cmp.Or(f.risk, k.Risk), Consequence: true,
		Sites: f.sites, Path: f.path, Before: f.before, After: f.after, Old: distinct(f.old), New: distinct(f.new),
	}
	slices.Sort(c.Sites)
	plural := len(f.sites) > 1
	words := map[string]string{
		"sites": listed(f.sites), "what": f.what, "where": f.where, "before": f.before, "after": f.after, "because": f.because,
		"is": "is", "s": "s", "v": "s",
	}
	if plural {
		words["is"], words["v"] = "are", ""
	}
	if strings.HasSuffix(f.what, "s") {
		words["s"] = ""
	}
	c.Message = k.sentence(words)
	return c
}

// listed joins names for a sentence: "a", "a and b", "a, b and 3 more".
func listed(names []string) string {
	const most = 3
	switch n := len(names); {
	case n == 0:
		return "the server"
	case n == 1:
		return names[0]
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], ", "), n-most+1)
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// distinct leaves out places that are there already or stand in no file, and
// puts the others in order.
func distinct(places []Place) []Place {
	places = slices.DeleteFunc(places, func(p Place) bool { return p.Span.IsZero() })
	slices.SortStableFunc(places, comparePlaces)
	return slices.CompactFunc(places, func(a, b Place) bool { return comparePlaces(a, b) == 0 })
}

func comparePlaces(a, b Place) int {
	return cmp.Or(
		strings.Compare(fileName(a), fileName(b)),
		cmp.Compare(a.Span.Start, b.Span.Start),
		cmp.Compare(a.Span.End, b.Span.End),
	)
}

func fileName(p Place) string {
	if p.Span.File == nil {
		return ""
	}
	return p.Span.File.Name
}
