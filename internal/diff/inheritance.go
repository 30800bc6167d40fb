package diff

import (
	"slices"
	"strings"
)

// replacing are the directives of nginx that a block inherits all together, or
// not at all: one of its own replaces what is set around it (documentation of
// each: "inherited … if and only if there are no … defined on the current
// level").
var replacing = map[string]bool{
	"add_header": true, "add_trailer": true, "proxy_set_header": true, "grpc_set_header": true, "fastcgi_param": true, "uwsgi_param": true,
	"scgi_param": true, "proxy_hide_header": true, "proxy_pass_header": true, "fastcgi_hide_header": true, "error_page": true,
	"limit_req": true, "limit_conn": true, "access_log": true, "error_log": true, "proxy_cookie_path": true, "proxy_cookie_domain": true,
	"proxy_cache_valid": true, "fastcgi_cache_valid": true, "sub_filter": true, "set_real_ip_from": true, "allow": true, "deny": true,
}

// family: allow and deny are inherited together.
func family(name string) string {
	if name == "deny" {
		return "allow"
	}
	return name
}

// inheritance tells of blocks that no longer inherit something, because they
// have one of their own now, and of those that inherit again.
func (w *comparer) inheritance() {
	type key struct {
		block *element
		name  string
	}
	seen := map[key]bool{}
	for _, e := range w.matcher.edits {
		at := e.at()
		if e.cosmetic != "" || e.action != Added && e.action != Removed || !replacing[at.name] || at.entry() || !at.isNginx() {
			continue
		}
		k := key{at.parent, family(at.name)}
		if seen[k] || e.told && (at.name == "add_header" || themeOf(at) == accessTheme) {
			continue
		}
		seen[k] = true
		w.inherits(e)
	}
}

func (w *comparer) inherits(e *edit) {
	block := e.at().parent
	other := w.matcher.peers[block]
	if other == nil || len(ownOf(other, e.at().name)) > 0 {
		return
	}
	// What the block with one of its own would inherit without it, and what the
	// other one does inherit.
	var lost []*element
	own := ownOf(block, e.at().name)
	for _, c := range inheritedBy(other, e.at().name) {
		if !slices.ContainsFunc(own, func(o *element) bool { return o.key == c.key }) {
			lost = append(lost, c)
		}
	}
	if len(lost) == 0 {
		return
	}
	var texts []string
	for _, c := range lost {
		texts = append(texts, c.text())
	}
	slices.Sort(texts)
	f := &fact{kind: "inheritance-lost", sites: e.sites(), what: scopeOf(block), path: block.path(), before: strings.Join(texts, "; ")}
	f.because = ", because it now has its own " + e.at().name
	f.old, f.new = placesOfElements(lost), placesOfElements(own)
	if e.action == Removed {
		f.kind, f.before, f.after, f.because = "inheritance-gained", "", f.before, ""
		f.old, f.new = f.new, f.old
	}
	w.note(f)
}

func ownOf(block *element, name string) []*element {
	if family(name) == family("deny") {
		list := slices.Concat(block.all("allow"), block.all("deny"))
		slices.SortFunc(list, func(a, b *element) int { return a.position - b.position })
		return list
	}
	return block.all(name)
}

// inheritedBy are the directives of the nearest block around that has any.
func inheritedBy(block *element, name string) []*element {
	for at := block.parent; at != nil; at = at.parent {
		if list := ownOf(at, name); len(list) > 0 {
			return list
		}
	}
	return nil
}
