package generator

import (
	"strings"
	"sync"
)

// replacedHeaders are request headers that say what only this server can know, so
// that the client's are replaced.
var replacedHeaders = []struct{ name, nginx, apache string }{
	{"X-Real-IP", "$remote_addr", `"expr=%{REMOTE_ADDR}"`},
	{"X-Forwarded-For", "$remote_addr", ""}, // mod_proxy writes these two
	{"X-Forwarded-Host", "$host", ""},
	{"X-Forwarded-Proto", "$scheme", `"expr=%{REQUEST_SCHEME}"`},
}

// droppedHeaders are request headers that applications take for the word of a
// proxy before them, and that this one does not say: the client's must not pass.
// The last two replace the path of a request in some frameworks (CVE-2018-14773).
var droppedHeaders = []string{
	"Forwarded", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Ssl", "X-Original-URL", "X-Rewrite-URL",
}

// forwardedParams are the same headers as the parameters of CGI.
var forwardedParams = sync.OnceValue(func() []string {
	var out []string
	for _, h := range replacedHeaders {
		out = append(out, headerParam(h.name))
	}
	for _, name := range droppedHeaders {
		out = append(out, headerParam(name))
	}
	return out
})

// headerParam is the parameter that a request header becomes (RFC 3875 section
// 4.1.18).
func headerParam(name string) string {
	return "HTTP_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}
