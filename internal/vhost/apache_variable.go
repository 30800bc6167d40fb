package vhost

import (
	"strconv"
	"strings"
)

// variable is a variable that both mod_rewrite and expressions know, by its
// name in capitals; ok is false for a name that is not among them.
func (v *apacheVisit) variable(name string) (value string, ok bool) {
	switch name {
	case "HTTPS":
		if v.r.TLS {
			return "on", true
		}
		return "off", true
	case "REQUEST_SCHEME":
		return v.scheme(), true
	case "REQUEST_URI":
		return v.uri, true
	case "REQUEST_METHOD":
		return v.method(), true
	case "QUERY_STRING":
		return v.args, true
	case "THE_REQUEST":
		return v.requestLine(), true
	case "HTTP_HOST":
		return v.header("Host"), true
	case "HTTP_USER_AGENT":
		return v.header("User-Agent"), true
	case "HTTP_REFERER":
		return v.header("Referer"), true
	case "HTTP_COOKIE":
		return v.header("Cookie"), true
	case "HTTP_FORWARDED":
		return v.header("Forwarded"), true
	case "HTTP_ACCEPT":
		return v.header("Accept"), true
	case "SERVER_NAME":
		return v.serverName(), true
	case "SERVER_PORT":
		return strconv.Itoa(int(v.serverPort())), true
	case "REMOTE_ADDR", "CONN_REMOTE_ADDR":
		return v.clientAddress(), true
	case "SERVER_PROTOCOL":
		if v.r.HTTP10 {
			return "HTTP/1.0", true
		}
		return "HTTP/1.1", true
	case "DOCUMENT_ROOT":
		if _, _, ok := v.s.setting(v.h, "documentroot"); !ok {
			return v.unknown("no DocumentRoot is set"), true
		}
		return v.documentRoot(), true
	case "SERVER_ADMIN":
		return v.s.text(v.h, "serveradmin", "[no address given]").V, true
	case "IS_SUBREQ":
		return strconv.FormatBool(v.inside), true
	case "REMOTE_USER":
		if v.header("Authorization") == "" {
			return "", true
		}
		return v.unknown("it depends on the user's name"), true
	case "IPV6":
		if v.r.Client.IsValid() && v.r.Client.Unmap().Is6() {
			return "on", true
		}
		return "off", true
	case "PATH_INFO", "CONTEXT_PREFIX", "CONTEXT_DOCUMENT_ROOT", "REQUEST_FILENAME", "SCRIPT_FILENAME":
		return v.unknown("it depends on which files exist"), true
	case "SERVER_ADDR":
		if v.l.Address.IP.IsValid() {
			return v.l.Address.IP.String(), true
		}
		return v.unknown("it depends on the server's address"), true
	case "REQUEST_STATUS":
		if v.answered != 0 {
			return strconv.Itoa(v.answered), true
		}
		return v.unknown("it depends on %{" + name + "}"), true
	case "REMOTE_HOST", "REMOTE_PORT", "REMOTE_IDENT", "AUTH_TYPE", "API_VERSION", "SERVER_SOFTWARE", "HTTP_PROXY_CONNECTION",
		"SCRIPT_USER", "SCRIPT_GROUP", "HANDLER", "LAST_MODIFIED", "REQUEST_LOG_ID", "CONN_LOG_ID", "CONTENT_TYPE",
		"TIME", "TIME_YEAR", "TIME_MON", "TIME_DAY", "TIME_HOUR", "TIME_MIN", "TIME_SEC", "TIME_WDAY":
		return v.unknown("it depends on %{" + name + "}"), true
	}
	return "", false
}

// rewriteVariable is what RewriteCond and RewriteRule put in for %{name}
// (mod_rewrite.c, lookup_variable). Names it does not know are empty.
func (v *apacheVisit) rewriteVariable(name string, perDirectory bool) string {
	prefix, rest, colon := strings.Cut(name, ":")
	if colon {
		switch strings.ToUpper(prefix) {
		case "ENV":
			return v.environment(rest)
		case "HTTP":
			return v.header(rest)
		case "SSL":
			return v.tlsVariable(rest)
		case "LA-U", "LA-F":
			return v.unknown("it depends on a request made inside the server")
		}
		return ""
	}
	name = strings.ToUpper(name)
	if !perDirectory && (name == "REQUEST_FILENAME" || name == "SCRIPT_FILENAME") {
		return v.filename
	}
	value, _ := v.variable(name)
	return value
}

// environment is a variable that SetEnvIf, SetEnv or a rule has set.
func (v *apacheVisit) environment(name string) string {
	if value, ok := v.env[name]; ok {
		return value
	}
	if strings.HasPrefix(name, "SSL_") && v.r.TLS || strings.HasPrefix(name, "GEOIP") || strings.HasPrefix(name, "REDIRECT_") && v.rounds > 0 {
		return v.unknown("it depends on the variable " + name)
	}
	if name == "HTTPS" && v.fixed && v.r.TLS {
		return "on"
	}
	return ""
}

func (v *apacheVisit) tlsVariable(name string) string {
	switch {
	case strings.EqualFold(name, "HTTPS"):
		value, _ := v.variable("HTTPS")
		return value
	case !v.r.TLS || v.h.host.TLS == nil:
		return ""
	}
	if strings.EqualFold(name, "SSL_CLIENT_VERIFY") && len(v.h.host.TLS.ClientAuthRoutes) == 0 {
		if word, known := v.r.verified(v.h.host.TLS); known {
			return word
		}
	}
	return v.unknown("it depends on the TLS connection")
}

// builtInDocumentRoot is the documented default of DocumentRoot (core
// documentation). Builds change the directory before htdocs; no section is
// likely to name either.
const builtInDocumentRoot = "/usr/local/apache/htdocs"

// documentRoot is DocumentRoot; without one httpd has a place compiled in.
func (v *apacheVisit) documentRoot() string {
	d, _, ok := v.s.setting(v.h, "documentroot")
	if !ok {
		return builtInDocumentRoot
	}
	root := d.first()
	if !strings.HasPrefix(root, "/") {
		return v.unknown("DocumentRoot is not an absolute path")
	}
	if root != "/" {
		root = strings.TrimRight(root, "/")
	}
	return root
}
