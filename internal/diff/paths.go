package diff

import (
	"slices"
	"strings"

	"padlock/internal/vhost"
)

// Bounds on what is asked: a virtual host with more is judged by what changed in
// it, and by its first ones. An answer takes time in proportion to the size of
// the virtual host, so that maxWork bounds the product.
const (
	maxPaths   = 240
	minPaths   = 12
	maxWork    = 240 * 1000
	maxCrossed = 60
)

// label is a path segment that no configuration knows.
const label = "padlock-probe"

// anyPath stands for all paths that nothing in the configuration mentions.
const anyPath = "/" + label + "/page"

// paths are what two virtual hosts are asked for: paths that no configuration
// knows, and those that lead to the places that either of them mentions.
func (w *comparer) paths(hosts ...*host) []string {
	list := []string{anyPath, "/", vhost.ChallengePath, anyPath + "?key=value"}
	seen := map[string]bool{}
	for _, p := range list {
		seen[p] = true
	}
	size := 0
	for _, h := range hosts {
		if h.element != nil {
			size = max(size, len(h.element.open()))
		}
	}
	most := min(maxPaths, max(minPaths, maxWork/max(1, size)))
	add := func(p string) {
		if strings.HasPrefix(p, "/") && !seen[p] && len(list) < most && !strings.ContainsAny(p, " \x00\n\r") {
			seen[p] = true
			list = append(list, p)
		}
	}
	var prefixes, patterns []string
	for _, h := range hosts {
		p, q := w.changedPaths(h)
		for _, path := range p {
			add(below(path))
			add(path)
		}
		for _, path := range q {
			add(path)
		}
		prefixes, patterns = append(prefixes, p...), append(patterns, q...)
	}
	for _, h := range hosts {
		if size <= maxRoutes {
			for _, r := range h.model.Routes(h.Host) {
				add(r.Path)
			}
		}
		if h.element != nil {
			p, q := mentioned(h.element)
			prefixes, patterns = append(prefixes, p...), append(patterns, q...)
			if h.config.Apache != nil && !h.Main {
				outside := h.unit.outside()
				prefixes, patterns = append(prefixes, outside.prefixes...), append(patterns, outside.patterns...)
			}
		}
	}
	prefixes, patterns = append(prefixes, w.mapped.prefixes...), append(patterns, w.mapped.patterns...)
	slices.Sort(prefixes)
	slices.Sort(patterns)
	prefixes, patterns = slices.Compact(prefixes), slices.Compact(patterns)
	for _, p := range prefixes {
		add(below(p))
		add(p)
	}
	for _, p := range patterns {
		add(p)
	}
	// A pattern may take what a longer path was there for.
	crossed := 0
	for _, p := range prefixes {
		for _, q := range patterns {
			if crossed++; crossed > maxCrossed {
				return list
			}
			if tail, ok := strings.CutPrefix(q, "/"+label); ok && !strings.Contains(tail, "/") {
				add(below(p) + tail)
			}
		}
	}
	return list
}

// maxRoutes is the size up to which a virtual host is asked for all its routes,
// which takes time in proportion to the square of their number.
const maxRoutes = 1000

// maxChanged bounds how many differences of a virtual host are asked for.
const maxChanged = 60

// maxEntries bounds how many changed entries of maps are asked for, of each side.
const maxEntries = 40

// shownPath is a path of a probe as people read it: "/img/" for one below it.
func shownPath(p string) string {
	p, _, _ = strings.Cut(p, "?")
	p = strings.ReplaceAll(p, label, "…")
	if rest, ok := strings.CutSuffix(p, "/…"); ok {
		return rest + "/"
	}
	return p
}

// whereOf says for which paths something holds, of all that were asked for:
// empty for all of them.
func whereOf(affected, asked []string) string {
	if len(affected) == len(asked) {
		return ""
	}
	var list []string
	seen := map[string]bool{}
	for _, p := range affected {
		shown := shownPath(p)
		if p == anyPath || p == anyPath+"?key=value" {
			shown = "all other paths"
		}
		if p == "/" && slices.Contains(affected, anyPath) || p == vhost.ChallengePath && slices.Contains(affected, anyPath) || seen[shown] {
			continue
		}
		seen[shown] = true
		list = append(list, shown)
	}
	slices.Sort(list)
	if i := slices.Index(list, "all other paths"); i >= 0 {
		list = append(slices.Delete(list, i, i+1), "all other paths")
		if except := exceptions(affected, asked); len(except) <= len(list) {
			return " for all paths but " + listed(except)
		}
	}
	return " for " + listed(list)
}

// exceptions are the paths that something does not hold for.
func exceptions(affected, asked []string) []string {
	var list []string
	for _, p := range asked {
		if !slices.Contains(affected, p) {
			list = append(list, shownPath(p))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
