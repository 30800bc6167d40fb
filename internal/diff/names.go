package diff

import (
	"maps"
	"slices"

	"padlock/internal/vhost"
)

// findRenamed finds the virtual hosts that go by other names than their
// counterparts, where no other host has any of the names on either side.
func (w *comparer) findRenamed() {
	w.renamed = map[*host]bool{}
	for _, h := range w.old.hosts {
		if h.peer == nil || h.Main || w.across || len(namesOf(h)) == 0 || len(namesOf(h.peer)) == 0 {
			continue
		}
		if unknown(h, w.new) && unknown(h.peer, w.old) {
			w.renamed[h], w.renamed[h.peer] = true, true
			w.rename(h)
		}
	}
}

// unknown tells that nobody in a unit has a name of a host.
func unknown(h *host, u *unit) bool {
	return !slices.ContainsFunc(h.Names, func(n vhost.Name) bool { return len(u.names[nameKey{n.Kind, n.Text}]) > 0 })
}

// allRenamed tells that a name is told of with the hosts that had or have it.
func (w *comparer) allRenamed(hosts []*host) bool {
	return !slices.ContainsFunc(hosts, func(h *host) bool { return !w.renamed[h] })
}

// rename notes the other names of a virtual host.
func (w *comparer) rename(h *host) {
	before, after := namesOf(h), namesOf(h.peer)
	sites := slices.Concat(before, after)
	slices.Sort(sites)
	f := &fact{kind: "site-renamed", sites: slices.Compact(sites), before: listed(before), after: listed(after),
		old: originsOf(h.Origin), new: originsOf(h.peer.Origin)}
	for _, n := range h.Names {
		f.old = append(f.old, originsOf(n.Origin)...)
	}
	for _, n := range h.peer.Names {
		f.new = append(f.new, originsOf(n.Origin)...)
	}
	w.note(f)
}

// namesOf are the names of a host as people write them.
func namesOf(h *host) []string {
	var names []string
	for _, n := range h.Names {
		if n.Unmatchable == "" && n.Text != "" {
			names = append(names, nameKey{n.Kind, n.Text}.siteText())
		}
	}
	return names
}

// appeared tells of a name that is new. One that a wildcard has covered only
// moves.
func (w *comparer) appeared(k nameKey, name string) {
	if before := w.old.byWildcard(name); before != nil {
		for _, h := range w.new.names[k] {
			if h.peer != before {
				w.note(&fact{kind: "name-moved", sites: []string{k.siteText()}, what: doorsOf(h), before: before.title(), after: h.title(),
					old: originsOf(before.Origin), new: w.hostPlaces(h, k, w.new)})
				break
			}
		}
		w.secured(k, name)
		w.doors(k, name)
		return
	}
	f := &fact{kind: "site-added", sites: []string{k.siteText()},
		before: whoAnswersInstead(w.new, w.old, k), after: servedHow(w.new, name)}
	for _, h := range w.new.names[k] {
		f.new = append(f.new, w.hostPlaces(h, k, w.new)...)
		if h.peer != nil {
			f.old = append(f.old, originsOf(h.peer.Origin)...)
		}
	}
	w.note(f)
}

// disappeared tells of a name that is gone.
func (w *comparer) disappeared(k nameKey, name string) {
	if after := w.new.byWildcard(name); after != nil {
		for _, h := range w.old.names[k] {
			if h.peer != after {
				w.note(&fact{kind: "name-moved", sites: []string{k.siteText()}, what: doorsOf(h), before: h.title(), after: after.title(),
					old: w.hostPlaces(h, k, w.old), new: originsOf(after.Origin)})
				break
			}
		}
		w.secured(k, name)
		w.doors(k, name)
		return
	}
	f := &fact{kind: "site-removed", sites: []string{k.siteText()}, before: servedHow(w.old, name)}
	f.after = whoAnswersInstead(w.old, w.new, k)
	for _, h := range w.old.names[k] {
		f.old = append(f.old, w.hostPlaces(h, k, w.old)...)
		if h.peer != nil {
			f.new = append(f.new, originsOf(h.peer.Origin)...)
		}
	}
	w.note(f)
}

// byWildcard is a host that answers a name by a wildcard or regex.
func (u *unit) byWildcard(name string) *host {
	if name == "" {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(u.sockets)) {
		for _, s := range u.sockets[key] {
			if s.Layer != vhost.HTTP || s.QUIC {
				continue
			}
			if found := s.model.Select(s.Listener, name); found.Host != nil && found.Name != nil && found.Undecided == "" {
				return u.hostOf(found.Host)
			}
		}
	}
	return nil
}

// doorsOf are the addresses at which a host answers.
func doorsOf(h *host) string {
	if len(h.Listeners) == 0 {
		return "its address"
	}
	return shown(socketKey(h.Listeners[0]))
}

// servedHow says in a few words how a name is served.
func servedHow(u *unit, name string) string {
	if name != "" {
		if h, _ := u.secureHost(name); h != nil {
			return "served over HTTPS"
		}
	}
	return "served without TLS"
}

// whoAnswersInstead says who gets the requests for a name on the side that does
// not have it.
func whoAnswersInstead(with, without *unit, k nameKey) string {
	for _, h := range with.names[k] {
		for _, l := range h.Listeners {
			for _, s := range without.sockets[socketKey(l)] {
				if s.Layer == vhost.HTTP && s.Default != nil {
					return "the default server of " + shown(socketKey(l)) + " answers, " + without.hostOf(s.Default).title()
				}
			}
		}
	}
	return "nothing listens for it"
}
