package directives

import (
	"slices"
	"strings"
)

// checks are the checks that values.tsv names with "#".
var checks = map[string]func(*checker){
	"access_log":          checkAccessLog,
	"bind":                checkBind,
	"certificate_cache":   checkCertificateCache,
	"cookie_flags":        checkCookieFlags,
	"cpu_affinity":        checkAffinity,
	"disable_symlinks":    checkDisableSymlinks,
	"error_log":           checkErrorLog,
	"error_page":          checkErrorPage,
	"expires":             checkExpires,
	"grpc_pass":           checkSchemes([]string{"grpc://", "grpcs://"}, false),
	"if":                  checkIf,
	"image_filter":        checkImageFilter,
	"limit_except":        checkLimitExcept,
	"listen":              checkListen,
	"location":            checkLocation,
	"log_format":          checkLogFormat,
	"off_or_pair":         checkOffOrPair,
	"open_file_cache":     checkOpenFileCache,
	"open_log_file_cache": checkOpenLogFileCache,
	"auth_http":           checkAuthHTTP,
	"pass":                checkPass,
	"proxy_pass":          checkSchemes([]string{"http://", "https://"}, true),
	"proxy_redirect":      checkProxyRedirect,
	"resolver":            checkResolver,
	"return":              checkReturn,
	"rewrite":             checkRewrite,
	"root":                checkRoot,
	"server":              checkUpstreamServer,
	"server_name":         checkServerName,
	"session_cache":       checkSessionCache,
	"upstream_address":    checkUpstreamAddress,
	"thread_pool":         checkThreadPool,
	"uwsgi_pass":          checkSchemes([]string{"uwsgi://", "suwsgi://"}, false),
}

// parameters checks the arguments from some place on against a list.
func (c *checker) parameters(from int, list []alternative) {
	for i := from; i < len(c.args); i++ {
		c.expands(i, list)
		if !acceptsAny(list, c.args[i]) {
			c.fail(i, "invalid parameter "+quote(c.args[i])+" in "+quote(c.name), "It takes: "+describe(list)+".")
			c.suggest(words(list))
			return
		}
	}
}

var accessLogParameters = parameterList("buffer=size(1..) gzip gzip=number(1..9) flush=msec if=script")

// checkAccessLog: off alone, or a file with a format and parameters
// (ngx_http_log_set_log).
func checkAccessLog(c *checker) {
	if c.args[0] == "off" {
		if len(c.args) > 1 {
			c.fail(1, "invalid parameter "+quote(c.args[1])+" in \"access_log\"", "Nothing may follow off.")
		}
		return
	}
	if c.script(0); c.failed() {
		return
	}
	if len(c.args) == 1 && c.context&(Stream|StreamServer) != 0 {
		c.fail(-1, "log format is not specified in \"access_log\"", "In stream there is no predefined format: name one that log_format defines.")
		return
	}
	c.parameters(2, accessLogParameters())
	if !c.failed() && c.has("flush=") && !c.has("buffer=") && !c.has("gzip") {
		c.fail(-1, "no buffer is defined for access_log", "flush= needs buffer= or gzip beside it.")
	}
}

// checkErrorPage: codes, possibly =code, and the page (ngx_http_core_error_page).
func checkErrorPage(c *checker) {
	last := len(c.args) - 1
	codes := c.args[:last]
	if overwrite, ok := strings.CutPrefix(codes[len(codes)-1], "="); ok {
		codes = codes[:len(codes)-1]
		if _, isNumber := parseNumber(overwrite); len(codes) == 0 || overwrite != "" && !isNumber {
			c.invalid(last-1, "After the codes may come =code or =, then the page.")
			return
		}
	}
	if c.script(last); c.failed() {
		return
	}
	for i, code := range codes {
		if n, ok := parseNumber(code); !ok || n == 499 || n < 300 || n > 599 {
			c.invalid(i, "The codes are numbers from 300 to 599, without 499; the page comes last.")
			return
		}
	}
}

