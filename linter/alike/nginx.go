package alike

import (
	"strings"

	"padlock/internal/nginx"
)

// nginxFence judges whether an nginx can tell sites apart by their names, other
// than by serving each for its own.
type nginxFence struct {
	// neutral are variables of the configuration's own that no name is in.
	neutral map[string]bool
}

// newNginxFence looks at what stands around the sites. ok is false if something
// there decides by names.
func newNginxFence(config *nginx.Config) (f *nginxFence, ok bool) {
	f = &nginxFence{neutral: map[string]bool{}}
	set := map[string]bool{}
	ok = true
	config.Walk(func(n *nginx.Node) bool {
		switch n.Name {
		case "map", "geo", "split_clients":
			ok = f.table(n) && ok
			return false
		case "set":
			set[n.Arg(0)] = true
		case "server_name":
			for _, w := range n.Args() {
				ok = ok && !strings.HasPrefix(w.Value, "~")
			}
		}
		return true
	})
	for name := range set {
		delete(f.neutral, name)
	}
	return f, ok
}

// table takes in a table that gives a variable its value. It must not go by a
// name, nor must a variable that does.
func (f *nginxFence) table(n *nginx.Node) bool {
	args := n.Args()
	if len(args) == 0 {
		return false
	}
	source, variable := "", args[len(args)-1].Value
	if len(args) > 1 {
		source = args[0].Value
	}
	neutral := f.isNeutral(source)
	for _, entry := range n.Children {
		for _, w := range entry.Args() {
			neutral = neutral && f.isNeutral(w.Value)
		}
	}
	f.neutral[variable] = neutral
	return f.isNeutral(source)
}

// isNeutral tells that no variable in a text holds a name.
func (f *nginxFence) isNeutral(text string) bool {
	for {
		_, rest, found := strings.Cut(text, "$")
		if !found {
			return true
		}
		name := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"))]
		text = rest[len(name):]
		if inner, after, found := strings.Cut(strings.TrimPrefix(rest, "{"), "}"); found && strings.HasPrefix(rest, "{") {
			name, text = inner, after
		}
		// A lone "$" ends a pattern.
		if name != "" && !f.neutral["$"+name] && !nameless(name) {
			return false
		}
	}
}

