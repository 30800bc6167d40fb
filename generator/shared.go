package generator

import "github.com/hashicorp/hcl/v2"

// upstreamsFile holds the groups of servers: each stands once, whichever sites use
// it. It sorts behind the default hosts and before all sites.
const upstreamsFile = "05-upstreams.conf"

// nginxShared and apacheShared are what the templates of upstreamsFile see.
type nginxShared struct {
	Header     []string
	Dollar     bool
	DollarName string
	Items      nginxOutside
}

type apacheShared struct {
	Header     []string
	Dollar     bool
	DollarName string
	Items      apacheOutside
}

// usedUpstreams are the groups that the sites pass requests to, in the order of
// their names.
func usedUpstreams(sites []*Site) []*Upstream {
	byName := map[string]*Upstream{}
	for _, s := range sites {
		for _, l := range s.links() {
			if u := l.To.Upstream; u != nil {
				byName[u.Name.Value] = u
			}
		}
	}
	var out []*Upstream
	for _, name := range sortedKeys(byName) {
		out = append(out, byName[name])
	}
	return out
}

func (n *nginxRenderer) shared(sites []*Site, header []string) (any, hcl.Diagnostics) {
	w := &nginxWords{marks: n.marks}
	view := nginxShared{Header: header, DollarName: nginxDollar}
	for _, u := range usedUpstreams(sites) {
		view.Items = append(view.Items, n.upstream(u, w), gap[nginxWord]())
	}
	view.Items = append(view.Items, n.issuers(sites, w)...)
	if len(view.Items) == 0 {
		return nil, nil
	}
	view.Dollar = w.dollar
	return view, w.diags
}

func (a *apacheRenderer) shared(sites []*Site, header []string) (any, hcl.Diagnostics) {
	w := &apacheWords{marks: a.marks}
	view := apacheShared{Header: header, DollarName: apacheDollar}
	for _, b := range balancers(sites) {
		view.Items = append(view.Items, a.balancer(b, w), gap[apacheWord]())
	}
	if len(view.Items) == 0 {
		return nil, nil
	}
	view.Dollar = w.dollar
	return view, nil
}

func (r *rendering) sharedFile(sites []*Site) (File, hcl.Diagnostics) {
	header := append(commonHeader(r.target, sites[0].Range.Filename), "Shared: what several sites use")
	view, diags := r.shared(sites, header)
	if view == nil {
		return File{}, diags
	}
	content, causes, more := r.execute("upstreams.conf.tmpl", view, sites[0].Range)
	return File{Name: upstreamsFile, Content: content, Causes: causes}, append(diags, more...)
}
