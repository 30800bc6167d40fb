package generator

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
