package directives

import (
	"strings"
	"sync"
)

// expressionVariables are the %{NAME} of ap_expr. Source: util_expr_eval.c
// and mod_http2 of httpd 2.4.71, tried.
var expressionVariables = wordSet(`
	HTTP_ACCEPT HTTP_COOKIE HTTP_FORWARDED HTTP_HOST HTTP_PROXY_CONNECTION HTTP_REFERER HTTP_USER_AGENT
	REQUEST_METHOD REQUEST_SCHEME REQUEST_URI REQUEST_FILENAME SCRIPT_FILENAME LAST_MODIFIED SCRIPT_USER
	SCRIPT_GROUP PATH_INFO QUERY_STRING IS_SUBREQ THE_REQUEST REMOTE_ADDR REMOTE_HOST REMOTE_PORT REMOTE_USER
	REMOTE_IDENT SERVER_NAME SERVER_PORT SERVER_ADMIN SERVER_PROTOCOL DOCUMENT_ROOT DOCUMENT_URI AUTH_TYPE
	CONTENT_TYPE HANDLER HTTP2 HTTPS IPV6 REQUEST_STATUS REQUEST_LOG_ID CONN_LOG_ID CONN_REMOTE_ADDR
	CONTEXT_PREFIX CONTEXT_DOCUMENT_ROOT API_VERSION SERVER_SOFTWARE
	TIME_YEAR TIME_MON TIME_DAY TIME_HOUR TIME_MIN TIME_SEC TIME_WDAY TIME`)

// rewriteVariables are those that only mod_rewrite knows. Source: lookup_variable in
// mod_rewrite.c of httpd 2.4, beside the expression's.
var rewriteVariables = wordSet(`
	HTTP_USER_AGENT HTTP_REFERER HTTP_COOKIE HTTP_FORWARDED HTTP_HOST HTTP_PROXY_CONNECTION HTTP_ACCEPT
	AUTH_TYPE CONN_REMOTE_ADDR CONTEXT_PREFIX CONTEXT_DOCUMENT_ROOT DOCUMENT_ROOT HTTPS HTTP2 IPV6 IS_SUBREQ
	API_VERSION PATH_INFO QUERY_STRING REMOTE_ADDR REMOTE_HOST REMOTE_IDENT REMOTE_PORT REMOTE_USER
	REQUEST_FILENAME REQUEST_METHOD REQUEST_SCHEME REQUEST_URI SCRIPT_FILENAME SCRIPT_GROUP SCRIPT_USER
	SERVER_ADDR SERVER_ADMIN SERVER_NAME SERVER_PORT SERVER_PROTOCOL SERVER_SOFTWARE THE_REQUEST
	TIME TIME_YEAR TIME_MON TIME_DAY TIME_HOUR TIME_MIN TIME_SEC TIME_WDAY`)

// sslVariables are mod_ssl's, apart from the families with a varying tail.
// Source: ssl_engine_vars.c of httpd 2.4.
var sslVariables = wordSet(`
	SSL_PROTOCOL SSL_SESSION_ID SSL_SESSION_RESUMED SSL_SECURE_RENEG SSL_CIPHER SSL_CIPHER_EXPORT
	SSL_CIPHER_USEKEYSIZE SSL_CIPHER_ALGKEYSIZE SSL_COMPRESS_METHOD SSL_VERSION_INTERFACE SSL_VERSION_LIBRARY
	SSL_CLIENT_M_VERSION SSL_CLIENT_M_SERIAL SSL_CLIENT_S_DN SSL_CLIENT_I_DN SSL_CLIENT_V_START SSL_CLIENT_V_END
	SSL_CLIENT_V_REMAIN SSL_CLIENT_A_SIG SSL_CLIENT_A_KEY SSL_CLIENT_CERT SSL_CLIENT_VERIFY
	SSL_CLIENT_CERT_RFC4523_CEA SSL_CLIENTHELLO_VERSION SSL_SERVER_M_VERSION SSL_SERVER_M_SERIAL
	SSL_SERVER_S_DN SSL_SERVER_I_DN SSL_SERVER_V_START SSL_SERVER_V_END SSL_SERVER_A_SIG SSL_SERVER_A_KEY
	SSL_SERVER_CERT SSL_SRP_USER SSL_SRP_USERINFO SSL_TLS_SNI SSL_HANDSHAKE_RTT`)

var sslFamilies = []string{
	"SSL_CLIENT_S_DN_", "SSL_CLIENT_I_DN_", "SSL_SERVER_S_DN_", "SSL_SERVER_I_DN_",
	"SSL_CLIENT_SAN_", "SSL_SERVER_SAN_", "SSL_CLIENT_CERT_CHAIN_",
}

// wordSet is a set of words that is made when first asked for.
func wordSet(words string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := make(map[string]bool)
		for word := range strings.FieldsSeq(words) {
			set[word] = true
		}
		return set
	})
}

func isSSLVariable(name string) bool {
	if sslVariables()[name] {
		return true
	}
	for _, family := range sslFamilies {
		if strings.HasPrefix(name, family) && len(name) > len(family) {
			return true
		}
	}
	return false
}

// IsExpressionVariable reports whether %{name} exists in ap_expr, without
// regard to case. Any SSL_ name exists while mod_ssl is loaded: it may be the
// name of an extension.
func IsExpressionVariable(name string) bool {
	name = strings.ToUpper(name)
	return expressionVariables()[name] || strings.HasPrefix(name, "SSL_")
}

// rewritePrefixes start a RewriteRule or RewriteCond variable with an
// argument. Source: mod_rewrite.c of httpd 2.4.
var rewritePrefixes = []string{"ENV:", "HTTP:", "SSL:", "LA-U:", "LA-F:"}

// RewriteVariableProblem says why %{name} of RewriteRule or RewriteCond will
// be empty, or "" when the server knows it. mod_rewrite never refuses an
// unknown name.
func RewriteVariableProblem(name string) string {
	upper := strings.ToUpper(name)
	for _, prefix := range rewritePrefixes {
		if strings.HasPrefix(upper, prefix) {
			if strings.HasPrefix(prefix, "LA-") {
				return RewriteVariableProblem(name[len(prefix):])
			}
			return ""
		}
	}
	switch {
	case rewriteVariables()[upper]:
		return ""
	case isSSLVariable(upper):
		return "write it as %{SSL:" + name + "}"
	case strings.HasPrefix(upper, "HTTP_"):
		header := strings.ReplaceAll(name[len("HTTP_"):], "_", "-")
		return "write it as %{HTTP:" + header + "}"
	}
	if near := nearestWord(upper, sortedWords(rewriteVariables())); near != "" {
		return "did you mean %{" + near + "}?"
	}
	return "mod_rewrite has no variable of that name"
}
