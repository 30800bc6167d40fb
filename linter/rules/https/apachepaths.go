package https

import (
	"strings"

	"padlock/internal/apache"
	"padlock/internal/source"
	"padlock/internal/vhost"
)

// apachePaths are paths that Apache virtual hosts mention, by the heads of the
// hosts: the ones that a redirect may leave out.
func (s *survey) apachePaths(h *vhost.Host) []vhost.Route {
	if s.config.Apache == nil {
		return nil
	}
	if s.mentioned == nil {
		s.mentioned = map[source.Span][]vhost.Route{}
		for item := range s.config.Apache.All() {
			path := mentionedPath(item)
			if path == "" {
				continue
			}
			for _, section := range item.Sections() {
				if section.Is("VirtualHost") {
					route := vhost.Route{Path: path, Origin: vhost.Origin{Span: item.Span(), Includes: item.Includes()}}
					s.mentioned[section.Span()] = append(s.mentioned[section.Span()], route)
				}
			}
		}
	}
	return s.mentioned[h.Origin.Span]
}

// mentionedPath is the path that a directive or section is about; empty if it is
// about none.
func mentionedPath(item apache.Item) string {
	name := strings.ToLower(item.Name())
	switch name {
	case "location", "alias", "scriptalias", "proxypass", "rewritecond", "redirectmatch":
	default:
		return ""
	}
	words := item.Words()
	if len(words) == 0 {
		return ""
	}
	switch name {
	case "location", "alias", "scriptalias", "proxypass":
		return below(words[0].Value)
	case "rewritecond":
		if len(words) > 1 && strings.EqualFold(words[0].Value, "%{REQUEST_URI}") {
			return below(literalStart(strings.TrimPrefix(words[1].Value, "!")))
		}
	case "redirectmatch":
		for _, w := range words {
			if _, rest, ok := strings.Cut(w.Value, "(?!"); ok {
				return below("/" + strings.TrimPrefix(literalStart(rest), "/"))
			}
		}
	}
	return ""
}

// below is a path that begins with a prefix; empty for the root.
func below(prefix string) string {
	switch {
	case !strings.HasPrefix(prefix, "/") || prefix == "/":
		return ""
	case strings.HasSuffix(prefix, "/"):
		return prefix + "padlock-probe"
	}
	return prefix
}

// literalStart is the text that a pattern begins with.
func literalStart(pattern string) string {
	pattern = strings.TrimPrefix(pattern, "^")
	var text strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\\' && i+1 < len(pattern) && strings.IndexByte("./-_", pattern[i+1]) >= 0:
			i++
			text.WriteByte(pattern[i])
		case c == '/' || c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			text.WriteByte(c)
		default:
			return text.String()
		}
	}
	return text.String()
}
