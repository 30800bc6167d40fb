package generator

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// nameUpstreams makes upstream.NAME known to expressions, as the text that a
// destination is written as.
func (r *reader) nameUpstreams() {
	names := map[string]cty.Value{}
	for _, b := range r.blocks[upstreamBlock.Name] {
		names[b.Labels[0]] = cty.StringVal(upstreamPrefix + b.Labels[0])
	}
	r.ctx.Variables[upstreamBlock.Name] = cty.ObjectVal(names)
}

func (r *reader) readUpstreams() map[string]*Upstream {
	all := map[string]*Upstream{}
	for _, b := range r.blocks[upstreamBlock.Name] {
		l, diags := evaluate(b.Body, upstreamBlock, r.ctx, b.DefRange)
		r.diags = append(r.diags, diags...)
		if diags.HasErrors() {
			continue
		}
		l.Labels, l.LabelRanges = b.Labels, b.LabelRanges
		u := decodeUpstream(l)
		switch before := all[u.Name.Value]; {
		case before != nil:
			r.report(u.Name.Range, "Second upstream of this name", fmt.Sprintf("%q is declared at %s already.", u.Name.Value, before.Name.Range))
		case !upstreamName().MatchString(u.Name.Value):
			r.report(u.Name.Range, "Invalid name of an upstream", fmt.Sprintf("%q may hold small letters, digits and hyphens, and begins with a letter.", u.Name.Value))
		case len(u.Servers) == 0:
			r.report(u.Range, "An upstream without servers", `Add servers, for example servers = ["10.0.0.1:8080"].`)
		}
		all[u.Name.Value] = u
	}
	return all
}

// linkUpstreams gives the places of all sites the groups that they name, and warns
// of groups that nobody names.
func (r *reader) linkUpstreams(d *description) {
	used := map[string]bool{}
	for _, s := range d.sites {
		for _, l := range s.links() {
			if l.To.group == "" {
				continue
			}
			l.To.Upstream = d.upstreams[l.To.group]
			used[l.To.group] = true
			if l.To.Upstream == nil && len(r.blocks[upstreamBlock.Name]) == len(d.upstreams) {
				r.report(l.To.Range, "Unknown upstream", fmt.Sprintf("There is no upstream %q%s", l.To.group, orStop(didYouMean(l.To.group, sortedKeys(d.upstreams)))))
			}
		}
	}
	for _, name := range sortedKeys(d.upstreams) {
		u := d.upstreams[name]
		if !used[name] && len(d.sites) > 0 {
			r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "An upstream that nobody uses",
				Detail: fmt.Sprintf("No site passes requests to %q, so it is left out. Name it as to = upstream.%s, or remove it.", name, name), Subject: &u.Name.Range})
		}
	}
}
