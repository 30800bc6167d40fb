package diff

import "strings"

// orderClass names the group of siblings among which the order of an element
// has a meaning; empty if it has none. Elements with one key are always in
// order among themselves: the first or the last of them wins.
func orderClass(e *element) string {
	if e.entry() {
		if strings.HasPrefix(e.name, "~") || e.parent.name == "split_clients" {
			return "patterns"
		}
		return ""
	}
	if !e.isNginx() {
		return apacheOrder[e.name]
	}
	switch e.name {
	case "location":
		if strings.HasPrefix(e.arg(0), "~") {
			return "regex locations"
		}
	case "rewrite", "set", "if", "return", "break":
		return "rewrite directives"
	case "allow", "deny":
		return "access rules"
	case "server":
		if !e.block && (e.parent.sets("ip_hash") || e.parent.sets("hash")) {
			return "servers"
		}
	}
	return ""
}

// apacheOrder are the directives and sections that httpd takes in their order,
// by the list that they end up in.
var apacheOrder = map[string]string{
	"rewriterule": "rewrite rules", "rewritecond": "rewrite rules",
	"proxypass": "proxy rules", "proxypassmatch": "proxy rules",
	"header": "headers", "requestheader": "request headers",
	"alias": "aliases", "aliasmatch": "aliases", "scriptalias": "aliases", "scriptaliasmatch": "aliases", "wsgiscriptalias": "aliases",
	"redirect": "redirects", "redirectmatch": "redirects", "redirectpermanent": "redirects", "redirecttemp": "redirects",
	"setenvif": "environment rules", "setenvifnocase": "environment rules", "browsermatch": "environment rules",
	"browsermatchnocase": "environment rules",
	"location":           "locations", "locationmatch": "locations",
	"files": "files sections", "filesmatch": "files sections",
	"directorymatch": "directory patterns",
	"if":             "conditions", "elseif": "conditions", "else": "conditions",
}
