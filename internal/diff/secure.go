package diff

import (
	"slices"
	"strconv"

	"padlock/internal/vhost"
)

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
