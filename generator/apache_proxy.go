package generator

import "strings"

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
	if !s.passesOn() {
		return nil
	}
	out := []apacheItem{ap("ProxyRequests", "Off"), ap("AllowEncodedSlashes", "NoDecode")}
	if s.anyPlace(func(p *Place) bool { return p.Proxy != nil && p.Proxy.overTLS() }) {
		out = append(out, ap("SSLProxyEngine", "on"))
	}
	out = append(out, a.reverse()...)
	return append(append(out, gap[apacheWord]()), about("What the client sends under these names is replaced, not trusted.",
		ap("RequestHeader", "unset", "Forwarded"),
		ap("RequestHeader", "unset", "X-Forwarded-For"),
		ap("RequestHeader", "unset", "X-Forwarded-Host"),
		ap("RequestHeader", "unset", "X-Forwarded-Server"),
		ap("RequestHeader", "set", "X-Real-IP", `"expr=%{REMOTE_ADDR}"`),
		ap("RequestHeader", "set", "X-Forwarded-Proto", `"expr=%{REQUEST_SCHEME}"`),
	)...)
}

// reverse names the other servers in whose redirects their address is replaced by
// the site's own.
func (a apacheAt) reverse() []apacheItem {
	var out []apacheItem
	known := map[string]bool{}
	a.host.site.anyPlace(func(p *Place) bool {
		if p.Proxy != nil && !known[p.Proxy.To.Value] {
			known[p.Proxy.To.Value] = true
			out = append(out, ap("ProxyPassReverse", "/", a.w.plain(Text{p.Proxy.To.Value + "/", p.Proxy.To.Range})))
		}
		return false
	})
	return out
}

// overTLS tells that the connection to the other server is encrypted.
func (p *Proxy) overTLS() bool { return strings.HasPrefix(p.To.Value, "https://") }

func (a apacheAt) proxy() []apacheItem {
	p := a.place.Proxy
	preserve := apacheWord("On")
	if p.Host.Value == "upstream" {
		preserve = "Off"
	}
	out := []apacheItem{ap("ProxyPreserveHost", preserve)}
	if p.overTLS() {
		out = append(out, ap("SSLProxyVerify", "require"), ap("SSLProxyVerifyDepth", "3"),
			ap("SSLProxyCACertificateFile", a.w.word(a.target.Platform.CABundle)), ap("SSLProxyCheckPeerName", "on"))
	}
	switch named := func(p *Place) bool { return p.Proxy != nil && p.Proxy.named() }; {
	case p.named():
		out = append(out, ap("RequestHeader", "set", "Host", a.w.plain(p.Host)))
	case !a.whole() && a.differs(func(p *Place) bool { return !named(p) }):
		out = append(out, ap("RequestHeader", "set", "Host", `"expr=%{HTTP_HOST}"`))
	}
	path := "/"
	if a.route != nil && a.route.Kind == Prefix {
		path = a.route.Path.Value
	}
	to := a.w.plain(Text{p.To.Value + escapedPath(path), p.To.Range})
	pass := ap(a.passName(), to, "nocanon")
	if a.route != nil && a.route.Kind != Prefix {
		pass.Args[0] = a.w.plain(p.To)
	}
	if a.whole() {
		pass.Args = append([]apacheWord{"/"}, pass.Args...)
	}
	if p.WebSocket {
		pass.Args = append(pass.Args, "upgrade=websocket")
	}
	return append(out, pass)
}

// named tells that the other server is asked for a name of its own.
func (p *Proxy) named() bool { return p.Host.Value != "kept" && p.Host.Value != "upstream" }
