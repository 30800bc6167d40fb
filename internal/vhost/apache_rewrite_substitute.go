package vhost

import "strings"

// substitute puts the result of a rule in place of the path and the query.
func (run *rewriteVisit) substitute(rule *rewriteRule, output string) {
	v := run.v
	prefixed := false
	if !strings.HasPrefix(output, "/") && absoluteScheme(output) == "" {
		switch {
		case run.directory != "":
			output, prefixed = run.directory+output, true
		case !rule.has(flagProxy | flagRedirect):
			output, prefixed = "/"+output, true
		}
	}
	v.filename = output
	run.splitQuery(rule)
	if rule.has(flagProxy) {
		run.qualify()
		run.proxied = true
		return
	}
	if rule.has(flagRedirect) {
		run.qualify()
		run.redirects(rule)
		return
	}
	run.reduce()
	if absoluteScheme(v.filename) != "" {
		run.redirects(rule)
		return
	}
	if !rule.has(flagKeepSlashes) && !prefixed && !strings.HasPrefix(rule.output, "//") {
		for strings.HasPrefix(v.filename, "//") {
			v.filename = v.filename[1:]
		}
	}
}

// redirects notes the status of a rule that redirects. httpd keeps it when a later
// rule makes a path of the URL: what is there then is sent as a redirect without an
// address (apply_rewrite_rule of mod_rewrite, 2.4.71).
func (run *rewriteVisit) redirects(rule *rewriteRule) {
	if run.directory != "" {
		return
	}
	if run.v.status = rule.status; rule.status < 300 || rule.status > 399 {
		run.v.status = 302
	}
}

// splitQuery takes the query off the substitution (splitout_queryargs).
func (run *rewriteVisit) splitQuery(rule *rewriteRule) {
	v := run.v
	if rule.has(flagQueryNone) {
		v.args, v.hasArgs = "", false
		return
	}
	if scheme := absoluteScheme(v.filename); scheme != "" && !absoluteSchemes[scheme] {
		v.args, v.hasArgs = "", false
		return
	}
	if rule.has(flagQueryDiscard) {
		v.args, v.hasArgs = "", false
	}
	at := strings.IndexByte(v.filename, '?')
	if rule.has(flagQueryLast) {
		at = strings.LastIndexByte(v.filename, '?')
	}
	if at < 0 {
		return
	}
	query := v.filename[at+1:]
	v.filename = v.filename[:at]
	switch {
	case !rule.has(flagQueryAppend):
		v.args, v.hasArgs = query, true
	case query != "":
		v.args, v.hasArgs = query+"&"+v.args, true
	}
	v.args = strings.TrimSuffix(v.args, "&")
	if v.args == "" {
		v.hasArgs = false
	}
}

// qualify makes an absolute URL of a path.
func (run *rewriteVisit) qualify() {
	v := run.v
	if absoluteScheme(v.filename) != "" {
		return
	}
	slash := "/"
	if strings.HasPrefix(v.filename, "/") {
		slash = ""
	}
	v.filename = v.origin() + slash + v.filename
}

// reduce makes a path of an absolute URL of this very host. The port must be
// one that ServerName or <VirtualHost> names.
func (run *rewriteVisit) reduce() {
	v := run.v
	prefix := v.scheme() + "://"
	if len(v.filename) <= len(prefix) || !strings.EqualFold(v.filename[:len(prefix)], prefix) {
		return
	}
	rest := v.filename[len(prefix):]
	end := strings.IndexByte(rest, '/')
	path := "/"
	authority := rest
	if end >= 0 {
		authority, path = rest[:end], rest[end:]
	}
	host, portText, hasPort := strings.Cut(authority, ":")
	port := v.standardPort()
	if hasPort {
		port = uint16(leadingNumber(portText))
	}
	if v.isThisHost(strings.ToLower(host), port) {
		v.filename = path
	}
}

// isThisHost is ap_matches_request_vhost.
func (v *apacheVisit) isThisHost(host string, port uint16) bool {
	for _, a := range v.h.addresses {
		if (a.port == 0 || a.port == port) && a.text == host {
			return true
		}
	}
	if v.h.port != port {
		return false
	}
	for _, n := range v.h.host.Names {
		if n.Text == host || n.Kind != Exact && globMatch(n.Text, host) {
			return true
		}
	}
	return false
}
