package vhost

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// answer sends a request through the phases of httpd: the connection, reading
// the path, finding the target (mod_rewrite, mod_proxy, mod_alias), access, and
// what is decided last (server/request.c, 2.4.71).
func (s *apacheServer) answer(h *Host, l *Listener, r Request) Outcome {
	e := apacheExplorers.Get().(*apacheExplorer)
	e.arrived = apacheVisit{s: s, h: h.detail.(*apacheHost), l: l, r: r}
	o := e.explored()
	e.arrived, e.visit, e.explorer = apacheVisit{}, apacheVisit{layers: e.visit.layers[:0]}, explorer{follow: e.follow}
	apacheExplorers.Put(e)
	if s.others == nil || o.Kind == CannotTell {
		return o
	}
	return s.others.confirm(o, h, l, r)
}

// apacheExplorer is a request as it arrives, followed in every world.
type apacheExplorer struct {
	arrived, visit apacheVisit
	explorer
}

// apacheExplorers are used again: a request takes a large part of a kilobyte.
var apacheExplorers = sync.Pool{New: func() any {
	e := new(apacheExplorer)
	e.follow = func(w *world) Outcome {
		layers := e.visit.layers[:0]
		e.visit = e.arrived
		e.visit.world, e.visit.layers = w, layers
		return e.visit.s.answerHere(&e.visit, e.visit.r.Path)
	}
	return e
}}

// answerHere answers for a path, which is another than the request's only where
// the server asks itself.
func (s *apacheServer) answerHere(v *apacheVisit, path string) Outcome {
	v.s = s
	if v.r.Port == 0 {
		v.r.Port = v.l.Address.Port
	}
	o := v.run(path)
	if o.Kind == Redirects && strings.IndexFunc(o.URL, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) >= 0 {
		o = Outcome{Kind: Rejects, Status: 500, Reason: "the target of the redirect has control characters"}
	}
	o.By = v.by
	for _, layer := range v.layers {
		if layer.doubt == "" && !layer.scope.item.IsZero() {
			o.Route = originOf(layer.scope.item)
		}
	}
	if o.Kind == CannotTell {
		return o
	}
	v.addHeaders(&o)
	if o.Kind == Serves && !o.Proxied && !v.inside && v.depth < maxDepth {
		return v.throughDir(o)
	}
	return o
}

// throughDir compares the answer for a path with those for the paths that mod_dir
// takes in its place: the index files of a directory where they exist, and
// FallbackResource where nothing does. It asks for them with GET, whatever the
// method is (ap_sub_req_lookup_uri).
func (v *apacheVisit) throughDir(o Outcome) Outcome {
	if strings.HasSuffix(v.uri, "/") {
		for _, name := range v.indexNames() {
			path := v.uri + name
			if strings.HasPrefix(name, "/") {
				path = name
			}
			if o = v.through(o, path, "it depends on whether "+name+" exists"); o.Kind != Serves {
				return o
			}
		}
	}
	if d, _, ok := v.setting("fallbackresource"); ok && strings.HasPrefix(d.first(), "/") {
		return v.through(o, d.first(), "it depends on whether the file exists")
	}
	return o
}

// through is the outcome if another path may be served in its place.
func (v *apacheVisit) through(o Outcome, path, doubt string) Outcome {
	r := v.r
	r.Method = "GET"
	inside := v.s.answerHere(&apacheVisit{h: v.h, l: v.l, r: r, world: v.world, inside: true, depth: v.depth + 1}, escapePath(path))
	if inside.Kind != Serves {
		return Outcome{Kind: CannotTell, Reason: doubt, By: o.By}
	}
	o.Proxied = o.Proxied || inside.Proxied
	o.HeadersUnknown = o.HeadersUnknown || inside.HeadersUnknown || !sameHeaders(o.Headers, inside.Headers)
	return o
}

// cannotTell is the outcome if v.why tells that something was not known.
func (v *apacheVisit) cannotTell() Outcome {
	return Outcome{Kind: CannotTell, Reason: cmp.Or(v.why, "it cannot be known")}
}

func (v *apacheVisit) run(path string) Outcome {
	if v.l.TLS.V && !v.r.TLS && v.l.Default != nil {
		v.h = v.l.Default.detail.(*apacheHost) // no name has been read
	}
	v.layers = v.layers[:0]
	for _, scope := range v.scopes() {
		v.layers = append(v.layers, apacheLayer{scope: scope})
	}
	switch {
	case v.l.TLS.V && !v.r.TLS:
		v.by = append(v.by, v.l.TLS.Origin)
		return v.reject(400, "plain HTTP is spoken to a port with TLS")
	case !v.l.TLS.V && v.r.TLS:
		return Outcome{Kind: Rejects, Reason: "the port speaks plain HTTP"}
	case v.r.TLS && v.r.NoCertificate && v.h.host.TLS != nil && v.h.host.TLS.ClientAuth.V == "require":
		// Status 0: it is the handshake that fails (mod_ssl).
		return Outcome{Kind: Rejects, Reason: "a certificate is asked for", By: append(v.by, v.h.host.TLS.ClientAuth.Origin)}
	}
	v.args, v.hasArgs = v.r.Query, v.r.HasQuery || v.r.Query != ""
	if v.erring {
		path, v.args, v.hasArgs = strings.Cut(path, "?")
	}
	if o, ok := v.strictHost(); ok {
		return o
	}
	v.believeProxies()
	return v.process(path, v.args, v.hasArgs)
}

