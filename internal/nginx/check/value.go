package check

import (
	"fmt"
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
)

const ruleValue = "directive-value"

// Values finds values that do not fit each other.
func (s *Subject) Values() []Problem {
	var found []Problem
	found = append(found, s.shares()...)
	found = append(found, s.upstreamPorts()...)
	found = append(found, s.upstreamParameters()...)
	found = append(found, s.zones()...)
	found = append(found, s.upstreamZones()...)
	found = append(found, s.buffers()...)
	found = append(found, s.connections()...)
	found = append(found, s.charsets()...)
	found = append(found, s.wildNames()...)
	return found
}

// shares finds blocks of split_clients that hand out more than there is.
func (s *Subject) shares() []Problem {
	var found []Problem
	for _, u := range s.uses {
		if u.name() != "split_clients" {
			continue
		}
		total := 0
		for _, n := range u.Children {
			before := total
			if total += share(n); total > 10000 && before <= 10000 {
				entry := &use{Node: n}
				found = append(found, entry.problem(ruleValue, -1, "the shares in \"split_clients\" add up to more than 100 %", "Make one of them smaller."))
			}
		}
	}
	return found
}

// share is the part of a line of split_clients, in hundredths of a percent.
func share(n *nginx.Node) int {
	text, ok := strings.CutSuffix(n.Directive.Name, "%")
	if !ok {
		return 0
	}
	whole, fraction, _ := strings.Cut(text, ".")
	return number(whole)*100 + number((fraction + "00")[:2])
}

// upstreams are the upstream blocks of one half by name, in lower case.
func (s *Subject) upstreams(protocol string) map[string]*use {
	blocks := map[string]*use{}
	for _, u := range s.uses {
		if u.name() == "upstream" && u.protocol() == protocol {
			blocks[strings.ToLower(u.Use.Arguments[0])] = u
		}
	}
	return blocks
}

// passes are the directives that speak of an upstream.
var passes = []string{"proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass"}

// upstreamPorts finds the name of an upstream with a port behind it: the
// upstream's servers have ports (ngx_http_upstream_add).
func (s *Subject) upstreamPorts() []Problem {
	var found []Problem
	blocks := map[string]map[string]*use{"http": s.upstreams("http"), "stream": s.upstreams("stream")}
	for _, u := range s.uses {
		inUpstream := u.name() == "server" && u.Use.Context == directives.StreamUpstream
		if !inUpstream && !slices.Contains(passes, u.name()) || strings.Contains(u.Use.Arguments[0], "$") {
			continue
		}
		address := u.Use.Arguments[0]
		if inUpstream || u.protocol() == "stream" && strings.HasPrefix(address, "[") {
			if lacksPort(address) {
				found = append(found, u.problem(ruleValue, 0, fmt.Sprintf("%q has no port: in stream there is no default", address), "Add the port."))
			}
			continue
		}
		if _, rest, ok := strings.Cut(address, "://"); ok {
			address = rest
		}
		address, _, _ = strings.Cut(address, "/")
		host, port, hasPort := strings.Cut(address, ":")
		upstream := blocks[u.protocol()][strings.ToLower(host)]
		if !hasPort || upstream == nil {
			if hasPort || upstream != nil || strings.Contains(address, "[") || !needsPort(u) {
				continue
			}
			found = append(found, u.problem(ruleValue, 0, fmt.Sprintf("%q has no port, and there is no upstream of that name", host), "Add the port, or define the upstream."))
			continue
		}
		p := u.problem(ruleValue, 0, fmt.Sprintf("the upstream %q may not have the port %s", host, port), "The servers of the upstream have ports: leave it out here.")
		found = append(found, p.and(upstream, "the upstream"))
	}
	return found
}

// lacksPort tells that an address is no socket's path and has no port.
func lacksPort(address string) bool {
	behind := address[strings.LastIndexByte(address, ']')+1:]
	return !strings.HasPrefix(address, "unix:") && !strings.Contains(behind, ":")
}

