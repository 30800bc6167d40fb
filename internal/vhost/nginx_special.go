package vhost

import (
	"slices"
	"strconv"
	"strings"

	"padlock/internal/nginx"
)

// errorPage is one status of an error_page directive.
type errorPage struct {
	status int
	// overwrite is the status to answer with: -1 none, 0 that of the page.
	overwrite int
	target    string
	node      *nginx.Node
}

// errorPages are those in effect: a block's own replace all that it would
// inherit.
func (q *nginxRequest) errorPages() []errorPage {
	var pages []errorPage
	for _, node := range q.at.array("error_page") {
		pages = append(pages, errorPagesOf(node)...)
	}
	return pages
}

func errorPagesOf(node *nginx.Node) []errorPage {
	args := node.Args()
	if len(args) < 2 {
		return nil
	}
	target, codes := args[len(args)-1].Value, args[:len(args)-1]
	overwrite := -1
	if change, ok := strings.CutPrefix(codes[len(codes)-1].Value, "="); ok {
		overwrite, _ = strconv.Atoi(change)
		codes = codes[:len(codes)-1]
	}
	var pages []errorPage
	for _, code := range codes {
		status, err := strconv.Atoi(code.Value)
		if err != nil {
			continue
		}
		page := errorPage{status, overwrite, target, node}
		if overwrite == -1 && shownAs400(status) {
			page.overwrite = 400
		}
		pages = append(pages, page)
	}
	return pages
}

// shownAs400 are the statuses that only nginx knows; clients see 400.
func shownAs400(status int) bool { return 494 <= status && status <= 497 }

// special answers with a status that is no plain success: by an error page if
// there is one for it. (ngx_http_special_response_handler, nginx 1.26.3.)
func (q *nginxRequest) special(status int) step {
	q.errorStatus = status
	if !q.errorPageUsed && q.changesLeft > 0 {
		pages := q.errorPages()
		if len(pages) > 0 && !q.at.flag("recursive_error_pages", false) {
			q.errorPageUsed = true
		}
		for _, page := range pages {
			if page.status == status {
				return q.show(page)
			}
		}
	}
	if shownAs400(status) {
		q.errorStatus = 400
	}
	return q.send(status, Outcome{Kind: Rejects})
}

// show follows an error page (ngx_http_send_error_page).
func (q *nginxRequest) show(page errorPage) step {
	q.took(page.node)
	if page.overwrite >= 0 {
		q.errorStatus = page.overwrite
	}
	target := q.expand(page.target, false)
	switch {
	case strings.HasPrefix(target.known, "/"):
		if q.method != "HEAD" {
			q.method = "GET"
		}
		return q.redirectInternally(splitArgs(target))
	case strings.HasPrefix(target.known, "@"):
		if !target.isKnown() {
			return q.cannotTell(target.rest)
		}
		return q.enterNamed(target.known)
	case !target.isKnown() && target.known == "":
		return q.cannotTell(target.rest)
	}
	if !redirectStatus[page.overwrite] {
		q.errorStatus = 302
	}
	q.location, q.hasLocation = target, true
	return q.send(q.errorStatus, Outcome{Kind: Redirects})
}

// send ends the request with an answer. status is the handler's; that of an
// error page goes before.
func (q *nginxRequest) send(status int, o Outcome) step {
	if q.errorStatus != 0 {
		status = q.errorStatus
	}
	o.Status = status
	switch {
	case redirectStatus[status] && q.hasLocation:
		o.Kind = Redirects
		if s, stuck := q.address(&o); stuck {
			return s
		}
	case status == 401 && q.askedPassword:
		// A password protects a site that is there.
		o.Kind, o.Reason = Serves, "a password is asked for"
	case status >= 400:
		o.Kind = Rejects
	case status != 0:
		o.Kind = Serves
	}
	o.Headers, o.HeadersUnknown = q.headers(status)
	return q.finish(o)
}

// address fills in the URL of a redirect as it is sent: one that begins with "/"
// is completed (ngx_http_header_filter).
func (q *nginxRequest) address(o *Outcome) (s step, stuck bool) {
	url := q.location
	switch {
	case !url.isKnown() && !strings.Contains(url.known, "://") && !strings.HasPrefix(url.known, "/"):
		return q.cannotTell(url.rest), true
	case strings.HasPrefix(url.known, "/") && q.at.flag("absolute_redirect", true):
		url = q.origin().join(url)
		if !strings.Contains(url.known, "://") {
			return q.cannotTell(url.rest), true
		}
	case url == text{}:
		// An empty Location leads nowhere.
		o.Kind, o.Reason = Serves, "a redirect without an address"
		return step{}, false
	}
	o.URL, o.Partial = url.known, url.rest
	return step{}, false
}

// origin is scheme, host and port of the request as redirects name them.
func (q *nginxRequest) origin() text {
	out := text{known: "http://"}
	standard := uint16(80)
	if q.in.TLS {
		out.known, standard = "https://", 443
	}
	switch {
	case q.at.flag("server_name_in_redirect", false):
		out.known += q.detail.primary
	case q.name != "":
		out.known += q.name
	default:
		return out.join(text{rest: "the address that the client connected to"})
	}
	if port := q.port(); port != standard && q.at.flag("port_in_redirect", true) {
		out.known += ":" + strconv.Itoa(int(port))
	}
	return out
}

func (q *nginxRequest) port() uint16 {
	if q.in.Port != 0 {
		return q.in.Port
	}
	return q.listener.Address.Port
}

func (q *nginxRequest) finish(o Outcome) step {
	// A copy, so that what is kept of the answer does not hold the request.
	o.By = slices.Clone(q.by)
	if o.Route.IsDefault() {
		o.Route = q.model.origin(q.at.node)
	}
	return step{kind: finished, outcome: o}
}

func (q *nginxRequest) cannotTell(reason string) step {
	return q.finish(Outcome{Kind: CannotTell, Reason: reason})
}
