package generator

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// passName is the directive that passes on in the section: within a pattern it is
// another one.
func (a apacheAt) passName() string {
	if a.route != nil && a.route.Kind != Prefix {
		return "ProxyPassMatch"
	}
	return "ProxyPass"
}

// passing is what the virtual host says for all its places that pass on.
func (a apacheAt) passing() []apacheItem {
	s := a.host.site
	if len(s.links()) == 0 {
		return nil
	}
	out := []apacheItem{ap("ProxyRequests", "Off"), ap("AllowEncodedSlashes", "On")}
	for _, worker := range s.apacheWorkers() {
		out = append(out, a.worker(worker))
	}
	out = append(append(out, a.reverse()...), a.cacheSettings()...)
	return append(append(out, gap[apacheWord]()), a.forwarded()...)
}

// forwarded replaces what only this server can know.
func (a apacheAt) forwarded() []apacheItem {
	var out []apacheItem
	for _, name := range droppedHeaders {
		out = append(out, ap("RequestHeader", "unset", apacheWord(name)))
	}
	for _, h := range replacedHeaders {
		if h.apache == "" {
			out = append(out, ap("RequestHeader", "unset", apacheWord(h.name)))
		} else {
			out = append(out, ap("RequestHeader", "set", apacheWord(h.name), apacheWord(h.apache)))
		}
	}
	out = about("What the client sends under these names is replaced, not trusted.", out...)
	return append(append(out, a.misspelt()...), a.passed()...)
}

// misspelt drops the same names with underscores, which an application may take for
// those with hyphens; see spellings. The modules for FastCGI, uwsgi and SCGI drop
// them themselves (ap_add_common_vars).
func (a apacheAt) misspelt() []apacheItem {
	if !a.host.site.anyPlace(func(p *Place) bool { return p.Proxy != nil || p.Gateway != nil && p.Gateway.module() == "grpc" }) {
		return nil
	}
	return misspelt()
}

// misspelt are the directives for that, the same for every site.
var misspelt = sync.OnceValue(func() []apacheItem {
	var out []apacheItem
	unset := func(name string) {
		for _, other := range spellings(name)[1:] {
			out = append(out, ap("RequestHeader", "unset", apacheWord(other)))
		}
	}
	for _, name := range droppedHeaders {
		unset(name)
	}
	for _, h := range replacedHeaders {
		unset(h.name)
	}
	return about("Applications take these for the same names.", out...)
})

// reverse names the other servers in whose redirects their address is replaced by
// the site's own. A section with another path than it passes on does so itself.
func (a apacheAt) reverse() []apacheItem {
	var out []apacheItem
	known := map[string]bool{}
	a.host.site.anyPlace(func(p *Place) bool {
		if p.Proxy == nil || p.Proxy.Strip || p.Proxy.To.Base != "" {
			return false
		}
		if to := apacheURL(&p.Proxy.Link, p.Proxy) + "/"; !known[to] {
			known[to] = true
			out = append(out, ap("ProxyPassReverse", "/", a.w.word(to)))
		}
		return false
	})
	return out
}

func (a apacheAt) proxy() []apacheItem {
	p := a.place.Proxy
	preserve := apacheWord("On")
	if p.Host.Value == "upstream" {
		preserve = "Off"
	}
	out := []apacheItem{ap("ProxyPreserveHost", preserve)}
	intercepts := func(p *Place) bool { return p.Proxy != nil && p.Proxy.Intercept }
	if p.Intercept || !a.whole() && a.differs(func(p *Place) bool { return !intercepts(p) }) {
		out = append(out, ap("ProxyErrorOverride", apacheWord(map[bool]string{true: "On", false: "Off"}[p.Intercept])))
	}
	out = append(append(append(out, a.proxyHeaders(p)...), a.stickiness(&p.Link)...), a.keeping(p.Cache)...)
	return append(out, a.passTo(p)...)
}

// apacheRequestHeaders are those set for the other side, with the name that it is asked
// for.
func (p *Place) apacheRequestHeaders() []Header {
	switch {
	case p.Proxy == nil:
		return nil
	case p.Proxy.named():
		return append([]Header{{Name: "Host", Value: p.Proxy.Host.Value, Range: p.Proxy.Host.Range}}, p.Proxy.Set...)
	}
	return p.Proxy.Set
}

