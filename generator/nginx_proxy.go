package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

func (a nginxAt) proxy() []nginxItem {
	p := a.place.Proxy
	var out []nginxItem
	for _, part := range [][]nginxItem{
		a.passTo(p), a.connection(p), a.requestHeaders(p), a.hiding("proxy", p.Hide), a.proxyBehaviour(p),
		a.keeping(p.Cache), a.timeouts("proxy", p.Timeouts), a.peer("proxy", &p.Link),
	} {
		out = append(append(out, part...), gap[nginxWord]())
	}
	return out
}

// address is the other side as the directives ..._pass name it.
func (a nginxAt) address(d *Destination) string {
	if d.Upstream != nil {
		return d.Upstream.Name.Value
	}
	return d.Address
}

// passTo says where requests go, and takes back the change of their paths in
// redirects and cookies.
func (a nginxAt) passTo(p *Proxy) []nginxItem {
	target := p.To.spoken() + "://" + a.address(&p.To)
	if strings.HasPrefix(p.To.Address, "unix:") && (p.Strip || p.To.Base != "") {
		target += ":"
	}
	path := "/"
	if a.route != nil {
		path = a.route.Path.Value
	}
	passed, changed := p.passed(path)
	if !changed {
		return []nginxItem{ng("proxy_pass", a.w.evaluated("", Text{target, p.To.Range}, ""))}
	}
	// nginx escapes the path it puts together; this is its beginning, as it is.
	return []nginxItem{
		ng("proxy_pass", a.w.evaluated("", Text{target + escapedPath(passed), p.To.Range}, "")),
		ng("proxy_redirect", "default"),
		ng("proxy_redirect", a.w.evaluated("", Text{escapedPath(passed), p.To.Range}, ""), a.w.evaluated("", Text{escapedPath(path), p.To.Range}, "")),
		ng("proxy_cookie_path", a.w.evaluated("", Text{escapedPath(passed), p.To.Range}, ""), a.w.evaluated("", Text{escapedPath(path), p.To.Range}, "")),
	}
}

// connection is what HTTP/1.1 says of the connection itself.
func (a nginxAt) connection(p *Proxy) []nginxItem {
	out := []nginxItem{ng("proxy_http_version", "1.1"), ng("proxy_set_header", "Host", a.upstreamHost(p))}
	if !p.WebSocket {
		return append(out, ng("proxy_set_header", "Connection", `""`))
	}
	a.around.add("connection", about("A connection is upgraded only when the client asks for it.",
		ngBlock([]nginxItem{ng("default", "upgrade"), ng(`""`, `""`)}, "map", "$http_upgrade", "$padlock_connection"))...)
	return append(out, ng("proxy_set_header", "Upgrade", "$http_upgrade"), ng("proxy_set_header", "Connection", "$padlock_connection"))
}

func (a nginxAt) requestHeaders(p *Proxy) []nginxItem {
	var own, replaced []nginxItem
	for _, h := range replacedHeaders {
		if !p.sets(h.name) {
			replaced = append(replaced, ng("proxy_set_header", nginxWord(h.name), nginxWord(h.nginx)))
		}
	}
	for _, name := range droppedHeaders {
		if !p.sets(name) {
			replaced = append(replaced, ng("proxy_set_header", nginxWord(name), `""`))
		}
	}
	if a.host.tls && a.host.site.TLS.EarlyData && !p.sets("Early-Data") {
		own = append(own, ng("proxy_set_header", "Early-Data", "$ssl_early_data"))
	}
	for _, h := range p.Set {
		own = append(own, ng("proxy_set_header", nginxWord(quoteNginx(h.Name)), a.w.evaluated("", Text{h.Value, p.To.Range}, "")))
	}
	replaced = append(replaced, a.passed("proxy_set_header")...)
	if a.place.hasNonce() {
		own = append(own, about("Pages are changed on their way, so they come plain and whole.",
			ng("proxy_set_header", "Accept-Encoding", `""`),
			ng("proxy_set_header", "If-None-Match", `""`),
			ng("proxy_set_header", "If-Modified-Since", `""`))...)
	}
	return append(about("What the client sends under these names is replaced, not trusted.", replaced...), own...)
}

