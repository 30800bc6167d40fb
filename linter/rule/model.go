package rule

import (
	"padlock/internal/source"
	"padlock/internal/vhost"
)

// Model is what the configuration does. It is made when the first rule asks,
// and shared by all rules, which must not change it; like all of a
// configuration it belongs to one goroutine.
func (c *Config) Model() *vhost.Model {
	switch {
	case c.model != nil:
	case c.Nginx != nil:
		c.model = vhost.FromNginx(c.Nginx, c.Target)
	default:
		c.model = vhost.FromApache(c.Apache, c.Target)
	}
	return c.model
}

// OnModel calls do once, after the walk, with the effective model. Of a fragment
// the model may hold hosts and listeners that no directive made: their Origin is
// zero, and a finding needs another place then.
func (p *Pass) OnModel(do func(*vhost.Model)) {
	p.OnEnd(func() { do(p.Model()) })
}

// AtOrigin starts a finding at what set a value of the effective model, which
// must not be a default. Conditions that could not be decided are named in the
// message, as by AtItem.
func (p *Pass) AtOrigin(at vhost.Origin, host *vhost.Host, message string) Finding {
	for _, c := range at.Conditions {
		message += " (" + c + ")"
	}
	f := Finding{Diagnostic: source.Diagnostic{
		Rule: p.Rule.ID, Severity: p.Rule.Severity, Message: message, Subject: at.Span, Includes: at.Includes,
	}}
	if host != nil {
		f.Site = host.Site()
	}
	return f
}

// Shared is what several rules need to know of a configuration, found out once.
type Shared[T any] struct{ find func(*Config) T }

// NewShared makes a Shared that find finds out. Rules must not change what it
// returns.
func NewShared[T any](find func(*Config) T) *Shared[T] { return &Shared[T]{find} }

// Of is what is known of one configuration.
func (s *Shared[T]) Of(c *Config) T {
	if known, ok := c.shared[s]; ok {
		return known.(T)
	}
	found := s.find(c)
	if c.shared == nil {
		c.shared = map[any]any{}
	}
	c.shared[s] = found
	return found
}

// Forget gives back what rules have found out together, once they have run.
func (c *Config) Forget() { c.shared = nil }
