package tlspolicy

import "sync"

// Features of Apache alone.
const (
	FeatureProtocolsDirective     Feature = "protocols-directive"
	FeatureSSLCipherSuiteTLS13    Feature = "sslciphersuite-tls13"
	FeatureCertificateChainFile   Feature = "certificate-chain-file"
	FeatureDHInCertificate        Feature = "dh-in-certificate"
	FeatureSNIPolicy              Feature = "sni-policy"
	FeatureStrictHostCheck        Feature = "strict-host-check"
	FeatureUpgradeWebSocket       Feature = "upgrade-websocket"
	FeatureWebSocketTunnel        Feature = "websocket-tunnel"
	FeatureHTTP2WebSocket         Feature = "http2-websocket"
	FeatureEngineOptional         Feature = "sslengine-optional"
	FeatureManagedDomains         Feature = "managed-domains"
	FeatureManagedDomainStapling  Feature = "managed-domain-stapling"
	FeatureManagedDomainProfile   Feature = "managed-domain-profile"
	FeatureHeaderSetIfEmpty       Feature = "header-setifempty"
	FeatureHeaderExpr             Feature = "header-expr"
	FeatureCGIPassAuth            Feature = "cgi-pass-auth"
	FeatureIfFile                 Feature = "if-file"
	FeatureRateLimitBurst         Feature = "rate-limit-burst"
	FeatureRateLimitProxied       Feature = "rate-limit-proxied"
	FeatureBodyLimitDefault       Feature = "body-limit-default"
	FeatureHTTP2RefusedByPrefork  Feature = "http2-refused-by-prefork"
	FeatureUWSGI                  Feature = "uwsgi"
	FeatureRedirectRelative       Feature = "redirect-relative"
	FeatureOpenSSL4               Feature = "openssl-4"
	FeatureHandshakeTimeout       Feature = "handshake-timeout"
	FeatureSSLCompressionRejected Feature = "sslcompression-rejected"
	FeatureOCSPNonce              Feature = "ocsp-nonce"
	FeatureOCSPSigners            Feature = "ocsp-signers"
	FeatureOCSPLeaf               Feature = "ocsp-leaf"
)

var apacheCapabilities = sync.OnceValue(func() []capability { return apacheRows(apacheTable) })

