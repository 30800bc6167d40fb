package generator

import "strings"

// applicationParams are those of an application at the root of a site.
var applicationParams = [][]nginxWord{{"CONTENT_LENGTH", "$content_length"}, {"SCRIPT_NAME", `""`}, {"PATH_INFO", "$document_uri"}}

// gateway passes requests to an application of another protocol.
func (a nginxAt) gateway() []nginxItem {
	g := a.place.Gateway
	module := g.module()
	target := a.address(&g.To)
	if module == "grpc" {
		target = g.To.spoken() + "://" + target
	}
	out := []nginxItem{ng(module+"_pass", a.w.evaluated("", Text{target, g.To.Range}, ""))}
	if module == "fastcgi" && g.To.Upstream != nil && g.To.Upstream.Keepalive > 0 {
		out = append(out, ng("fastcgi_keep_conn", "on"))
	}
	params := a.gatewayParams(g)
	if module == "grpc" {
		params = a.grpcHeaders(g)
	}
	for _, part := range [][]nginxItem{params, a.hiding(module, nil), a.timeouts(module, g.Timeouts), a.peer(module, &g.Link)} {
		out = append(append(out, gap[nginxWord]()), part...)
	}
	return out
}

func (a nginxAt) gatewayParams(g *Gateway) []nginxItem {
	usual := append([][]nginxWord{}, applicationParams...)
	if g.module() == "scgi" {
		usual = append(usual, []nginxWord{"SCGI", "1"}) // the protocol wants both, the length first
	}
	for _, words := range fastcgiParams {
		if words[0] != "CONTENT_LENGTH" && words[0] != "DOCUMENT_URI" && words[0] != "REDIRECT_STATUS" {
			usual = append(usual, words)
		}
	}
	return about("What the application is told; not what clients claim of themselves.", a.parameters(g.module(), usual, g.Params, g.To.Text)...)
}

func (a nginxAt) grpcHeaders(g *Gateway) []nginxItem {
	out := []nginxItem{ng("grpc_set_header", "Host", nginxWord("$host"+a.host.site.Listen.portSuffix(a.host.tls)))}
	for _, h := range replacedHeaders {
		if !g.sets(canonical(h.name)) {
			out = append(out, ng("grpc_set_header", nginxWord(h.name), nginxWord(h.nginx)))
		}
	}
	for _, name := range droppedHeaders {
		if !g.sets(canonical(name)) {
			out = append(out, ng("grpc_set_header", nginxWord(name), `""`))
		}
	}
	out = append(out, a.passed("grpc_set_header")...)
	for _, h := range g.Params {
		out = append(out, ng("grpc_set_header", nginxWord(quoteNginx(h.Name)), a.w.evaluated("", Text{h.Value, g.To.Range}, "")))
	}
	return about("What the client sends under these names is replaced, not trusted.", out...)
}

// canonical is a header name as the description's are written.
func canonical(name string) string {
	name, _ = headerName(strings.TrimSpace(name))
	return name
}
