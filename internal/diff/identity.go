package diff

import (
	"slices"
	"strings"
)

// identities say which arguments tell a directive from its siblings of the same
// name; the others are its value. A directive that is not listed is told by its
// name alone.
var identities = map[string]identity{
	// nginx
	"server_name":      none,
	"listen":           first,
	"location":         all,
	"if":               all,
	"limit_except":     none,
	"upstream":         first,
	"map":              last,
	"geo":              last,
	"split_clients":    last,
	"match":            first,
	"add_header":       first,
	"add_trailer":      first,
	"proxy_set_header": first, "grpc_set_header": first,
	"fastcgi_param": first, "uwsgi_param": first, "scgi_param": first,
	"proxy_hide_header": first, "fastcgi_hide_header": first, "uwsgi_hide_header": first, "grpc_hide_header": first,
	"proxy_pass_header": first, "fastcgi_pass_header": first, "uwsgi_pass_header": first,
	"proxy_cookie_path": first, "proxy_cookie_domain": first,
	"set": first, "set_by_lua": first, "set_by_lua_block": first, "perl_set": first, "js_set": first, "auth_request_set": first,
	"allow": all, "deny": all,
	"rewrite":    first,
	"error_page": allButLast,
	"access_log": first, "error_log": first, "log_format": first,
	"limit_req": first, "limit_conn": first, "limit_req_zone": last, "limit_conn_zone": last,
	"proxy_cache_path": first, "fastcgi_cache_path": first, "uwsgi_cache_path": first, "scgi_cache_path": first,
	"proxy_cache_valid": allButLast, "fastcgi_cache_valid": allButLast, "uwsgi_cache_valid": allButLast,
	"sub_filter": first, "sub_filter_types": none,
	"load_module": all, "include": all, "env": first, "set_real_ip_from": all, "ssl_conf_command": first,
	"more_set_headers": all, "more_clear_headers": all, "js_import": all,
	// Apache
	"virtualhost": all, "directory": all, "directorymatch": all, "locationmatch": all,
	"files": all, "filesmatch": all, "proxy": all, "proxymatch": all, "elseif": all,
	"limitexcept": all, "authnprovideralias": all, "authzprovideralias": all,
	"loadmodule": first, "serveralias": none, "includeoptional": all,
	"alias": first, "aliasmatch": first, "scriptalias": first, "scriptaliasmatch": first,
	"redirect": redirectPath, "redirectmatch": redirectPath, "redirectpermanent": first, "redirecttemp": first,
	"proxypass": first, "proxypassreverse": first, "proxypassmatch": first, "balancermember": first,
	"rewriterule": first, "rewritecond": first, "rewritemap": first,
	"header": headerName, "requestheader": headerName,
	"setenv": first, "unsetenv": all, "passenv": all, "setenvif": twoFirst, "setenvifnocase": twoFirst, "browsermatch": first,
	"errordocument": first, "require": all, "customlog": first, "errorlog": none, "logformat": last,
	"addtype": first, "addhandler": first, "addencoding": first, "addcharset": first, "addlanguage": first,
	"addoutputfilterbytype": first, "addicon": first, "sslopensslconfcmd": first, "sslciphersuite": cipherForm,
	"expiresbytype": first, "indexoptions": none, "wsgiscriptalias": first, "mdomain": first, "use": all,
}

// identity picks the identifying words.
type identity func(words []string) []string

func none([]string) []string         { return nil }
func all(words []string) []string    { return words }
func first(words []string) []string  { return words[:min(1, len(words))] }
func twoFirst(w []string) []string   { return w[:min(2, len(w))] }
func last(words []string) []string   { return words[max(0, len(words)-1):] }
func allButLast(w []string) []string { return w[:max(0, len(w)-1)] }

// redirectPath is the path or pattern of Redirect, which may follow a status.
func redirectPath(words []string) []string {
	for i, w := range words {
		if i < 2 && (strings.HasPrefix(w, "/") || strings.HasPrefix(w, "^") || strings.HasPrefix(w, "(")) {
			return []string{w}
		}
	}
	return nil
}

// headerName is the field of Header, with the table it is about: onsuccess and
// always are two.
func headerName(words []string) []string {
	if len(words) > 0 && words[0] == "always" {
		return append([]string{"always"}, words[min(2, len(words)):min(3, len(words))]...)
	}
	return words[min(1, len(words)):min(2, len(words))]
}

// cipherForm: SSLCipherSuite of TLS 1.3 is a setting of its own.
func cipherForm(words []string) []string {
	if len(words) > 1 {
		return []string{strings.ToLower(words[0])}
	}
	return nil
}

// keyOf is what an element is found by among its siblings on the other side. A
// block and a directive of one name are never the same.
func keyOf(e *element) string {
	key := bareKey(e)
	if e.block {
		key += " {"
	}
	return key
}

func bareKey(e *element) string {
	pick := identities[e.name]
	switch {
	case e.entry():
		return "entry " + e.name
	case e.isHost():
		return hostKey(e)
	case e.name == "server" && e.isNginx():
		pick = first // a server of an upstream
	case e.name == "if" || e.name == "location":
		pick = all
	case pick == nil:
		pick = none
	}
	return strings.Join(append([]string{e.name}, pick(e.words)...), " ")
}

// hostKey: a virtual host is told by its listeners and names, one of Apache by
// its addresses and ServerName.
func hostKey(e *element) string {
	names := hostNames(e)
	if !e.isNginx() {
		return e.name + " " + strings.Join(e.words, " ") + " " + strings.Join(names[:min(1, len(names))], "")
	}
	slices.Sort(names)
	return e.name + " " + strings.Join(hostAddresses(e), " ") + " | " + strings.Join(names, " ")
}

// hostNames are the names that a virtual host gives itself, in their order.
func hostNames(e *element) []string {
	if e.named {
		return slices.Clone(e.names)
	}
	var names []string
	for _, c := range e.open() {
		switch c.name {
		case "server_name", "servername", "serveralias":
			names = append(names, nonEmpty(c.words)...)
		}
	}
	e.named, e.names = true, names
	return slices.Clone(names)
}

func nonEmpty(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
}

// hostAddresses are where a virtual host of nginx listens, sorted.
func hostAddresses(e *element) []string {
	var list []string
	for _, c := range e.open() {
		if c.name == "listen" {
			list = append(list, c.arg(0))
		}
	}
	slices.Sort(list)
	return list
}

// hostTitle is what people call a virtual host: "server shop.example:443".
func hostTitle(e *element) string {
	if e.called == "" {
		e.called = findTitle(e)
	}
	return e.called
}

func findTitle(e *element) string {
	name := "_"
	if names := hostNames(e); len(names) > 0 {
		name = names[0]
	}
	if !e.isNginx() {
		return "<VirtualHost " + strings.Join(e.words, " ") + "> " + name
	}
	if addresses := hostAddresses(e); len(addresses) > 0 {
		return "server " + name + addresses[0][max(0, strings.LastIndexByte(addresses[0], ':')):]
	}
	return "server " + name
}
