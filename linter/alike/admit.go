package alike

import (
	"bytes"
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
	a := &admission{Survey: s, config: config, groups: groups, names: map[string]*site{}, admitted: true}
	if !a.fence() {
		for _, g := range groups {
			a.refuse(g)
		}
		return false
	}
	if !a.admitted {
		return false
	}
	a.once()
	a.distinct()
	a.readOnce()
	a.compound()
	a.mentioned()
	a.wildcards()
	a.certificates()
	return a.admitted
}

// Refuse has all sites read from now on that are alike.
func (s *Survey) Refuse() {
	for _, g := range s.groups() {
		s.refused[g.kind] = true
	}
}

// admission is one look at one configuration.
type admission struct {
	*Survey
	config *rule.Config
	groups []*group
	// names are the sites by name, compounds by what their files make of it.
	names, compounds map[string]*site
	admitted         bool
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
		if !f.site(n, g.judged.name) || !g.fits(n.Tree) {
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
		if !f.site(item, g.judged.name) {
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
func (a *admission) members(do func(*site)) {
	for _, g := range a.groups {
		do(g.judged)
		do(g.last)
		for _, other := range g.others {
			do(other)
		}
	}
}

// distinct sets sites apart that have a name in common, or one as a part of the
// other.
func (a *admission) distinct() {
	a.members(func(s *site) {
		if other := a.names[s.name]; other != nil && other != s {
			a.setApart(s)
			a.setApart(other)
			return
		}
		a.names[s.name] = s
	})
	a.members(func(s *site) {
		parts(s.name, func(part string) {
			if other := a.names[part]; other != nil && other != s {
				a.setApart(s)
				a.setApart(other)
			}
		})
	})
}

// once sets sites apart whose files are included by something else as well, so that
// they count more often than those of other sites.
func (a *admission) once() {
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
				a.setApart(other)
			}
		}
	}
	a.members(func(s *site) {
		if times[s.file] > 1 {
			a.setApart(s)
		}
	})
}

// readOnce sets sites apart that are read more than once: by includes that match
// other files besides, or that one leaves out and another does not.
func (a *admission) readOnce() {
	twice := a.readTwice()
	read := map[*source.File]bool{}
	for _, file := range a.config.Sources() {
		read[file] = true
	}
	for _, g := range a.groups {
		for _, other := range g.others {
			twice[other.file] = twice[other.file] || read[other.file]
		}
	}
	a.members(func(s *site) {
		if twice[s.file] {
			a.setApart(s)
		}
	})
}

// mentioned sets sites apart whose names stand in a file that is not their own.
func (a *admission) mentioned() {
	for _, file := range a.config.Sources() {
		a.mentionedIn(file.Data, file)
	}
	if a.config.Apache == nil {
		return
	}
	// Variables and macros put names together, and lines are continued.
	for item := range a.config.Apache.All() {
		a.mentionedIn([]byte(item.Args()), item.File())
	}
}

// mentionedIn sets sites apart whose names stand in a text of a file.
func (a *admission) mentionedIn(text []byte, file *source.File) {
	hostnames(text, func(text string) {
		for _, s := range []*site{a.names[text], a.compounds[text]} {
			if s != nil && s.file != file {
				a.setApart(s)
			}
		}
	})
}

// compound finds what a site's file makes of its name by putting letters, digits
// or hyphens right before or behind it: another name, or a part of a path.
func (a *admission) compound() {
	a.compounds = map[string]*site{}
	for _, g := range a.groups {
		for around := range around(g.judged) {
			for _, s := range append([]*site{g.judged, g.last}, g.others...) {
				a.compounds[around.before+s.name+around.behind] = s
			}
		}
	}
}

// affixes are what stands right before and behind a name.
type affixes struct{ before, behind string }

// around are the affixes of a site's name in its file.
func around(s *site) map[affixes]bool {
	found := map[affixes]bool{}
	data := s.file.Data
	glued := func(c byte) bool { return c != '.' && inName(c) }
	for at := 0; ; at += len(s.name) {
		next := bytes.Index(data[at:], []byte(s.name))
		if next < 0 {
			return found
		}
		at += next
		start, end := at, at+len(s.name)
		for start > 0 && glued(data[start-1]) {
			start--
		}
		for end < len(data) && glued(data[end]) {
			end++
		}
		if start < at || end > at+len(s.name) {
			found[affixes{strings.ToLower(string(data[start:at])), strings.ToLower(string(data[at+len(s.name) : end]))}] = true
		}
	}
}

// hostnames calls do with all that a text may hold of names: its runs of letters,
// digits, hyphens and dots, in small letters, and all parts of these between
// dots.
func hostnames(data []byte, do func(string)) {
	for i := 0; i < len(data); i++ {
		if !inName(data[i]) {
			continue
		}
		start, dots := i, 0
		for i < len(data) && inName(data[i]) {
			if data[i] == '.' {
				dots++
			}
			i++
		}
		if dots > 0 {
			parts(strings.ToLower(string(data[start:i])), do)
		}
	}
}

func inName(c byte) bool {
	return c == '.' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// parts calls do with every row of two labels or more.
func parts(run string, do func(string)) {
	labels := strings.Split(run, ".")
	for from := range labels {
		start := 0
		for _, label := range labels[:from] {
			start += len(label) + 1
		}
		end := start + len(labels[from])
		for _, label := range labels[from+1:] {
			end += 1 + len(label)
			do(run[start:end])
		}
	}
}

// mentions tells that a text holds a word, in letters of any size.
func mentions(data []byte, word string) bool {
	return bytes.Contains(data, []byte(word)) || bytes.Contains(data, bytes.ToUpper([]byte(word))) ||
		bytes.Contains(data, []byte(strings.ToUpper(word[:1])+word[1:]))
}

// wildcards sets sites apart that a name with a wildcard may stand for, in a
// virtual host that is not their own.
func (a *admission) wildcards() {
	for _, pattern := range a.patterns() {
		a.members(func(s *site) {
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
