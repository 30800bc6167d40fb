package vhost

import (
	"sync"

	"padlock/internal/apache"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// apacheOthers is the configuration without what stands under undecided
// conditions, modules aside. It is made when first asked for.
type apacheOthers struct {
	cfg    *apache.Config
	target tlspolicy.Target

	once  sync.Once
	model *Model
	hosts map[source.Span]*Host
}

// confirm gives the outcome back if it is the same without what is undecided.
func (a *apacheOthers) confirm(o Outcome, h *Host, l *Listener, r Request) Outcome {
	a.once.Do(func() {
		a.model = lowerApache(a.cfg, a.target, false)
		a.hosts = map[source.Span]*Host{}
		for _, host := range a.model.Hosts {
			a.hosts[host.Origin.Span] = host
		}
	})
	undecided := Outcome{Kind: CannotTell, Reason: "it depends on a condition that is not decided"}
	host, ok := a.hosts[h.Origin.Span]
	if !ok {
		return undecided
	}
	for _, listener := range a.model.Listeners {
		if listener.Address != l.Address {
			continue
		}
		other := a.model.evaluator.answer(host, listener, r)
		if other.Kind != o.Kind || other.Status != o.Status || other.URL != o.URL {
			return undecided
		}
		o.HeadersUnknown = o.HeadersUnknown || !sameHeaders(o.Headers, other.Headers)
		return o
	}
	return undecided
}

func sameHeaders(a, b []Header) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Value != b[i].Value {
			return false
		}
	}
	return true
}