// needsPort tells that a directive's address has no port of its own.
func needsPort(u *use) bool {
	return u.name() != "proxy_pass" || u.protocol() == "stream"
}

// withoutBackup are the methods of choosing a server that know no backup
// servers, if they stand above them (ngx_http_upstream_ip_hash, _hash, _random).
var withoutBackup = []string{"ip_hash", "hash", "random"}

// upstreamParameters finds parameters of servers that the method above them
// does not support.
func (s *Subject) upstreamParameters() []Problem {
	var found []Problem
	methods := map[*nginx.Node]*use{}
	for _, u := range s.uses {
		if u.Use.Context&(directives.Upstream|directives.StreamUpstream) == 0 {
			continue
		}
		switch {
		case slices.Contains(withoutBackup, u.name()), u.name() == "least_conn":
			methods[u.Node.Parent] = u
		case u.name() == "server" && u.has("backup"):
			if method := methods[u.Node.Parent]; method != nil && method.name() != "least_conn" {
				p := u.problem(ruleValue, slices.Index(u.Use.Arguments, "backup"), fmt.Sprintf("%q does not support the parameter \"backup\"", method.name()), "Remove it, or choose another method.")
				found = append(found, p.and(method, "the method"))
			}
		}
	}
	return found
}

// zones finds zones of one name that are declared with different sizes, or for
// different uses (ngx_shared_memory_add).
func (s *Subject) zones() []Problem {
	type declared struct {
		use     *use
		purpose string
		size    string
	}
	var found []Problem
	first := map[string]declared{}
	for _, u := range s.uses {
		prefix, purpose := "", u.name()
		switch u.name() {
		case "limit_req_zone", "limit_conn_zone":
			prefix = "zone="
		case "proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path":
			prefix = "keys_zone="
		case "ssl_session_cache":
			prefix = "shared:"
		default:
			continue
		}
		i, zone := u.argument(prefix)
		name, size, sized := strings.Cut(zone, ":")
		if i < 0 || !sized {
			continue
		}
		purpose += " " + u.protocol()
		before, known := first[name]
		if !known {
			first[name] = declared{u, purpose, size}
			continue
		}
		message := ""
		switch {
		case before.purpose != purpose:
			message = fmt.Sprintf("the zone %q is declared for something else already", name)
		case !sameSize(before.size, size):
			message = fmt.Sprintf("the zone %q is declared with another size already", name)
		default:
			continue
		}
		p := u.problem(ruleValue, i, message, "Give it another name, or the same size.")
		found = append(found, p.and(before.use, "the first declaration"))
	}
	return found
}

func sameSize(a, b string) bool {
	x, okX := directives.ParseSize(a)
	y, okY := directives.ParseSize(b)
	return okX == okY && x == y
}

// upstreamZones finds zones of upstreams to which none of them gives a size, or
// different ones (ngx_http_upstream_zone). Several upstreams may share a zone.
func (s *Subject) upstreamZones() []Problem {
	type zone struct{ protocol, name string }
	var found []Problem
	first := map[zone]*use{}
	var order []zone
	for _, u := range s.uses {
		if u.name() != "zone" || u.Use.Context&(directives.Upstream|directives.StreamUpstream) == 0 {
			continue
		}
		key := zone{u.protocol(), u.Use.Arguments[0]}
		before := first[key]
		switch {
		case before == nil:
			order = append(order, key)
			first[key] = u
		case len(before.Use.Arguments) == 1:
			first[key] = u
		case len(u.Use.Arguments) == 2 && !sameSize(u.Use.Arguments[1], before.Use.Arguments[1]):
			p := u.problem(ruleValue, 1, fmt.Sprintf("the zone %q is declared with another size already", key.name), "Give the size once.")
			found = append(found, p.and(before, "the first declaration"))
		}
	}
	for _, key := range order {
		if u := first[key]; len(u.Use.Arguments) == 1 && s.complete {
			found = append(found, u.problem(ruleValue, 0, fmt.Sprintf("the zone %q has no size", key.name), "Add a size, such as 64k, behind the name."))
		}
	}
	return found
}
