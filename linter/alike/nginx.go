package alike

import (
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// nginxFence judges whether an nginx can tell sites apart by their names, other
// than by serving each for its own.
type nginxFence struct {
	// neutral are variables of the configuration's own that no name is in, set
	// those that something sets while a request is served.
	neutral, set map[string]bool
	// defaults are the virtual hosts that answer for names that no other has.
	defaults map[source.Span]bool
	// label is the one by which the file of the site that is looked at speaks of it,
	// beside its name; empty if it does not.
	label string
}

// newNginxFence looks at what stands around the sites, in the files that are not
// judged for others. ok is false if something there decides by names.
func newNginxFence(config *rule.Config, judged map[*source.File]*group) (f *nginxFence, ok bool) {
	f = &nginxFence{neutral: map[string]bool{}, set: map[string]bool{}, defaults: map[source.Span]bool{}}
	for _, l := range config.Model().Listeners {
		f.defaults[l.Default.Origin.Span] = true
	}
	f.sets(config.Nginx, judged)
	ok = true
	config.Nginx.Walk(func(n *nginx.Node) bool {
		switch {
		case n.Name == "map" || n.Name == "geo" || n.Name == "split_clients":
			ok = f.table(n) && ok
			return false
		case judged[n.Tree.File] == nil:
			ok = ok && f.around(n)
		}
		return ok
	})
	return f, ok
}

// around tells that a directive that is no part of a site treats all sites alike.
// A virtual host that has names of its own may do with them what it likes.
func (f *nginxFence) around(n *nginx.Node) bool {
	switch {
	case n.Name == "server_name":
		for _, w := range n.Args() {
			if strings.HasPrefix(w.Value, "~") {
				return false
			}
		}
	case n.Name == "if":
		return !f.answersStrangers(n) || f.condition(n, "")
	case nginxPaths[n.Name] && f.answersStrangers(n):
		return f.paths(n, "")
	case nginxPaths[n.Name]:
		return !f.leadsAstray(n)
	}
	return true
}

// answersStrangers tells that a directive holds for requests for names that no
// virtual host has.
func (f *nginxFence) answersStrangers(n *nginx.Node) bool {
	server := n.Within("server")
	return server == nil || server.Synthetic() || f.defaults[server.HeadSpan()]
}

// nginxFiles are the directives whose first argument is a path, or a text, that
// nothing depends on. It may be made of a name and other letters.
var nginxFiles = setOf(`
	root alias access_log error_log
	ssl_certificate ssl_certificate_key ssl_trusted_certificate ssl_client_certificate
	ssl_password_file ssl_stapling_file ssl_crl ssl_session_ticket_key
	auth_basic auth_basic_user_file client_body_temp_path proxy_ssl_trusted_certificate
`)

// nginxValues are the directives that give a value to what their first argument
// names.
var nginxValues = setOf("add_header fastcgi_param uwsgi_param scgi_param proxy_set_header grpc_set_header set")

// nginxHosts are the directives that take a name as it is, in any argument: as the
// name of another server, or of something of the configuration.
var nginxHosts = setOf(`
	proxy_pass fastcgi_pass uwsgi_pass scgi_pass grpc_pass upstream server
	proxy_redirect proxy_cookie_domain proxy_cookie_path proxy_ssl_name
`)

// site tells that a directive outside of all others of a site's file, and what it
// holds, does the same for every name. label is the one by which the file speaks
// of the site beside its name; empty if it does not.
func (f *nginxFence) site(n *nginx.Node, name, label string) bool {
	f.label = label
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
	args := n.Args()
	switch {
	case n.Raw || strings.Contains(n.Name, name) || f.label != "" && !f.labelsPaths(n, name):
		return false
	case n.Name == "server_name":
		return serverNames(n, name)
	case n.Name == "if":
		return f.condition(n, name)
	case n.Name == "listen":
		return !anyContains(args, "default") && !anyContains(args, name)
	case n.Name == "valid_referers":
		return false
	case nginxPaths[n.Name]:
		return f.paths(n, name)
	case !anyContains(args, name):
		return true
	case anyBroken(args, name):
		return false
	case nginxFiles[n.Name]:
		return !anyContains(args[1:], name)
	case nginxValues[n.Name]:
		return !strings.Contains(args[0].Value, name) && !strings.EqualFold(args[0].Value, "Strict-Transport-Security")
	case nginxHosts[n.Name]:
		return allWhole(args, name)
	}
	return false
}

// labelsPaths tells that a directive has the site's label, where it does not begin
// its name, in nothing but a path.
func (f *nginxFence) labelsPaths(n *nginx.Node, name string) bool {
	for i, w := range n.Words {
		if !strings.Contains(strings.ReplaceAll(w.Value, name, ""), f.label) {
			continue
		}
		path := i == 1 && nginxFiles[n.Name] || nginxHosts[n.Name] && strings.HasPrefix(w.Value, "unix:/")
		if !path || strings.ContainsAny(w.Value, `$\`) {
			return false
		}
	}
	return true
}

func anyContains(words []nginx.Word, text string) bool {
	for _, w := range words {
		if strings.Contains(w.Value, text) {
			return true
		}
	}
	return false
}

// holds tells that a text has the name of a site in it, if it is about one.
func holds(text, name string) bool { return name != "" && strings.Contains(text, name) }

// anyBroken tells that a name in one of some words begins as a part of something
// else, the name of a variable or what is behind a backslash.
func anyBroken(words []nginx.Word, name string) bool {
	for _, w := range words {
		for before, rest, found := strings.Cut(w.Value, name); found; {
			if strings.HasSuffix(before, `\`) {
				return true
			}
			if before = strings.TrimRight(before, wordBytes); strings.HasSuffix(before, "$") || strings.HasSuffix(before, "{") {
				return true
			}
			var more string
			more, rest, found = strings.Cut(rest, name)
			before = name + more
		}
	}
	return false
}

// allWhole tells that in some words the name is a name, or the end of one that
// lies below: other letters beside it make another one of it, which may be somebody
// else's. Nor may it stand in a regular expression. The path of a socket is nobody's
// name.
func allWhole(words []nginx.Word, name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
	for _, w := range words {
		if !strings.Contains(w.Value, name) || strings.Contains(w.Value, "unix:/") {
			continue
		}
		if strings.HasPrefix(w.Value, "~") {
			return false
		}
		parts := strings.Split(w.Value, name)
		for i, part := range parts {
			if i > 0 && part != "" && strings.IndexByte(letters+".", part[0]) >= 0 ||
				i < len(parts)-1 && part != "" && strings.IndexByte(letters, part[len(part)-1]) >= 0 ||
				i > 0 && i < len(parts)-1 && part == "" {
				return false
			}
		}
	}
	return true
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
// whether it is one of the site's own, or one that is written out. Whether a file
// exists is not known.
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
	case len(words) == 3 && hostVariables[words[0]] && (words[1] == "=" || words[1] == "!="):
		return !strings.Contains(words[2], "$") && (belongsTo(words[2], name) || !holds(words[2], name))
	case len(words) == 3 && hostVariables[words[0]] && strings.Contains(words[1], "~"):
		return withWWW[words[2]]
	}
	return f.isNeutral(text) && !holds(text, name)
}

// withWWW are patterns that ask for nothing but "www." in front of a name. No
// site's name begins with it (see plain).
var withWWW = setOf(`^www\. ^www\..* ^www\..*$ ^www\..+ ^www\..+$`)
