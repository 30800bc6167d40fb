package https

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"padlock/internal/vhost"
)

// end is where a client gets that follows redirects.
type end uint8

const (
	undecided end = iota
	served
	rejected
	// elsewhere: on a host that this configuration does not have.
	elsewhere
	// looped: back to a request that it has made before.
	looped
)

// journey is a request with all redirects that follow from it.
type journey struct {
	steps []vhost.Probe
	end   end
}

// secured tells that a redirect leads to TLS.
func (j *journey) secured() bool {
	return slices.ContainsFunc(j.steps, func(p vhost.Probe) bool {
		return p.Outcome.Kind == vhost.Redirects && toTLS(p.Outcome.URL)
	})
}

// toTheEnd is for journeys that are followed as far as they lead.
func toTheEnd(*journey) bool { return false }

func toTLS(location string) bool { return hasScheme(location, "https") }

func hasScheme(location, scheme string) bool {
	return len(location) > len(scheme) && strings.EqualFold(location[:len(scheme)], scheme) && strings.HasPrefix(location[len(scheme):], "://")
}

// maxSteps is where browsers give up: Firefox and Chrome follow 20 redirects.
const maxSteps = 20

// kept is a copy of a journey that lasts.
func (j journey) kept() journey {
	j.steps = slices.Clone(j.steps)
	return j
}

// travel makes a request and follows the redirects, until enough is known. The
// journey holds until the next one: most are looked at once.
func (s *survey) travel(l *vhost.Listener, r vhost.Request, enough func(*journey) bool) (j journey) {
	j.steps = s.steps[:0]
	defer func() { s.steps = j.steps }()
	probe := vhost.Probe{Listener: l, Request: r}
	for len(j.steps) < maxSteps {
		probe.Outcome = s.model.Answer(probe.Listener, probe.Request)
		j.steps = append(j.steps, probe)
		switch probe.Outcome.Kind {
		case vhost.Serves:
			j.end = served
			return j
		case vhost.Rejects:
			j.end = rejected
			return j
		case vhost.CannotTell:
			return j
		}
		if enough(&j) {
			return j
		}
		next, end := s.next(probe)
		if end != served {
			j.end = end
			return j
		}
		if slices.ContainsFunc(j.steps, func(p vhost.Probe) bool { return sameRequest(p.Request, next.Request) }) {
			j.end = looped
			return j
		}
		probe = next
	}
	return j
}

// next is the request that a redirect leads to; end is served if this
// configuration answers it.
func (s *survey) next(probe vhost.Probe) (vhost.Probe, end) {
	o, from := probe.Outcome, probe.Request
	if o.Partial != "" {
		return vhost.Probe{}, undecided
	}
	location, err := url.Parse(o.URL)
	if err != nil {
		return vhost.Probe{}, undecided
	}
	base := &url.URL{Scheme: schemeOf(from), Host: hostOf(from), Path: from.Path}
	to := base.ResolveReference(location)
	if to.Scheme != "http" && to.Scheme != "https" {
		return vhost.Probe{}, elsewhere
	}
	r := vhost.Request{
		TLS: to.Scheme == "https", Name: to.Hostname(), Port: portOf(to), Header: from.Header, Client: from.Client,
		Path: to.EscapedPath(), Query: to.RawQuery, HasQuery: to.RawQuery != "" || to.ForceQuery,
	}
	if r.Path == "" {
		r.Path = "/"
	}
	l, end := s.listenerFor(probe, r)
	return vhost.Probe{Listener: l, Request: r}, end
}

// listenerFor is the listener that takes a request: the one of the address that
// the client is connected to, or else one that has the name.
func (s *survey) listenerFor(from vhost.Probe, r vhost.Request) (*vhost.Listener, end) {
	candidates := append([]*vhost.Listener{s.model.Listener(reached(from.Listener.Address), r.Port)}, s.model.Listeners...)
	for _, l := range candidates {
		if l == nil || l.Layer != vhost.HTTP || l.QUIC || l.Address.Port != r.Port || l.TLS.V != r.TLS || l.Address.Local() {
			continue
		}
		chosen := s.model.Select(l, r.Name)
		switch {
		case chosen.Undecided != "":
			return nil, undecided
		case chosen.Host != nil && (chosen.Name != nil || r.Name == from.Request.Name && catchAll(chosen.Host)):
			return l, served
		}
	}
	return nil, elsewhere
}

// reached is an address that leads to a listener.
func reached(a vhost.Address) netip.Addr {
	switch {
	case a.IP.IsValid():
		return a.IP
	case a.V4:
		return netip.AddrFrom4([4]byte{192, 0, 2, 1})
	}
	return netip.MustParseAddr("2001:db8::1")
}

func sameRequest(a, b vhost.Request) bool {
	return a.TLS == b.TLS && a.Name == b.Name && a.Port == b.Port && a.Path == b.Path && a.Query == b.Query
}

func schemeOf(r vhost.Request) string {
	if r.TLS {
		return "https"
	}
	return "http"
}

func hostOf(r vhost.Request) string {
	if r.TLS && r.Port == 443 || !r.TLS && r.Port == 80 || r.Port == 0 {
		return r.Name
	}
	return r.Name + ":" + strconv.Itoa(int(r.Port))
}

func portOf(u *url.URL) uint16 {
	if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
		return uint16(n)
	}
	if u.Scheme == "https" {
		return 443
	}
	return 80
}

// decidedBy is the directive that an answer came from; the route or host if it
// is not known.
func decidedBy(o vhost.Outcome) vhost.Origin {
	if len(o.By) > 0 && !o.By[len(o.By)-1].IsDefault() {
		return o.By[len(o.By)-1]
	}
	if !o.Route.IsDefault() {
		return o.Route
	}
	return o.Host.Origin
}