// strictHost is StrictHostCheck: unknown names are refused (2.4.49).
func (v *apacheVisit) strictHost() (Outcome, bool) {
	if v.r.Name == "" || !v.switchedOn("stricthostcheck", false) {
		return Outcome{}, false
	}
	name := strings.TrimSuffix(strings.ToLower(v.r.Name), ".")
	if names := v.s.lists[v.l]; names != nil {
		_, named := names.find(name)
		// Of several on an address, one that is asked for by its address is known.
		_, written := names.written[strings.Trim(name, "[]")]
		if named || written && len(names.hosts) > 1 {
			return Outcome{}, false
		}
	}
	return v.reject(400, "no virtual host has the name"), true
}

// maxRounds bounds internal redirects; httpd's own bound is 10
// (LimitInternalRecursion).
const maxRounds = 10

// process is one pass over a path, as sent by the client or by an internal
// redirect.
func (v *apacheVisit) process(raw, query string, hasQuery bool) Outcome {
	v.args, v.hasArgs = query, hasQuery
	for strings.HasPrefix(raw, "//") {
		raw = raw[1:] // ap_parse_uri drops further slashes at the start
	}
	v.uri = raw
	v.setEnvIf(true)
	if o, done := v.readPath(raw); done {
		return o
	}
	v.walk(false)
	if v.why != "" {
		return v.cannotTell()
	}
	if o, done := v.translate(); done || v.why != "" {
		return v.either(o)
	}
	v.walk(true)
	v.setEnvIf(false)
	if o, done := v.access(); done || v.why != "" {
		return v.either(o)
	}
	v.fixed = true
	v.setEnvironment()
	if o, done := v.fixups(); done || v.why != "" {
		return v.either(o)
	}
	return v.serve()
}

// either is the outcome, unless something on the way was not known.
func (v *apacheVisit) either(o Outcome) Outcome {
	if v.why != "" {
		return v.cannotTell()
	}
	return o
}

func (v *apacheVisit) readPath(raw string) (Outcome, bool) {
	merge := v.switchedOn("mergeslashes", true)
	normal, ok := normalizePath(decodeUnreserved(raw), merge)
	if !ok {
		return v.reject(400, "the path leads above the root"), true
	}
	slashes := v.encodedSlashes()
	decoded, status := unescapePath(normal, slashes)
	if status != 0 {
		return v.reject(status, "the path has an escape that is refused"), true
	}
	if slashes == slashesDecoded {
		if decoded, ok = normalizePath(decoded, merge); !ok {
			return v.reject(400, "the path leads above the root"), true
		}
	}
	v.uri = decoded
	return Outcome{}, false
}

// encodedSlashes is AllowEncodedSlashes, the one setting that virtual hosts do not
// inherit (core.c, tried).
func (v *apacheVisit) encodedSlashes() encodedSlashes {
	if d, ok := v.h.scope.last("allowencodedslashes"); ok {
		switch strings.ToLower(d.first()) {
		case "on":
			return slashesDecoded
		case "nodecode":
			return slashesKept
		}
	}
	return slashesRefused
}

// reject is an error answer, which ErrorDocument may turn into a redirect.
func (v *apacheVisit) reject(status int, reason string) Outcome {
	d, target, doubt := v.errorDocument(status)
	if target == "" {
		return Outcome{Kind: Rejects, Status: status, Reason: reason}
	}
	if v.status != 0 {
		v.unknown("a rule has made a redirect of the request, and it is refused later")
		return v.cannotTell()
	}
	page := v.errorPage(status, target)
	if doubt != "" || page.Kind == Redirects || page.Kind == CannotTell {
		v.unknown(cmp.Or(doubt, "it depends on what ErrorDocument "+target+" leads to"))
		return v.cannotTell()
	}
	if page.Kind == Rejects {
		status = page.Status
	}
	if !isHTTP(target) || status == 401 {
		return Outcome{Kind: Rejects, Status: status, Reason: reason}
	}
	v.by = append(v.by, originOf(d.item))
	url, why := v.attempt(func() string { return v.expandString(target, false) })
	if why != "" {
		v.unknown(why)
		return v.cannotTell()
	}
	return Outcome{Kind: Redirects, Status: 302, URL: url, Reason: reason}
}

// errorDocument is the path or URL that ErrorDocument gives for a status; ""
// for a text or none.
func (v *apacheVisit) errorDocument(status int) (d apacheDirective, target, doubt string) {
	for _, layer := range slices.Backward(v.layers) {
		for _, d := range slices.Backward(layer.scope.directives) {
			if d.name != "errordocument" {
				continue
			}
			words := d.item.Words()
			if len(words) < 2 || words[0].Value != strconv.Itoa(status) {
				continue
			}
			if target := words[1].Value; isHTTP(target) || strings.HasPrefix(target, "/") {
				return d, target, layer.doubt
			}
			return d, "", ""
		}
	}
	return apacheDirective{}, "", ""
}

