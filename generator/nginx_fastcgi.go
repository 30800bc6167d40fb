package generator

import (
	"regexp"
	"slices"
)

// fastcgiParams are the usual parameters of FastCGI (RFC 3875), as nginx fills
// them; HTTP_PROXY is no header that a client may set (CVE-2016-5387).
var fastcgiParams = [][]nginxWord{
	{"QUERY_STRING", "$query_string"},
	{"REQUEST_METHOD", "$request_method"},
	{"CONTENT_TYPE", "$content_type"},
	{"CONTENT_LENGTH", "$content_length"},
	{"REQUEST_URI", "$request_uri"},
	{"DOCUMENT_URI", "$document_uri"},
	{"SERVER_PROTOCOL", "$server_protocol"},
	{"REQUEST_SCHEME", "$scheme"},
	{"HTTPS", "$https", "if_not_empty"},
	{"GATEWAY_INTERFACE", "CGI/1.1"},
	{"SERVER_SOFTWARE", "nginx"},
	{"REMOTE_ADDR", "$remote_addr"},
	{"REMOTE_PORT", "$remote_port"},
	{"SERVER_ADDR", "$server_addr"},
	{"SERVER_PORT", "$server_port"},
	{"SERVER_NAME", "$host"},
	{"REDIRECT_STATUS", "200"},
	{"HTTP_PROXY", `""`, "if_not_empty"},
}

// scriptParams are those of programs that are files.
var scriptParams = [][]nginxWord{
	{"SCRIPT_FILENAME", "$realpath_root$fastcgi_script_name"},
	{"SCRIPT_NAME", "$fastcgi_script_name"},
	{"DOCUMENT_ROOT", "$realpath_root"},
}

// parameters writes parameters for a module (fastcgi, uwsgi, scgi): the usual ones,
// those given, and empty ones in place of what the client says of itself.
func (a nginxAt) parameters(module string, usual [][]nginxWord, given []Header, at Text) []nginxItem {
	directive := module + "_param"
	own := func(name string) bool {
		return slices.ContainsFunc(given, func(h Header) bool { return h.Name == name })
	}
	out := make([]nginxItem, 0, len(usual)+len(forwardedParams())+len(given)+8)
	for _, words := range usual {
		if !own(string(words[0])) {
			out = append(out, ng(directive, words...))
		}
	}
	for _, name := range forwardedParams() {
		if !own(name) {
			out = append(out, ng(directive, nginxWord(name), `""`, "if_not_empty"))
		}
	}
	if a.host.tls && a.host.site.TLS.EarlyData && !own("HTTP_EARLY_DATA") {
		out = append(out, ng(directive, "HTTP_EARLY_DATA", "$ssl_early_data", "if_not_empty"))
	}
	out = append(out, a.passedParams(directive)...)
	for _, h := range given {
		out = append(out, ng(directive, a.w.plain(Text{h.Name, at.Range}), a.w.evaluated("", Text{h.Value, at.Range}, "")))
	}
	return out
}

// scripting is what a place says of the scripts in it, for all locations below.
func (a nginxAt) scripting() []nginxItem {
	p := a.place.PHP
	if p == nil {
		return nil
	}
	s := a.host.site
	if a.outer != nil && p.same(a.outer.PHP) && slices.Equal(s.own(a.host, a.place), s.own(a.host, a.outer)) && a.place.Cache.empty() == a.outer.Cache.empty() {
		return nil
	}
	usual := slices.Concat(scriptParams, fastcgiParams)
	out := about("What scripts are told; not what clients claim of themselves.", a.parameters("fastcgi", usual, p.Params, p.To.Text)...)
	if p.To.Upstream != nil && p.To.Upstream.Keepalive > 0 {
		out = append(out, ng("fastcgi_keep_conn", "on"))
	}
	out = append(out, a.timeouts("fastcgi", p.Timeouts)...)
	return append(append(out, gap[nginxWord]()), a.hiding("fastcgi", nil)...)
}

