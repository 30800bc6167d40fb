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
				p, q = mentioned(&element{config: h.config, block: true, opened: true, children: topOf(h.element)})
				prefixes, patterns = append(prefixes, p...), append(patterns, q...)
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

// changedPaths are the paths that the differences within a virtual host speak
// of, and the blocks around them.
func (w *comparer) changedPaths(h *host) (prefixes, patterns []string) {
	for _, e := range w.editsOf(h.element) {
		p, q := mentionedBy(e, "")
		prefixes, patterns = append(prefixes, p...), append(patterns, q...)
		for at := e.parent; at != nil && !at.isHost(); at = at.parent {
			p, q := mentionedBy(at, "")
			prefixes, patterns = append(prefixes, p...), append(patterns, q...)
		}
		if e.block {
			p, q := mentioned(e)
			prefixes, patterns = append(prefixes, p...), append(patterns, q...)
		}
	}
	return prefixes, patterns
}

// editsOf are the elements of a virtual host that are different, the first ones.
func (w *comparer) editsOf(host *element) []*element {
	if w.edited == nil {
		w.edited = map[*element][]*element{}
		for _, e := range w.matcher.edits {
			if e.cosmetic != "" {
				continue
			}
			for _, c := range slices.Concat([]*element{e.old, e.new}, e.before) {
				if c == nil {
					continue
				}
				if h := c.host(); h != nil && len(w.edited[h]) < maxChanged {
					w.edited[h] = append(w.edited[h], c)
				}
			}
		}
	}
	return w.edited[host]
}

// mappedPaths are the paths that changed entries of maps speak of.
type mappedPaths struct{ prefixes, patterns []string }

// maxEntries bounds how many changed entries of maps are asked for.
const maxEntries = 40

// findMapped collects them.
func (w *comparer) findMapped() {
	n := 0
	for _, e := range w.matcher.edits {
		at := e.at()
		if !at.entry() || n == maxEntries || at.parent.name != "map" {
			continue
		}
		switch at.parent.arg(0) {
		case "$uri", "$request_uri", "$document_uri":
		default:
			continue
		}
		n++
		if pattern, ok := strings.CutPrefix(at.name, "~"); ok {
			w.mapped.patterns = append(w.mapped.patterns, nonEmpty([]string{vhost.SamplePath(strings.TrimPrefix(pattern, "*"))})...)
		} else if strings.HasPrefix(at.name, "/") {
			w.mapped.prefixes = append(w.mapped.prefixes, at.name)
		}
	}
}

// topOf is what stands outside of the virtual hosts around one.
func topOf(e *element) []*element {
	for e.parent != nil {
		e = e.parent
	}
	return slices.DeleteFunc(slices.Clone(e.open()), func(c *element) bool { return c.isHost() })
}

// below is a path that begins with a prefix.
func below(prefix string) string {
	if strings.HasSuffix(prefix, "/") {
		return prefix + label
	}
	return prefix
}

// mentioned are the prefixes, and samples of the patterns, that the directives
// of a block speak of.
func mentioned(e *element) (prefixes, patterns []string) {
	root := ""
	for _, c := range e.open() {
		if c.name == "documentroot" {
			root = strings.TrimSuffix(c.arg(0), "/")
		}
	}
	for _, c := range e.open() {
		p, q := mentionedBy(c, root)
		prefixes, patterns = append(prefixes, p...), append(patterns, q...)
		if c.block && !c.isHost() {
			p, q := mentioned(c)
			prefixes, patterns = append(prefixes, p...), append(patterns, q...)
		}
		if len(prefixes)+len(patterns) > 2*maxPaths {
			break
		}
	}
	return prefixes, patterns
}

func mentionedBy(e *element, root string) (prefixes, patterns []string) {
	prefix := func(p string) { prefixes = append(prefixes, nonEmpty([]string{p})...) }
	pattern := func(p string) { patterns = append(patterns, nonEmpty([]string{vhost.SamplePath(p)})...) }
	if e.isNginx() {
		switch e.name {
		case "rewrite":
			pattern(e.arg(0))
		case "location":
			switch e.arg(0) {
			case "~", "~*":
				pattern(e.arg(1))
			default:
				prefix(e.arg(len(e.words) - 1))
			}
		case "if":
			for _, name := range []string{"$uri", "$request_uri", "$document_uri"} {
				if rest, ok := strings.CutPrefix(e.arg(0), name+" "); ok {
					_, value, _ := strings.Cut(rest, " ")
					pattern(strings.Trim(value, `"'`))
				}
			}
		}
		return prefixes, patterns
	}
	switch e.name {
	case "location", "alias", "scriptalias", "proxypass", "redirect", "redirectpermanent", "redirecttemp", "wsgiscriptalias":
		if path := redirectPath(e.words); e.arg(0) == "~" {
			pattern(e.arg(1))
		} else if len(path) > 0 {
			prefix(path[0])
		}
	case "locationmatch", "aliasmatch", "scriptaliasmatch", "proxypassmatch", "rewriterule":
		pattern(e.arg(0))
	case "redirectmatch":
		pattern(strings.Join(redirectPath(e.words), ""))
	case "rewritecond":
		if strings.EqualFold(e.arg(0), "%{REQUEST_URI}") {
			pattern(strings.TrimPrefix(e.arg(1), "!"))
		}
	case "directory":
		if rest, ok := strings.CutPrefix(e.arg(0), root+"/"); ok && root != "" {
			prefix("/" + strings.TrimSuffix(rest, "/") + "/")
		}
	case "files":
		prefix("/" + strings.NewReplacer("*", label, "?", "x").Replace(e.arg(0)))
	case "filesmatch":
		pattern(e.arg(0))
	}
	return prefixes, patterns
}

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
