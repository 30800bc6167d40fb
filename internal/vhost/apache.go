package vhost

import (
	"strings"

	"padlock/internal/apache"
	"padlock/internal/tlspolicy"
)

// FromApache lowers what httpd reads into what it does. It never fails: what
// the configuration leaves open stays open in the model.
//
// Undecided conditions are answered by one assumption: the modules that are
// asked for are loaded, and other undecided conditions hold. What rests on them
// says so in Origin.Conditions. An answer that would differ if the other
// conditions did not hold is CannotTell.
func FromApache(cfg *apache.Config, target tlspolicy.Target) *Model {
	return lowerApache(cfg, target, true)
}

// apacheServer is what the evaluator of one configuration knows.
type apacheServer struct {
	cfg    *apache.Config
	target tlspolicy.Target
	main   *apacheHost
	hosts  []*apacheHost
	lists  map[*Listener]*apacheNames
	// managed are the names that mod_md has certificates for, by name.
	managed map[string]Origin
	// others is the same configuration if undecided conditions, but those on
	// modules, do not hold; nil if there are none.
	others   *apacheOthers
	patterns *patterns
}

// apacheHost is a virtual host, or the main server.
type apacheHost struct {
	host      *Host
	index     int
	scope     *apacheScope
	addresses []apacheAddress
	// protocol is what Listen says of the first of its addresses that it names.
	protocol string
	// name, port and scheme are those of ServerName; port is 0, and scheme
	// empty, if it has none. writtenName keeps capitals.
	name, writtenName, scheme string
	port                      uint16

	routes apacheRoutes
}

func lowerApache(cfg *apache.Config, target tlspolicy.Target, hold bool) *Model {
	s := &apacheServer{cfg: cfg, target: target, lists: map[*Listener]*apacheNames{}, patterns: newPatterns()}
	reader := apacheReader{names: map[string]string{}, hold: hold}
	s.main = &apacheHost{scope: reader.scope(cfg.Children(), apache.Item{})}
	m := &Model{Target: target, evaluator: s}

	s.managed = managedNames(s.main.scope)
	s.main.host = &Host{Layer: HTTP, Main: true, detail: s.main}
	s.nameHost(s.main)
	s.main.scope.indexed()
	for _, section := range reader.hosts {
		s.hosts = append(s.hosts, s.newHost(section))
	}
	listens := readListens(s.main.scope)
	m.Fragment = len(listens) == 0
	if m.Fragment {
		listens = assumedListens(s.hosts)
	}
	assignProtocols(s.hosts, listens)
	for _, h := range append(s.hosts, s.main) {
		h.host.TLS = s.tls(h)
	}
	m.Listeners = s.listeners(listens)
	s.protocolsInEffect(m.Listeners)
	for _, h := range s.hosts {
		m.Hosts = append(m.Hosts, h.host)
	}
	if len(s.main.host.Listeners) > 0 || len(s.hosts) == 0 {
		m.Hosts = append(m.Hosts, s.main.host)
	}
	for i, h := range m.Hosts {
		h.detail.(*apacheHost).index = i
	}
	if hold && reader.undecided {
		s.others = &apacheOthers{cfg: cfg, target: target}
	}
	return m
}

func (s *apacheServer) newHost(section *apacheScope) *apacheHost {
	h := &apacheHost{scope: section, addresses: hostAddresses(section.item)}
	h.host = &Host{Layer: HTTP, Origin: originOf(section.item), detail: h}
	s.nameHost(h)
	return h
}

// originOf is where an item was written.
func originOf(item apache.Item) Origin {
	if item.IsZero() {
		return Origin{}
	}
	o := Origin{Span: item.Span(), Includes: item.Includes()}
	for _, c := range item.Conditions() {
		o.Conditions = append(o.Conditions, c.String())
	}
	return o
}

// flag reads On and Off in any case.
func flag(word string) (on, ok bool) {
	switch strings.ToLower(word) {
	case "on":
		return true, true
	case "off":
		return false, true
	}
	return false, false
}
