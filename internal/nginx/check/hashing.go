package check

import (
	"fmt"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
)

// hashing collects the longest word of every table.
type hashing struct {
	*Subject
	settings map[string][]*use // of sizes, by the table's name
	fits     map[*table]int    // see surelyFits
	slots    map[hashSlot]*word
	order    []hashSlot
	servers  map[*nginx.Node]*word    // by server, its longest name
	first    *nginx.Node              // server of http
	maps     map[*nginx.Node]*use     // the first map in a block
	sockets  map[socket][]*nginx.Node // the servers on a socket
	open     []socket                 // in order
	// unbuilt are tables that a word "*" makes needless.
	unbuilt  map[hashSlot]bool
	allNames []namesWanted
	grouped  map[*nginx.Node]bool // servers whose last regular expression has a group
	told     map[*nginx.Node]bool
	found    []Problem
}

// hashSlot is a table of a block. directive is the name of what fills it.
type hashSlot struct {
	table     *table
	block     *nginx.Node
	directive string
}

// Hashes finds hash tables that nginx cannot build because a word is too long
// for their buckets, or their sizes are impossible. Of one that is built for
// several servers the sizes may stand in any file, so that only a complete
// configuration is judged. Not found are: a bucket with more than 64 KiB, and named
// groups that are too long.
func (s *Subject) Hashes() []Problem {
	if !s.complete {
		return nil
	}
	h := &hashing{Subject: s, settings: map[string][]*use{}, fits: map[*table]int{}, slots: map[hashSlot]*word{}, servers: map[*nginx.Node]*word{},
		maps: map[*nginx.Node]*use{}, sockets: map[socket][]*nginx.Node{}, unbuilt: map[hashSlot]bool{}, told: map[*nginx.Node]bool{}, grouped: map[*nginx.Node]bool{}}
	for _, u := range s.uses {
		if i := strings.Index(u.name(), "_hash_"); i >= 0 {
			name := u.name()[:i+len("_hash")]
			h.settings[name] = append(h.settings[name], u)
		}
	}
	for _, u := range s.uses {
		h.read(u)
	}
	h.addNames()
	for _, key := range h.order {
		if block := h.builder(key); block != nil && !h.unbuilt[key] {
			h.judge(key.table, block, *h.slots[key])
		}
	}
	h.judgeServerNames()
	return h.found
}

// judge reports a fault once: several tables may be built with the same sizes.
func (h *hashing) judge(t *table, block *nginx.Node, w word) {
	for _, p := range h.judgeTable(t, block, w) {
		if !h.told[p.Node] {
			h.told[p.Node] = true
			h.found = append(h.found, p)
		}
	}
}

func (h *hashing) read(u *use) {
	name := u.name()
	if source, ok := wordedDirectives[name]; ok {
		h.readWorded(u, source)
		return
	}
	if variableMakers[name] {
		if i, ok := directives.Defines(u.Use); ok {
			if top := u.top(); top != nil {
				h.add(hashSlot{variablesTable, top, ""}, word{u, i, u.Use.Arguments[i][1:]})
			}
		}
	}
	switch name {
	case "map":
		h.readMap(u)
	case "map_hash_bucket_size", "map_hash_max_size":
		if first := h.maps[u.Node.Parent]; first != nil {
			h.found = append(h.found, u.problem(ruleHash, -1, fmt.Sprintf("%q stands below the first map, which has set it: nginx says that it is duplicate", name),
				"Move it above all maps.").and(first, "the first map"))
		}
	case "proxy_headers_hash_bucket_size", "proxy_headers_hash_max_size":
		// Every server builds a table of the headers to hide; a location takes it
		// over.
		if server := u.Node.Parent; server.Directive.Name == "server" {
			h.add(hashSlot{proxyHeadersTable, server, ""}, word{})
		}
	case "types":
		h.readTypes(u)
	case "valid_referers":
		h.readReferers(u)
	case "http", "stream":
		h.add(hashSlot{variablesTable, u.Node, ""}, word{})
	case "server":
		h.readServer(u)
	case "server_name":
		h.readNames(u)
	}
}

// top is the block http or stream around a directive; nil for none.
func (u *use) top() *nginx.Node {
	for n := u.Node.Parent; n != nil; n = n.Parent {
		if n.Directive.Name == "http" || n.Directive.Name == "stream" {
			return n
		}
	}
	return nil
}

// mayFail tells that a word does not surely fit.
func (h *hashing) mayFail(t *table, word string) bool {
	fits, known := h.fits[t]
	if !known {
		fits = h.surelyFits(t)
		h.fits[t] = fits
	}
	return len(word) > fits
}

// add keeps a word if it is the longest of those that may not fit.
func (h *hashing) add(key hashSlot, w word) {
	if !h.mayFail(key.table, w.text) {
		return
	}
	before := h.slots[key]
	if before == nil {
		h.slots[key] = &w
		h.order = append(h.order, key)
	} else if len(w.text) > len(before.text) {
		*before = w
	}
}

// builder is the block with whose sizes a table is built; nil if it is not. What
// stands in http is built by the first server that has nothing of its own.
func (h *hashing) builder(key hashSlot) *nginx.Node {
	if key.directive == "" || key.block.Directive.Name != "http" {
		return key.block
	}
	if key.table == typesTable {
		return h.first
	}
	for _, server := range h.within(key.block, "server") {
		if h.child(server.Node, key.directive) == nil && h.child(server.Node, strings.Replace(key.directive, "_hide_", "_pass_", 1)) == nil {
			return server.Node
		}
	}
	return nil
}