// php is what answers in a place of scripts: files as they are, scripts by the
// other program, and the front controller for the rest. The front controller is
// reached through a named location with all that the place says, as a redirect to
// its path would leave the place.
func (a nginxAt) php() (inner, nested []nginxItem) {
	p := a.place.PHP
	for _, c := range p.Closed {
		if a.route.concerns(c.Pattern) {
			nested = append(append(nested, gap[nginxWord]()), about(c.Why, ngBlock(a.nobody(), "location", "~", a.w.plain(Text{c.Pattern, p.To.Range})))...)
		}
	}
	if a.route != nil && a.route.Kind == Exact {
		nested = nil // an exact location holds no others
		if matches(p.script(), a.route.Path.Value) {
			return append([]nginxItem{ng("try_files", "$uri", "=404")}, a.run()), nil
		}
	} else {
		nested = append(append(nested, gap[nginxWord]()), about("Scripts that are there. What a client has made up must not be run.",
			ngBlock(a.script(), "location", "~", a.w.plain(Text{p.scriptPattern(), p.To.Range})))...)
		nested = append(append(nested, gap[nginxWord]()), about("Other scripts are neither run nor shown.",
			ngBlock(a.nobody(), "location", "~", a.w.plain(Text{p.otherScripts(), p.To.Range})))...)
	}
	nested = append(nested, a.versioned()...)
	if p.Front.Value == "" {
		return []nginxItem{ng("try_files", "$uri", "$uri/", "=404")}, nested
	}
	return []nginxItem{ng("try_files", "$uri", "$uri/", a.front())}, nested
}

// script runs a script that is there.
func (a nginxAt) script() []nginxItem {
	if !a.place.PHP.PathInfo {
		return []nginxItem{ng("try_files", "$uri", "=404"), a.run()}
	}
	out := []nginxItem{
		ng("fastcgi_split_path_info", `"^(.+?\\.php)(/.*)$"`),
		// try_files empties the variable that it is kept in (nginx, ticket 321).
		ng("set", "$padlock_path_info", "$fastcgi_path_info"),
		ng("try_files", "$fastcgi_script_name", "=404"),
	}
	usual := append(append([][]nginxWord{{"PATH_INFO", "$padlock_path_info"}}, scriptParams...), fastcgiParams...)
	out = append(out, a.parameters("fastcgi", usual, a.place.PHP.Params, a.place.PHP.To.Text)...)
	return append(out, a.run())
}

func (a nginxAt) run() nginxItem {
	to := &a.place.PHP.To
	return ng("fastcgi_pass", a.w.evaluated("", Text{a.address(to), to.Range}, ""))
}

// front is the named location of the place's front controller. A route that differs
// from the site in nothing that a location says shares the site's.
func (a nginxAt) front() nginxWord {
	var body []nginxItem
	own := a.route == nil || a.host.site.PHP == nil || a.host.site.PHP.Front.Value != a.place.PHP.Front.Value
	for _, setting := range nginxSettings {
		items := setting(a)
		own = own || len(items) > 0
		body = apart(body, items)
	}
	if !own {
		return nginxWord("@padlock_front_" + a.host.site.placeID(nil))
	}
	name := nginxWord("@padlock_front_" + a.id())
	body = apart(body, []nginxItem{ng("rewrite", "^", a.frontScript(), "break"), a.run()})
	*a.named = append(append(*a.named, gap[nginxWord]()),
		about("The front controller, on the terms of the place that leads here.", ngBlock(body, "location", name))...)
	return name
}

// frontScript is the front controller, or the variable that holds it where directories
// have ones of their own.
func (a nginxAt) frontScript() nginxWord {
	p := a.place.PHP
	front := a.w.evaluated("", p.Front, "")
	if len(p.Fronts) == 0 {
		return front
	}
	rows := []nginxItem{ng("default", front)}
	for _, own := range p.Fronts {
		rows = append(rows, ng(quotedKey("^"+regexp.QuoteMeta(own.Directory)), nginxWord(own.Script)))
	}
	return a.variable("front", "$uri", rows...)
}

// versioned are files under names that change with them, and the script that makes those
// which are not there.
func (a nginxAt) versioned() []nginxItem {
	v := a.place.PHP.Versioned
	if v == nil || !a.route.concerns("^"+v.Directory) || a.route != nil && a.route.Kind == Exact {
		return nil
	}
	name := nginxWord("@padlock_versioned_" + a.id())
	var body []nginxItem
	for _, setting := range nginxSettings {
		body = apart(body, setting(a))
	}
	script := nginxWord(v.Script + "?" + v.Parameter + "=$1")
	body = apart(body, []nginxItem{ng("rewrite", nginxWord(quoteNginx(v.pattern())), script, "break"), a.run()})
	*a.named = append(*a.named, gap[nginxWord](), ngBlock(body, "location", name))
	return append([]nginxItem{gap[nginxWord]()}, about("Files under names that change with them.",
		ngBlock([]nginxItem{ng("try_files", nginxWord(v.Directory+"$1"), name)}, "location", "~", nginxWord(quoteNginx(v.pattern()))))...)
}
