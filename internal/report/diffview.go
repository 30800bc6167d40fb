package report

import (
	"fmt"
	"strings"

	"padlock/internal/diff"
	"padlock/internal/secret"
)

// Shown is text from outside as people may see it, on one line.
func Shown(text string) string { return shown(text) }

// shown is text of a configuration as people see it: on one line, with nothing
// that acts on a terminal and no secret.
func shown(text string) string {
	return printable(strings.NewReplacer("\r\n", "⏎", "\n", "⏎", "\t", " ").Replace(secret.Text(text)))
}

// actionMarks are the symbols of what became of a thing.
var actionMarks = map[diff.Action]string{
	diff.Added: "+", diff.Removed: "-", diff.Changed: "~", diff.Moved: ">", diff.Renamed: "=",
}

// actionWords are the same in words.
var actionWords = map[diff.Action]string{
	diff.Added: "added", diff.Removed: "removed", diff.Changed: "changed", diff.Moved: "moved", diff.Renamed: "renamed",
}

// subject is what a change is about: its path, without what stands in the
// heading, or else its sentence.
func subject(c *diff.Change, heading string) string {
	if len(c.Path) == 0 {
		return shown(c.Message)
	}
	path := c.Path
	if heading != "" {
		path = path[1:]
	}
	parts := make([]string, len(path))
	for i, part := range path {
		parts[i] = shown(part)
	}
	return strings.Join(parts, " > ")
}

// group are changes that hold for the same sites.
type group struct {
	sites   []string
	changes []*diff.Change
}

// title is what a group has in common: the virtual host, or whom it holds for.
func (g *group) title() string {
	if head := common(g.changes); head != "" {
		return shown(head)
	}
	return siteList(g.sites)
}

// grouped puts changes that hold for the same sites together, in the order in
// which the first of each stands.
func grouped(changes []diff.Change, wanted func(*diff.Change) bool) []*group {
	var groups []*group
	known := map[string]*group{}
	for i := range changes {
		c := &changes[i]
		if !wanted(c) {
			continue
		}
		key := strings.Join(c.Sites, "\x00")
		g := known[key]
		if g == nil {
			g = &group{sites: c.Sites}
			known[key] = g
			groups = append(groups, g)
		}
		g.changes = append(g.changes, c)
	}
	return groups
}

// maxListed bounds how many sites or places are named before the rest is counted.
const maxListed = 3

// common is the first part of the paths of some changes, if they share it.
func common(changes []*diff.Change) string {
	first := ""
	for _, c := range changes {
		if len(c.Path) < 2 || len(c.Sites) != 1 || first != "" && c.Path[0] != first {
			return ""
		}
		first = c.Path[0]
	}
	return first
}

// siteList is whom something holds for: "shop.example.com", "40 virtual hosts:
// a.example.com, b.example.com, c.example.com and 37 more".
func siteList(sites []string) string {
	switch len(sites) {
	case 0:
		return "the whole server"
	case 1:
		return shown(sites[0])
	}
	names := make([]string, 0, maxListed)
	for _, site := range sites[:min(len(sites), maxListed)] {
		names = append(names, shown(site))
	}
	return fmt.Sprintf("%d virtual hosts: %s", len(sites), andMore(names, len(sites)))
}

// andMore is a list of which only the first ones are at hand.
func andMore(names []string, all int) string {
	list := strings.Join(names, ", ")
	if more := all - len(names); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