var apacheTable = []apacheRow{
	{FeatureTLS13, "TLS 1.3", "2.4.36", "", "", "1.1.1", "CHANGES 2.4.36: support for OpenSSL 1.1.1 and TLSv1.3"},
	{FeatureHTTP2, "HTTP/2 (mod_http2)", "2.4.17", "", "", "1.0.2", "mod_http2 documentation, Compatibility; HTTP/2 guide: ALPN needs OpenSSL 1.0.2"},
	{FeatureProtocolsDirective, "the Protocols directive", "2.4.17", "", "", "", "core documentation, Protocols: Compatibility"},
	{FeatureHTTP3, "HTTP/3", "", "", "", "", "documentation, list of modules"},
	{FeatureHybridGroup, "the X25519MLKEM768 group", "2.4.8", "", "", "3.5.0", "mod_ssl documentation, SSLOpenSSLConfCmd; OpenSSL NEWS 3.5: ML-KEM"},
	{FeatureGroupList, "SSLOpenSSLConfCmd Curves", "2.4.8", "", "", "1.0.2", "mod_ssl documentation, SSLOpenSSLConfCmd: httpd 2.4.8 with OpenSSL 1.0.2"},
	{FeatureOptionalGroup, `"?" before a group in SSLOpenSSLConfCmd Curves`, "2.4.8", "", "", "3.3.0", `OpenSSL CHANGES 3.3: unknown groups prefixed by "?" are ignored in SSL_CTX_set1_groups_list`},
	{FeatureOpenSSLCommand, "SSLOpenSSLConfCmd", "2.4.8", "", "", "1.0.2", "mod_ssl documentation, SSLOpenSSLConfCmd: httpd 2.4.8 with OpenSSL 1.0.2"},
	{FeatureCipherSuites, "SSLCipherSuite TLSv1.3", "2.4.36", "", "", "1.1.1", "CHANGES 2.4.36: SSLCipherSuite is enhanced for TLSv1.3 ciphers, at virtual host level only"},
	{FeatureSSLCipherSuiteTLS13, "SSLCipherSuite TLSv1.3", "2.4.36", "", "", "1.1.1", "CHANGES 2.4.36: SSLCipherSuite is enhanced for TLSv1.3 ciphers, at virtual host level only"},
	{FeatureStapling, "SSLUseStapling", "2.4.0", "", "", "", "mod_ssl documentation, SSLUseStapling: 2.3.3"},
	{FeatureSessionTickets, "SSLSessionTickets", "2.4.11", "", "", "", "mod_ssl documentation, SSLSessionTickets: 2.4.11 with OpenSSL 0.9.8f"},
	{FeatureHeaderAlways, "Header always", "2.0.0", "", "", "", "mod_headers documentation, Header"},
	{FeatureHeaderSetIfEmpty, "Header setifempty", "2.4.7", "", "", "", "CHANGES 2.4.7: setifempty"},
	{FeatureHeaderExpr, "Header … expr=", "2.4.10", "", "", "", "mod_headers documentation, Header: 2.4.10"},
	{FeatureStatus308, "308 as a redirect", "2.4.0", "", "", "", "mod_alias documentation, Redirect; checked on 2.4.71"},
	{FeaturePerHostProtocols, "SSLProtocol in a name-based virtual host other than the first one", "2.4.42", "", "", "1.1.1", "CHANGES 2.4.42: negotiate the TLS protocol version per name based vhost, with OpenSSL 1.1.1"},
	{FeatureSeveralCertificates, "several certificates in one virtual host", "2.2.0", "", "", "", "mod_ssl documentation, SSLCertificateFile"},
	{FeatureChainInCertificate, "the chain in the file of SSLCertificateFile", "2.4.8", "", "", "", "mod_ssl documentation, SSLCertificateFile; SSLCertificateChainFile is obsolete since 2.4.8"},
	{FeatureCertificateChainFile, "SSLCertificateChainFile", "2.0.0", "2.4.8", "", "", "mod_ssl documentation, SSLCertificateChainFile: obsolete since 2.4.8"},
	{FeatureDHInCertificate, "DH parameters in the file of SSLCertificateFile", "2.4.7", "", "", "", "mod_ssl documentation, SSLCertificateFile: 2.4.7"},
	{FeatureSNIPolicy, "SSLVHostSNIPolicy", "2.4.66", "", "", "", "CHANGES 2.4.66: add SSLVHostSNIPolicy"},
	{FeatureStrictHostCheck, "StrictHostCheck", "2.4.49", "", "", "", "CHANGES 2.4.49: add StrictHostCheck"},
	{FeatureRejectUnknownName, "refusing the handshake for an unknown name", "", "", "", "", "mod_ssl documentation: the first virtual host answers unknown names"},
	{FeatureUpgradeWebSocket, "upgrade=websocket on ProxyPass", "2.4.47", "", "", "", "mod_proxy documentation, ProxyPass: upgrade, 2.4.47"},
	{FeatureWebSocketTunnel, "mod_proxy_wstunnel", "2.4.5", "2.4.47", "", "", "mod_proxy_wstunnel documentation: mod_proxy_http handles upgrades since 2.4.47"},
	{FeatureHTTP2WebSocket, "WebSocket over HTTP/2 (H2WebSockets)", "2.4.58", "", "", "", "CHANGES 2.4.58: H2WebSockets"},
	{FeatureEngineOptional, "SSLEngine optional", "2.2.0", "", "2.4.64", "", "CHANGES 2.4.64: CVE-2025-49812, TLS upgrade support removed"},
	{FeatureManagedDomains, "mod_md", "2.4.30", "", "", "", "CHANGES 2.4.30: mod_md"},
	{FeatureManagedDomainStapling, "MDStapling", "2.4.42", "", "", "", "CHANGES 2.4.42: mod_md: OCSP stapling"},
	{FeatureManagedDomainProfile, "MDProfile", "2.4.64", "", "", "", "CHANGES 2.4.64: MDProfile"},
	{FeatureCGIPassAuth, "CGIPassAuth", "2.4.13", "", "", "", "CHANGES 2.4.13: CGIPassAuth"},
	{FeatureActiveHealthChecks, "mod_proxy_hcheck", "2.4.21", "", "", "", "mod_proxy_hcheck documentation: 2.4.21"},
	{FeatureStickySessions, "stickysession", "2.2.0", "", "", "", "mod_proxy_balancer documentation"},
	{FeatureRateLimitBurst, "rate-initial-burst of mod_ratelimit", "2.4.24", "", "", "", "CHANGES 2.4.24: mod_ratelimit: initial burst"},
	{FeatureRateLimitProxied, "mod_ratelimit on proxied content", "2.4.34", "", "", "", "CHANGES 2.4.34: mod_ratelimit: fix behavior when proxying content"},
	{FeatureBrotli, "mod_brotli", "2.4.26", "", "", "", "CHANGES 2.4.26: mod_brotli"},
	{FeatureZstd, "zstd", "", "", "", "", "documentation, list of modules"},
	{FeatureRequestRate, "a limit on the rate of requests", "", "", "", "", "documentation, list of modules: mod_ratelimit limits bandwidth"},
	{FeatureConnectionLimit, "a limit on connections per client", "", "", "", "", "documentation, list of modules"},
	{FeatureHTTP2RefusedByPrefork, "the refusal of HTTP/2 under the prefork MPM", "2.4.27", "", "", "", "mod_http2 documentation: 2.4.27"},
	{FeatureUWSGI, "mod_proxy_uwsgi", "2.4.30", "", "", "", "CHANGES 2.4.30: mod_proxy_uwsgi"},
	{FeatureProxyProtocol, "RemoteIPProxyProtocol", "2.4.31", "", "", "", "mod_remoteip documentation, RemoteIPProxyProtocol: 2.4.31"},
	{FeatureIfFile, "<IfFile> and <IfDirective>", "2.4.34", "", "", "", "CHANGES 2.4.34: <IfFile>, <IfDirective> and <IfSection>"},
	{FeatureMergeSlashes, "MergeSlashes", "2.4.39", "", "", "", "CHANGES 2.4.39: MergeSlashes"},
	{FeatureHandshakeTimeout, "RequestReadTimeout handshake=", "2.4.39", "", "", "", "CHANGES 2.4.39: mod_reqtimeout: handshake timeouts"},
	{FeatureBodyLimitDefault, "a body limit of 1 GiB by default", "2.4.54", "", "", "", "core documentation, LimitRequestBody: 2.4.53 and before 0 (unlimited)"},
	{FeatureRedirectRelative, "RedirectRelative", "2.4.58", "", "", "", "CHANGES 2.4.58: RedirectRelative"},
	{FeatureEarlyHints, "103 early hints (H2EarlyHints)", "2.4.24", "", "", "", "CHANGES 2.4.24: H2EarlyHints"},
	{FeatureSSLCompressionRejected, "the refusal of SSLCompression where OpenSSL has no compression", "2.4.30", "", "", "", "CHANGES 2.4.30: SSLCompression gives an error without compression methods"},
	{FeatureOpenSSL4, "OpenSSL 4", "2.4.68", "", "", "", "CHANGES 2.4.68: support for OpenSSL 4.0"},
	{FeatureClientOCSP, "SSLOCSPEnable", "2.4.0", "", "", "", "mod_ssl documentation, SSLOCSPEnable"},
	{FeatureOCSPNonce, "SSLOCSPUseRequestNonce", "2.4.10", "", "", "", "mod_ssl documentation, SSLOCSPUseRequestNonce: 2.4.10"},
	{FeatureOCSPLeaf, "SSLOCSPEnable leaf", "2.4.34", "", "", "", "CHANGES 2.4.34: SSLOCSPEnable with mode 'leaf', PR 62112"},
	{FeatureOCSPSigners, "SSLOCSPResponderCertificateFile", "2.4.26", "", "", "", "mod_ssl documentation, SSLOCSPResponderCertificateFile: 2.4.26"},
	{FeatureEncryptedHello, "Encrypted ClientHello", "", "", "", "", "mod_ssl documentation of 2.4"},
	{FeatureEarlyData, "TLS 1.3 early data", "", "", "", "", "mod_ssl documentation of 2.4"},
	{FeatureCertificateCompression, "a switch for certificate compression", "", "", "", "", "mod_ssl documentation of 2.4"},
	{FeatureUpstreamResolve, "addressttl of a worker", "2.4.59", "", "", "", "mod_proxy documentation, ProxyPass: addressttl, 2.4.59"},
	{FeatureGRPC, "gRPC with its trailers to the backend", "", "", "", "", "mod_proxy_http2 documentation"},
}

// apacheRow writes one row in a line; CHANGES is the CHANGES file of httpd.
type apacheRow struct {
	feature                             Feature
	what                                string
	since, deprecated, removed, openssl string
	source                              string
}

func apacheRows(rows []apacheRow) []capability {
	table := make([]capability, len(rows))
	for i, row := range rows {
		table[i] = capability{row.feature, Apache, row.what, optionalVersion(row.since), optionalVersion(row.deprecated),
			optionalVersion(row.removed), optionalVersion(row.openssl), "Apache httpd " + row.source}
	}
	return table
}