// checkExpires reads a time with sign, @daytime, or a word
// (ngx_http_headers_expires, ngx_http_parse_expires).
func checkExpires(c *checker) {
	last := len(c.args) - 1
	if last == 1 && c.args[0] != "modified" {
		c.invalid(0, "Before the time can only stand modified.")
		return
	}
	v := c.args[last]
	if strings.Contains(v, "$") {
		c.script(last)
		return
	}
	if last == 0 && (v == "epoch" || v == "max" || v == "off") {
		return
	}
	daily := strings.HasPrefix(v, "@")
	if v != "" && strings.ContainsRune("@+-", rune(v[0])) {
		v = v[1:]
	}
	n, ok := parseTime(v, true)
	if !ok || daily && (n > 86400 || last == 1) {
		c.invalid(last, "It takes a time such as 30d or -1, a time of day such as @15h30m, or epoch, max or off.")
	}
}

// checkIf reads the condition (ngx_http_rewrite_if_condition).
func checkIf(c *checker) {
	last := len(c.args) - 1
	open, ok := strings.CutPrefix(c.args[0], "(")
	if !ok {
		c.fail(0, "invalid condition "+quote(c.args[0]), "A condition stands in parentheses: if ($variable = text) { … }.")
		return
	}
	words := slices.Clone(c.args)
	words[0] = open
	shut, ok := strings.CutSuffix(words[last], ")")
	if !ok {
		c.fail(last, "invalid condition "+quote(c.args[last]), "The closing parenthesis of the condition is missing.")
		return
	}
	if words[last] = shut; shut == "" {
		words = words[:last]
	}
	first := 0
	if open == "" && len(words) > 1 {
		words, first = words[1:], 1
	}
	checkCondition(c, words, first)
}

// checkCondition judges the words between the parentheses; first is the
// argument that they begin in.
func checkCondition(c *checker, words []string, first int) {
	const help = "A condition is a $variable alone, with =, !=, ~, ~*, !~ or !~* and a value, or -f, -d, -e or -x and a path."
	if len(words) == 0 {
		c.fail(-1, "invalid condition: it is empty", help)
		return
	}
	head := words[0]
	switch {
	case len(head) > 1 && head[0] == '$':
		if len(words) != 1 && len(words) != 3 {
			c.fail(first, "invalid condition "+quote(head), help)
		} else if len(words) == 3 && !slices.Contains([]string{"=", "!=", "~", "~*", "!~", "!~*"}, words[1]) {
			c.fail(first+1, "unexpected "+quote(words[1])+" in condition", help)
		} else if len(words) == 3 && (words[1] == "=" || words[1] == "!=") && scriptError(words[2]) != "" {
			c.fail(first+2, "invalid variable in "+quote(words[2]), help)
		} else if c.scripts = append(c.scripts, first); len(words) == 3 && (words[1] == "=" || words[1] == "!=") {
			c.scripts = append(c.scripts, first+2)
		}
	case slices.Contains([]string{"-f", "-d", "-e", "-x", "!-f", "!-d", "!-e", "!-x"}, head) && len(words) == 2:
		c.scripts = append(c.scripts, first+1)
	default:
		c.fail(first, "invalid condition "+quote(head), help)
	}
}

// checkLimitExcept: names of methods (ngx_http_core_limit_except).
func checkLimitExcept(c *checker) {
	for i, method := range c.args {
		if !containsFold(methods, method) {
			c.fail(i, "invalid method "+quote(method), "It takes: "+strings.Join(methods, ", ")+".")
			c.suggest(methods)
			return
		}
	}
}

var methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "MKCOL", "COPY", "MOVE", "OPTIONS", "PROPFIND", "PROPPATCH", "LOCK", "UNLOCK", "PATCH"}

func checkLocation(c *checker) {
	if len(c.args) == 2 && !slices.Contains(locationModifiers, c.args[0]) {
		c.fail(0, "invalid location modifier "+quote(c.args[0]), "The modifiers are =, ^~, ~ and ~*.")
		return
	}
	if name := c.args[len(c.args)-1]; c.context == Location && len(c.args) == 1 && strings.HasPrefix(name, "@") {
		c.fail(0, "named location "+quote(name)+" inside another location", "Named locations stand in server only.")
	}
}

var locationModifiers = []string{"=", "^~", "~", "~*"}

func checkLogFormat(c *checker) {
	from := 1
	if escape, ok := strings.CutPrefix(c.args[1], "escape="); ok {
		from = 2
		if escape != "json" && escape != "none" && escape != "default" {
			c.invalid(1, "escape= takes default, json or none.")
			return
		}
	}
	for i := from; i < len(c.args); i++ {
		if c.script(i); c.failed() {
			return
		}
	}
}

