package diff

import (
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

// unit is a configuration of one side, or all of its fragments, which may stand
// in one configuration together.
type unit struct {
	server  tlspolicy.Server
	configs []*rule.Config
	root    *element
	hosts   []*host
	// sockets are the listeners by their address; several where fragments are
	// lowered one by one.
	sockets map[string][]socket
	// names are the virtual hosts by the names they have.
	names  map[nameKey][]*host
	byHost map[*vhost.Host]*host
	around *mappedPaths // see outside
	// listens are the directives that made a listener, by file; see listensOf.
	listens map[*vhost.Listener]map[*source.File][]vhost.Origin
}

// host is a virtual host with the element it was made from; element is nil where
// none could be found.
type host struct {
	*vhost.Host
	model   *vhost.Model
	config  *rule.Config
	unit    *unit
	element *element
	// peer is the virtual host of the other side that it corresponds to.
	peer *host
	// same tells that it and all that it depends on are as on the other side.
	same bool
}

type socket struct {
	*vhost.Listener
	model *vhost.Model
}

type nameKey struct {
	kind vhost.NameKind
	text string
}

// newUnit lowers configurations of one server.
func newUnit(server tlspolicy.Server, configs []*rule.Config) *unit {
	u := &unit{server: server, configs: configs, sockets: map[string][]socket{}, names: map[nameKey][]*host{}, byHost: map[*vhost.Host]*host{}}
	u.root = &element{name: "main", block: true, opened: true}
	for _, c := range configs {
		u.addTree(c)
	}
	for i, e := range u.root.children {
		e.position = i
	}
	byPlace := map[source.Span][]*element{}
	u.eachHost(func(e *element) {
		span := e.place().Span
		byPlace[span] = append(byPlace[span], e)
	})
	for _, c := range configs {
		u.addModel(c, byPlace)
	}
	return u
}

// addTree puts the elements of a configuration below the root. The blocks that
// stand around fragments are shared.
func (u *unit) addTree(c *rule.Config) {
	top := &element{config: c, name: "main", block: true}
	if c.Apache != nil {
		if len(u.configs) == 1 {
			u.root.config = c
		}
		for _, e := range apacheElements(top, c.Apache.Children()) {
			e.parent = u.root
			u.root.children = append(u.root.children, e)
		}
		return
	}
	if len(u.configs) == 1 {
		u.root = &element{config: c, name: "main", block: true, nginx: c.Nginx.Root}
		u.root.open()
		return
	}
	for _, n := range c.Nginx.Root.Children {
		if !n.Synthetic() || n.Name != "http" {
			e := newNginx(top, n)
			e.parent = u.root
			u.root.children = append(u.root.children, e)
			continue
		}
		around := u.blockAround(c, n)
		for _, e := range nginxChildren(around, n.Children) {
			e.position = len(around.children)
			around.children = append(around.children, e)
		}
	}
}

// blockAround is the http block that fragments stand in.
func (u *unit) blockAround(c *rule.Config, n *nginx.Node) *element {
	for _, e := range u.root.children {
		if e.name == n.Name && e.nginx == nil {
			e.config = c // whose files the next elements stand in
			return e
		}
	}
	e := u.root.child(n.Name)
	e.config, e.block, e.opened, e.key = c, true, true, n.Name+" {"
	u.root.children = append(u.root.children, e)
	return e
}

// eachHost visits the virtual hosts of a tree in the order in which the models
// list them: those of Apache wherever they stand, as httpd would refuse most
// places, but the model does not.
func (u *unit) eachHost(visit func(*element)) {
	var within func(e *element)
	within = func(e *element) {
		for _, c := range e.open() {
			switch {
			case c.isHost():
				visit(c)
			case c.block && (!c.isNginx() || c.parent == u.root && layers[c.name]):
				within(c)
			}
		}
	}
	within(u.root)
}

// layers are the blocks of nginx that hold virtual hosts.
var layers = map[string]bool{"http": true, "stream": true, "mail": true}

func (u *unit) addModel(c *rule.Config, byPlace map[source.Span][]*element) {
	m := c.Model()
	for _, h := range m.Hosts {
		known := &host{Host: h, model: m, config: c, unit: u}
		if h.Main {
			known.element = u.root
		} else if list := byPlace[h.Origin.Span]; len(list) > 0 {
			known.element = list[0]
			byPlace[h.Origin.Span] = list[1:]
		}
		u.hosts = append(u.hosts, known)
		u.byHost[h] = known
		for i := range h.Names {
			n := &h.Names[i]
			if h.Layer == vhost.HTTP && n.Unmatchable == "" && n.Text != "" {
				k := nameKey{n.Kind, n.Text}
				if list := u.names[k]; len(list) == 0 || list[len(list)-1] != known {
					u.names[k] = append(list, known)
				}
			}
		}
	}
	for _, l := range m.Listeners {
		k := socketKey(l)
		u.sockets[k] = append(u.sockets[k], socket{l, m})
	}
}

// splitFamilies counts a listener for both families as two, as servers differ in
// how they bind to all addresses.
func (u *unit) splitFamilies() {
	for key, list := range u.sockets {
		port, both := strings.CutPrefix(key, "*+[::]:")
		if !both {
			continue
		}
		delete(u.sockets, key)
		for _, family := range []string{"*:", "[::]:"} {
			u.sockets[family+port] = append(u.sockets[family+port], list...)
		}
	}
}

// socketKey tells listeners apart.
func socketKey(l *vhost.Listener) string {
	key := l.Address.String()
	switch {
	case l.QUIC:
		key += " (QUIC)"
	case l.Layer == vhost.Stream:
		key += " (stream)"
	case l.Layer == vhost.Mail:
		key += " (mail)"
	}
	return key
}

// hostOf finds the host that the model speaks of; nil for none.
func (u *unit) hostOf(h *vhost.Host) *host { return u.byHost[h] }

// title is what people call a virtual host.
func (h *host) title() string {
	switch {
	case h == nil:
		return "no virtual host"
	case h.Main:
		return "the main server"
	case h.element != nil:
		return hostTitle(h.element)
	}
	return "server " + h.Site()
}
