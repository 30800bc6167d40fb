package diff

import (
	"cmp"
	"maps"
	"slices"

	"padlock/internal/source"
	"padlock/internal/vhost"
)

// sites compares, name by name, who answers, whether over TLS, and how.
func (w *comparer) sites() {
	keys := map[nameKey]bool{}
	for k := range w.old.names {
		keys[k] = true
	}
	for k := range w.new.names {
		keys[k] = true
	}
	order := slices.SortedFunc(maps.Keys(keys), func(a, b nameKey) int {
		return cmp.Or(cmp.Compare(a.text, b.text), cmp.Compare(a.kind, b.kind))
	})
	w.findRenamed()
	for _, k := range order {
		if w.ctx.Err() != nil {
			return
		}
		w.site(k)
	}
	w.nameless()
}

// site compares one name.
func (w *comparer) site(k nameKey) {
	old, new := w.old.names[k], w.new.names[k]
	if w.untouched(old, new) || w.allRenamed(slices.Concat(old, new)) {
		return
	}
	name := exampleOf(w.old, w.new, k)
	switch {
	case len(old) == 0:
		w.appeared(k, name)
	case len(new) == 0:
		w.disappeared(k, name)
	default:
		w.secured(k, name)
		w.doors(k, name)
	}
}

// untouched tells that nothing about a name can be different.
func (w *comparer) untouched(old, new []*host) bool {
	if len(old) != len(new) {
		return false
	}
	for _, h := range old {
		if !h.same || !slices.Contains(new, h.peer) {
			return false
		}
		for _, l := range h.Listeners {
			if w.changed[socketKey(l)] {
				return false
			}
		}
		if len(h.Listeners) != len(h.peer.Listeners) {
			return false
		}
	}
	return true
}

// exampleOf is a name that a client could ask for; empty if none was found.
func exampleOf(old, new *unit, k nameKey) string {
	if k.kind == vhost.Exact {
		return k.text
	}
	for _, u := range []*unit{old, new} {
		for _, h := range u.names[k] {
			for i := range h.Names {
				if n := &h.Names[i]; n.Kind == k.kind && n.Text == k.text {
					return vhost.Example(n)
				}
			}
		}
	}
	return ""
}

// siteText is a name as people write it.
func (k nameKey) siteText() string {
	if k.kind == vhost.Regex {
		return "~" + k.text
	}
	return k.text
}

func placesOf(hosts []*host) []Place {
	var places []Place
	for _, h := range hosts {
		places = append(places, originsOf(h.Origin)...)
	}
	return places
}

// hostPlaces are where a host is, where it has the name, and what makes it speak
// TLS.
func (w *comparer) hostPlaces(h *host, k nameKey, u *unit) []Place {
	if h == nil {
		return nil
	}
	origins := []vhost.Origin{h.Origin}
	for _, n := range h.Names {
		if n.Kind == k.kind && n.Text == k.text {
			origins = append(origins, n.Origin)
		}
	}
	if h.TLS != nil {
		origins = append(origins, h.TLS.Enabled.Origin, h.TLS.Reject.Origin)
		for _, c := range h.TLS.Certificates {
			if !c.Inherited {
				origins = append(origins, c.Certificate.Origin, c.Key.Origin, c.Chain.Origin)
			}
		}
	}
	for _, l := range h.Listeners {
		if l.TLS.V {
			origins = append(origins, l.TLS.Origin)
		}
		origins = append(origins, u.listensOf(l, h)...)
	}
	return originsOf(origins...)
}

// listensOf are the directives in the block of a host that made a listener.
func (u *unit) listensOf(l *vhost.Listener, h *host) []vhost.Origin {
	if h.element == nil {
		return nil
	}
	if u.listens == nil {
		u.listens = map[*vhost.Listener]map[*source.File][]vhost.Origin{}
	}
	files := u.listens[l]
	if files == nil {
		files = map[*source.File][]vhost.Origin{}
		for _, o := range l.Origins {
			if o.Span.File != nil {
				files[o.Span.File] = append(files[o.Span.File], o)
			}
		}
		for _, list := range files {
			slices.SortFunc(list, func(a, b vhost.Origin) int { return int(a.Span.Start) - int(b.Span.Start) })
		}
		u.listens[l] = files
	}
	whole := h.element.whole()
	list := files[whole.File]
	from, _ := slices.BinarySearchFunc(list, whole.Start, func(o vhost.Origin, at int32) int { return int(o.Span.Start) - int(at) })
	to := from
	for to < len(list) && list[to].Span.End <= whole.End {
		to++
	}
	return list[from:to]
}