// hiding keeps response headers of the other side from the client: those that the
// site sends itself, and more.
func (a nginxAt) hiding(module string, more []Text) []nginxItem {
	var hide []nginxItem
	for _, name := range a.host.site.own(a.host, a.place) {
		hide = append(hide, ng(module+"_hide_header", nginxWord(name)))
	}
	if !a.place.Cache.empty() {
		hide = append(hide, ng(module+"_hide_header", "Cache-Control"))
	}
	hide = about("Set above for the whole site; a second copy would contradict it.", hide...)
	hide = append(notFollowed(module, a.place.link()), hide...)
	for _, name := range more {
		hide = append(hide, ng(module+"_hide_header", a.w.plain(name)))
	}
	return hide
}

func (a nginxAt) proxyBehaviour(p *Proxy) []nginxItem {
	var out []nginxItem
	if p.Unbuffered {
		out = append(out, ng("proxy_buffering", "off"))
	}
	if p.RequestUnbuffered {
		out = append(out, ng("proxy_request_buffering", "off"))
	}
	if p.Intercept {
		out = append(out, ng("proxy_intercept_errors", "on"))
	}
	// nginx keeps the first four from the client by itself.
	for _, name := range p.Pass {
		if slices.Contains([]string{"Server", "Date", "X-Pad"}, name.Value) || strings.HasPrefix(name.Value, "X-Accel-") {
			out = append(out, ng("proxy_pass_header", a.w.plain(name)))
		}
	}
	if r := p.Retry; r != nil {
		next := ng("proxy_next_upstream")
		for _, on := range r.On {
			next.Args = append(next.Args, nginxWord(prefixedStatus(on)))
		}
		if r.Tries == 1 {
			next.Args = []nginxWord{"off"}
		}
		out = append(out, next)
		if r.Tries > 1 {
			out = append(out, ng("proxy_next_upstream_tries", nginxWord(fmt.Sprint(r.Tries))))
		}
		if r.Timeout > 0 {
			out = append(out, ng("proxy_next_upstream_timeout", seconds(r.Timeout)))
		}
	}
	return out
}

// prefixedStatus is a condition of proxy_next_upstream: http_502 for "502".
func prefixedStatus(on string) string {
	if on[0] >= '0' && on[0] <= '9' {
		return "http_" + on
	}
	return on
}

func seconds(d time.Duration) nginxWord { return nginxWord(fmt.Sprintf("%ds", d/time.Second)) }

func (a nginxAt) timeouts(module string, t Timeouts) []nginxItem {
	var out []nginxItem
	for _, part := range []struct {
		name  string
		value time.Duration
	}{{"connect", t.Connect}, {"send", t.Send}, {"read", t.Read}} {
		if part.value > 0 {
			out = append(out, ng(module+"_"+part.name+"_timeout", seconds(part.value)))
		}
	}
	return out
}

// peer encrypts the connection and verifies the other side.
func (a nginxAt) peer(module string, l *Link) []nginxItem {
	peer := l.peer()
	if peer == nil {
		return nil
	}
	name := peer.Name
	if name.Value == "" {
		name = Text{l.To.host(), l.To.Range}
	}
	out := []nginxItem{ng(module+"_ssl_server_name", "on")}
	if name.Value != "" {
		out = append(out, ng(module+"_ssl_name", a.w.evaluated("", name, "")))
	}
	if peer.Verify {
		ca := cmp.Or(peer.CA.Value, a.target.Platform.CABundle)
		out = append(out, ng(module+"_ssl_verify", "on"), ng(module+"_ssl_verify_depth", "3"),
			ng(module+"_ssl_trusted_certificate", a.w.plain(Text{ca, peer.Range})))
	}
	if peer.Certificate.Value != "" {
		key := Text{cmp.Or(peer.Key.Value, peer.Certificate.Value), peer.Range}
		out = append(out, ng(module+"_ssl_certificate", a.w.fixed(peer.Certificate)), ng(module+"_ssl_certificate_key", a.w.fixed(key)))
	}
	if len(peer.Protocols) > 0 {
		protocols := ng(module + "_ssl_protocols")
		for _, p := range peer.Protocols {
			protocols.Args = append(protocols.Args, a.w.plain(p))
		}
		out = append(out, protocols)
	}
	return out
}

func (a nginxAt) upstreamHost(p *Proxy) nginxWord {
	switch p.Host.Value {
	case "kept":
		return nginxWord("$host" + a.host.site.Listen.portSuffix(a.host.tls))
	case "upstream":
		if p.To.Upstream != nil && p.To.Upstream.TLS != nil && p.To.Upstream.TLS.Name.Value != "" {
			return a.w.evaluated("", p.To.Upstream.TLS.Name, "")
		}
		return "$proxy_host"
	}
	return a.w.evaluated("", p.Host, "")
}
