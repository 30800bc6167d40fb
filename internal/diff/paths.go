package diff

import (
	"slices"
	"strings"

	"padlock/internal/vhost"
)

// Bounds on what is asked: a virtual host with more is judged by its first ones.
const (
	maxPaths   = 240
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
	add := func(p string) {
		if strings.HasPrefix(p, "/") && !seen[p] && len(list) < maxPaths && !strings.ContainsAny(p, " \x00\n\r") {
			seen[p] = true
			list = append(list, p)
		}
	}
	var prefixes, patterns []string
	for _, h := range hosts {
		for _, r := range h.model.Routes(h.Host) {
			add(r.Path)
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
