package vhost

import (
	"sync"

	"padlock/internal/nginx"
)

// stepKind is what comes next for a request.
type stepKind uint8

const (
	goOn            stepKind = iota // with the next phase
	serverRewrite                   // from the start, after an internal redirect
	locationRewrite                 // within a named location
	finished
)

type step struct {
	kind    stepKind
	outcome Outcome
}

// nginxRequest is a request being followed through the phases of nginx, in one
// world. (ngx_http_core_module.c and what it calls, nginx 1.22 to 1.30.)
type nginxRequest struct {
	model    *nginxModel
	host     *Host
	detail   *nginxHost
	listener *Listener
	in       Request
	world    *world

	name   string // the Host header, cleaned
	method string
	uri    string // decoded
	args   text
	coded  bool // the path came with percent codes or "+"

	at      *level // whose settings are in effect
	handler *nginx.Node
	// internal requests may enter internal locations.
	internal, uriChanged bool
	// changesLeft counts rewrites and internal redirects down; at 0 nginx answers
	// 500 (NGX_HTTP_MAX_URI_CHANGES).
	changesLeft int
	// found tells that try_files found the path to exist.
	found bool

	// errorStatus is the status that an error page is sent with; 0: its own.
	errorStatus   int
	errorPageUsed bool
	askedPassword bool
	location      text
	hasLocation   bool

	captures   *match
	captureGap string          // why they are not known
	variables  map[string]text // made when the first one is set
	cached     map[string]text // of map and the like: once per request; made when needed
	expanding  int

	stuck string // why it cannot be followed further
	by    []Origin
	// decided is where by begins, so that it need not grow one by one.
	decided [4]Origin
}

// maxChanges is NGX_HTTP_MAX_URI_CHANGES + 1.
const maxChanges = 11

func (n *nginxModel) answer(h *Host, l *Listener, r Request) Outcome {
	if h.Layer != HTTP {
		return Outcome{Kind: Serves, Proxied: h.Layer == Stream, Reason: "it is no HTTP server"}
	}
	v := nginxVisits.Get().(*nginxVisit)
	v.arrived = nginxRequest{model: n, host: h, detail: detailOf(h), listener: l, in: r, changesLeft: maxChanges}
	o := v.explored()
	v.arrived, v.request, v.explorer = nginxRequest{}, nginxRequest{}, explorer{follow: v.follow}
	nginxVisits.Put(v)
	return o
}

// nginxVisit is a request as it arrives, followed in every world.
type nginxVisit struct {
	arrived, request nginxRequest
	explorer
}

// nginxVisits are used again: of 10,000 hosts some 150,000 requests are
// followed, which took a fifth of all memory that was allocated.
var nginxVisits = sync.Pool{New: func() any {
	v := new(nginxVisit)
	v.follow = func(w *world) Outcome {
		v.request = v.arrived
		v.request.world = w
		return v.request.run()
	}
	return v
}}

// took notes a directive that decided something.
func (q *nginxRequest) took(node *nginx.Node) { q.decide(q.model.origin(node)) }

func (q *nginxRequest) decide(by Origin) {
	if q.by == nil {
		q.by = q.decided[:0]
	}
	q.by = append(q.by, by)
}

// setVariable gives a variable a value for the rest of the request.
func (q *nginxRequest) setVariable(name string, value text) {
	if q.variables == nil {
		q.variables = map[string]text{}
	}
	q.variables[name] = value
}

// enter makes a block the one in effect.
func (q *nginxRequest) enter(at *level) {
	q.at = at
	if handler := handlerOf(at); handler != nil {
		q.handler = handler
	}
}

// setURI changes the path. A path that is not known cannot be followed.
func (q *nginxRequest) setURI(uri text) {
	if !uri.isKnown() {
		q.stuck = uri.rest
		return
	}
	q.uri, q.found = uri.known, false
}

// run follows the request from its arrival to its answer.
func (q *nginxRequest) run() Outcome {
	s := q.arrive()
	for s.kind != finished {
		if s.kind != locationRewrite {
			if s = q.rewriteServer(); s.kind == finished || s.kind == serverRewrite || s.kind == locationRewrite {
				continue
			}
			s = q.findAndRewrite()
		} else {
			s = q.rewriteNamed()
		}
		if s.kind == goOn {
			s = q.access()
		}
		if s.kind == goOn {
			s = q.tryFiles()
		}
		if s.kind == goOn {
			s = q.content()
		}
	}
	return s.outcome
}

// arrive reads what comes before the phases: TLS, the Host header, the path.
func (q *nginxRequest) arrive() step {
	q.at = q.detail.level
	q.method = q.in.Method
	if q.method == "" {
		q.method = "GET"
	}
	if l := q.listener; q.in.TLS && !l.TLS.V {
		return q.finish(Outcome{Kind: Rejects, Reason: "TLS is not spoken on this listener"})
	}
	if q.in.TLS && q.host.TLS != nil && q.host.TLS.Reject.V {
		q.decide(q.host.TLS.Reject.Origin)
		return q.finish(Outcome{Kind: Rejects, Reason: "the TLS handshake is refused"})
	}
	// The path is read before the Host header: the default host's merge_slashes
	// counts, or that of the host chosen by SNI.
	merging := q.host
	if !q.in.TLS {
		merging = q.listener.Default
	}
	name, ok := cleanHost(q.in.Name)
	path, okPath := decodePath(q.in.Path, detailOf(merging).level.flag("merge_slashes", true))
	if !ok || !okPath || q.in.Name == "" && !q.in.HTTP10 {
		return q.special(400)
	}
	q.name, q.uri, q.coded = name, path.path, path.coded
	if query := q.in.Query; query != "" {
		q.args = text{known: query}
	}
	if q.captureServerName(name); q.stuck != "" {
		return q.cannotTell(q.stuck)
	}
	switch {
	case q.method == "TRACE" || q.method == "CONNECT":
		return q.special(405)
	case q.listener.TLS.V && !q.in.TLS:
		q.decide(q.listener.TLS.Origin)
		return q.special(497)
	case q.in.TLS && q.in.NoCertificate && q.host.TLS != nil && q.host.TLS.ClientAuth.V == "require":
		q.decide(q.host.TLS.ClientAuth.Origin)
		return q.special(496)
	}
	return step{kind: serverRewrite}
}

