package diff

// defaults are the values that hold without the directive, in their one
// spelling (times in seconds or milliseconds, sizes in bytes, as the directive
// keeps them). Only those that are the same in all supported versions are here.
// Sources: nginx.org documentation of the modules (1.22 to 1.30), and the
// manual of httpd 2.4.71.
var defaults = map[string][]string{
	// nginx: core
	"absolute_redirect": {"on"}, "aio": {"off"}, "auth_basic": {"off"}, "autoindex": {"off"},
	"chunked_transfer_encoding": {"on"}, "client_body_timeout": {"60000"}, "client_header_timeout": {"60000"},
	"client_max_body_size": {"1048576"}, "charset": {"off"}, "default_type": {"text/plain"}, "directio": {"off"}, "etag": {"on"},
	"expires": {"off"}, "if_modified_since": {"exact"}, "ignore_invalid_headers": {"on"}, "index": {"index.html"},
	"internal_redirect": {"off"}, "large_client_header_buffers": {"4 8192"}, "lingering_close": {"on"},
	"log_not_found": {"on"}, "log_subrequest": {"off"}, "merge_slashes": {"on"}, "msie_padding": {"on"},
	"open_file_cache": {"off"}, "port_in_redirect": {"on"}, "recursive_error_pages": {"off"},
	"reset_timedout_connection": {"off"}, "resolver_timeout": {"30000"}, "root": {"html"}, "satisfy": {"all"},
	"send_timeout": {"60000"}, "sendfile": {"off"}, "server_name_in_redirect": {"off"}, "server_tokens": {"on"},
	"tcp_nodelay": {"on"}, "tcp_nopush": {"off"}, "types_hash_max_size": {"1024"}, "underscores_in_headers": {"off"},
	"keepalive_timeout": {"75000"}, "keepalive_requests": {"1000"}, "limit_rate": {"0"},
	// nginx: gzip
	"gzip": {"off"}, "gzip_comp_level": {"1"}, "gzip_http_version": {"1.1"}, "gzip_min_length": {"20"},
	"gzip_proxied": {"off"}, "gzip_types": {"text/html"}, "gzip_vary": {"off"}, "gzip_static": {"off"}, "gunzip": {"off"},
	// nginx: TLS
	"http2": {"off"}, "ssl_buffer_size": {"16384"}, "ssl_early_data": {"off"}, "ssl_ecdh_curve": {"auto"},
	"ssl_prefer_server_ciphers": {"off"}, "ssl_reject_handshake": {"off"}, "ssl_session_cache": {"none"},
	"ssl_session_tickets": {"on"}, "ssl_session_timeout": {"300"}, "ssl_stapling": {"off"}, "ssl_stapling_verify": {"off"},
	"ssl_verify_client": {"off"}, "ssl_verify_depth": {"1"}, "ssl_ciphers": {"HIGH:!aNULL:!MD5"},
	// nginx: proxying
	"proxy_buffering": {"on"}, "proxy_cache": {"off"}, "proxy_connect_timeout": {"60000"}, "proxy_ignore_client_abort": {"off"},
	"proxy_intercept_errors": {"off"}, "proxy_pass_request_body": {"on"}, "proxy_pass_request_headers": {"on"},
	"proxy_read_timeout": {"60000"}, "proxy_redirect": {"default"}, "proxy_request_buffering": {"on"},
	"proxy_send_timeout": {"60000"}, "proxy_ssl_server_name": {"off"}, "proxy_ssl_session_reuse": {"on"},
	"proxy_ssl_verify": {"off"}, "proxy_ssl_verify_depth": {"1"}, "proxy_next_upstream": {"error timeout"},
	"fastcgi_buffering": {"on"}, "fastcgi_connect_timeout": {"60000"}, "fastcgi_intercept_errors": {"off"},
	"fastcgi_read_timeout": {"60000"}, "fastcgi_send_timeout": {"60000"}, "fastcgi_request_buffering": {"on"},
	"uwsgi_read_timeout": {"60000"}, "uwsgi_send_timeout": {"60000"}, "uwsgi_connect_timeout": {"60000"},
	"grpc_read_timeout": {"60000"}, "grpc_send_timeout": {"60000"}, "grpc_connect_timeout": {"60000"},
	// nginx: process
	"daemon": {"on"}, "master_process": {"on"}, "multi_accept": {"off"}, "accept_mutex": {"off"},
	"worker_connections": {"512"}, "worker_processes": {"1"},

	// Apache
	"acceptpathinfo": {"default"}, "adddefaultcharset": {"off"}, "allowencodedslashes": {"off"}, "allowoverride": {"none"},
	"contentdigest": {"off"}, "directoryslash": {"on"}, "enablemmap": {"on"}, "enablesendfile": {"off"},
	"expiresactive": {"off"}, "fileetag": {"MTime Size"}, "hostnamelookups": {"off"}, "keepalive": {"on"},
	"keepalivetimeout": {"5000ms"}, "maxkeepaliverequests": {"100"}, "mergeslashes": {"on"}, "options": {"followsymlinks"},
	"proxypreservehost": {"off"}, "proxyrequests": {"off"}, "proxyvia": {"off"}, "rewriteengine": {"off"}, "serversignature": {"off"},
	"sslcompression": {"off"}, "sslhonorcipherorder": {"off"}, "sslinsecurerenegotiation": {"off"}, "sslproxyengine": {"off"},
	"sslsessiontickets": {"on"}, "sslusestapling": {"off"}, "sslverifyclient": {"none"}, "sslverifydepth": {"1"},
	"timeout": {"60"}, "traceenable": {"on"}, "usecanonicalname": {"off"}, "usecanonicalphysicalport": {"off"},
}
