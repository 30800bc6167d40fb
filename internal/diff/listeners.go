package diff

import (
	"maps"
	"slices"
	"strings"

	"padlock/internal/vhost"
)

// listeners compares the sockets: which there are, what they speak, and who
// answers on them for names that nobody has.
func (w *comparer) listeners() {
	w.changed = map[string]bool{}
	keys := map[string]bool{}
	for k := range w.old.sockets {
		keys[k] = true
	}
	for k := range w.new.sockets {
		keys[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		a, b := w.old.sockets[k], w.new.sockets[k]
		what := shown(k)
		switch {
		case len(b) == 0:
			w.changed[k] = true
			w.note(&fact{kind: "listener-removed", what: what, old: originsOf(a[0].Origins...), because: w.restart(k, a[0], w.new)})
		case len(a) == 0:
			w.changed[k] = true
			w.note(&fact{kind: "listener-added", what: what, new: originsOf(b[0].Origins...), because: w.restart(k, b[0], w.old)})
		default:
			w.listener(k, a[0], b[0])
		}
	}
}

// restart says that a reload does not suffice: both servers open new sockets
// before they close old ones, and one for all addresses of a port excludes one
// for a single address (EADDRINUSE; the manual of httpd says so of changes of
// Listen, "Changing Listen configuration on restart").
func (w *comparer) restart(key string, s socket, other *unit) string {
	if w.across || s.Address.Unix != "" || s.QUIC {
		return ""
	}
	mine, theirs := w.old.sockets, w.new.sockets
	if other == w.old {
		mine, theirs = theirs, mine
	}
	for k, list := range theirs {
		o := list[0]
		if _, kept := mine[k]; kept || o.Address.Port != s.Address.Port || o.Address.Unix != "" || o.QUIC {
			continue
		}
		if o.Address.IP.IsValid() != s.Address.IP.IsValid() && sameFamily(o.Address, s.Address) {
			return " (a reload fails while " + shown(later(other == w.new, k, key)) + " is still open: restart)"
		}
	}
	return ""
}

// later is the key of the old side: the socket that is in the way.
func later(removed bool, theirs, own string) string {
	if removed {
		return own
	}
	return theirs
}

func sameFamily(a, b vhost.Address) bool {
	if !a.IP.IsValid() {
		a, b = b, a
	}
	return a.IP.Is4() && b.V4 || a.IP.Is6() && b.V6
}

// listener compares a socket that both sides have.
func (w *comparer) listener(key string, a, b socket) {
	toggled := func(old, new vhost.Value[bool], lost, gained string) {
		if old.V == new.V {
			return
		}
		w.changed[key] = true
		kind := gained
		if old.V {
			kind = lost
		}
		w.note(&fact{kind: kind, what: shown(key), old: originsOf(old.Origin), new: originsOf(new.Origin),
			maybeOld: originsOf(a.Origins...), maybeNew: originsOf(b.Origins...)})
	}
	toggled(a.TLS, b.TLS, "listener-tls-lost", "listener-tls-gained")
	if !w.across {
		toggled(a.HTTP2, b.HTTP2, "http2-lost", "http2-gained")
	}
	if a.ProxyProtocol != b.ProxyProtocol {
		w.changed[key] = true
		kind := "proxy-protocol-added"
		if a.ProxyProtocol {
			kind = "proxy-protocol-removed"
		}
		w.note(&fact{kind: kind, what: shown(key), old: originsOf(a.Origins...), new: originsOf(b.Origins...)})
	}
	if a.Layer == vhost.HTTP {
		w.defaultServer(key, a, b)
	}
}

// defaultServer compares who answers names that nobody has. Where several
// fragments are read one by one nobody knows.
func (w *comparer) defaultServer(key string, a, b socket) {
	if len(w.old.sockets[key]) > 1 || len(w.new.sockets[key]) > 1 {
		return
	}
	old, new := w.old.hostOf(a.Default), w.new.hostOf(b.Default)
	if old == nil || new == nil || old.peer == new || len(a.Hosts) == 1 && len(b.Hosts) == 1 && sharesName(old, new) {
		return
	}
	if w.across && sharesName(old, new) {
		return
	}
	w.changed[key] = true
	if a.TLS.V != b.TLS.V && (old.Main || new.Main) {
		return // the virtual host with TLS came or went, which says it all
	}
	before, after := old.title(), new.title()
	f := &fact{kind: "default-server-changed", what: shown(key), before: before, after: after,
		old: originsOf(old.Origin), new: originsOf(new.Origin)}
	f.old = append(f.old, listenPlaces(a, a.Default)...)
	f.new = append(f.new, listenPlaces(b, b.Default)...)
	w.note(f)
}

// listenPlaces are the directives that put a host on a socket.
func listenPlaces(s socket, h *vhost.Host) []Place {
	var places []Place
	block := h.Origin.Span
	for _, o := range s.Origins {
		if o.Span.File == block.File && o.Span.Start >= block.Start {
			places = append(places, originsOf(o)...)
			break
		}
	}
	return places
}

func sharesName(a, b *host) bool {
	for _, n := range a.Names {
		if slices.ContainsFunc(b.Names, func(o vhost.Name) bool { return o.Text == n.Text && o.Kind == n.Kind }) {
			return true
		}
	}
	return len(a.Names) == 0 && len(b.Names) == 0
}

// shown is an address as people read it: of both families it is the port.
func shown(key string) string {
	if port, ok := strings.CutPrefix(key, "*+[::]:"); ok {
		return "port " + port
	}
	return key
}