// proxyHeaders are those of requests and answers. What a section does to a request
// no later one can take back, so it leaves out the paths of later sections that do
// otherwise.
func (a apacheAt) proxyHeaders(p *Proxy) []apacheItem {
	var out []apacheItem
	own := a.place.apacheRequestHeaders()
	same := func(p *Place) bool { return sameHeaders(own, p.apacheRequestHeaders()) }
	if a.differs(same) {
		only := a.exceptLater(same)
		for _, h := range own {
			set := ap("RequestHeader", "set", a.w.word(h.Name), a.w.format(h.Value))
			if h.Value == "" {
				set = ap("RequestHeader", "unset", a.w.word(h.Name))
			}
			set.Args = append(set.Args, only...)
			out = append(out, set)
		}
	}
	for _, name := range p.Hide {
		out = append(out, ap("Header", "onsuccess", "unset", a.w.plain(name)))
	}
	return out
}

// exceptLater is the condition of a directive that leaves out the paths of later
// sections which are not the same; none if all are.
func (a apacheAt) exceptLater(same func(*Place) bool) []apacheWord {
	var patterns []string
	for _, r := range a.later {
		if !same(&r.Place) {
			patterns = append(patterns, r.expression())
		}
	}
	if patterns == nil {
		return nil
	}
	return []apacheWord{a.w.unless("%{REQUEST_URI}", strings.Join(patterns, "|"))}
}

// passTo says where requests go, and takes back the change of their paths in
// redirects and cookies.
func (a apacheAt) passTo(p *Proxy) []apacheItem {
	path := "/"
	if a.route != nil {
		path = a.route.Path.Value
	}
	to := apacheURL(&p.Link, p)
	passed, changed := p.passed(path)
	pass := ap(a.passName(), a.w.marked(a.w.word(to+escapedPath(passed)), p.To.Range), "nocanon")
	if a.passName() == "ProxyPassMatch" {
		// Without a back reference in it, the path of the request is appended.
		pass.Args[0] = a.w.marked(a.w.word(to+p.To.Base), p.To.Range)
	}
	out := []apacheItem{pass}
	if changed && a.passName() == "ProxyPass" {
		from := a.w.word(escapedPath(path))
		reverse := func(to string) apacheItem { return ap("ProxyPassReverse", a.w.word(to)) }
		if a.whole() {
			reverse = func(to string) apacheItem { return ap("ProxyPassReverse", "/", a.w.word(to)) }
		}
		// ProxyPassReverse with a path alone would change the URLs of other sites too.
		out = append(out, reverse(to+escapedPath(passed)),
			ap("Header", "onsuccess", "edit", "Location", a.w.word("^"+regexp.QuoteMeta(escapedPath(passed))), a.w.edited(escapedPath(path))),
			ap("ProxyPassReverseCookiePath", a.w.word(escapedPath(passed)), from))
	}
	if a.whole() {
		out[0].Args = append([]apacheWord{"/"}, out[0].Args...)
	}
	return out
}

// apacheScheme is what Apache calls the protocol of a destination.
var apacheScheme = map[string]string{"fastcgi": "fcgi", "grpc": "h2c", "grpcs": "h2"}

// apacheURL is the other side as ProxyPass names it, without a path. A socket has a
// made-up host, as the connections to one host are taken for those of one server.
func apacheURL(l *Link, p *Proxy) string {
	scheme := cmp.Or(apacheScheme[l.To.spoken()], l.To.spoken())
	if l.To.Upstream != nil {
		return "balancer://" + l.balancer(p)
	}
	return apacheServer(scheme, l.To.Address)
}

func apacheServer(scheme, address string) string {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		return address + "|" + scheme + "://" + socketHost(path)
	}
	return scheme + "://" + address
}

// socketHost is a host name of letters, digits and hyphens made of a socket's path.
func socketHost(path string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, strings.TrimPrefix(path, "/"))
	return strings.Trim(name, "-")
}

// parameters are those of the connections. Both servers wait 60 seconds by
// themselves, but distributions set Apache's Timeout to more.
func (l *Link) parameters(p *Proxy) []apacheWord {
	read := max(l.Timeouts.Read, l.Timeouts.Send)
	out := []apacheWord{apacheWord(fmt.Sprintf("timeout=%d", cmp.Or(int(read.Seconds()), 60)))}
	if l.Timeouts.Connect > 0 {
		out = append(out, apacheWord(fmt.Sprintf("connectiontimeout=%d", int(l.Timeouts.Connect.Seconds()))))
	}
	if p != nil && p.WebSocket {
		out = append(out, "upgrade=websocket")
	}
	if p != nil && p.Unbuffered {
		out = append(out, "flushpackets=on")
	}
	return out
}
