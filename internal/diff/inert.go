package diff

import "strings"

// inert tells that no answer depends on a directive as far as the effective
// model knows answers: virtual hosts that differ in such directives alone are
// not asked anything.
func inert(e *element) bool {
	if e.block || e.entry() {
		return false
	}
	if inertNames[e.name] {
		return true
	}
	for _, part := range inertParts {
		if strings.Contains(e.name, part) {
			return true
		}
	}
	return false
}

// inertParts are found in the names of many such directives.
var inertParts = []string{"timeout", "buffer", "gzip_", "keepalive", "_cache_", "open_file_cache", "hash_max_size", "hash_bucket_size", "log"}

var inertNames = map[string]bool{
	// What handshakes depend on is compared by itself; see tls.go.
	"ssl_protocols": true, "ssl_ciphers": true, "ssl_ecdh_curve": true, "ssl_prefer_server_ciphers": true, "ssl_dhparam": true,
	"ssl_certificate": true, "ssl_certificate_key": true, "ssl_session_cache": true, "ssl_session_tickets": true,
	"ssl_session_ticket_key": true, "ssl_stapling": true, "ssl_stapling_verify": true, "ssl_trusted_certificate": true,
	"ssl_conf_command": true, "ssl_early_data": true, "ssl_password_file": true,
	"sslprotocol": true, "sslciphersuite": true, "sslhonorcipherorder": true, "sslsessioncache": true, "sslsessiontickets": true,
	"sslusestapling": true, "sslstaplingcache": true, "sslopensslconfcmd": true, "sslcompression": true, "sslrandomseed": true,
	"sslinsecurerenegotiation": true,
	"gzip":                     true, "access_log": true, "error_log": true, "log_format": true, "log_not_found": true, "log_subrequest": true,
	"sendfile": true, "tcp_nopush": true, "tcp_nodelay": true, "aio": true, "directio": true, "worker_processes": true,
	"worker_connections": true, "worker_rlimit_nofile": true, "worker_cpu_affinity": true, "worker_priority": true,
	"user": true, "pid": true, "daemon": true, "multi_accept": true, "limit_rate": true, "limit_rate_after": true,
	"client_max_body_size": true, "client_body_temp_path": true, "etag": true, "default_type": true, "charset": true,
	"proxy_set_header": true, "proxy_http_version": true, "proxy_redirect": true, "proxy_hide_header": true,
	"proxy_pass_header": true, "proxy_ssl_verify": true, "proxy_ssl_server_name": true, "proxy_ssl_name": true, "proxy_cache": true,
	"fastcgi_param": true, "fastcgi_index": true, "uwsgi_param": true, "server_tokens": true,
	"limit_req": true, "limit_conn": true, "limit_req_zone": true, "limit_conn_zone": true, "limit_req_status": true,
	"resolver": true, "proxy_cache_path": true, "load_module": true, "env": true,
	"serveradmin": true, "serversignature": true, "servertokens": true, "loglevel": true, "errorlog": true, "customlog": true,
	"logformat": true, "keepalive": true, "hostnamelookups": true, "limitrequestbody": true, "user_": true, "group": true,
	"mutex": true, "pidfile": true, "startservers": true, "maxrequestworkers": true, "requestheader": true,
	"proxypassreverse": true, "addtype": true, "addhandler": true, "addencoding": true, "expiresbytype": true,
}
