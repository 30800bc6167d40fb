package vhost

import (
	"slices"
	"strconv"
	"strings"

	"padlock/internal/nginx"
)

// tryFiles runs try_files. It belongs to just the block it stands in: nested
// blocks do not inherit it.
func (q *nginxRequest) tryFiles() step {
	nodes := q.at.own("try_files")
	if len(nodes) == 0 || len(nodes[0].Args()) < 2 {
		return step{}
	}
	node := nodes[0]
	q.took(node)
	args := node.Args()
	for _, candidate := range args[:len(args)-1] {
		name := q.expand(candidate.Value, false)
		directory := strings.HasSuffix(candidate.Value, "/")
		if directory && name.isKnown() {
			name.known = strings.TrimSuffix(name.known, "/")
		}
		if name.isKnown() && !directory && (name.known == "" || strings.HasSuffix(name.known, "/")) {
			continue // a name that ends in "/" is a directory, not a file
		}
		kind := "file"
		if directory {
			kind = "directory"
		}
		if !q.exists(kind, name, candidate.Value) {
			continue
		}
		if name.isKnown() && q.at.setting("alias") == nil {
			q.setURI(name)
		}
		q.found = true
		return step{}
	}
	return q.fallBack(args[len(args)-1].Value)
}

// exists asks whether there is a file or directory of a name below the root in
// effect. Another root is another question.
func (q *nginxRequest) exists(kind string, name text, written string) bool {
	root := q.documentRoot().known
	if alias := q.at.setting("alias"); alias != nil {
		root = "alias " + alias.Arg(0) + " "
	}
	if !name.isKnown() {
		name.known = written + " of " + q.uri
	}
	return q.world.ask(question{kind, root, name.known}, "which files exist", true)
}

// fallBack is the last argument of try_files.
func (q *nginxRequest) fallBack(last string) step {
	if code, ok := strings.CutPrefix(last, "="); ok {
		status, _ := strconv.Atoi(code)
		return q.specialOrClose(status)
	}
	target := q.expand(last, false)
	if strings.HasPrefix(last, "@") {
		return q.enterNamed(target.known)
	}
	return q.redirectInternally(splitArgs(target))
}

// splitArgs cuts a path at its "?" (ngx_http_split_args).
func splitArgs(t text) (path, args text) {
	before, after, found := strings.Cut(t.known, "?")
	if !found {
		return t, text{}
	}
	return text{known: before}, text{after, t.rest}
}

// specialOrClose is a status that a directive names.
func (q *nginxRequest) specialOrClose(status int) step {
	if status == 444 {
		return q.finish(Outcome{Kind: Rejects, Status: 444, Reason: "the connection is closed without an answer"})
	}
	if status < 300 {
		return q.send(status, Outcome{Kind: Serves, Reason: "a fixed answer"})
	}
	return q.special(status)
}

// content is the last phase: a handler answers, or files do.
func (q *nginxRequest) content() step {
	if q.handler != nil {
		q.took(q.handler)
		if mentionsHandler(q.handler) {
			return q.fromUpstream()
		}
		if readOnlyHandlers[q.handler.Name] && q.method != "GET" && q.method != "HEAD" {
			return q.special(405)
		}
		return q.send(0, Outcome{Kind: Serves, Reason: q.handler.Name})
	}
	switch q.method {
	case "GET", "HEAD", "POST":
	default:
		if q.at.setting("dav_methods") == nil {
			return q.special(405)
		}
	}
	if strings.HasSuffix(q.uri, "/") && q.at.setting("random_index") == nil {
		return q.directory()
	}
	return q.file()
}

// readOnlyHandlers take no method but GET and HEAD.
var readOnlyHandlers = map[string]bool{"empty_gif": true, "stub_status": true, "mp4": true, "flv": true}

// fromUpstream hands the request on. Error pages see the application's statuses
// only where they are intercepted.
func (q *nginxRequest) fromUpstream() step {
	served := Outcome{Kind: Serves, Proxied: true, Reason: q.handler.Name + " " + q.handler.Arg(0)}
	module, _, _ := strings.Cut(q.handler.Name, "_")
	if !q.at.flag(module+"_intercept_errors", false) || q.errorPageUsed {
		return q.send(0, served)
	}
	if q.world.ask(question{"upstream"}, "what the application answers", true) {
		return q.send(0, served)
	}
	for _, page := range q.errorPages() {
		if q.world.ask(question{"upstream", strconv.Itoa(page.status)}, "what the application answers", true) {
			return q.special(page.status)
		}
	}
	return q.send(0, served)
}

// matters tells whether it makes a difference that files answer with one of some
// statuses: there is an error page for it, or this is an error page itself.
func (q *nginxRequest) matters(statuses ...int) bool {
	if q.errorStatus != 0 {
		return true
	}
	return !q.errorPageUsed && slices.ContainsFunc(q.errorPages(), func(page errorPage) bool {
		return slices.Contains(statuses, page.status)
	})
}

// file answers with a file. That a directory is redirected to its name with a
// slash, that what is missing is 404, and that a file takes no POST, is all part
// of serving files, unless error pages make something else of it.
func (q *nginxRequest) file() step {
	path := text{known: q.uri}
	if !q.found && q.errorStatus == 0 && q.matters(301) && q.exists("directory", path, "") {
		q.location, q.hasLocation = text{known: escapeBy(q.uri, pathEscapes) + "/"}, true
		if q.args != (text{}) {
			q.location = q.location.join(text{known: "?"}).join(q.args)
		}
		return q.special(301)
	}
	post := q.method == "POST" && q.matters(405)
	if post && !q.found && q.exists("directory", path, "") {
		return q.send(0, Outcome{Kind: Serves, Reason: "files"})
	}
	if !q.found && (q.matters(404) || post) && !q.exists("file", path, "") {
		return q.special(404)
	}
	if post {
		return q.special(405)
	}
	return q.send(q.statusOfFile(), Outcome{Kind: Serves, Reason: "files"})
}

// statusOfFile is 200 where the file is known to exist, for nothing else is
// asked then.
func (q *nginxRequest) statusOfFile() int {
	if q.errorStatus != 0 {
		return 200
	}
	return 0
}

// directory looks for an index file, which is a new request within the server.
func (q *nginxRequest) directory() step {
	indexes := []string{"index.html"}
	if nodes := q.at.array("index"); nodes != nil {
		indexes = indexArguments(nodes)
	}
	if q.method == "GET" || q.method == "HEAD" || q.method == "POST" {
		for _, index := range indexes {
			name := q.expand(index, false)
			if strings.HasPrefix(name.known, "/") {
				return q.redirectInternally(name, q.args)
			}
			path := text{known: q.uri}.join(name)
			if q.exists("file", path, index) {
				s := q.redirectInternally(path, q.args)
				q.found = true
				return s
			}
		}
	}
	if q.at.flag("autoindex", false) {
		return q.send(q.statusOfFile(), Outcome{Kind: Serves, Reason: "a list of files"})
	}
	if !q.matters(403, 404) {
		return q.send(0, Outcome{Kind: Serves, Reason: "files"})
	}
	if q.exists("directory", text{known: strings.TrimSuffix(q.uri, "/")}, "") {
		return q.special(403)
	}
	return q.special(404)
}

func indexArguments(nodes []*nginx.Node) []string {
	var list []string
	for _, node := range nodes {
		for _, word := range node.Args() {
			list = append(list, word.Value)
		}
	}
	return list
}