// checkOffOrPair: proxy_cookie_domain and proxy_cookie_path take off alone, or
// what to replace and the replacement.
func checkOffOrPair(c *checker) {
	if len(c.args) == 1 && c.args[0] != "off" {
		c.invalid(0, "It takes off, or a text and its replacement.")
		return
	}
	if len(c.args) == 2 {
		c.script(1)
	}
}

func checkProxyRedirect(c *checker) {
	if len(c.args) == 1 && !slices.Contains([]string{"off", "default", "false"}, c.args[0]) {
		c.invalid(0, "It takes off, default, or a prefix and its replacement.")
		c.suggest([]string{"off", "default"})
		return
	}
	if len(c.args) == 2 {
		c.script(1)
	}
}

// checkCookieFlags: what the flags are is only looked at when a response
// comes; a wrong one is then logged and left out (ngx_http_proxy_cookie_flags).
func checkCookieFlags(c *checker) {
	if len(c.args) == 1 && c.args[0] != "off" {
		c.invalid(0, "It takes off, or the name of a cookie and flags.")
		return
	}
	for i := range c.args {
		if c.script(i); c.failed() {
			return
		}
	}
}

// checkReturn: a code with or without text, or a URL (ngx_http_rewrite_return).
func checkReturn(c *checker) {
	n, ok := parseNumber(c.args[0])
	switch {
	case ok && n <= 999:
		if len(c.args) == 2 {
			c.script(1)
		}
	case !ok && len(c.args) == 1 && (strings.HasPrefix(c.args[0], "http://") || strings.HasPrefix(c.args[0], "https://") || strings.HasPrefix(c.args[0], "$scheme")):
		c.script(0)
	default:
		c.fail(0, "invalid return code "+quote(c.args[0]), "It takes a status code up to 999 and possibly a text or URL, or a URL that begins with http://, https:// or $scheme.")
	}
}

// checkRewrite: regular expression, replacement, flag (ngx_http_rewrite).
func checkRewrite(c *checker) {
	if c.args[1] == "" {
		c.fail(1, "empty replacement in \"rewrite\"", "Name the new path.")
		return
	}
	if c.script(1); c.failed() {
		return
	}
	if len(c.args) == 3 && !slices.Contains(rewriteFlags, c.args[2]) {
		c.fail(2, "invalid parameter "+quote(c.args[2])+" in \"rewrite\"", "The flags are: "+strings.Join(rewriteFlags, ", ")+".")
		c.suggest(rewriteFlags)
	}
}

var rewriteFlags = []string{"last", "break", "redirect", "permanent"}

// checkRoot: variables that are made of root cannot be used in it
// (ngx_http_core_root).
func checkRoot(c *checker) {
	for _, name := range []string{"$document_root", "${document_root}", "$realpath_root", "${realpath_root}"} {
		if strings.Contains(c.args[0], name) {
			c.fail(0, quote(name)+" cannot be used in "+quote(c.name), "The variable is made of this directive.")
			return
		}
	}
	c.script(0)
}

// checkServerName: empty names are taken, names with a regular expression
// must have one.
func checkServerName(c *checker) {
	for i, name := range c.args {
		if name == "~" {
			c.fail(i, "empty regular expression in server name \"~\"", "After ~ comes a regular expression.")
			return
		}
		if BadName(name) {
			c.fail(i, "server name "+quote(name)+" is invalid", "A \"*\" stands alone for the first or the last label: *.example.com or www.example.*.")
			return
		}
	}
}

// BadName tells that a name that may have a wildcard, of a server, a referer or
// in a map of host names, has it in a wrong place, or an empty label
// (ngx_hash_add_key). Behind a dot at the beginning it may stand anywhere.
func BadName(name string) bool {
	if strings.HasPrefix(name, "~") || !strings.ContainsAny(name, "*.") {
		return false
	}
	if strings.Contains(name, "..") || name == "." || strings.Count(name, "*") > 1 {
		return true
	}
	if strings.Contains(name, "*") {
		return name[0] != '.' && (!strings.HasPrefix(name, "*.") && !strings.HasSuffix(name, ".*") || len(name) < 3)
	}
	return false
}