// maxDepth bounds requests that the server makes because of others that it has made:
// an index file whose absence has a page, which falls back to another.
const maxDepth = 2

// errorPage is what becomes of the path of an ErrorDocument for a status, which httpd
// requests inside with GET, a query of its own, and the variables of the request
// (ap_die_r); the zero Outcome if it is no path. If it is refused, the first error is
// told, unless a rule of mod_rewrite refuses it.
func (v *apacheVisit) errorPage(status int, target string) Outcome {
	if v.erring || v.depth == maxDepth || !strings.HasPrefix(target, "/") {
		return Outcome{}
	}
	r := v.r
	r.Method = "GET"
	page := &apacheVisit{h: v.h, l: v.l, r: r, world: v.world, erring: true, depth: v.depth + 1}
	page.redirected(v.env)
	page.setEnv("REDIRECT_STATUS", strconv.Itoa(status))
	o := v.s.answerHere(page, target)
	if o.Kind == Rejects && !page.ruledOut {
		o.Status = status
	}
	return o
}

// showsErrorPage tells that ErrorDocument has a path of the site for a status.
func (v *apacheVisit) showsErrorPage(status int) bool {
	_, target, _ := v.errorDocument(status)
	return strings.HasPrefix(target, "/")
}

func isHTTP(url string) bool {
	lower := strings.ToLower(url)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// translate finds the target: rules first, then ProxyPass, Redirect and Alias,
// then DocumentRoot.
func (v *apacheVisit) translate() (Outcome, bool) {
	v.filename = v.uri
	o, found := v.serverRewrite()
	if found == rewriteAnswered {
		return o, true
	}
	if found == rewriteTarget {
		return Outcome{}, false
	}
	for _, step := range []func() (Outcome, bool, bool){v.proxyPass, v.wholeRedirect, v.serverRedirect, v.alias} {
		if o, answered, placed := step(); answered || placed || v.why != "" {
			return o, answered
		}
	}
	v.place(v.documentRoot(), v.uri)
	return Outcome{}, false
}

// place puts the request into the file system, below a directory that is taken
// to exist.
func (v *apacheVisit) place(base, rest string) {
	v.base = strings.TrimRight(base, "/")
	v.file = base + rest
}

// fixups are the last decisions: rules and redirects of sections, and mod_md.
func (v *apacheVisit) fixups() (Outcome, bool) {
	if o, done := v.directoryRewrite(); done || v.why != "" {
		return o, true
	}
	if o, done := v.sectionRedirect(); done || v.why != "" {
		return o, true
	}
	return v.requireHTTPS()
}

// requireHTTPS is MDRequireHttps of mod_md, for names that it manages; paths
// below /.well-known/ stay.
func (v *apacheVisit) requireHTTPS() (Outcome, bool) {
	d, ok := v.s.main.scope.last("mdrequirehttps")
	if !ok || v.r.TLS || v.h.host.TLS == nil || !v.h.host.TLS.Managed || strings.HasPrefix(v.uri, "/.well-known/") {
		return Outcome{}, false
	}
	status := 0
	switch strings.ToLower(d.first()) {
	case "permanent":
		status = 301
	case "temporary":
		status = 302
	default:
		return Outcome{}, false
	}
	if m := v.method(); m != "GET" && m != "HEAD" {
		status += 6
		if status == 307 {
			status = 308
		} else {
			status = 307
		}
	}
	v.by = append(v.by, originOf(d.item))
	url := "https://" + v.serverName() + escapePath(v.uri)
	if v.args != "" {
		url += "?" + v.args
	}
	return Outcome{Kind: Redirects, Status: status, URL: url}, true
}

func (v *apacheVisit) serve() Outcome {
	if v.backend != "" {
		return Outcome{Kind: Serves, Proxied: true, Reason: "the request is passed to " + v.backend}
	}
	if strings.HasSuffix(v.file, "/") && !strings.HasSuffix(v.uri, "/") && !strings.EqualFold(v.directorySlash(), "off") {
		// mod_dir would redirect to the path with a slash.
		v.unknown("it depends on whether " + v.file + " is a directory")
		return v.cannotTell()
	}
	_, target, _ := v.errorDocument(404)
	if page := v.errorPage(404, target); isHTTP(target) || page.Kind == Redirects || page.Kind == CannotTell || page.Kind == Rejects && page.Status != 404 {
		v.unknown("it depends on whether the file exists")
		return v.cannotTell()
	}
	o := Outcome{Kind: Serves, Reason: "files below " + cmp.Or(v.base, "/")}
	if m := v.method(); m == "GET" || m == "HEAD" || m == "POST" {
		o.Status = v.status
	}
	return o
}

// directorySlash is the setting DirectorySlash.
func (v *apacheVisit) directorySlash() string {
	d, _, _ := v.setting("directoryslash")
	if d.name == "" {
		return "on"
	}
	return d.first()
}
