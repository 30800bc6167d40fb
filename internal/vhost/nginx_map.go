package vhost

import (
	"net/netip"
	"strings"
	"sync"

	"padlock/internal/nginx"
)

// variableMap is a map block, read when it is first needed.
type variableMap struct {
	node *nginx.Node

	once                 sync.Once
	exact, before, after map[string]mapEntry
	regexes              []mapEntry
	standard             mapEntry
	hostnames, volatile  bool
}

// mapEntry is a line of a map.
type mapEntry struct {
	value   string
	pattern *pattern
	both    bool
}

// read sorts the lines by kind, as ngx_http_map does: "hostnames" holds for the
// lines after it.
func (m *variableMap) read(n *nginxModel) {
	m.exact, m.before, m.after = map[string]mapEntry{}, map[string]mapEntry{}, map[string]mapEntry{}
	for _, line := range m.node.Children {
		key, entry := line.Name, mapEntry{value: line.Arg(0)}
		switch {
		case key == "hostnames" && len(line.Args()) == 0:
			m.hostnames = true
		case key == "volatile" && len(line.Args()) == 0:
			m.volatile = true
		case key == "include":
		case key == "default":
			m.standard = entry
		case strings.HasPrefix(key, "~"):
			source, ignoreCase := strings.CutPrefix(key[1:], "*")
			entry.pattern = n.patterns.get(source, ignoreCase)
			m.regexes = append(m.regexes, entry)
		default:
			m.add(asciiLower(strings.TrimPrefix(key, "\\")), entry)
		}
	}
}

func (m *variableMap) add(key string, entry mapEntry) {
	table := m.exact
	if m.hostnames {
		switch {
		case strings.HasPrefix(key, ".") && len(key) > 1:
			table, key, entry.both = m.before, key[1:], true
		case strings.HasPrefix(key, "*.") && len(key) > 2:
			table, key = m.before, key[2:]
		case strings.HasSuffix(key, ".*") && len(key) > 2:
			table, key = m.after, key[:len(key)-2]
		}
	}
	if _, twice := table[key]; !twice {
		table[key] = entry
	}
}

// mapped is the value of a map for this request.
func (q *nginxRequest) mapped(m *variableMap) (value text, volatile bool) {
	m.once.Do(func() { m.read(q.model) })
	subject := q.expand(m.node.Arg(0), false)
	if !subject.isKnown() && strings.Contains(m.node.Arg(0), "$sent_http_") {
		// Nothing but headers can depend on the answer, and each of them may by itself: to
		// follow the request for every combination would tell no more.
		return text{rest: subject.rest}, m.volatile
	}
	return q.expand(q.mapLine(m, subject).value, false), m.volatile
}

// mapLine finds the line of a value: exact, wildcards, the first regex, default.
// An empty value is not shown to the regexes (ngx_http_map_find, nginx 1.26.3).
func (q *nginxRequest) mapLine(m *variableMap, subject text) mapEntry {
	if !subject.isKnown() {
		return mapEntry{value: q.guessLine(m, subject)}
	}
	key := asciiLower(subject.known)
	if m.hostnames {
		key = strings.TrimSuffix(key, ".")
	}
	if entry, ok := m.exact[key]; ok {
		return entry
	}
	if key == "" {
		return m.standard
	}
	if entry, ok := lookupWildcard(m.before, m.after, key); ok {
		return entry
	}
	for _, entry := range m.regexes {
		if q.matchPattern(entry.pattern, subject) {
			return entry
		}
	}
	return m.standard
}

// guessLine asks which line an unknown value finds; without an answer, it is the
// default.
func (q *nginxRequest) guessLine(m *variableMap, subject text) string {
	values := []string{}
	for _, line := range m.node.Children {
		if line.Name != "default" && len(line.Args()) == 1 && line.Name != "include" {
			values = append(values, line.Arg(0))
		}
	}
	if len(values) > maxGuesses {
		values = values[:maxGuesses]
	}
	for _, value := range values {
		if value != m.standard.value && q.world.ask(question{"map", m.node.Arg(1), value}, subject.rest, false) {
			return value
		}
	}
	return m.standard.value
}

// maxGuesses bounds the values of a map that are tried when its source is not
// known.
const maxGuesses = 8

// lookupWildcard finds the longest "*.x", then the longest "x.*".
func lookupWildcard(before, after map[string]mapEntry, key string) (mapEntry, bool) {
	if e, ok := before[key]; ok && e.both {
		return e, true
	}
	for _, rest, ok := strings.Cut(key, "."); ok; _, rest, ok = strings.Cut(rest, ".") {
		if e, ok := before[rest]; ok {
			return e, true
		}
	}
	for end := strings.LastIndexByte(key, '.'); end >= 0; end = strings.LastIndexByte(key[:end], '.') {
		if e, ok := after[key[:end]]; ok {
			return e, true
		}
	}
	return mapEntry{}, false
}

// variableGeo is a geo block.
type variableGeo struct {
	source   string // the variable with the address; empty: the client
	networks []geoNetwork
	standard string
	ranges   bool
}

type geoNetwork struct {
	network netip.Prefix
	value   string
}

func newVariableGeo(node *nginx.Node) *variableGeo {
	g := &variableGeo{}
	if len(node.Args()) == 2 {
		g.source = node.Arg(0)
	}
	for _, line := range node.Children {
		switch {
		case line.Name == "default":
			g.standard = line.Arg(0)
		case line.Name == "ranges" || line.Name == "proxy" || line.Name == "delete":
			// Ranges of addresses, trusted proxies and lines taken back are not
			// followed: then the value is not known.
			g.ranges = true
		default:
			if network, ok := nginxNetwork(line.Name); ok {
				g.networks = append(g.networks, geoNetwork{network, line.Arg(0)})
			}
		}
	}
	return g
}

// located is the value of a geo block for the client's address.
func (q *nginxRequest) located(g *variableGeo) text {
	unknown := text{rest: "the client's address"}
	client := q.client()
	switch {
	case g.ranges:
		return unknown
	case g.source != "":
		value := q.expand(g.source, false)
		address, err := netip.ParseAddr(value.known)
		if !value.isKnown() {
			return value
		}
		if err != nil {
			address = netip.IPv4Unspecified() // 255.255.255.255 in truth: no network has it
		}
		client = address
	case q.listener.Address.Unix != "":
		return unknown
	}
	if client.IsValid() {
		return text{known: g.find(client)}
	}
	for _, line := range g.networks {
		if !isPrivate(line.network) && line.value != g.standard {
			return unknown
		}
	}
	return text{known: g.standard}
}

func (g *variableGeo) find(client netip.Addr) string {
	value, bits := g.standard, -1
	for _, line := range g.networks {
		if line.network.Contains(client) && line.network.Bits() > bits {
			value, bits = line.value, line.network.Bits()
		}
	}
	return value
}
