package diff

import (
	"regexp"
	"slices"
	"strings"
)

// mask stands for a secret. That it changed is still told, by the two places.
const mask = "***"

// secretArguments are directives with arguments that nobody should read in a
// review: from which argument on, counted from 0.
var secretArguments = map[string]int{
	"env": 1, "js_var": 1, "perl_set": 1,
	"proxy_ssl_certificate_key_password": 0, "zone_sync_ssl_password": 0, "auth_jwt_key": 0, "secure_link_secret": 0, "secure_link_md5": 0,
	"userid_mark": 0, "ssl_engine_pin": 0, "auth_http_header": 1, "proxy_passphrase": 0, "sticky_secret": 0,
	"auth_ldap_bind_password": 0, "binddn_passwd": 0, "redis_auth": 0, "redis2_query": 0, "postgres_server": 1, "drizzle_server": 1,
	"akamai_token_secret": 0, "session_log_secret": 0,
	"authdbduserpwquery": 0, "authdbduserrealmquery": 0, "authldapbindpassword": 0, "dbdparams": 0, "sessioncryptopassphrase": 0,
	"sslproxymachinecertificatekeypassphrase": 0, "sslsrpunknownuserseed": 0, "oidcclientsecret": 0,
	"oidccryptopassphrase": 0, "authcookiesecret": 0, "authbasicfake": 1, "mdexternalaccountbinding": 0, "userdirpassword": 0,
	"heartbeatsecret": 0, "cookiesecret": 0, "authnexternalkey": 0,
}

// secretWords are found in the names of directives, header fields, variables and
// parameters whose values are secrets.
var secretWords = regexp.MustCompile(`(?i)(authori[sz]ation|passw|passphrase|passwd|secret|token|api[-_]?key|apikey|access[-_]?key|private[-_]?key|credential|cookie$|session[-_]?id|x-auth|[-_]key$|^key$|bearer|signature)`)

// filesOfSecrets name files that hold secrets, not the secrets: the names may be
// shown.
var filesOfSecrets = regexp.MustCompile(`(?i)(_file|file|_path|certificate_key|ssl_certificate_key|key_zone|_cache_key|session_ticket_key|zone|limit_req|limit_conn|proxy_cookie.*|_cookie_flags|hash|sticky|trusted_certificate|userid.*|server_tokens|serversignature|proxy_hide_header|proxy_pass_header|add_header_inherit)$`)

// secretTexts are the secrets that are known by how they look. signs are what
// every such text has, as a search is quicker than a pattern.
var secretTexts = []struct {
	pattern *regexp.Regexp
	shown   string
	signs   []string
}{
	{keyBlock, mask, []string{"-----BEGIN"}},
	{inline, "data:" + mask, []string{"data:"}},
	{userinfo, "${1}" + mask + "@", []string{"@"}},
	{scheme, "${1}${2}" + mask, []string{" ", "\t", "%20"}},
	{parameter, "${1}" + mask, []string{"="}},
	{hashed, mask, []string{"$", "{S"}},
}