// nameless tells that a variable of nginx's own, or a group of a pattern, holds
// nothing that depends on the site's name.
func nameless(name string) bool {
	for _, prefix := range []string{"arg_", "cookie_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return namelessVariables[name] || len(name) == 1 && name[0] >= '1' && name[0] <= '9'
}

// namelessVariables are those of nginx (documentation of its modules, 1.30)
// that tell of the connection, the path and the client, and not of the host. A
// variable that is not here counts as one that does.
var namelessVariables = setOf(`
	args query_string is_args uri document_uri request_uri request_method scheme https
	server_port server_protocol server_addr remote_addr remote_port binary_remote_addr
	proxy_protocol_addr proxy_protocol_port realip_remote_addr connection connection_requests
	content_length content_type http_accept http_accept_encoding http_accept_language
	http_authorization http_cache_control http_connection http_cookie http_range
	http_upgrade http_user_agent http_x_forwarded_for http_x_forwarded_proto
	http_x_forwarded_port http_x_forwarded_ssl http_x_requested_with http_if_modified_since
	status body_bytes_sent bytes_sent request_time request_length time_local time_iso8601 msec
	sent_http_content_type upstream_http_content_type upstream_status upstream_cache_status
	limit_rate remote_user pid ssl_protocol ssl_cipher ssl_client_verify ssl_early_data http2 http3
`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// nginxOpaque are the directives that take a name in an argument as it is: as a
// path, a value that is passed on, a name for something. What they do does not
// depend on which name it is.
var nginxOpaque = setOf(`
	root alias access_log error_log
	ssl_certificate ssl_certificate_key ssl_trusted_certificate ssl_client_certificate
	ssl_password_file ssl_stapling_file ssl_crl ssl_session_ticket_key
	auth_basic auth_basic_user_file add_header expires
	proxy_pass fastcgi_pass uwsgi_pass scgi_pass grpc_pass
	fastcgi_param uwsgi_param scgi_param proxy_set_header grpc_set_header
	proxy_redirect proxy_cookie_domain proxy_cookie_path proxy_hide_header
	proxy_ssl_name proxy_ssl_trusted_certificate
	client_body_temp_path set upstream server
`)

// nginxPaths are the directives that make a path of an argument, which locations
// and rules then go by.
var nginxPaths = setOf("rewrite return try_files error_page index auth_request mirror")

// site tells that a directive outside of all others of a site's file, and what it
// holds, does the same for every name.
func (f *nginxFence) site(n *nginx.Node, name string) bool {
	switch {
	case n.Name == "server" && n.HasBlock && n.Context() == "http":
		return f.block(n, name)
	case n.Name == "upstream" && n.HasBlock && n.Context() == "http":
		return f.directive(n, name) && f.block(n, name)
	}
	return false
}

func (f *nginxFence) block(n *nginx.Node, name string) bool {
	for _, child := range n.Children {
		if !f.directive(child, name) || !f.block(child, name) {
			return false
		}
	}
	return true
}

func (f *nginxFence) directive(n *nginx.Node, name string) bool {
	switch {
	case n.Raw || strings.Contains(n.Name, name):
		return false
	case n.Name == "server_name":
		return serverNames(n, name)
	case n.Name == "if":
		return f.condition(n, name)
	case n.Name == "listen":
		return !anyContains(n.Args(), "default") && !anyContains(n.Args(), name)
	case n.Name == "valid_referers":
		return false
	case nginxPaths[n.Name]:
		return f.paths(n, name)
	case nginxOpaque[n.Name]:
		return true
	}
	return !anyContains(n.Args(), name)
}

func anyContains(words []nginx.Word, text string) bool {
	for _, w := range words {
		if strings.Contains(w.Value, text) {
			return true
		}
	}
	return false
}

// serverNames tells that all names of a server are the site's, or lie below it.
func serverNames(n *nginx.Node, name string) bool {
	for _, w := range n.Args() {
		if !belongsTo(w.Value, name) {
			return false
		}
	}
	return len(n.Args()) > 0
}

// belongsTo tells that a name is a site's, or one below it: "name",
// "www.name", "*.name" or ".name".
func belongsTo(text, name string) bool {
	below, ok := strings.CutSuffix(text, name)
	return ok && (below == "" || strings.HasSuffix(below, ".")) && strings.Trim(below, "abcdefghijklmnopqrstuvwxyz0123456789-.*") == ""
}

// condition tells that an "if" does not decide by the name, or by nothing but
// whether it is one of the site's own. Whether a file exists is not known.
func (f *nginxFence) condition(n *nginx.Node, name string) bool {
	var words []string
	for _, w := range n.Args() {
		words = append(words, w.Value)
	}
	text := strings.Join(words, " ")
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "("), ")"))
	words = strings.Fields(text)
	switch {
	case len(words) == 2 && len(words[0]) <= 3 && strings.Contains(words[0], "-"):
		return true
	case len(words) == 3 && (words[1] == "=" || words[1] == "!=") && hostVariables[words[0]]:
		return f.isNeutral(words[2]) && (belongsTo(words[2], name) || !strings.Contains(words[2], name))
	}
	return f.isNeutral(text) && !strings.Contains(text, name)
}

// hostVariables hold the name that was asked for, or the server's first.
var hostVariables = setOf("$host $http_host $server_name")

// paths tells that no path depends on the name. In the address of a redirect it
// may stand where the host does; and a text that is sent may hold it.
func (f *nginxFence) paths(n *nginx.Node, name string) bool {
	args := n.Args()
	if n.Name == "return" && len(args) == 2 && !strings.HasPrefix(args[0].Value, "3") {
		return true
	}
	for _, w := range args {
		if rest := withoutHost(w.Value); strings.Contains(rest, name) || !f.isNeutral(rest) {
			return false
		}
	}
	return true
}

// withoutHost is an address without its host, or a text that is none as it is.
func withoutHost(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme != "http" && scheme != "https" && scheme != "$scheme" {
		return text
	}
	end := strings.IndexAny(rest, "/?#")
	for _, uri := range []string{"$request_uri", "$uri", "$document_uri"} {
		if at := strings.Index(rest, uri); at >= 0 && (end < 0 || at < end) {
			end = at
		}
	}
	if end < 0 {
		return ""
	}
	return rest[end:]
}
