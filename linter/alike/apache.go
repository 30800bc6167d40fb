package alike

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/source"
)

// apacheFence judges whether an Apache can tell sites apart by their names, other
// than by serving each for its own.
type apacheFence struct {
	// label is the one by which the file of the site that is looked at speaks of it,
	// beside its name; empty if it does not.
	label string
	// patterns are where the <Directory> sections with wildcards that hold for all
	// sites begin to matter: the directories before the first wildcard.
	patterns []string
}

// newApacheFence looks at what stands around the virtual hosts and holds for all
// of them. ok is false if something there decides by names. through are the
// Include directives that sites are read by: what changes the meaning of what
// follows must not stand between sites.
func newApacheFence(config *apache.Config, through map[source.Span]bool) (f *apacheFence, ok bool) {
	f = &apacheFence{}
	for item := range config.All() {
		if apacheSequential[strings.ToLower(item.Name())] {
			for _, include := range item.Includes() {
				if through[include] {
					return f, false
				}
			}
		}
	}
	for item := range config.Children() {
		if !item.Is("VirtualHost") && !f.tree(item, "") {
			return f, false
		}
	}
	return f, true
}

// apacheSequential are the directives that change what the lines below them mean.
var apacheSequential = setOf("define undefine undef loadmodule loadfile serverroot use macro undefmacro addmodule clearmodulelist")

// apacheOpaque are the directives that take a name in an argument as it is: as a
// path, or a value that is passed on.
var apacheOpaque = setOf(`
	errorlog customlog transferlog serveradmin
	sslcertificatefile sslcertificatekeyfile sslcertificatechainfile sslcacertificatefile
	sslocspoverrideresponder
	proxypassreverse proxypassreversecookiedomain
	suexecusergroup authname authuserfile authgroupfile
	php_admin_value php_value php_admin_flag php_flag sethandler fcgidwrapper
`)

// apacheLabelled are those of the directives that take a name in which the site's
// label may stand by itself: in the paths of its files, and in the user it runs as.
var apacheLabelled = setOf(`
	documentroot directory errorlog customlog transferlog serveradmin suexecusergroup
	sslcertificatefile sslcertificatekeyfile sslcertificatechainfile authname authuserfile authgroupfile
`)

// apacheAddresses are the directives with an address, in which the name may stand
// where the host does.
var apacheAddresses = setOf("redirect redirectpermanent redirecttemp redirectmatch errordocument rewriterule")

// tree tells that an item, and what a section holds, does the same for every
// name; of what holds for all sites, name is empty.
func (f *apacheFence) tree(item apache.Item, name string) bool {
	if !f.directive(item, name) {
		return false
	}
	if item.IsSection() {
		for child := range item.Children() {
			if !f.tree(child, name) {
				return false
			}
		}
	}
	return true
}

// site tells that an item outside of all sections of a site's file does the same
// for every name. label is the one by which the file speaks of the site beside its
// name; empty if it does not.
func (f *apacheFence) site(item apache.Item, name, label string) bool {
	f.label = label
	named := strings.Contains(item.Args(), name) || holds(item.Args(), label)
	switch {
	case item.Is("IfModule") && item.OnRead():
		return !named
	case !item.IsSection() || !item.Is("VirtualHost") || named:
		return false
	}
	for child := range item.Children() {
		if !f.tree(child, name) {
			return false
		}
	}
	return true
}

