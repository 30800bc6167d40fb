package generator

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// redirects follows the redirects of all sites together: a circle may lead through
// several, and through an alias back to where it came from.
func (c *checker) redirects(sites []*Site) {
	f := follower{byName: map[string]*Site{}, tables: map[*Site]map[string]string{}, routes: chooser{}, done: map[stop]bool{}}
	for _, s := range sites {
		f.tables[s] = c.redirectTable(s)
		for _, name := range s.Names() {
			f.byName[name.Value] = s
		}
	}
	for _, s := range sites {
		for i := range s.Redirects {
			c.circle(&f, stop{s, s.Redirects[i].From.Value}, s.Redirects[i].From.Range)
		}
		for _, r := range s.Routes {
			if r.Move == nil {
				continue
			}
			if at, ok := f.target(s, r.Move.To.Value); ok {
				c.circle(&f, at, r.Move.To.Range)
			}
		}
	}
}

// redirectTable is the redirect table of a site. It reports a path that two rows lead
// elsewhere: nginx refuses two locations for one path, and Apache takes the first.
func (c *checker) redirectTable(s *Site) map[string]string {
	table := make(map[string]string, len(s.Redirects))
	places := make(map[string]hcl.Range, len(s.Redirects))
	for _, r := range s.Redirects {
		if to, ok := table[r.From.Value]; ok {
			c.report(hcl.DiagError, r.From.Range, "Second redirect of the same path",
				fmt.Sprintf("%s is led to %s already, at %s; remove one of the two.", r.From.Value, to, places[r.From.Value]))
			continue
		}
		table[r.From.Value], places[r.From.Value] = r.To.Value, r.From.Range
	}
	return table
}

// circle reports a way of redirects from start that comes back to a place it was at.
func (c *checker) circle(f *follower, start stop, at hcl.Range) {
	var way []stop
	for here := start; !f.done[here]; {
		way = append(way, here)
		next, ok := f.next(here)
		if !ok {
			break
		}
		if i := slices.Index(way, next); i >= 0 {
			c.report(hcl.DiagError, at, "Redirects in a circle", fmt.Sprintf("Browsers give up on %s.", trail(append(way[i:], next))))
			break
		}
		here = next
	}
	for _, s := range way {
		f.done[s] = true
	}
}

// stop is a path of a site, decoded.
type stop struct {
	site *Site
	path string
}

// trail writes stops one after the other, with their site where it is not one alone.
func trail(way []stop) string {
	one := !slices.ContainsFunc(way, func(s stop) bool { return s.site != way[0].site })
	var out []string
	for _, s := range way {
		if one {
			out = append(out, s.path)
		} else {
			out = append(out, s.site.Name.Value+s.path)
		}
	}
	return strings.Join(out, " → ")
}

// follower goes from redirect to redirect. It knows sites by each of their names, for
// an alias answers as its site does, or redirects to it with the same path.
type follower struct {
	byName map[string]*Site
	tables map[*Site]map[string]string
	routes chooser
	done   map[stop]bool
}

// next is where a request is led, if it stays among the sites.
func (f *follower) next(at stop) (stop, bool) {
	if to, ok := f.tables[at.site][at.path]; ok {
		return f.target(at.site, to)
	}
	r, p := f.routes.place(at.site, at.path)
	if path, ok := p.spelled(r, at.path); ok {
		return stop{at.site, path}, true
	}
	if p.Move == nil {
		return stop{}, false
	}
	return f.target(at.site, p.Move.To.Value)
}

// target is the path that the target of a redirect asks for, and the site that it asks.
func (f *follower) target(from *Site, target string) (stop, bool) {
	u, err := url.Parse(target)
	if err != nil {
		return stop{}, false
	}
	site := from
	if u.Host != "" {
		site = f.byName[strings.ToLower(u.Hostname())]
	}
	if site == nil || !site.hasPort(u.Port()) {
		return stop{}, false
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return stop{site, u.Path}, true
}

// hasPort tells that a port of a URL, empty for the usual one, is one of the site's.
func (s *Site) hasPort(port string) bool {
	return port == "" || port == strconv.Itoa(s.Listen.HTTP) || port == strconv.Itoa(s.Listen.HTTPS)
}
