package alike

import (
	"strings"

	"padlock/internal/nginx"
)

// wildcards sets sites apart that a name with a wildcard may stand for, in a
// virtual host that is not their own.
func (a *admission) wildcards() {
	for _, pattern := range a.patterns() {
		a.members(func(_ *group, s *site) {
			if !strings.HasSuffix(pattern, "."+s.name) && mayMatch(pattern, s.name) {
				a.setApart(s)
			}
		})
	}
}

// patterns are the names with a wildcard, each once.
func (a *admission) patterns() []string {
	var all []string
	seen := map[string]bool{}
	add := func(text string) {
		if (strings.ContainsAny(text, "*?") || strings.HasPrefix(text, ".")) && !seen[text] {
			seen[text] = true
			all = append(all, strings.ToLower(text))
		}
	}
	if a.config.Nginx != nil {
		a.config.Nginx.Walk(func(n *nginx.Node) bool {
			if n.Name == "server_name" {
				for _, w := range n.Args() {
					add(w.Value)
				}
			}
			return true
		})
		return all
	}
	for item := range a.config.Apache.All() {
		if item.Is("ServerName") || item.Is("ServerAlias") {
			for _, w := range item.Words() {
				add(w.Value)
			}
		}
	}
	return all
}

// mayMatch tells that a pattern may stand for a name, or for one below it.
func mayMatch(pattern, name string) bool {
	before, rest, _ := strings.Cut(pattern, "*")
	_, after, more := lastCut(pattern, "*")
	if !more {
		before, after = "", pattern
	}
	if strings.Contains(pattern, "?") || strings.Contains(strings.TrimSuffix(rest, after), "*") {
		return true
	}
	// A name below ends as the name does, and begins with anything.
	return strings.HasSuffix(name, strings.TrimPrefix(after, ".")) || strings.HasSuffix(after, "."+name) || after == "" && before != ""
}

func lastCut(text, sep string) (before, after string, found bool) {
	at := strings.LastIndex(text, sep)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(sep):], true
}
