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
	if u.protocol() == "http" {
		if h.first == nil {
			h.first = u.Node
			for _, t := range []*table{typesTable, proxyHeadersTable} {
				h.add(hashSlot{t, u.Node, ""}, word{})
			}
		}
		if h.child(u.Node, "listen") == nil {
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

func (h *hashing) readNames(u *use) {
	names := h.servers[u.Node.Parent]
	if names == nil {
		names = &serverNames{}
		h.servers[u.Node.Parent] = names
	}
	for i, name := range u.Use.Arguments {
		if !isHashed(name) {
			continue
		}
		if text := longestLabel(name); !names.some || len(text) > len(names.longest.text) {
			names.longest = word{u, i, text}
		}
		names.some = true
	}
}

// isHashed tells that the text of a server's name is known, and is no regular
// expression.
func isHashed(name string) bool { return !strings.HasPrefix(name, "~") && name != "$hostname" }

// judgeServerNames judges the names of servers that share a socket: only there
// does nginx build a table of them. Tables that are built with the same sizes
// are told of once, by their longest name.
func (h *hashing) judgeServerNames() {
	type largest struct {
		word word
		some bool
	}
	tops := map[*nginx.Node]*largest{}
	var order []*nginx.Node
	for _, key := range h.open {
		servers := h.sockets[key]
		if len(servers) < 2 {
			continue
		}
		top := servers[0].Parent
		found := tops[top]
		if found == nil {
			found = &largest{}
			tops[top] = found
			order = append(order, top)
		}
		for _, server := range servers {
			names := h.servers[server]
			switch {
			case names == nil:
				found.some = true
			case names.some:
				found.some = true
				if len(names.longest.text) > len(found.word.text) {
					found.word = names.longest
				}
			}
		}
	}
	for _, top := range order {
		if tops[top].some {
			h.judge(serverNamesTable, top, tops[top].word)
		}
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
