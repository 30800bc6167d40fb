package diff

import (
	"slices"
	"strings"

	"padlock/internal/vhost"
)

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

// findMapped collects them, as either side has them: a map that is new, gone, or
// of another variable now, has all of its entries changed.
func (w *comparer) findMapped() {
	n := 0
	for _, e := range w.matcher.edits {
		for _, at := range []*element{e.old, e.new} {
			switch {
			case at == nil:
			case at.entry():
				n = w.mapEntry(at, n)
			default:
				for _, c := range at.open() {
					if c.entry() {
						n = w.mapEntry(c, n)
					}
				}
			}
		}
	}
}

// mapEntry collects the path of one entry, if n before it are not enough, and
// counts it.
func (w *comparer) mapEntry(at *element, n int) int {
	if n >= 2*maxEntries || at.parent.name != "map" {
		return n
	}
	switch at.parent.arg(0) {
	case "$uri", "$request_uri", "$document_uri":
	default:
		return n
	}
	if pattern, ok := strings.CutPrefix(at.name, "~"); ok {
		w.mapped.patterns = append(w.mapped.patterns, nonEmpty([]string{vhost.SamplePath(strings.TrimPrefix(pattern, "*"))})...)
	} else if strings.HasPrefix(at.name, "/") {
		w.mapped.prefixes = append(w.mapped.prefixes, at.name)
	}
	return n + 1
}
