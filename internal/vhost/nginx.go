package vhost

import (
	"sync"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// FromNginx lowers an nginx configuration. Everything that any input can hold
// gives a model; what nginx would refuse is lowered as far as it has a meaning.
func FromNginx(cfg *nginx.Config, target tlspolicy.Target) *Model {
	n := &nginxModel{
		config:   cfg,
		target:   target,
		sockets:  map[*Listener]*socketNames{},
		patterns: newPatterns(),

		sharedTLS: map[*level]*TLSSettings{},

		inheritsHeaders: tlspolicy.Supports(tlspolicy.FeatureAddHeaderInherit, target).OK,
	}
	m := &Model{Target: target, Fragment: len(cfg.Context) > 0, evaluator: n}
	b := &listenerBuilder{model: n, byKey: map[listenerKey]*Listener{}}
	for _, top := range cfg.Root.Children {
		switch top.Name {
		case "http":
			n.lowerHTTP(top, m, b)
		case "stream":
			n.lowerForwarding(top, Stream, m, b)
		case "mail":
			n.lowerForwarding(top, Mail, m, b)
		}
	}
	m.Listeners = b.finish()
	for _, h := range m.Hosts {
		n.lowerTLS(h)
	}
	for _, h := range m.Hosts {
		n.protocolsInEffect(h)
	}
	return m
}

// nginxModel is what the evaluation of requests needs beside the Model.
type nginxModel struct {
	config   *nginx.Config
	target   tlspolicy.Target
	sockets  map[*Listener]*socketNames
	patterns *patterns
	// sharedTLS are the settings of the levels around servers.
	sharedTLS map[*level]*TLSSettings
	// inheritsHeaders tells that the target knows add_header_inherit.
	inheritsHeaders bool

	definitionsOnce sync.Once
	definitions     *definitions
}

// nginxHost is the detail of a Host made from a server block.
type nginxHost struct {
	level *level
	// names are the arguments of server_name as nginx registers them, in order.
	names []writtenName
	// primary is the value of $server_name.
	primary string

	locationsOnce sync.Once
	locations     *locations
	routesOnce    sync.Once
	routes        []Route
}

// allLocations are the locations of the host, made when first needed.
func (d *nginxHost) allLocations(n *nginxModel) *locations {
	d.locationsOnce.Do(func() { d.locations = newLocations(n, d.level, false) })
	return d.locations
}

func detailOf(h *Host) *nginxHost { return h.detail.(*nginxHost) }

// lowerHTTP lowers one http block. nginx takes only one; a second one is
// lowered all the same, so that nothing in it is overlooked.
func (n *nginxModel) lowerHTTP(block *nginx.Node, m *Model, b *listenerBuilder) {
	top := newLevel(block, nil)
	for _, node := range block.Children {
		if node.Name != "server" || !node.HasBlock {
			continue
		}
		m.Hosts = append(m.Hosts, n.lowerServer(node, top, HTTP, b))
	}
}

// lowerForwarding lowers the servers of stream and mail.
func (n *nginxModel) lowerForwarding(block *nginx.Node, layer Layer, m *Model, b *listenerBuilder) {
	top := newLevel(block, nil)
	for _, node := range block.Children {
		if node.Name == "server" && node.HasBlock {
			m.Hosts = append(m.Hosts, n.lowerServer(node, top, layer, b))
		}
	}
}

func (n *nginxModel) lowerServer(node *nginx.Node, top *level, layer Layer, b *listenerBuilder) *Host {
	detail := &nginxHost{level: newLevel(node, top)}
	h := &Host{Layer: layer, Origin: n.origin(node), detail: detail}
	n.lowerNames(h, detail)
	b.add(h, detail.level)
	return h
}

// origin is the head of a directive with its include chain; the zero Origin for
// the blocks put around a fragment.
func (n *nginxModel) origin(node *nginx.Node) Origin {
	if node == nil || node.Synthetic() {
		return Origin{}
	}
	return Origin{Span: node.HeadSpan(), Includes: n.chain(node.Reading)}
}

func (n *nginxModel) wordOrigin(node *nginx.Node, word nginx.Word) Origin {
	return Origin{Span: node.SpanOf(word.Range), Includes: n.chain(node.Reading)}
}

func (n *nginxModel) chain(reading *nginx.Reading) []source.Span {
	if reading == nil || reading.Depth == 0 {
		return nil
	}
	return reading.Includes()
}
