package diff

import (
	"maps"
	"slices"
	"strconv"

	"padlock/internal/vhost"
)

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
