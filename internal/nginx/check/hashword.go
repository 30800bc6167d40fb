package check

import (
	"slices"
	"strings"

	"padlock/internal/nginx"
)

// worded is a directive whose arguments go into a table of the block it stands
// in.
type worded struct {
	table *table
	// all tells that every argument is a word, not only the first.
	all bool
	// prefix marks the words that count, and is cut off.
	prefix string
}

// wordedDirectives are those whose words nginx hashes for the block they stand
// in: ngx_http_upstream_hide_headers_hash, ngx_http_merge_types and the
// init_headers and init_params of the modules. The tables of the latter are
// aligned to nothing.
var wordedDirectives = map[string]worded{
	"proxy_set_header":    {table: proxyHeadersTable},
	"proxy_hide_header":   {table: proxyHeadersTable},
	"grpc_set_header":     {table: &table{name: "grpc_headers_hash"}},
	"grpc_hide_header":    {table: &table{name: "grpc_headers_hash", aligned: true}},
	"fastcgi_hide_header": {table: &table{name: "fastcgi_hide_headers_hash", aligned: true}},
	"uwsgi_hide_header":   {table: &table{name: "uwsgi_hide_headers_hash", aligned: true}},
	"scgi_hide_header":    {table: &table{name: "scgi_hide_headers_hash", aligned: true}},
	"fastcgi_param":       {table: &table{name: "fastcgi_params_hash"}, prefix: "HTTP_"},
	"uwsgi_param":         {table: &table{name: "uwsgi_params_hash"}, prefix: "HTTP_"},
	"scgi_param":          {table: &table{name: "scgi_params_hash"}, prefix: "HTTP_"},
	"addition_types":      mediaTypes,
	"charset_types":       mediaTypes,
	"gzip_types":          mediaTypes,
	"ssi_types":           mediaTypes,
	"sub_filter_types":    mediaTypes,
	"xslt_types":          mediaTypes,
}

var mediaTypes = worded{table: &table{name: "test_types_hash"}, all: true}

// variableMakers are the directives of nginx itself that define a variable, and
// so a word of variables_hash.
var variableMakers = map[string]bool{"set": true, "map": true, "geo": true, "split_clients": true, "auth_request_set": true}

// readTypes reads the extensions of files in a block types.
func (h *hashing) readTypes(u *use) {
	for _, n := range u.Children {
		if n.Directive.Name == "include" {
			continue
		}
		for i, extension := range n.Args() {
			h.add(hashSlot{typesTable, u.Node.Parent, "types"}, word{&use{Node: n}, i, extension.Value})
		}
	}
}

func (h *hashing) readWorded(u *use, source worded) {
	key := hashSlot{source.table, u.Node.Parent, u.name()}
	arguments := u.Use.Arguments
	if !source.all {
		arguments = arguments[:1]
	} else if u.has("*") {
		h.unbuilt[key] = true
		return
	}
	if module, _, hides := strings.Cut(u.name(), "_hide_"); hides && h.passes(u.Node.Parent, module, arguments[0]) {
		return
	}
	for i, text := range arguments {
		if text, ok := strings.CutPrefix(text, source.prefix); ok && text != "" {
			h.add(key, word{u, i, text})
		}
	}
}

// passes tells that a header is passed on in a block, and so is not hidden: by its
// own directives or, if it has none, by the nearest ones around it.
func (h *hashing) passes(block *nginx.Node, module, header string) bool {
	last := h.effective(block, module+"_pass_header")
	return last != nil && slices.ContainsFunc(h.within(last.Node.Parent, last.name()), func(u *use) bool {
		return strings.EqualFold(u.Use.Arguments[0], header)
	})
}

// readMap reads the keys of a map. Behind a line "hostnames" they may have
// wildcards.
func (h *hashing) readMap(u *use) {
	if h.maps[u.Node.Parent] == nil {
		h.maps[u.Node.Parent] = u
	}
	key, wildcards := hashSlot{mapTable, u.Node, ""}, false
	for _, n := range u.Children {
		if n.Directive.Name == "hostnames" && len(n.Words) == 1 {
			wildcards = true
		}
		text, ok := mapKey(n)
		if !ok || n.Directive.Name == "default" {
			continue
		}
		if wildcards {
			text = longestLabel(text)
		}
		h.add(key, word{&use{Node: n}, -1, text})
	}
}

// readReferers reads names of referers, which may have a path behind them.
func (h *hashing) readReferers(u *use) {
	key := hashSlot{refererTable, u.Node.Parent, ""}
	for i, name := range u.Use.Arguments {
		switch {
		case name == "none" || name == "blocked" || strings.HasPrefix(name, "~"):
		case name == "server_names":
			h.allNames = append(h.allNames, namesWanted{key, u, i})
		default:
			name, _, _ = strings.Cut(name, "/")
			h.add(key, word{u, i, longestLabel(name)})
		}
	}
}

// namesWanted is where valid_referers names all names of its server.
type namesWanted struct {
	key      hashSlot
	use      *use
	argument int
}

// addNames adds them when all are known.
func (h *hashing) addNames() {
	for _, wanted := range h.allNames {
		server := wanted.use.Within("server")
		if server == nil {
			continue
		}
		if names := h.servers[server]; names != nil {
			h.add(wanted.key, word{wanted.use, wanted.argument, names.text})
		}
	}
}
