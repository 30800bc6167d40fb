package vhost

import (
	"slices"
	"strings"

	"padlock/internal/nginx"
)

// location is a location block, ready to be searched.
type location struct {
	level *level
	// path is what a prefix or exact location compares; empty for a regex.
	path    string
	exact   bool
	regex   *pattern
	noRegex bool // ^~
	inner   *locations
	handler *nginx.Node
	// adds tells that a path that lacks only the slash at the end is redirected
	// to the location: its handler asks for that.
	adds     bool
	internal bool
}

// locations are those of one block, in the order of the search.
type locations struct {
	exact    map[string]*location
	prefixes []*location // the longest first
	regexes  []*location
	named    map[string]*level
	all      []*location // in the order of the file, without named ones
}

// newLocations reads the locations of a block. What stands in an internal
// location is internal too.
func newLocations(n *nginxModel, parent *level, internal bool) *locations {
	ls := &locations{}
	for _, node := range parent.own("location") {
		if !node.HasBlock || len(node.Args()) == 0 {
			continue
		}
		ls.add(n, &location{level: newLevel(node, parent), internal: internal})
	}
	slices.SortStableFunc(ls.prefixes, func(a, b *location) int { return len(b.path) - len(a.path) })
	return ls
}

// locationWords splits the arguments of location into its mark and its path:
// the blank between them may be left out (ngx_http_core_location).
func locationWords(node *nginx.Node) (mark, path string) {
	if len(node.Args()) > 1 {
		return node.Arg(0), node.Arg(1)
	}
	for _, mark := range []string{"=", "^~", "~*", "~"} {
		if path, ok := strings.CutPrefix(node.Arg(0), mark); ok {
			return mark, path
		}
	}
	return "", node.Arg(0)
}

func (ls *locations) add(n *nginxModel, l *location) {
	mark, path := locationWords(l.level.node)
	if mark == "" && strings.HasPrefix(path, "@") {
		if ls.named == nil {
			ls.named = map[string]*level{}
		}
		ls.named[path] = l.level
		return
	}
	ls.all = append(ls.all, l)
	l.path = path
	l.handler = handlerOf(l.level)
	l.adds = l.handler != nil && slashHandlers[l.handler.Name] && strings.HasSuffix(path, "/")
	l.internal = l.internal || len(l.level.own("internal")) > 0
	l.inner = newLocations(n, l.level, l.internal)
	switch mark {
	case "=":
		l.exact = true
		if ls.exact == nil {
			ls.exact = map[string]*location{}
		}
		if ls.exact[path] == nil {
			ls.exact[path] = l
		}
	case "~", "~*":
		l.path = ""
		l.regex = n.patterns.get(path, mark == "~*")
		ls.regexes = append(ls.regexes, l)
	default:
		l.noRegex = mark == "^~"
		ls.prefixes = append(ls.prefixes, l)
	}
}

// handlers are the directives that answer requests themselves. Where a location
// has several, the last one does.
var handlers = map[string]bool{
	"proxy_pass": true, "fastcgi_pass": true, "uwsgi_pass": true, "scgi_pass": true, "grpc_pass": true, "memcached_pass": true,
	"tunnel_pass": true, "stub_status": true, "empty_gif": true, "mp4": true, "flv": true, "hls": true, "f4f": true, "perl": true, "api": true,
	"status": true, "js_content": true, "content_by_lua": true, "content_by_lua_block": true, "content_by_lua_file": true,
	"echo": true, "redis_pass": true, "redis2_pass": true, "postgres_pass": true, "drizzle_pass": true, "rtmp_stat": true,
	"rtmp_control": true, "vhost_traffic_status_display": true, "passenger_enabled": true, "push_stream_publisher": true,
	"push_stream_subscriber": true, "nchan_publisher": true, "nchan_subscriber": true, "nchan_pubsub": true, "upload_pass": true,
	"proxy_connect": true, "prometheus": true,
}

// slashHandlers redirect "/x" to "/x/" for a location "/x/"
// (ngx_http_core_module documentation, location).
var slashHandlers = map[string]bool{
	"proxy_pass": true, "fastcgi_pass": true, "uwsgi_pass": true, "scgi_pass": true, "grpc_pass": true, "memcached_pass": true,
}

// handlerOf is the handler written in a block itself.
func handlerOf(l *level) *nginx.Node {
	for _, node := range slices.Backward(l.node.Children) {
		if handlers[node.Name] && node.Arg(0) != "off" {
			return node
		}
	}
	return nil
}

// searchResult is how the search for a location ended.
type searchResult uint8

const (
	noLocation searchResult = iota
	prefixLocation
	exactLocation // by "=", or by a regex: nothing further is looked at
	addSlash      // only the slash at the end is missing
)

// search finds the location for a path as nginx does: exact, else the longest
// prefix with what is nested in it, then the regexes of each level from the inside
// out. A regex that cannot be judged is asked about.
// (ngx_http_core_find_location, nginx 1.26.3.)
func (q *nginxRequest) search(ls *locations) (*location, searchResult) {
	best, result := ls.static(q.uri)
	noRegex := false
	if result == prefixLocation {
		noRegex = best.noRegex
		if deeper, inner := q.search(best.inner); deeper != nil {
			best = deeper
			if inner != prefixLocation {
				return best, inner
			}
		}
	}
	if result == exactLocation || result == addSlash || noRegex {
		return best, result
	}
	for _, l := range ls.regexes {
		if !q.matchPattern(l.regex, text{known: q.uri}) {
			continue
		}
		if deeper, _ := q.search(l.inner); deeper != nil {
			return deeper, exactLocation
		}
		return l, exactLocation
	}
	return best, result
}

// static finds the exact location of a path, or the one with the longest prefix.
func (ls *locations) static(path string) (*location, searchResult) {
	if l := ls.exact[path]; l != nil {
		return l, exactLocation
	}
	if len(ls.exact) > 0 {
		if l := ls.exact[path+"/"]; l != nil && l.adds && !ls.hasPrefix(path) {
			return l, addSlash
		}
	}
	for _, l := range ls.prefixes {
		switch {
		case strings.HasPrefix(path, l.path):
			return l, prefixLocation
		case l.adds && l.path[:len(l.path)-1] == path && !ls.hasPrefix(path):
			return l, addSlash
		}
	}
	return nil, noLocation
}

// hasPrefix tells whether a prefix location is just this path.
func (ls *locations) hasPrefix(path string) bool {
	return slices.ContainsFunc(ls.prefixes, func(l *location) bool { return l.path == path })
}
