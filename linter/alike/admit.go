package alike

import (
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// Admit looks at a configuration that was read with Choose, whether what was left
// out may be: it tells false if some of it may not, and the configuration has to
// be read again.
func (s *Survey) Admit(config *rule.Config) bool {
	groups := s.groups()
	if len(groups) == 0 {
		return true
	}
	a := &admission{Survey: s, config: config, groups: groups, names: map[string]*site{}, labels: map[string]*site{}, admitted: true}
	if !a.fence() {
		for _, g := range groups {
			a.refuse(g)
		}
		return false
	}
	if !a.admitted {
		return false
	}
	a.readOnce()
	a.distinct()
	a.compound()
	a.mentioned()
	a.wildcards()
	a.certificates()
	return a.admitted
}

// admission is one look at one configuration.
type admission struct {
	*Survey
	config *rule.Config
	groups []*group
	// names are the sites by name, labels those by their first label whose files
	// speak of them by it, compounds by what their files make of the name.
	names, labels, compounds map[string]*site
	admitted                 bool
}

func (a *admission) refuse(g *group) {
	a.refused[g.kind] = true
	a.admitted = false
}

// setApart has a site read that was left out, or was to stand for others.
func (a *admission) setApart(s *site) {
	a.apart[s.path] = true
	a.admitted = false
}

// fence refuses groups that a server may tell apart by names; false if it may
// tell apart any.
func (a *admission) fence() bool {
	judged := map[*source.File]*group{}
	for _, g := range a.groups {
		judged[g.judged.file] = g
	}
	for _, d := range a.config.Diagnostics() {
		if g := judged[d.Subject.File]; g != nil {
			a.refuse(g)
		}
	}
	if a.config.Nginx != nil {
		return a.fenceNginx(judged)
	}
	return a.fenceApache(judged)
}

func (a *admission) fenceNginx(judged map[*source.File]*group) bool {
	f, ok := newNginxFence(a.config, judged)
	if !ok {
		return false
	}
	seen := map[*group]bool{}
	a.config.Nginx.Walk(func(n *nginx.Node) bool {
		g := judged[n.Tree.File]
		if g == nil || n.Directive.Parent != nil {
			return true
		}
		seen[g] = true
		if !f.site(n, g.judged.name, g.label()) || !g.fits(n.Tree) {
			a.refuse(g)
		}
		return false
	})
	for _, g := range a.groups {
		if !seen[g] {
			a.refuse(g)
		}
	}
	return true
}

func (a *admission) fenceApache(judged map[*source.File]*group) bool {
	through := map[source.Span]bool{}
	for item := range a.config.Apache.All() {
		g := judged[item.File()]
		if g == nil {
			continue
		}
		for _, include := range item.Includes() {
			through[include] = true
		}
		if up, inside := item.Parent(); inside && up.File() != item.File() {
			a.refuse(g)
		}
	}
	f, ok := newApacheFence(a.config.Apache, through)
	if !ok {
		return false
	}
	seen := map[*group]bool{}
	for item := range a.config.Apache.Children() {
		g := judged[item.File()]
		if g == nil {
			continue
		}
		seen[g] = true
		if !f.site(item, g.judged.name, g.label()) {
			a.refuse(g)
		}
	}
	for _, g := range a.groups {
		if !seen[g] {
			a.refuse(g)
		}
	}
	return true
}

// members are all sites of the groups: those left out, and those that stand for
// them.
func (a *admission) members(do func(*group, *site)) {
	for _, g := range a.groups {
		do(g, g.judged)
		do(g, g.last)
		for _, other := range g.others {
			do(g, other)
		}
	}
}

// readOnce sets sites apart whose files are included by something else as well, so
// that they count more often than those of other sites.
func (a *admission) readOnce() {
	times := map[*source.File]int{}
	for _, l := range a.listings {
		for _, file := range l.files {
			times[file]++
		}
	}
	if a.config.Nginx != nil {
		// Includes without a pattern are not asked about.
		a.config.Nginx.Walk(func(n *nginx.Node) bool {
			if include := n.Reading.Include; include != nil && n.Directive.Parent == nil && !strings.ContainsAny(include.Arg(0), "*?[") {
				times[n.Tree.File] += 2
			}
			return true
		})
	}
	read := map[*source.File]bool{}
	for _, file := range a.config.Sources() {
		read[file] = true
	}
	for _, g := range a.groups {
		for _, other := range g.others {
			if read[other.file] {
				times[other.file]++
			}
		}
	}
	a.members(func(_ *group, s *site) {
		if times[s.file] > 1 {
			a.setApart(s)
		}
	})
}

// distinct sets sites apart that have a name in common, or a label that their files
// speak of them by, and those whose name is a part of another's.
func (a *admission) distinct() {
	enter := func(in map[string]*site, word string, s *site) {
		if other := in[word]; other != nil && other != s {
			a.setApart(s)
			a.setApart(other)
			return
		}
		in[word] = s
	}
	a.members(func(g *group, s *site) {
		enter(a.names, s.name, s)
		if g.label() != "" {
			enter(a.labels, s.label, s)
		}
	})
	a.members(func(_ *group, s *site) {
		parts(s.name, '.', func(part string) {
			if other := a.names[part]; other != nil && other != s {
				a.setApart(other)
			}
		})
	})
}
