package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"padlock/internal/tlspolicy"
)

// balancer is the name of the balancer that serves a place. What a place asks of
// its connections httpd keeps with the members, so each combination has a balancer
// of its own, which is named after it.
func (l *Link) balancer(p *Proxy) string {
	parts := []string{l.To.Upstream.Name.Value}
	if scheme := l.To.spoken(); scheme != "http" {
		parts = append(parts, scheme)
	}
	if l.Timeouts.Connect > 0 {
		parts = append(parts, "connect", string(seconds(l.Timeouts.Connect)))
	}
	if read := max(l.Timeouts.Read, l.Timeouts.Send); read > 0 {
		parts = append(parts, "wait", string(seconds(read)))
	}
	if p != nil {
		if p.WebSocket {
			parts = append(parts, "websocket")
		}
		if p.Unbuffered {
			parts = append(parts, "unbuffered")
		}
		if r := p.Retry; r != nil {
			parts = append(parts, append([]string{"retry", fmt.Sprint(r.Tries)}, r.On...)...)
		}
	}
	return strings.ReplaceAll(strings.Join(parts, "-"), "_", "-")
}

// balancerOf is a balancer to be written.
type balancerOf struct {
	name  string
	link  *Link
	proxy *Proxy
}

// balancers are those that the sites need, in the order of their names.
func balancers(sites []*Site) []balancerOf {
	byName := map[string]balancerOf{}
	for _, s := range sites {
		s.anyPlace(func(p *Place) bool {
			if l := p.link(); l != nil && l.To.Upstream != nil {
				name := l.balancer(p.Proxy)
				byName[name] = balancerOf{name, l, p.Proxy}
			}
			return false
		})
	}
	var out []balancerOf
	for _, name := range sortedKeys(byName) {
		out = append(out, byName[name])
	}
	return out
}

// lbMethods are httpd's names of the methods that it has.
var lbMethods = map[string]apacheWord{"round_robin": "byrequests", "least_conn": "bybusyness", "bytraffic": "bytraffic"}

// balancer is a group of servers for places that ask the same of it.
func (a *apacheRenderer) balancer(b balancerOf, w *apacheWords) apacheItem {
	u := b.link.To.Upstream
	var body []apacheItem
	spare := slices.ContainsFunc(u.Servers, func(m Member) bool { return !m.Backup && !m.Down })
	for i, m := range u.Servers {
		body = append(body, a.member(b, m, i, spare, w))
	}
	set := ap("ProxySet", "lbmethod="+cmp.Or(lbMethods[u.Balance], "byrequests"))
	if u.Sticky.Value != "" {
		set.Args = append(set.Args, apacheWord("stickysession="+u.Sticky.Value))
	}
	if b.proxy != nil && b.proxy.Retry != nil {
		set.Args = append(set.Args, retryParameters(b.proxy.Retry)...)
	}
	body = append(body, set)
	return apBlock(append(body, a.peer(b.link.peer(), w)...), "Proxy", w.word("balancer://"+b.name))
}

func retryParameters(r *Retry) []apacheWord {
	var out []apacheWord
	if r.Tries > 0 {
		out = append(out, apacheWord(fmt.Sprintf("maxattempts=%d", r.Tries-1)))
	}
	var statuses []string
	for _, on := range r.On {
		if on[0] >= '0' && on[0] <= '9' {
			statuses = append(statuses, on)
		}
	}
	if len(statuses) > 0 {
		out = append(out, apacheWord("failonstatus="+strings.Join(statuses, ",")))
	}
	return out
}

func (a *apacheRenderer) member(b balancerOf, m Member, i int, regular bool, w *apacheWords) apacheItem {
	u := b.link.To.Upstream
	scheme := cmp.Or(apacheScheme[b.link.To.spoken()], b.link.To.spoken())
	out := ap("BalancerMember", w.word(apacheServer(scheme, m.Address)))
	add := func(format string, value any) { out.Args = append(out.Args, apacheWord(fmt.Sprintf(format, value))) }
	if m.Weight != 1 {
		add("loadfactor=%d", m.Weight)
	}
	add("retry=%d", int(m.FailTimeout.Seconds()))
	status := ""
	if m.MaxFails == 0 {
		status += "+I"
	}
	if m.Backup && regular {
		status += "+H"
	}
	if m.Down {
		status += "+D"
	}
	if status != "" {
		add("status=%s", status)
	}
	if m.MaxConns > 0 {
		add("max=%d", m.MaxConns)
	}
	if u.Keepalive == 0 {
		add("disablereuse=%s", "On")
	}
	if u.Sticky.Value != "" {
		add("route=s%d", i+1)
	}
	if u.Resolve != nil && a.supports(tlspolicy.FeatureUpstreamResolve) && isHostName(m.Address) {
		add("addressttl=%d", int(u.Resolve.Valid.Seconds()))
	}
	out.Args = append(out.Args, b.link.parameters(b.proxy)...)
	if h := u.Health; h != nil {
		add("hcmethod=%s", "GET")
		add("hcuri=%s", h.Path.Value)
		add("hcinterval=%d", int(h.Interval.Seconds()))
		add("hcpasses=%d", h.Passes)
		add("hcfails=%d", h.Fails)
	}
	return out
}

// stickiness sets the cookie that keeps a client on its server.
func (a apacheAt) stickiness(l *Link) []apacheItem {
	if l.To.Upstream == nil || l.To.Upstream.Sticky.Value == "" {
		return nil
	}
	cookie := l.To.Upstream.Sticky.Value + "=.%{BALANCER_WORKER_ROUTE}e; path=/; HttpOnly"
	return []apacheItem{ap("Header", "add", "Set-Cookie", a.w.word(cookie), "env=BALANCER_ROUTE_CHANGED")}
}
