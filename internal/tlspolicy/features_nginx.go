package tlspolicy

import "sync"

// Features that both servers have, each in its way.
const (
	FeatureTLS13               Feature = "tls-1.3"
	FeatureHTTP2               Feature = "http2"
	FeatureHTTP3               Feature = "http3"
	FeatureHybridGroup         Feature = "hybrid-group"         // X25519MLKEM768
	FeatureGroupList           Feature = "group-list"           // several groups, in order
	FeatureOptionalGroup       Feature = "optional-group"       // "?" before a group that may be unknown
	FeatureCipherSuites        Feature = "cipher-suites"        // choosing the TLS 1.3 suites
	FeatureStapling            Feature = "stapling"             // OCSP stapling
	FeatureSessionTickets      Feature = "session-tickets"      // switching tickets off
	FeatureHeaderAlways        Feature = "header-always"        // headers on error answers too
	FeatureStatus308           Feature = "status-308"           // 308 as a redirect
	FeaturePerHostProtocols    Feature = "per-host-protocols"   // protocols chosen by name, not by the default host
	FeatureSeveralCertificates Feature = "several-certificates" // RSA and ECDSA side by side
	FeatureChainInCertificate  Feature = "chain-in-certificate" // one file for leaf and chain
	FeatureRejectUnknownName   Feature = "reject-unknown-name"  // refuse the handshake for a foreign name
	FeatureClientOCSP          Feature = "client-ocsp"          // OCSP check of client certificates
	FeatureGRPC                Feature = "grpc"
	FeatureEarlyHints          Feature = "early-hints"
	FeatureBrotli              Feature = "brotli" // in the base distribution
	FeatureZstd                Feature = "zstd"   // in the base distribution
	FeatureRequestRate         Feature = "request-rate"
	FeatureConnectionLimit     Feature = "connection-limit"
	FeatureActiveHealthChecks  Feature = "active-health-checks"
	FeatureStickySessions      Feature = "sticky-sessions"
	FeatureProxyProtocol       Feature = "proxy-protocol"
	FeatureEncryptedHello      Feature = "encrypted-client-hello"
	FeatureOpenSSLCommand      Feature = "openssl-command" // ssl_conf_command, SSLOpenSSLConfCmd
	FeatureMergeSlashes        Feature = "merge-slashes"
)

// Features of nginx alone.
const (
	FeatureHTTP2Listen            Feature = "http2-listen"
	FeatureHTTP2Directive         Feature = "http2-directive"
	FeatureHTTP2Push              Feature = "http2-push"
	FeatureSSLDirective           Feature = "ssl-directive"
	FeatureRejectHandshake        Feature = "ssl-reject-handshake"
	FeatureTicketRotation         Feature = "ticket-rotation"
	FeatureTicketKey              Feature = "ticket-key"
	FeatureTicketKeyAES256        Feature = "ticket-key-aes256"
	FeatureEarlyData              Feature = "early-data"
	FeatureQUICEarlyData          Feature = "quic-early-data"
	FeatureKernelTLS              Feature = "kernel-tls"
	FeatureCertificateVariables   Feature = "certificate-variables"
	FeatureCertificateCache       Feature = "certificate-cache"
	FeatureCertificateCompression Feature = "certificate-compression"
	FeatureAddHeaderInherit       Feature = "add-header-inherit"
	FeatureLimitDryRun            Feature = "limit-req-dry-run"
	FeatureAuthDelay              Feature = "auth-delay"
	FeatureUpstreamResolve        Feature = "upstream-resolve"
	FeatureKeepaliveDefault       Feature = "upstream-keepalive-default"
	FeatureKeepaliveMinTimeout    Feature = "keepalive-min-timeout"
	FeatureMaxHeaders             Feature = "max-headers"
	FeatureOptionalClientCA       Feature = "client-ca-optional"
	FeatureReusePort              Feature = "reuseport"
)

var nginxCapabilities = sync.OnceValue(func() []capability { return nginxRows(nginxTable) })