// captureServerName sets the captures of a server_name regex that chose the
// host.
func (q *nginxRequest) captureServerName(name string) {
	s := q.model.selectHost(q.listener, name)
	if s.Name == nil || s.Name.Kind != Regex || s.Host != q.host {
		return
	}
	q.matchPattern(q.model.patterns.get(s.Name.Text, s.Name.Text != asciiLower(s.Name.Text)), text{known: name})
}

func (q *nginxRequest) rewriteServer() step {
	q.at = q.detail.level
	if node := q.at.array("server_rewrite_by_lua_block"); node != nil {
		return q.cannotTell("what the Lua code of server_rewrite_by_lua_block does")
	}
	if s, done := q.rewrite(q.detail.level, false); done {
		return s
	}
	return step{}
}

// findAndRewrite searches the location and runs its rewrite directives, again
// and again while they change the path.
func (q *nginxRequest) findAndRewrite() step {
	for {
		if s := q.find(); s.kind != goOn {
			return s
		}
		if s := q.rewriteLocation(); s.kind != goOn {
			return s
		}
		if !q.uriChanged {
			return step{}
		}
		if s := q.leave(); s.kind != goOn {
			return s
		}
	}
}

// rewriteNamed runs the rewrite directives of a named location, which may lead to
// others.
func (q *nginxRequest) rewriteNamed() step {
	if s := q.rewriteLocation(); s.kind != goOn || !q.uriChanged {
		return s
	}
	if s := q.leave(); s.kind != goOn {
		return s
	}
	return q.findAndRewrite()
}

// leave takes the request, whose path was changed, out of its location
// (ngx_http_core_post_rewrite_phase).
func (q *nginxRequest) leave() step {
	if q.changesLeft--; q.changesLeft == 0 {
		return q.special(500)
	}
	q.at = q.detail.level
	return step{}
}

// find makes the location of the path the one in effect.
func (q *nginxRequest) find() step {
	q.handler, q.uriChanged = nil, false
	q.at = q.detail.level
	found, result := q.search(q.detail.allLocations(q.model))
	if found == nil {
		return step{}
	}
	q.at = found.level
	q.took(found.level.node)
	if found.internal && !q.internal {
		return q.special(404)
	}
	q.enterLocation(found.level)
	if result != addSlash {
		return step{}
	}
	url := text{known: escapeBy(found.path, pathEscapes)}
	if q.args != (text{}) {
		url = url.join(text{known: "?"}).join(q.args)
	}
	q.location, q.hasLocation = url, true
	return q.special(301)
}

// enterLocation makes a location the one in effect, or what limit_except has in
// its place for the method (ngx_http_update_location_config).
//
// What hands requests on holds there too; other handlers do not.
func (q *nginxRequest) enterLocation(at *level) {
	q.enter(at)
	for _, limit := range at.own("limit_except") {
		if !limit.HasBlock || !limited(limit, q.method) {
			continue
		}
		if q.handler != nil && (!slashHandlers[q.handler.Name] || q.handler.Name == "memcached_pass") {
			q.handler = nil
		}
		q.enter(newLevel(limit, at))
	}
}

// limited tells whether limit_except is about a method: all that it does not
// name. GET includes HEAD.
func limited(limit *nginx.Node, method string) bool {
	for _, word := range limit.Args() {
		if word.Value == method || word.Value == "GET" && method == "HEAD" {
			return false
		}
	}
	return true
}

// rewriteLocation runs the rewrite directives of the location in effect. Without
// one those of the server have run, but for Lua code, whose handler comes last.
func (q *nginxRequest) rewriteLocation() step {
	if q.at != q.detail.level {
		if s, done := q.rewrite(q.at, true); done {
			return s
		}
	}
	for _, name := range []string{"rewrite_by_lua", "rewrite_by_lua_block", "rewrite_by_lua_file"} {
		if node := q.at.setting(name); node != nil {
			q.took(node)
			return q.cannotTell("it depends on the Lua code of " + name)
		}
	}
	return step{}
}

// redirectInternally starts again with another path.
func (q *nginxRequest) redirectInternally(path, args text) step {
	if q.changesLeft--; q.changesLeft == 0 {
		return q.special(500)
	}
	if q.setURI(path); q.stuck != "" {
		return q.cannotTell(q.stuck)
	}
	q.args, q.internal = args, true
	return step{kind: serverRewrite}
}

// enterNamed goes to a named location of the server.
func (q *nginxRequest) enterNamed(name string) step {
	if q.changesLeft--; q.changesLeft == 0 {
		return q.special(500)
	}
	at := q.detail.allLocations(q.model).named[name]
	if at == nil {
		return q.special(500)
	}
	q.internal, q.uriChanged, q.handler = true, false, nil
	q.took(at.node)
	q.enterLocation(at)
	return step{kind: locationRewrite}
}
