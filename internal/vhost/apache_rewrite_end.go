package vhost

import "strings"

// finish turns the result of rules outside of sections into what happens.
func (run *rewriteVisit) finish(action rewriteAction) (Outcome, rewriteResult) {
	v := run.v
	if v.why != "" {
		return v.cannotTell(), rewriteAnswered
	}
	switch action {
	case actionNone:
		v.filename = v.uri
		return Outcome{}, rewriteNothing
	case actionStatus:
		if v.status != 0 {
			v.unknown("a rule has made a redirect of the request, and a later one something else")
			return v.cannotTell(), rewriteAnswered
		}
		v.ruledOut = true
		return v.reject(run.status, "a RewriteRule says so"), rewriteAnswered
	}
	if o, done := run.away(); done {
		return o, rewriteAnswered
	}
	switch {
	case run.pass && v.status != 0 && !strings.HasPrefix(v.filename, "/"):
		v.unknown("a rule has made a redirect of the request, and a later one something else")
		return v.cannotTell(), rewriteAnswered
	case run.proxied:
		v.backend = v.filename
		return Outcome{}, rewriteTarget
	case run.pass:
		if v.uri = v.filename; !strings.HasPrefix(v.uri, "/") {
			return v.reject(400, "the flag [PT] is given a URL"), rewriteAnswered
		}
		return Outcome{}, rewriteNothing
	}
	// A path whose first directory exists is taken as it stands, and "/" always does
	// (prefix_stat); others lie below DocumentRoot.
	root := v.documentRoot()
	v.rooted = v.filename == "/"
	switch {
	case v.rooted:
		v.place("", "/")
	case strings.HasPrefix(v.filename, root+"/"):
		v.place(root, strings.TrimPrefix(v.filename, root))
	default:
		v.place(root, v.filename)
	}
	if v.why != "" {
		return v.cannotTell(), rewriteAnswered
	}
	return Outcome{}, rewriteTarget
}

// away is a redirect to an absolute URL, or the refusal of a bad query.
func (run *rewriteVisit) away() (Outcome, bool) {
	v := run.v
	scheme := absoluteScheme(v.filename)
	escapes := scheme != "" && !run.noEscape && !run.proxied
	if v.args != "" && !escapes && strings.IndexFunc(v.args, func(r rune) bool { return r <= ' ' || r == 0x7f }) >= 0 {
		return v.reject(403, "the query has control characters"), true
	}
	if scheme == "" || run.proxied || run.pass && run.directory == "" {
		return Outcome{}, false
	}
	url := v.filename
	if !run.noEscape {
		url = escapeAbsolute(url, scheme)
	}
	if v.hasArgs {
		args := v.args
		if !run.noEscape && v.args != run.original {
			args = escapePath(args)
		}
		url += "?" + args
	}
	status := 302
	if run.last != nil && run.last.status >= 300 && run.last.status <= 399 {
		status = run.last.status
	}
	return Outcome{Kind: Redirects, Status: status, URL: url}, true
}