var (
	// userinfo is what stands before the @ of a URL.
	userinfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^/@\s"']+@`)
	// scheme is a credential after the name of its scheme.
	scheme = regexp.MustCompile(`(?i)\b(basic|bearer|digest|token|negotiate)(\s+|%20)[^\s"';,)]+`)
	// parameter is a value behind the name of a secret, in a query or a list.
	parameter = regexp.MustCompile(`(?i)((?:passw(?:or)?d|passwd|pwd|pass|secret|token|api[-_]?key|access[-_]?key|signature|sig|auth|bind_?pw)=)[^&\s"';,]+`)
	// keyBlock is a private key, or the beginning of one.
	keyBlock = regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*`)
	// inline is data that stands where a file's name could.
	inline = regexp.MustCompile(`^data:.*`)
	// hashed is an entry of a password file.
	hashed = regexp.MustCompile(`\$(?:apr1|2[aby]|1|5|6|y)\$[./A-Za-z0-9$]+|\{SHA\}[A-Za-z0-9+/=]+|\{SSHA\}[A-Za-z0-9+/=]+`)
)

// masked are the arguments of a directive as they may be shown.
func masked(name string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = maskText(w)
	}
	lower := strings.ToLower(name)
	if from, ok := secretArguments[lower]; ok {
		return maskFrom(out, from)
	}
	switch lower {
	case "proxy_set_header", "grpc_set_header", "add_header", "more_set_input_headers", "more_set_headers",
		"fastcgi_param", "uwsgi_param", "scgi_param", "set", "sethandler", "setenv", "env", "define", "auth_request_set", "proxy_set_body":
		if len(words) > 1 && secretWords.MatchString(words[0]) {
			return maskFrom(out, 1)
		}
	case "requestheader", "header":
		for i, w := range words {
			if i < 3 && secretWords.MatchString(w) {
				return maskFrom(out, i+1)
			}
		}
	case "setenvif", "setenvifnocase", "rewritecond":
		if len(words) > 1 && secretWords.MatchString(words[0]) {
			return maskFrom(out, 1)
		}
	case "if", "elseif", "require":
		// The parts of a comparison may be words of their own.
		whole := strings.Join(out, " ")
		if hidden := maskComparison(whole); hidden != whole {
			return strings.Fields(hidden)
		}
	default:
		if secretWords.MatchString(name) && !filesOfSecrets.MatchString(name) {
			return maskFrom(out, 0)
		}
	}
	return out
}

func maskFrom(words []string, from int) []string {
	for i := from; i < len(words); i++ {
		if !isPlainVariable(words[i]) && !isSwitch(words[i]) {
			words[i] = mask
		}
	}
	return words
}

// isPlainVariable tells that a word is the name of a variable, which gives
// nothing away.
func isPlainVariable(word string) bool {
	return len(word) > 1 && word[0] == '$' && strings.Trim(word[1:], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_{}") == ""
}

func isSwitch(word string) bool {
	switch strings.ToLower(word) {
	case "", "on", "off", "always", "none", "if_not_empty", mask:
		return true
	}
	return false
}

// compared is a secret variable compared with a text.
var compared = regexp.MustCompile(`(?i)((?:\$|%\{|req_?\w*\(?['"]?)[\w:-]*(?:authorization|token|secret|password|api_?key|cookie|key)[\w-]*['"]?[)}]?\s*(?:=|==|!=|~\*?|!~\*?|=~|-eq)\s*).+`)

func maskComparison(text string) string { return compared.ReplaceAllString(text, "${1}"+mask) }

// maskText takes out of a text what is a secret wherever it stands: a password
// in a URL, a credential, a key.
func maskText(text string) string {
	if len(text) < 4 {
		return text
	}
	for i := range secretTexts {
		if t := &secretTexts[i]; slices.ContainsFunc(t.signs, func(sign string) bool { return strings.Contains(text, sign) }) {
			text = t.pattern.ReplaceAllString(text, t.shown)
		}
	}
	return text
}

// maskedWords are the arguments of an element as they may be shown. What an
// entry of a map says is a secret if its source or its target is.
func (e *element) maskedWords(words []string) []string {
	if !e.entry() {
		return masked(e.name, words)
	}
	out := make([]string, len(words))
	secret := secretWords.MatchString(strings.Join(e.parent.words, " "))
	for i, w := range words {
		if out[i] = maskText(w); secret && !isSwitch(w) && w != "default" {
			out[i] = mask
		}
	}
	return out
}

// shownName is the name of an element; the entry of a map with secrets has none.
func (e *element) shownName() string {
	if e.entry() && len(e.parent.words) > 0 && secretWords.MatchString(e.parent.words[0]) && !isSwitch(e.name) && e.name != "default" {
		return mask
	}
	return maskText(e.title())
}
