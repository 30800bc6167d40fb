package check

import (
	"strings"

	"padlock/internal/nginx"
)

// readServer begins a server. The first one of http builds the tables that are
// always there.
func (h *hashing) readServer(u *use) {
	if !u.HasBlock {
		return
	}
	if h.first == nil && u.protocol() == "http" {
		h.first = u.Node
		for _, t := range []*table{typesTable, proxyHeadersTable} {
			h.add(hashSlot{t, u.Node, ""}, word{})
		}
	}
}

// readListens finds out which servers share a socket.
func (h *hashing) readListens() {
	for _, u := range h.uses {
		switch {
		case u.name() == "listen":
			h.listens(u.Node.Parent, u.Use.Arguments[0], u.has("udp") || u.has("quic"))
		case u.name() == "server" && u.HasBlock && u.protocol() == "http" && h.child(u.Node, "listen") == nil:
			h.listens(u.Node, "80", false)
		}
	}
}

// listens notes that a server of http or stream has a socket.
func (h *hashing) listens(server *nginx.Node, address string, datagram bool) {
	u := h.of(server)
	if u == nil || u.protocol() == "mail" {
		return
	}
	for _, address := range addressesOf(address) {
		key := socket{u.protocol(), address, datagram}
		before := h.sockets[key]
		switch {
		case before == nil:
			h.open = append(h.open, key)
		case before[len(before)-1] == server:
			continue
		}
		h.sockets[key] = append(before, server)
	}
}

// readNames keeps the longest name of a server that may not fit. Regular
// expressions are not hashed; the last one of a server decides whether there is a
// table for it alone (captures in ngx_http_core_server_name, tried with nginx 1.22,
// 1.26 and 1.30).
func (h *hashing) readNames(u *use) {
	for i, name := range u.Use.Arguments {
		if !isHashed(name) {
			if expression, ok := strings.CutPrefix(name, "~"); ok {
				h.grouped[u.Node.Parent] = hasGroup(expression)
			}
			continue
		}
		text := longestLabel(name)
		if !h.mayFail(serverNamesTable, text) && !h.mayFail(refererTable, text) {
			continue
		}
		names := h.servers[u.Node.Parent]
		if names == nil {
			names = &word{}
			h.servers[u.Node.Parent] = names
		}
		if names.use == nil || len(text) > len(names.text) {
			*names = word{u, i, text}
		}
	}
}

// isHashed tells that the text of a server's name is known, and is no regular
// expression.
func isHashed(name string) bool { return !strings.HasPrefix(name, "~") && name != "$hostname" }

// judgeServerNames judges the names of servers that share a socket, or take groups
// from a name: only there does nginx build a table of them. Tables that are built
// with the same sizes are told of once, by their longest name.
func (h *hashing) judgeServerNames() {
	if len(h.servers) == 0 && !h.mayFail(serverNamesTable, "") {
		return
	}
	h.readListens()
	longest := map[*nginx.Node]word{}
	var order []*nginx.Node
	for _, key := range h.open {
		servers := h.sockets[key]
		if len(servers) < 2 && !h.grouped[servers[0]] {
			continue
		}
		for _, server := range servers {
			name := h.servers[server]
			if name == nil && h.child(server, "server_name") == nil {
				// A server without a name has the empty one.
				name = &word{}
			}
			if name == nil {
				continue
			}
			before, known := longest[server.Parent]
			if !known {
				order = append(order, server.Parent)
			}
			if !known || len(name.text) > len(before.text) {
				longest[server.Parent] = *name
			}
		}
	}
	for _, top := range order {
		h.judge(serverNamesTable, top, longest[top])
	}
}

// longestLabel is the longest word that nginx hashes of a name: the name itself,
// or of one with a wildcard, such as *.example.com, .example.com or
// www.example.*, the longest label (ngx_hash_add_key, ngx_hash_wildcard_init).
func longestLabel(name string) string {
	rest := name
	switch {
	case len(name) > 1 && name[0] == '.':
		rest = name[1:]
	case len(name) > 2 && strings.HasPrefix(name, "*."):
		rest = name[2:]
	case len(name) > 2 && strings.HasSuffix(name, ".*"):
		rest = name[:len(name)-2]
	default:
		return name
	}
	longest := ""
	for label := range strings.SplitSeq(rest, ".") {
		if len(label) > len(longest) {
			longest = label
		}
	}
	return longest
}
