package diff

import (
	"cmp"
	"strconv"
	"strings"

	"padlock/internal/vhost"
)

// compareAnswers notes how two answers to one request differ.
func (p *probing) compareAnswers(path string, x, y vhost.Outcome) {
	before, after := p.describe(p.a, path, x), p.describe(p.b, path, y)
	if before == after {
		return
	}
	before, after = maskText(before), maskText(after)
	f := fact{
		before: before, after: after, old: originsOf(append(x.By, x.Route)...), new: originsOf(append(y.By, y.Route)...),
		maybeOld: p.rootPlace(p.a, x), maybeNew: p.rootPlace(p.b, y),
	}
	f.because, f.why = p.because(x, y)
	plain := !p.a.socket.TLS.V
	switch {
	case plain && toHTTPS(x) && y.Kind != vhost.Redirects:
		f.kind, f.what = "redirect-lost", portOf(p.a)
	case plain && toHTTPS(y) && x.Kind != vhost.Redirects:
		f.kind, f.what = "redirect-gained", portOf(p.a)
	case plain && x.Kind == vhost.Redirects && y.Kind == vhost.Redirects && toHTTPS(x) != toHTTPS(y):
		f.kind, f.what = "redirect-gained", portOf(p.a)
		if toHTTPS(x) {
			f.kind = "redirect-lost"
		}
	case x.Kind == vhost.Redirects && y.Kind == vhost.Redirects:
		f.kind = "redirect-changed"
	case x.Kind == vhost.Redirects:
		f.kind = "redirect-removed"
	case y.Kind == vhost.Redirects:
		f.kind = "redirect-added"
	case isDenial(x) && !isDenial(y) && y.Kind == vhost.Serves:
		f.kind = "access-lifted"
	case isDenial(y) && !isDenial(x) && x.Kind == vhost.Serves:
		f.kind = "access-restricted"
	case x.Kind == vhost.Serves && y.Kind == vhost.Serves && x.Proxied && y.Proxied:
		f.kind = "proxy-target-changed"
		f.before, f.after = withoutCommon(before, after)
	case strings.HasPrefix(before, filesBelow) && strings.HasPrefix(after, filesBelow):
		f.kind = "root-changed"
		f.before, f.after = strings.TrimPrefix(before, filesBelow), strings.TrimPrefix(after, filesBelow)
	default:
		f.kind = "answer-changed"
	}
	p.differ(path, f)
}

// filesBelow begins the text of an answer with files.
const filesBelow = "files below "

// rootPlace is where the directory of an answer with files is set.
func (p *probing) rootPlace(v visit, o vhost.Outcome) []Place {
	if root := p.root(v, o); root != nil {
		return []Place{root.place()}
	}
	return nil
}

// root is the directive that says where the files of an answer are; nil if no
// files answer, or if nothing says so.
func (p *probing) root(v visit, o vhost.Outcome) *element {
	if o.Kind != vhost.Serves || o.Proxied || p.w.across {
		return nil
	}
	at := p.w.elementAt(v.host, o.Route)
	if at == nil || v.host.config.Apache != nil {
		at = v.host.element
	}
	for ; at != nil; at = at.parent {
		for _, name := range []string{"alias", "root"} {
			if list := at.all(name); len(list) > 0 && at.isNginx() && (o.Reason == "files" || o.Reason == "a list of files") {
				return list[0]
			}
		}
		for _, c := range at.all("documentroot") {
			if o.Reason == filesBelow+strings.TrimSuffix(c.arg(0), "/") {
				return c
			}
		}
	}
	return nil
}

// withoutCommon takes the words off two texts that both begin with, but the last.
func withoutCommon(a, b string) (string, string) {
	for {
		x, restA, okA := strings.Cut(a, " ")
		y, restB, okB := strings.Cut(b, " ")
		if !okA || !okB || x != y {
			return a, b
		}
		a, b = restA, restB
	}
}

// isDenial tells that access rules refuse a request.
func isDenial(o vhost.Outcome) bool {
	return o.Status == 401 || o.Status == 403 && o.Kind == vhost.Rejects
}

func toHTTPS(o vhost.Outcome) bool {
	return o.Kind == vhost.Redirects && strings.HasPrefix(strings.ToLower(o.URL), "https://")
}

// describe says what an answer is: "308 to https://shop.example/…", "403",
// "proxy_pass http://127.0.0.1:3000", "files". Of the paths of one redirect the
// texts are the same.
func (p *probing) describe(v visit, path string, o vhost.Outcome) string {
	bare, _, _ := strings.Cut(path, "?")
	switch o.Kind {
	case vhost.Redirects:
		url := o.URL
		if !strings.Contains(url, path) {
			path = bare
		}
		if tail := strings.Index(url, path); tail > 0 && path != "/" {
			url = url[:tail] + "<path>" + url[tail+len(path):]
		} else if path == "/" && strings.HasSuffix(url, "/") && strings.Count(url, "/") == 3 {
			url = strings.TrimSuffix(url, "/") + "<path>"
		}
		url = strings.ReplaceAll(url, label, "…")
		if o.Partial != "" {
			url += "…"
		}
		return statusText(o.Status, "a redirect") + " to " + url
	case vhost.Rejects:
		if o.Status == 444 {
			return "a closed connection"
		}
		return statusText(o.Status, "an error")
	}
	text := ""
	if p.w.across {
		if text = "content"; o.Proxied {
			text = "another server's answer"
		}
		return text
	}
	if o.Status == 401 {
		return "401"
	}
	text = cmp.Or(o.Reason, "content")
	if target, ok := strings.CutPrefix(text, "the request is passed to "); ok {
		text = "passed to " + withoutTail(target, bare)
	}
	if root := p.root(v, o); root != nil && o.Reason == "files" {
		text = filesBelow + root.value()
	}
	if o.Status != 0 && o.Status != 200 {
		text += " with status " + strconv.Itoa(o.Status)
	}
	return text
}

// withoutTail takes off a target what it has of the path that was asked for.
func withoutTail(target, path string) string {
	n := 0
	for n < len(target) && n < len(path) && target[len(target)-1-n] == path[len(path)-1-n] {
		n++
	}
	tail := target[len(target)-n:]
	if i := strings.IndexByte(tail, '/'); i >= 0 {
		return target[:len(target)-n+i+1]
	}
	return target
}

func statusText(status int, unknown string) string {
	if status == 0 {
		return unknown
	}
	return strconv.Itoa(status)
}
