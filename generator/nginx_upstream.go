package generator

import (
	"fmt"
	"strings"

	"padlock/internal/tlspolicy"
)

// upstream is a group of servers as an nginx upstream block.
func (n *nginxRenderer) upstream(u *Upstream, w *nginxWords) nginxItem {
	var body []nginxItem
	switch u.Balance {
	case "least_conn", "ip_hash", "random":
		body = append(body, ng(u.Balance))
	case "hash":
		body = append(body, ng("hash", w.word(hashVariable(u.Key), u.Name), "consistent"))
	}
	// The state of the servers is that of all worker processes together.
	body = append(body, ng("zone", w.plain(u.Name), "64k"))
	resolves := u.Resolve != nil && n.supports(tlspolicy.FeatureUpstreamResolve)
	if resolves {
		resolver := resolverItem(w, u.Resolve.Resolvers)
		resolver.Args = append(resolver.Args, nginxWord("valid="+string(seconds(u.Resolve.Valid))))
		body = append(body, resolver)
	}
	for _, m := range u.Servers {
		body = append(body, n.member(m, u, w, resolves && isHostName(m.Address)))
	}
	if u.Sticky.Value != "" && n.supports(tlspolicy.FeatureStickySessions) {
		body = append(body, ng("sticky", "cookie", w.plain(u.Sticky), "path=/", "httponly"))
	}
	if u.Keepalive > 0 {
		body = append(body, ng("keepalive", nginxWord(fmt.Sprint(u.Keepalive))))
	}
	return ngBlock(body, "upstream", w.plain(u.Name))
}

func (n *nginxRenderer) member(m Member, u *Upstream, w *nginxWords, resolve bool) nginxItem {
	server := ng("server", w.word(m.Address, u.Name))
	add := func(name string, value, usual any) {
		if value != usual {
			server.Args = append(server.Args, nginxWord(fmt.Sprintf("%s=%v", name, value)))
		}
	}
	add("weight", m.Weight, 1)
	add("max_fails", m.MaxFails, 1)
	add("fail_timeout", seconds(m.FailTimeout), nginxWord("10s"))
	add("max_conns", m.MaxConns, 0)
	for _, flag := range []struct {
		name string
		on   bool
	}{{"backup", m.Backup}, {"down", m.Down}, {"resolve", resolve}} {
		if flag.on {
			server.Args = append(server.Args, nginxWord(flag.name))
		}
	}
	return server
}

// hashVariable is the variable that a key of hash(…) stands for.
func hashVariable(key string) string {
	kind, name, _ := strings.Cut(key, ":")
	switch kind {
	case "uri":
		return "$request_uri"
	case "client":
		return "$binary_remote_addr"
	case "header":
		return "$http_" + strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	}
	return "$" + kind + "_" + name
}
