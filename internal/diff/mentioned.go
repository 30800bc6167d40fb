package diff

import (
	"slices"
	"strings"

	"padlock/internal/vhost"
)

// outside is what stands outside of the virtual hosts speaks of, found out once:
// httpd lets it hold in all of them.
func (u *unit) outside() mappedPaths {
	if u.around == nil {
		list := slices.DeleteFunc(slices.Clone(u.root.open()), func(c *element) bool { return c.isHost() })
		p, q := mentioned(&element{block: true, opened: true, children: list})
		u.around = &mappedPaths{p, q}
	}
	return *u.around
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

// samples are paths that a pattern is about. One that ends in a dot would be
// taken for a step in the path.
func samples(expression string) []string {
	path := vhost.SamplePath(expression)
	switch {
	case path == "":
		return nil
	case strings.HasSuffix(path, "."):
		return []string{path + "x"}
	}
	return []string{path}
}

func mentionedBy(e *element, root string) (prefixes, patterns []string) {
	prefix := func(p string) { prefixes = append(prefixes, nonEmpty([]string{p})...) }
	pattern := func(expression string) { patterns = append(patterns, samples(expression)...) }
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