func (f *apacheFence) directive(item apache.Item, name string) bool {
	args := item.Args()
	named := name != "" && strings.Contains(args, name)
	title := strings.ToLower(item.Name())
	if name != "" && holds(title+" "+strings.ReplaceAll(args, name, ""), f.label) {
		if named = true; !apacheLabelled[title] || strings.Contains(title, f.label) || strings.ContainsAny(args, `$%\`) {
			return false
		}
	}
	switch title {
	case "servername", "serveralias":
		return name == "" || allBelongTo(item, name)
	case "if", "elseif":
		return item.IsSection() && !named && namelessExpression(args)
	case "rewritemap", "directorymatch", "setenvifexpr", "virtualdocumentroot", "virtualscriptalias":
		return false
	case "rewritecond":
		return rewriteCondition(item, name)
	case "directory":
		words := item.Words()
		if len(words) != 1 {
			return false
		}
		text := words[0].Value
		if at := strings.IndexAny(text, "*?["); at >= 0 {
			if name != "" {
				return false
			}
			f.patterns = append(f.patterns, text[:strings.LastIndexByte(text[:at], '/')+1])
		}
		return true
	case "documentroot":
		return !named || !f.below(item)
	case "setenvif", "setenvifnocase":
		words := item.Words()
		return len(words) > 0 && !named && namelessAttributes[strings.ToLower(words[0].Value)]
	case "alias", "scriptalias":
		// Behind a path with a slash at its end, what follows becomes a part of the
		// name of a file.
		words := item.Words()
		return !named || len(words) == 2 && !strings.Contains(words[0].Value, name) && !strings.HasSuffix(words[0].Value, "/") && !f.below(item)
	case "setenv":
		words := item.Words()
		return !named || len(words) > 1 && !strings.Contains(words[0].Value, name) && !namelessApache["env:"+strings.ToLower(words[0].Value)]
	}
	switch {
	case strings.Contains(strings.ToLower(args), "expr="), title == "require" && strings.Contains(strings.ToLower(args), "expr"):
		return !named && namelessExpression(args)
	case title == "header", title == "requestheader":
		return !named || !judgedHeaders.MatchString(args)
	case apacheAddresses[title]:
		return addresses(item, name)
	case apacheOpaque[title]:
		return true
	}
	return !named
}

// judgedHeaders finds the headers by which the linter or the server may judge, and
// those that are set before the request is looked at.
var judgedHeaders = regexp.MustCompile(`(?i)strict-transport-security|alt-svc|location|x-forwarded|\bhost\b|\bearly\b`)

// below tells that a directory that a site names may lie where a pattern looks.
func (f *apacheFence) below(item apache.Item) bool {
	words := item.Words()
	directory := words[len(words)-1].Value
	return slices.ContainsFunc(f.patterns, func(head string) bool {
		return !path.IsAbs(directory) || strings.HasPrefix(path.Clean(directory)+"/", head)
	})
}

func allBelongTo(item apache.Item, name string) bool {
	for _, w := range item.Words() {
		if !belongsTo(w.Value, name) {
			return false
		}
	}
	return len(item.Words()) > 0
}

// addresses tells that no path of a redirect or a rule depends on the name.
func addresses(item apache.Item, name string) bool {
	words, host := item.Words(), withoutApacheHost
	if item.Is("RewriteRule") {
		words = item.RewriteWords()
		if len(words) > 2 && proxyFlag.MatchString(words[2].Value) {
			// The sections for what is passed on ask for the whole address.
			host = func(text string) string { return text }
		}
	}
	for _, w := range words {
		rest := host(w.Value)
		if name != "" && strings.Contains(rest, name) || !namelessText(rest) {
			return false
		}
	}
	return true
}

// proxyFlag finds the flag of a RewriteRule that passes the request on.
var proxyFlag = regexp.MustCompile(`(?i)[[,]\s*(p|proxy)\s*[],]`)

// withoutApacheHost is an address without its host, or a text that is none as it
// is.
func withoutApacheHost(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme != "http" && scheme != "https" && scheme != "%{REQUEST_SCHEME}" {
		return text
	}
	end := strings.IndexAny(rest, "/?#$")
	if at := strings.Index(rest, "%{REQUEST_URI}"); at >= 0 && (end < 0 || at < end) {
		end = at
	}
	if end < 0 {
		return ""
	}
	return rest[end:]
}

// rewriteCondition tells that a condition does not decide by the name, or by
// nothing but whether it is one of the site's own. Whether a file exists is not
// known.
func rewriteCondition(item apache.Item, name string) bool {
	words := item.RewriteWords()
	if len(words) < 2 {
		return false
	}
	test, pattern := words[0].Value, strings.TrimPrefix(words[1].Value, "!")
	switch {
	case len(pattern) == 2 && pattern[0] == '-':
		return true
	case test == "expr":
		return namelessExpression(pattern) && (name == "" || !strings.Contains(pattern, name))
	case test == "%{HTTP_HOST}" || test == "%{SERVER_NAME}":
		own, ok := strings.CutPrefix(pattern, "=")
		return ok && name != "" && (belongsTo(own, name) || !strings.Contains(own, name))
	}
	return namelessText(test) && (name == "" || !strings.Contains(test+pattern, name))
}

// namelessText tells that no variable in a text holds a name.
func namelessText(text string) bool {
	for _, found := range apacheVariable.FindAllStringSubmatch(text, -1) {
		if !namelessApache[strings.ToLower(found[1])] {
			return false
		}
	}
	return true
}

var apacheVariable = regexp.MustCompile(`%\{([^}]*)\}?`)

// namelessExpression tells that an expression does not decide by the name. One
// that calls functions may get hold of it.
func namelessExpression(text string) bool {
	return namelessText(text) && !apacheCall.MatchString(text)
}

var apacheCall = regexp.MustCompile(`[A-Za-z_]\s*\(|%\{:`)

// namelessApache are the variables of expressions and of mod_rewrite
// (documentation of httpd 2.4, expr and mod_rewrite) that tell of the
// connection, the path and the client, and not of the host. A variable that is
// not here counts as one that does.
var namelessApache = setOf(`
	https request_uri request_method query_string server_port server_port_secure request_scheme
	server_protocol the_request_method remote_addr remote_port conn_remote_addr remote_user is_subreq
	http_user_agent http_cookie http_accept http_connection
	http:x-forwarded-proto http:x-forwarded-for http:x-forwarded-port http:x-forwarded-ssl
	http:upgrade http:connection http:authorization http:accept-encoding http:user-agent
	ssl:ssl_protocol time_year time_mon time_day time_hour time_min time_sec time_wday time
	request_status env:https env:redirect_status content_type
`)

// namelessAttributes are what SetEnvIf may ask for without learning the name.
var namelessAttributes = setOf(`
	request_uri request_method request_protocol remote_addr server_addr user-agent
	x-forwarded-proto x-forwarded-for x-forwarded-port x-forwarded-ssl accept accept-encoding
	authorization ^authorization$ upgrade cookie content-type
`)
