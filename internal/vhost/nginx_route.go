package vhost

import "strings"

// routes lists the locations of a host, in the order of the file, each before
// those nested in it.
func (n *nginxModel) routes(h *Host) []Route {
	d := detailOf(h)
	d.routesOnce.Do(func() {
		all := d.allLocations(n)
		n.addRoutes(h, all, all, &d.routes)
	})
	return d.routes
}

func (n *nginxModel) addRoutes(h *Host, all, within *locations, list *[]Route) {
	for _, l := range within.all {
		path := samplePath(l)
		if strings.HasPrefix(path, "/") && !l.internal && n.leadsTo(h, all, path, l) {
			*list = append(*list, Route{Path: escapeBy(path, pathEscapes), Origin: n.origin(l.level.node)})
		}
		n.addRoutes(h, all, l.inner, list)
	}
}

// samplePath is a path that a location is likely to be chosen for.
func samplePath(l *location) string {
	switch {
	case l.regex != nil:
		return l.regex.samplePath()
	case l.exact:
		return l.path
	case l.path == "/":
		return "/" + probeLabel + "/page"
	case strings.HasSuffix(l.path, "/"):
		return l.path + probeLabel
	}
	return l.path
}

// samplePath is a path that a pattern matches, made once; empty if none is found.
func (p *pattern) samplePath() string {
	p.sampleOnce.Do(func() {
		if p.sample = sampleOf(p, ""); !strings.HasPrefix(p.sample, "/") {
			p.sample = sampleOf(p, "/"+probeLabel, "/")
		}
	})
	return p.sample
}

// leadsTo tells that the search for a path ends at a location, whatever patterns
// that cannot be judged would say.
func (n *nginxModel) leadsTo(h *Host, all *locations, path string, l *location) bool {
	q := &nginxRequest{model: n, host: h, detail: detailOf(h), world: &world{}, uri: path}
	found, _ := q.search(all)
	return found == l && len(q.world.choices) == 0
}
