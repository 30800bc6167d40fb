package diff

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

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

// secureHost finds the virtual host that has a name and answers it over TLS.
func (u *unit) secureHost(name string) (h *host, undecided bool) {
	seen := map[*vhost.Model]bool{}
	for _, c := range u.configs {
		m := c.Model()
		if seen[m] {
			continue
		}
		seen[m] = true
		found, _, doubt := m.Secure(name)
		if found != nil {
			return u.hostOf(found), false
		}
		undecided = undecided || doubt != ""
	}
	return nil, undecided
}

// secured tells of a name that gains or loses HTTPS.
func (w *comparer) secured(k nameKey, name string) {
	if name == "" {
		return
	}
	old, doubtOld := w.old.secureHost(name)
	new, doubtNew := w.new.secureHost(name)
	if !doubtOld && !doubtNew && old != nil && new != nil {
		w.securePort(k, name, old, new)
	}
	if doubtOld || doubtNew || (old == nil) == (new == nil) {
		return
	}
	f := &fact{sites: []string{k.siteText()}, old: w.hostPlaces(old, k, w.old), new: w.hostPlaces(new, k, w.new)}
	if old != nil {
		f.kind, f.new = "https-lost", placesOf(w.new.names[k])
		if old.peer != nil {
			f.new = originsOf(old.peer.Origin)
		}
		f.because = w.whyInsecure(old)
	} else {
		f.kind = "https-gained"
		if f.old = placesOf(w.old.names[k]); new.peer != nil {
			f.old = originsOf(new.peer.Origin)
		}
	}
	w.secureTold[k] = true
	w.note(f)
}

// securePort tells of a name whose HTTPS left the port that browsers ask.
func (w *comparer) securePort(k nameKey, name string, old, new *host) {
	a, b := w.old.securePorts(name), w.new.securePorts(name)
	if len(a) == 0 || len(b) == 0 || slices.Contains(a, 443) == slices.Contains(b, 443) {
		return
	}
	w.note(&fact{kind: "https-port-changed", sites: []string{k.siteText()}, before: portList(a), after: portList(b),
		old: w.hostPlaces(old, k, w.old), new: w.hostPlaces(new, k, w.new)})
}

