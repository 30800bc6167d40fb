package generator

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// socket is an address and port that a server listens on. The zero address is
// all addresses.
type socket struct {
	addr netip.Addr
	v6   bool // all IPv6 addresses, when addr is zero
	port int
	tls  bool
}

func compareSockets(a, b socket) int {
	return cmp.Or(
		cmp.Compare(a.port, b.port),
		a.addr.Compare(b.addr),
		cmp.Compare(boolInt(a.v6), boolInt(b.v6)),
	)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sockets lists where a site listens for one of the two protocols.
func (l Listen) sockets(tls bool) []socket {
	port := l.HTTP
	if tls {
		port = l.HTTPS
	}
	if len(l.Addresses) == 0 {
		out := []socket{{port: port, tls: tls}}
		if l.IPv6 {
			out = append(out, socket{port: port, tls: tls, v6: true})
		}
		return out
	}
	var out []socket
	for _, a := range l.Addresses {
		out = append(out, socket{addr: a, port: port, tls: tls})
	}
	slices.SortFunc(out, compareSockets)
	return slices.Compact(out)
}

// action is what a virtual host does with requests.
type action uint8

const (
	// serve answers with the site's content.
	serve action = iota + 1
	// move redirects every request.
	move
	// refuse answers nothing but the challenge path.
	refuse
	// turnAway refuses the handshake.
	turnAway
)

// host is one virtual host to render: a plan both servers can follow.
type host struct {
	site    *Site
	action  action
	names   []Text
	sockets []socket
	tls     bool
	// target is where move leads: scheme://name[:port] without a path. When
	// keepName is set it is the scheme alone, and the name is the client's,
	// which the virtual host's own names bound.
	target   string
	keepName bool
	// portSuffix follows a kept name: ":8443", or empty.
	portSuffix string
	// shown is the certificate of who is turned away, where a handshake cannot be
	// refused; empty is one that is nobody's.
	shown CertificatePair
	// challenge opens the ACME challenge path.
	challenge bool
	// why is a comment for the reader of the output.
	why string
	// sent is what headers has found for each place; nil finds it again each time.
	sent map[*Place][]Header
	// routes chooses routes for paths; a renderer makes it.
	routes chooser
}

// plan lays out the virtual hosts of a site.
func (s *Site) plan() []host {
	var hosts []host
	if s.HTTPS() && s.TLS.Bootstrap == BootstrapHTTP {
		return []host{s.host(refuse, false, s.Names(), "Until the first certificate is there: challenges alone. Then take bootstrap out of the description.")}
	}
	switch s.TLS.Mode {
	case ModeRedirect:
		hosts = append(hosts, s.toHTTPS()...)
	case ModeOnly:
		if s.TLS.Challenge.Value != "" {
			hosts = append(hosts, s.host(refuse, false, s.Names(), "Plain HTTP answers only certificate challenges."))
		}
	case ModeBoth, ModeOff, ModeReject:
		hosts = append(hosts, s.content(false)...)
	}
	for _, t := range s.TLS.Turned {
		h := s.host(turnAway, true, t.Names, "These names have no TLS: who comes by it is turned away.")
		h.shown = t.Shown
		hosts = append(hosts, h)
	}
	if s.HTTPS() {
		hosts = append(hosts, s.content(true)...)
	}
	return hosts
}

func (s *Site) host(a action, tls bool, names []Text, why string) host {
	return host{
		site:      s,
		action:    a,
		names:     names,
		tls:       tls,
		sockets:   s.Listen.sockets(tls),
		challenge: !tls && s.TLS.Challenge.Value != "",
		why:       why,
	}
}

// toHTTPS redirects plain HTTP. Each name that is served on its own keeps
// itself; everything else goes to the canonical name, never to a name that the
// client made up.
func (s *Site) toHTTPS() []host {
	canonical, own := []Text{s.Name}, []Text(nil)
	if s.ServeAliases {
		own = s.Aliases
	} else {
		canonical = s.Names()
	}
	hosts := []host{s.moved(false, "https", s.Name.Value, canonical)}
	for _, alias := range own {
		hosts = append(hosts, s.moved(false, "https", alias.Value, []Text{alias}))
	}
	return hosts
}

// content serves the site, and redirects aliases to its name.
func (s *Site) content(tls bool) []host {
	var hosts []host
	scheme := "http"
	if tls {
		scheme = "https"
	}
	names := s.Names()
	if len(s.Aliases) > 0 && !s.ServeAliases {
		names = []Text{s.Name}
		hosts = append(hosts, s.moved(tls, scheme, s.Name.Value, s.Aliases))
	}
	return append(hosts, s.host(serve, tls, names, ""))
}

// moved redirects names to one name of the site.
func (s *Site) moved(tls bool, scheme, name string, names []Text) host {
	h := s.host(move, tls, names, fmt.Sprintf("Redirect to %s://%s.", scheme, name))
	port, usual := s.Listen.HTTP, 80
	if scheme == "https" {
		port, usual = s.Listen.HTTPS, 443
	}
	if port != usual {
		h.portSuffix = fmt.Sprintf(":%d", port)
	}
	h.target = scheme + "://" + name + h.portSuffix
	if manyNames(name) {
		h.keepName = true
		h.target = scheme + "://"
		h.why = fmt.Sprintf("Redirect to %s, keeping the name asked for.", strings.ToUpper(scheme))
	}
	return h
}

// order sorts sites as Apache needs them: it takes the first virtual host in
// file order that has the name, so exact names come before wildcards, and
// narrow wildcards before wide ones. nginx chooses the same way regardless of
// order (exact, then the longest wildcard), and then takes the first pattern in the
// order of the files, which is that of the description.
func order(sites []*Site) {
	slices.SortStableFunc(sites, func(a, b *Site) int {
		if a.rank() == patternRank && b.rank() == patternRank {
			return 0
		}
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Name.Value, b.Name.Value))
	})
	numberPatterns(sites)
}

// Ranks run from exactRank for sites with exact names only, over narrowRank
// for wildcards of maxRankedLabels labels or more, up to wildcards of few, and
// patternRank for sites with a pattern.
const (
	exactRank       = 10
	narrowRank      = 20
	maxRankedLabels = 60
	patternRank     = 90
)

// rank is the number that begins the site's file name.
func (s *Site) rank() int {
	rank := exactRank
	for _, name := range s.Names() {
		if isPattern(name.Value) {
			return patternRank
		}
		if isWildcard(name.Value) {
			labels := min(strings.Count(name.Value, "."), maxRankedLabels)
			rank = max(rank, narrowRank+maxRankedLabels-labels)
		}
	}
	return rank
}

// fileName is the name of the site's file: its rank, then its name.
func (s *Site) fileName() string {
	return fmt.Sprintf("%02d-%s%s.conf", s.rank(), s.turn, plainName(s.Name.Value))
}

// plainName is a name without the star of a wildcard or the signs of a pattern, for
// files.
func plainName(name string) string {
	if isPattern(name) {
		return plainPattern(name)
	}
	if rest, ok := strings.CutPrefix(name, "*."); ok {
		return "_wildcard." + rest
	}
	return name
}

// defaultFile is the file of the default virtual hosts; it sorts before all
// sites.
const defaultFile = "00-default.conf"

// allSockets lists every socket that any site listens on.
func allSockets(sites []*Site) []socket {
	var out []socket
	seen := map[socket]bool{}
	for _, s := range sites {
		for _, h := range s.plan() {
			for _, k := range h.sockets {
				if !seen[k] {
					seen[k] = true
					out = append(out, k)
				}
			}
		}
	}
	slices.SortFunc(out, compareSockets)
	return out
}
