package https

import (
	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

// survey is what the rules of this package ask of a configuration together.
type survey struct {
	config *rule.Config
	model  *vhost.Model
	doors  []*door
	// passThrough tells that connections for port 443 are taken by a stream
	// server: which names have TLS is not known then.
	passThrough bool
	refuses     map[*vhost.Host]bool
	examples    map[*vhost.Name]string // of a name, one that clients can ask for
	proxies     *proxySigns            // made when first asked for
	unread      *unread                // made when first asked for
	// mentioned are those of apachePaths, by virtual host; made when first asked for.
	mentioned map[source.Span][]vhost.Route
	// steps are those of the journey that was made last.
	steps []vhost.Probe
	// secureJourneys are those of overTLS; made when first asked for.
	secureJourneys []journey
}

// door is where a virtual host can be reached from other machines without TLS.
type door struct {
	survey   *survey
	host     *vhost.Host
	listener *vhost.Listener
	visitors []*visitor
}

// visitor asks at a door for one name.
type visitor struct {
	door *door
	// name is nil for one that asks for a name nobody has, at the default host.
	name *vhost.Name
	// example is the name that is asked for.
	example string
	visit   *visit // made when first asked for
}

// strangerName is a name that no configuration has.
const strangerName = "padlock-probe.example"

var surveys = rule.NewShared(newSurvey)

// onSurvey calls do after the walk.
func onSurvey(p *rule.Pass, do func(*survey)) {
	p.OnEnd(func() { do(surveys.Of(p.Config)) })
}

func newSurvey(c *rule.Config) *survey {
	s := &survey{config: c, model: c.Model(), refuses: map[*vhost.Host]bool{}, examples: map[*vhost.Name]string{}}
	for _, site := range s.model.Sites() {
		for _, member := range site.Members {
			s.examples[member.Name] = site.Example
		}
	}
	for _, l := range s.model.Listeners {
		if l.Layer == vhost.Stream && !l.Address.Local() && (l.TLS.V || l.Address.Port == 443) {
			s.passThrough = true
		}
	}
	for _, h := range s.model.Hosts {
		if l := clearListener(h); l != nil {
			s.doors = append(s.doors, s.newDoor(h, l))
		}
	}
	return s
}

func (s *survey) newDoor(h *vhost.Host, l *vhost.Listener) *door {
	d := &door{survey: s, host: h, listener: l}
	for _, name := range s.askable(h) {
		// A host that stands before this one may have the name as well.
		if chosen := s.model.Select(l, s.examples[name]); chosen.Undecided == "" && chosen.Host == h {
			d.visitors = append(d.visitors, &visitor{door: d, name: name, example: s.examples[name]})
		}
	}
	if len(d.visitors) == 0 && l.Default == h {
		d.visitors = []*visitor{{door: d, example: strangerName}}
	}
	return d
}

// askable are the names of a host that clients can ask for.
func (s *survey) askable(h *vhost.Host) []*vhost.Name {
	var list []*vhost.Name
	for i := range h.Names {
		n := &h.Names[i]
		if !n.Implied && s.examples[n] != "" && (n.Kind == vhost.Regex || !isPlaceholder(n.Text)) {
			list = append(list, n)
		}
	}
	return list
}

// clearListener is a listener without TLS at which other machines reach a host,
// port 80 before others; nil if there is none. Port 443 is left to tls-off-on-443,
// and with the PROXY protocol it is a proxy that talks to clients.
func clearListener(h *vhost.Host) *vhost.Listener {
	var best *vhost.Listener
	if h.Layer != vhost.HTTP {
		return nil
	}
	for _, l := range h.PlainListeners() {
		if l.Address.Local() || l.ProxyProtocol || l.Address.Port == 443 {
			continue
		}
		if best == nil || l.Address.Port == 80 && best.Address.Port != 80 {
			best = l
		}
	}
	return best
}

// secure tells that a name is served over TLS, or that this cannot be excluded: what
// is wrong with a plain port 443 is told by tls-off-on-443.
func (s *survey) secure(name string) bool {
	sure, possible := s.overHTTPS(name)
	return sure || possible
}

// overHTTPS tells whether a name is served over TLS for sure, and whether it may be.
func (s *survey) overHTTPS(name string) (sure, possible bool) {
	possible = s.passThrough
	for _, l := range s.model.Listeners {
		if l.Layer != vhost.HTTP || l.QUIC || !l.TLS.V && (l.Address.Port != 443 || l.Address.Local()) {
			continue
		}
		chosen := s.model.Select(l, name)
		switch {
		case chosen.Undecided != "":
			possible = true
		case chosen.Host == nil || chosen.Name == nil && !(l.TLS.V && catchAll(chosen.Host)):
		case s.refusesAll(chosen.Host, l, name):
		case l.TLS.V:
			return true, possible
		default:
			possible = true
		}
	}
	return false, possible
}

// refusesAll tells that a virtual host is no site, but there to turn clients
// away.
func (s *survey) refusesAll(h *vhost.Host, l *vhost.Listener, name string) bool {
	if h.TLS != nil && h.TLS.Reject.V && l.TLS.V {
		return true
	}
	known, ok := s.refuses[h]
	if ok {
		return known
	}
	refused := true
	for _, path := range vhost.ProbePaths()[:2] {
		o := s.model.Answer(l, vhost.Request{TLS: l.TLS.V, Name: name, Port: l.Address.Port, Path: path})
		refused = refused && o.Kind == vhost.Rejects && turnsAway[o.Status]
	}
	s.refuses[h] = refused
	return refused
}

// turnsAway are the statuses by which a virtual host says that there is no site:
// 0 and 444 close the connection.
var turnsAway = map[int]bool{0: true, 403: true, 421: true, 444: true}

// catchAll tells that a host is made for names that no other host has.
func catchAll(h *vhost.Host) bool {
	for _, n := range h.Names {
		if n.Unmatchable == "" && n.Text != "" && n.Text != "*" && (n.Kind == vhost.Regex || vhost.PublicName(n.Text)) {
			return false
		}
	}
	return true
}

// place is where the name was written, else the head of the host.
func (v *visitor) place() vhost.Origin {
	if v.name != nil && !v.name.Origin.IsDefault() {
		return v.name.Origin
	}
	return v.door.host.Origin
}

// related points to another virtual host.
func related(h *vhost.Host, message string) []source.Related {
	if h == nil || h.Origin.IsDefault() {
		return nil
	}
	return []source.Related{{Subject: h.Origin.Span, Message: message}}
}