// securePorts are the ports on which a name is answered over TLS.
func (u *unit) securePorts(name string) []int {
	var ports []int
	for _, list := range u.sockets {
		for _, s := range list {
			if s.Layer != vhost.HTTP || !s.TLS.V || s.QUIC || s.Address.Local() {
				continue
			}
			if found := s.model.Select(s.Listener, name); found.Host != nil && found.Name != nil {
				ports = append(ports, int(s.Address.Port))
			}
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

func portList(ports []int) string {
	var texts []string
	for _, p := range ports {
		texts = append(texts, strconv.Itoa(p))
	}
	return listed(texts)
}

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

// whyInsecure says what became of the virtual host that had the TLS.
func (w *comparer) whyInsecure(old *host) string {
	switch peer := old.peer; {
	case peer == nil:
		return ": its virtual host is gone"
	case peer.TLS != nil && peer.TLS.Reject.V:
		return ": handshakes are rejected"
	case len(peer.TLSListeners()) > 0 && !slices.ContainsFunc(peer.TLSListeners(), func(l *vhost.Listener) bool { return !l.Address.Local() }):
		return ": only programs on the same machine can connect"
	case len(peer.TLSListeners()) == 0:
		return ": its virtual host has no listener with TLS any more"
	}
	return ""
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

// doors compares what happens at each address where a name is known on either
// side.
func (w *comparer) doors(k nameKey, name string) {
	if name == "" {
		return
	}
	keys := map[string]bool{}
	for _, list := range [][]*host{w.old.names[k], w.new.names[k]} {
		for _, h := range list {
			for _, l := range h.Listeners {
				if !l.QUIC {
					keys[socketKey(l)] = true
				}
			}
		}
	}
	if w.across {
		keys = w.doorsAcross(keys)
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		a, b := w.old.socketFor(key, name, w.across), w.new.socketFor(key, name, w.across)
		if a.Listener == nil || b.Listener == nil {
			continue
		}
		w.door(k, name, key, a, b)
	}
}

// doorsAcross: servers that write addresses in different ways are compared by
// port, one door for each.
func (w *comparer) doorsAcross(keys map[string]bool) map[string]bool {
	ports := map[string]bool{}
	for key := range keys {
		for _, u := range []*unit{w.old, w.new} {
			for _, s := range u.sockets[key] {
				if s.Address.Unix == "" {
					ports[strconv.Itoa(int(s.Address.Port))] = true
				}
			}
		}
	}
	return ports
}

// socketFor is the listener of a key at which a name is known, if it is at any.
func (u *unit) socketFor(key, name string, byPort bool) socket {
	list := u.sockets[key]
	if byPort {
		for _, k := range slices.Sorted(maps.Keys(u.sockets)) {
			for _, s := range u.sockets[k] {
				if strconv.Itoa(int(s.Address.Port)) == key && !s.QUIC && s.Address.Unix == "" && s.Layer == vhost.HTTP {
					list = append(list, s)
				}
			}
		}
	}
	var best socket
	for _, s := range list {
		if s.Layer != vhost.HTTP {
			continue
		}
		if found := s.model.Select(s.Listener, name); found.Name != nil {
			return s
		}
		if best.Listener == nil {
			best = s
		}
	}
	return best
}

// door compares who answers a name at one address, and how.
func (w *comparer) door(k nameKey, name, key string, a, b socket) {
	x, y := a.model.Select(a.Listener, name), b.model.Select(b.Listener, name)
	if x.Undecided != "" || y.Undecided != "" || x.Host == nil || y.Host == nil || x.Name == nil && y.Name == nil {
		return
	}
	old, new := w.old.hostOf(x.Host), w.new.hostOf(y.Host)
	f := &fact{sites: []string{k.siteText()}, what: shown(key)}
	if x.Name == nil || y.Name == nil || old.peer != new && !w.across {
		f.old, f.new = w.hostPlaces(old, k, w.old), w.hostPlaces(new, k, w.new)
	}
	switch {
	case y.Name == nil:
		f.kind, f.before, f.after = "name-unheard", old.title()+" answers", "the default server "+new.title()+" answers"
		if !w.securedAlready(a, k) {
			w.note(f)
		}
		return
	case x.Name == nil:
		f.kind, f.before, f.after = "name-heard", "the default server "+old.title()+" answers", new.title()+" answers"
		if !w.securedAlready(b, k) {
			w.note(f)
		}
		return
	case old.peer != new && !w.across:
		f.kind, f.before, f.after = "name-moved", old.title(), new.title()
		w.note(f)
	}
	if a.TLS.V != b.TLS.V || rejects(old) || rejects(new) {
		return // told of the listener, or of the name
	}
	w.probe(k, name, key, visit{a, old}, visit{b, new})
}

// rejects tells that a host answers no handshake.
func rejects(h *host) bool { return h.TLS != nil && h.TLS.Reject.V }

// securedAlready tells that the fact that a name has HTTPS, or has it no more,
// says it all.
func (w *comparer) securedAlready(s socket, k nameKey) bool {
	if !s.TLS.V {
		return false
	}
	return w.secureTold[k]
}

// nameless compares the virtual hosts that have no name, as default servers.
func (w *comparer) nameless() {
	for _, h := range w.old.hosts {
		if h.peer == nil || h.same || h.Layer != vhost.HTTP || hasNames(h) || hasNames(h.peer) {
			continue
		}
		for _, l := range h.Listeners {
			b := w.new.socketFor(socketKey(l), "", false)
			if l.QUIC || b.Listener == nil || l.Default != h.Host || b.Default != h.peer.Host || l.TLS.V != b.TLS.V {
				continue
			}
			w.probe(nameKey{}, "padlock-probe.invalid", socketKey(l), visit{socket{l, h.model}, h}, visit{b, h.peer})
		}
	}
}

func hasNames(h *host) bool {
	return slices.ContainsFunc(h.Names, func(n vhost.Name) bool { return n.Text != "" && n.Unmatchable == "" })
}
