package alike

import (
	"strings"

	"padlock/internal/nginx"
)

// nginxPaths are the directives that make a path of an argument, which locations
// and rules then go by, or an address that clients are sent to.
var nginxPaths = setOf("rewrite return try_files error_page index auth_request mirror")

// paths tells that no path depends on the name. In the address of a redirect it
// may stand where the host does; and a text that is sent may hold it.
func (f *nginxFence) paths(n *nginx.Node, name string) bool {
	for _, w := range addressed(n) {
		_, rest, ok := f.host(n, w.Value, name)
		if !ok || holds(rest, name) || !f.isNeutral(rest) {
			return false
		}
	}
	return true
}

// leadsAstray tells that a redirect may go to a name that is written nowhere.
func (f *nginxFence) leadsAstray(n *nginx.Node) bool {
	for _, w := range addressed(n) {
		if _, _, ok := f.host(n, w.Value, ""); !ok {
			return true
		}
	}
	return false
}

// addressed are the arguments that may hold paths and addresses.
func addressed(n *nginx.Node) []nginx.Word {
	args := n.Args()
	if n.Name == "return" && len(args) == 2 && strings.Trim(args[0].Value, "0123456789") == "" && !strings.HasPrefix(args[0].Value, "3") {
		return nil
	}
	return args
}

// host takes the host off an address: rest is what stands behind it, or the whole
// text if it has none. ok is false if it may be another name than one that is
// written out, or that the client has asked for: one made of pieces could be
// another site's.
func (f *nginxFence) host(n *nginx.Node, text, name string) (host, rest string, ok bool) {
	scheme, after, found := strings.Cut(text, "://")
	if !found || scheme != "http" && scheme != "https" && scheme != "$scheme" {
		return "", text, !found || f.isNeutral(text)
	}
	end := len(after) - len(strings.TrimLeft(after, nameBytes))
	host, rest = after[:end], after[end:]
	variable := ""
	for v := range hostVariables {
		if tail, found := strings.CutPrefix(rest, v); found && (tail == "" || strings.IndexByte(wordBytes, tail[0]) < 0) {
			variable, rest = v, tail
		}
	}
	if tail, found := strings.CutPrefix(rest, ":$server_port"); found {
		rest = tail
	} else if found := strings.HasPrefix(rest, ":"); found {
		rest = strings.TrimLeft(rest[1:], "0123456789")
	}
	if variable != "" && host != "" && !strings.HasSuffix(host, ".") || variable == "" && host == "" {
		return host, rest, false
	}
	if variable == "" && holds(host, name) && !belongsTo(host, name) {
		return host, rest, false
	}
	return host, rest, endsHost(n, rest)
}

const (
	wordBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	nameBytes = wordBytes + "-."
)

// endsHost tells that what stands behind a host is none of it: a path, or a
// variable that begins with a slash.
func endsHost(n *nginx.Node, rest string) bool {
	if rest == "" || strings.IndexByte("/?#", rest[0]) >= 0 {
		return true
	}
	for _, v := range []string{"$request_uri", "$uri", "$document_uri"} {
		if tail, found := strings.CutPrefix(rest, v); found && (tail == "" || strings.IndexByte(wordBytes, tail[0]) < 0) {
			return true
		}
	}
	whole := strings.HasPrefix(n.Arg(0), "^(.*)") || strings.HasPrefix(n.Arg(0), "^(/")
	return n.Name == "rewrite" && whole && strings.HasPrefix(rest, "$1")
}

// hostVariables hold the name that was asked for, or the server's first.
var hostVariables = setOf("$host $http_host $server_name")