var nginxTable = []nginxRow{
	{FeatureTLS13, "TLS 1.3", "1.13.0", "", "", "1.1.1", `CHANGES 1.13.0: the "TLSv1.3" parameter of "ssl_protocols"; OpenSSL NEWS 1.1.1`},
	{FeatureHTTP2, "HTTP/2", "1.9.5", "", "", "1.0.2", `CHANGES 1.9.5: ngx_http_v2_module; its documentation: ALPN needs OpenSSL 1.0.2`},
	{FeatureHTTP2Listen, "the http2 parameter of listen", "1.9.5", "1.25.1", "", "", `CHANGES 1.9.5, and 1.25.1: "the http2 parameter of the listen directive is now deprecated"`},
	{FeatureHTTP2Directive, "the http2 directive", "1.25.1", "", "", "", `CHANGES 1.25.1: the "http2" directive`},
	{FeatureHTTP2Push, "HTTP/2 server push", "1.13.9", "", "1.25.1", "", `CHANGES 1.13.9, and 1.25.1: "HTTP/2 server push support has been removed"`},
	{FeatureHTTP3, "HTTP/3 (listen … quic)", "1.25.0", "", "", "1.1.1", `CHANGES 1.25.0; ngx_http_v3_module documentation`},
	{FeatureHybridGroup, "the X25519MLKEM768 group", "1.11.0", "", "", "3.5.0", `CHANGES 1.11.0: list in "ssl_ecdh_curve"; OpenSSL NEWS 3.5: ML-KEM`},
	{FeatureGroupList, "a list in ssl_ecdh_curve", "1.11.0", "", "", "1.0.2", `CHANGES 1.11.0: "allows specifying a list of curves when using OpenSSL 1.0.2 or newer"`},
	{FeatureOptionalGroup, `"?" before a group in ssl_ecdh_curve`, "1.11.0", "", "", "3.3.0", `OpenSSL CHANGES 3.3: unknown groups prefixed by "?" are ignored in SSL_CTX_set1_groups_list`},
	{FeatureOpenSSLCommand, "ssl_conf_command", "1.19.4", "", "", "1.0.2", `CHANGES 1.19.4; ngx_http_ssl_module documentation: OpenSSL 1.0.2`},
	{FeatureCipherSuites, "choosing TLS 1.3 suites (ssl_conf_command Ciphersuites)", "1.19.4", "", "", "1.1.1", `CHANGES 1.19.4: "ssl_conf_command"; OpenSSL NEWS 1.1.1`},
	{FeatureStapling, "ssl_stapling", "1.3.7", "", "", "", `CHANGES 1.3.7: OCSP stapling support`},
	{FeatureSessionTickets, "ssl_session_tickets", "1.5.9", "", "", "", `CHANGES 1.5.9: the "ssl_session_tickets" directive`},
	{FeatureTicketRotation, "rotation of session ticket keys", "1.23.2", "", "", "", `CHANGES 1.23.2: ticket keys "are now automatically rotated when using shared memory in ssl_session_cache"`},
	{FeatureTicketKey, "ssl_session_ticket_key", "1.5.7", "", "", "", `CHANGES 1.5.7: the "ssl_session_ticket_key" directive`},
	{FeatureTicketKeyAES256, "an 80-byte key in ssl_session_ticket_key", "1.11.8", "", "", "", `CHANGES 1.11.8: AES256 encryption of session tickets with 80-byte keys`},
	{FeatureHeaderAlways, `the "always" parameter of add_header`, "1.7.5", "", "", "", `CHANGES 1.7.5: the "always" parameter of "add_header"`},
	{FeatureStatus308, "308 as a redirect in return", "1.13.0", "", "", "", `CHANGES 1.13.0: "return" and "error_page" can be used to return 308 redirections`},
	{FeaturePerHostProtocols, "ssl_protocols in a server other than the default one", "1.29.2", "", "", "1.1.1", `CHANGES 1.29.2: "ssl_protocols" works in a virtual server different from the default server when using OpenSSL 1.1.1 or newer`},
	{FeatureSeveralCertificates, "several certificates in one server", "1.11.0", "", "", "1.0.2", `CHANGES 1.11.0: "ssl_certificate" can be specified multiple times; documentation: separate chains need OpenSSL 1.0.2`},
	{FeatureChainInCertificate, "the chain in the file of ssl_certificate", "0.5.0", "", "", "", `ngx_http_ssl_module documentation, ssl_certificate`},
	{FeatureRejectHandshake, "ssl_reject_handshake", "1.19.4", "", "", "", `CHANGES 1.19.4: the "ssl_reject_handshake" directive`},
	{FeatureRejectUnknownName, "refusing a handshake (ssl_reject_handshake)", "1.19.4", "", "", "", `CHANGES 1.19.4: the "ssl_reject_handshake" directive`},
	{FeatureSSLDirective, "the ssl directive", "0.5.0", "1.15.0", "1.25.1", "", `CHANGES 1.15.0: deprecated; 1.25.1: "not supported anymore"`},
	{FeatureEarlyData, "ssl_early_data", "1.15.4", "", "", "1.1.1", `CHANGES 1.15.4: "ssl_early_data" with OpenSSL`},
	{FeatureQUICEarlyData, "0-RTT over QUIC", "1.29.1", "", "", "3.5.1", `CHANGES 1.29.1; ngx_http_ssl_module documentation, ssl_early_data`},
	{FeatureKernelTLS, "kernel TLS (SSL_sendfile)", "1.21.4", "", "", "3.0.0", `CHANGES 1.21.4: SSL_sendfile() with OpenSSL 3.0`},
	{FeatureClientOCSP, "ssl_ocsp", "1.19.0", "", "", "", `CHANGES 1.19.0: client certificate validation with OCSP`},
	{FeatureOptionalClientCA, "client verification without ssl_client_certificate", "1.27.2", "", "", "", `CHANGES 1.27.2: "ssl_client_certificate" is not required for client certificate verification`},
	{FeatureCertificateVariables, "variables in ssl_certificate", "1.15.9", "", "", "1.0.2", `CHANGES 1.15.9; ngx_http_ssl_module documentation: OpenSSL 1.0.2`},
	{FeatureCertificateCache, "ssl_certificate_cache", "1.27.4", "", "", "", `CHANGES 1.27.4: the "ssl_certificate_cache" directive`},
	{FeatureCertificateCompression, "ssl_certificate_compression", "1.29.1", "", "", "3.2.0", `CHANGES 1.29.1; ngx_http_ssl_module documentation: OpenSSL 3.2`},
	{FeatureEncryptedHello, "ssl_ech_file", "1.29.4", "", "", "4.0.0", `CHANGES 1.29.4: the "ssl_ech_file" directive; OpenSSL NEWS 4.0: ECH`},
	{FeatureAddHeaderInherit, "add_header_inherit", "1.29.3", "", "", "", `CHANGES 1.29.3: the "add_header_inherit" directive`},
	{FeatureGRPC, "grpc_pass", "1.13.10", "", "", "", `CHANGES 1.13.10: the ngx_http_grpc_module`},
	{FeatureEarlyHints, "early_hints", "1.29.0", "", "", "", `CHANGES 1.29.0: the "early_hints" directive`},
	{FeatureRequestRate, "limit_req", "0.7.20", "", "", "", `CHANGES 0.7.20: the ngx_http_limit_req_module`},
	{FeatureLimitDryRun, "limit_req_dry_run", "1.17.1", "", "", "", `CHANGES 1.17.1: the "limit_req_dry_run" directive`},
	{FeatureConnectionLimit, "limit_conn", "1.1.8", "", "", "", `CHANGES 1.1.8: the ngx_http_limit_conn_module`},
	{FeatureAuthDelay, "auth_delay", "1.17.10", "", "", "", `CHANGES 1.17.10: the "auth_delay" directive`},
	{FeatureUpstreamResolve, "resolve in upstream servers", "1.27.3", "", "", "", `CHANGES 1.27.3: "server" in "upstream" supports "resolve"`},
	{FeatureStickySessions, "sticky", "1.29.6", "", "", "", `CHANGES 1.29.6: the "sticky" directive`},
	{FeatureKeepaliveDefault, "upstream keep-alive by default", "1.29.7", "", "", "", `CHANGES 1.29.7: "keepalive" enabled by default, "proxy_http_version" is "1.1"`},
	{FeatureKeepaliveMinTimeout, "keepalive_min_timeout", "1.27.4", "", "", "", `CHANGES 1.27.4: the "keepalive_min_timeout" directive`},
	{FeatureMaxHeaders, "max_headers", "1.29.8", "", "", "", `CHANGES 1.29.8: the "max_headers" directive`},
	{FeatureProxyProtocol, "the proxy_protocol parameter of listen", "1.5.12", "", "", "", `CHANGES 1.5.12: the "proxy_protocol" parameters of "listen" and "real_ip_header"`},
	{FeatureReusePort, "the reuseport parameter of listen", "1.9.1", "", "", "", `CHANGES 1.9.1: the "reuseport" parameter of "listen"`},
	{FeatureMergeSlashes, "merge_slashes", "0.6.15", "", "", "", `CHANGES 0.6.15: the "merge_slashes" directive`},
	{FeatureBrotli, "brotli without an added module", "", "", "", "", `nginx documentation, list of modules`},
	{FeatureZstd, "zstd without an added module", "", "", "", "", `nginx documentation, list of modules`},
	{FeatureActiveHealthChecks, "active health checks in its open-source edition", "", "", "", "", `ngx_http_upstream_hc_module documentation: commercial subscription`},
}

// nginxRow writes one row in a line; CHANGES is the CHANGES file of nginx.
type nginxRow struct {
	feature                             Feature
	what                                string
	since, deprecated, removed, openssl string
	source                              string
}

func nginxRows(rows []nginxRow) []capability {
	table := make([]capability, len(rows))
	for i, row := range rows {
		table[i] = capability{row.feature, Nginx, row.what, optionalVersion(row.since), optionalVersion(row.deprecated),
			optionalVersion(row.removed), optionalVersion(row.openssl), "nginx " + row.source}
	}
	return table
}

// optionalVersion reads a cell of a table; empty is the zero version.
func optionalVersion(text string) Version {
	if text == "" {
		return Version{}
	}
	return MustVersion(text)
}
