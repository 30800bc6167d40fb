package alike

import (
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
)

// sets takes in what variables are set to, anywhere. One that is never set to
// anything with a name in it is neutral.
func (f *nginxFence) sets(config *nginx.Config, judged map[*source.File]*group) {
	values := map[string][]string{}
	config.Walk(func(n *nginx.Node) bool {
		variable := strings.ToLower(n.Arg(0))
		switch {
		case n.Name == "set":
			f.set[variable] = true
			if g := judged[n.Tree.File]; g != nil && strings.Contains(n.Arg(1), g.judged.name) {
				values[variable] = append(values[variable], "$host")
			}
			values[variable] = append(values[variable], n.Arg(1))
		case n.Name == "map" || n.Name == "geo" || n.Name == "split_clients":
			// It has a value of its own as well.
			variable = strings.ToLower(n.Arg(len(n.Args()) - 1))
			values[variable] = append(values[variable], "$host")
			return false
		}
		return true
	})
	for changed := true; changed; {
		changed = false
		for variable := range f.set {
			if !slices.ContainsFunc(values[variable], func(text string) bool { return !f.isNeutral(text) }) {
				delete(f.set, variable)
				f.neutral[variable] = true
				changed = true
			}
		}
	}
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
	if before, twice := f.neutral[variable]; twice {
		neutral = neutral && before
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
		name := rest[:len(rest)-len(strings.TrimLeft(rest, wordBytes))]
		text = rest[len(name):]
		if inner, after, found := strings.Cut(strings.TrimPrefix(rest, "{"), "}"); found && strings.HasPrefix(rest, "{") {
			name, text = inner, after
		}
		// A lone "$" ends a pattern.
		if name != "" && (f.set["$"+strings.ToLower(name)] || !f.neutral["$"+name] && !nameless(name)) {
			return false
		}
	}
}

// nameless tells that a variable of nginx's own, or a group of a pattern, holds
// nothing that depends on the site's name. Clients' headers are as they are
// whatever the name is, but for those that repeat it.
func nameless(name string) bool {
	for _, prefix := range []string{"arg_", "cookie_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	if header, ok := strings.CutPrefix(name, "http_"); ok && !strings.Contains(header, "host") && !strings.Contains(header, "server") {
		return true
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
	content_length content_type fastcgi_script_name fastcgi_path_info status body_bytes_sent bytes_sent request_time request_length time_local time_iso8601 msec
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
