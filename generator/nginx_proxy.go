package generator

import "strings"

func (a nginxAt) proxy() []nginxItem {
	s, p := a.host.site, a.place.Proxy
	out := []nginxItem{
		ng("proxy_pass", a.w.evaluated("", p.To, "")),
		ng("proxy_http_version", "1.1"),
		ng("proxy_set_header", "Host", a.upstreamHost(p)),
	}
	if p.WebSocket {
		a.around.add("connection", about("A connection is upgraded only when the client asks for it.",
			ngBlock([]nginxItem{ng("default", "upgrade"), ng(`""`, `""`)}, "map", "$http_upgrade", "$padlock_connection"))...)
		out = append(out, ng("proxy_set_header", "Upgrade", "$http_upgrade"), ng("proxy_set_header", "Connection", "$padlock_connection"))
	} else {
		out = append(out, ng("proxy_set_header", "Connection", `""`))
	}
	out = append(append(out, gap[nginxWord]()), about("What the client sends under these names is replaced, not trusted.",
		ng("proxy_set_header", "X-Real-IP", "$remote_addr"),
		ng("proxy_set_header", "X-Forwarded-For", "$remote_addr"),
		ng("proxy_set_header", "X-Forwarded-Proto", "$scheme"),
		ng("proxy_set_header", "X-Forwarded-Host", "$host"),
		ng("proxy_set_header", "Forwarded", `""`),
	)...)
	var hide []nginxItem
	for _, h := range s.headers(a.host, a.place) {
		hide = append(hide, ng("proxy_hide_header", nginxWord(h.Name)))
	}
	if !a.place.Cache.empty() {
		hide = append(hide, ng("proxy_hide_header", "Cache-Control"))
	}
	out = append(append(out, gap[nginxWord]()), about("Set above for the whole site; a second copy would contradict it.", hide...)...)
	if !strings.HasPrefix(p.To.Value, "https://") {
		return out
	}
	// The name of a certificate has no port.
	name, _, _ := strings.Cut(strings.TrimPrefix(p.To.Value, "https://"), ":")
	return append(out, gap[nginxWord](),
		ng("proxy_ssl_server_name", "on"),
		ng("proxy_ssl_name", a.w.evaluated("", Text{name, p.To.Range}, "")),
		ng("proxy_ssl_verify", "on"),
		ng("proxy_ssl_verify_depth", "3"),
		ng("proxy_ssl_trusted_certificate", a.w.plain(Text{a.target.Platform.CABundle, p.To.Range})),
	)
}

func (a nginxAt) upstreamHost(p *Proxy) nginxWord {
	switch p.Host.Value {
	case "kept":
		return nginxWord("$host" + a.host.site.Listen.portSuffix(a.host.tls))
	case "upstream":
		return "$proxy_host"
	}
	return a.w.evaluated("", p.Host, "")
}
