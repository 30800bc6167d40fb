package alike

import (
	"strings"

	"padlock/internal/nginx"
)

// maxGlobs is how many names with a wildcard that does not stand for labels in front
// are compared with all sites; more are not worth the time.
const maxGlobs = 64

// wildcards sets sites apart that a name with a wildcard may stand for, in a
// virtual host that is not their own. One that stands for names below a site's holds
// that name, and so the site is set apart already (see mentioned).
func (a *admission) wildcards() {
	above := map[string]bool{}
	var globs []string
	for _, pattern := range a.patterns() {
		rest, inFront := strings.CutPrefix(strings.TrimPrefix(pattern, "*"), ".")
		if inFront && rest != "" && !strings.ContainsAny(rest, "*?") {
			above[rest] = true
		} else {
			globs = append(globs, pattern)
		}
	}
	if len(globs) > maxGlobs {
		for _, g := range a.groups {
			a.refuse(g)
		}
		return
	}
	a.members(func(_ *group, s *site) {
		for _, rest, more := strings.Cut(s.name, "."); more; _, rest, more = strings.Cut(rest, ".") {
			if above[rest] {
				a.setApart(s)
			}
		}
		for _, pattern := range globs {
			if mayMatch(pattern, s.name) {
				a.setApart(s)
			}
		}
	})
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

// mayMatch tells that a pattern may stand for a name, or for one below it, which ends
// as the name does and begins with anything.
func mayMatch(pattern, name string) bool {
	end := pattern[strings.LastIndexAny(pattern, "*?")+1:]
	return strings.HasSuffix(name, end) || strings.HasSuffix(end, "."+name)
}
