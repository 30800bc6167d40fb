package generator

import (
	"slices"
	"strings"
)

// gateway passes requests to an application of another protocol. Modules take
// parameters from the environment of the request; that of FastCGI sets more.
func (a apacheAt) gateway() []apacheItem {
	g := a.place.Gateway
	out := []apacheItem{ap("CGIPassAuth", "On")}
	switch g.module() {
	case "fastcgi":
		out = append(out, wholeBody)
		set := func(name string, value apacheWord) {
			out = append(out, ap("ProxyFCGISetEnvIf", "true", apacheWord(name), value))
		}
		set("SCRIPT_NAME", `""`)
		set("PATH_INFO", `"%{REQUEST_URI}"`)
		for _, h := range g.Params {
			set(h.Name, a.w.expression(h.Value))
		}
	case "grpc":
		out = []apacheItem{ap("ProxyPreserveHost", "On")}
		for _, h := range g.Params {
			if h.Value == "" {
				out = append(out, ap("RequestHeader", "unset", a.w.word(h.Name)))
			} else {
				out = append(out, ap("RequestHeader", "set", a.w.word(h.Name), a.w.format(h.Value)))
			}
		}
	case "scgi":
		// Without it SCRIPT_NAME is the whole path. The module looks before SetEnv is
		// carried out.
		out = append(out, ap("SetEnvIfExpr", "true", "proxy-scgi-pathinfo=1"))
		out = append(out, a.environment(g)...)
	case "uwsgi":
		out = append(out, a.environment(g)...)
	}
	if a.whole() {
		// CGIPassAuth may not stand in a virtual host itself.
		passed := slices.DeleteFunc(slices.Clone(out), func(i apacheItem) bool { return i.Name != "CGIPassAuth" })
		out = slices.DeleteFunc(out, func(i apacheItem) bool { return i.Name == "CGIPassAuth" })
		if len(passed) > 0 {
			out = append(out, apBlock(passed, "Location", "/"))
		}
	}
	out = append(out, a.stickiness(&g.Link)...)
	return append(out, a.passAll(&g.Link))
}

// environment gives parameters, and takes those of earlier sections back.
func (a apacheAt) environment(g *Gateway) []apacheItem {
	var out []apacheItem
	for _, before := range a.earlier {
		if before.Gateway == nil {
			continue
		}
		for _, h := range before.Gateway.Params {
			if !g.sets(h.Name) {
				out = append(out, ap("UnsetEnv", a.w.word(h.Name)))
			}
		}
	}
	for _, h := range g.Params {
		out = append(out, ap("SetEnv", a.w.word(h.Name), a.w.word(h.Value)))
	}
	return out
}

// passAll passes the paths of the place on as they are.
func (a apacheAt) passAll(l *Link) apacheItem {
	to := apacheURL(l, nil)
	path := "/"
	if a.route != nil && a.route.Kind == Prefix {
		path = a.route.Path.Value
	}
	pass := ap(a.passName(), a.w.word(to+escapedPath(path)))
	if a.passName() == "ProxyPassMatch" {
		pass.Args[0] = a.w.word(to)
	}
	if strings.HasPrefix(l.To.Scheme, "grpc") {
		pass.Args = append(pass.Args, "nocanon")
	}
	if a.whole() {
		pass.Args = append([]apacheWord{"/"}, pass.Args...)
	}
	return pass
}
