package rule

import (
	"sync"

	"padlock/internal/source"
	"padlock/internal/vhost"
)

// Model is what the configuration does. It is made when the first rule asks,
// and shared by all rules, which must not change it.
func (c *Config) Model() *vhost.Model {
	c.modelOnce.Do(func() {
		if c.Nginx != nil {
			c.model = vhost.FromNginx(c.Nginx, c.Target)
		} else {
			c.model = vhost.FromApache(c.Apache, c.Target)
		}
	})
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

// NewShared makes a Shared that find finds out. Rules of several categories must
// not change what it returns: they run at the same time.
func NewShared[T any](find func(*Config) T) *Shared[T] { return &Shared[T]{find} }

// Of is what is known of one configuration.
func (s *Shared[T]) Of(c *Config) T {
	once, ok := c.shared.Load(s)
	if !ok {
		once, _ = c.shared.LoadOrStore(s, sync.OnceValue(func() T { return s.find(c) }))
	}
	return once.(func() T)()
}

// Forget gives back what rules have found out together, once they have run.
func (c *Config) Forget() { c.shared.Clear() }
