package generator

import (
	"sync"

	"padlock/internal/tlspolicy"
)

// The capabilities, named as the description asks for them.
const (
	capHTTP3               capability = "http3"
	capHTTP2               capability = "http2"
	capProxyProtocol       capability = "proxy-protocol"
	capRealAddress         capability = "real-address"
	capRealAddressLast     capability = "real-address-last"
	capUnknownHostClose    capability = "unknown-host-close"
	capRejectHandshake     capability = "reject-handshake"
	capRejectTLS           capability = "reject-tls"
	capNamePattern         capability = "name-pattern"
	capModernProfile       capability = "modern-profile"
	capTLS13               capability = "tls-1.3"
	capPerHostProtocols    capability = "per-host-protocols"
	capCipherSuites        capability = "cipher-suites"
	capHybridGroup         capability = "hybrid-group"
	capSeveralCertificates capability = "several-certificates"
	capEarlyData           capability = "early-data"
	capStapling            capability = "stapling"
	capClientOCSP          capability = "client-ocsp"
	capClientOCSPLeaf      capability = "client-ocsp-leaf"
	capClientOCSPCache     capability = "client-ocsp-cache"
	capNativeACME          capability = "native-acme"
	capStatus308           capability = "status-308"
	capDoubleSlash         capability = "double-slash-redirect"
	capGzip                capability = "gzip"
	capBrotli              capability = "brotli"
	capZstd                capability = "zstd"
	capPrecompressedGzip   capability = "precompressed-gzip"
	capPrecompressedBrotli capability = "precompressed-brotli"
	capRequestRate         capability = "request-rate"
	capRequestRateDryRun   capability = "request-rate-dry-run"
	capHeadLimits          capability = "head-limits"
	capConnectionLimit     capability = "connection-limit"
	capProxyBodyLimit      capability = "proxy-body-limit"
	capMethods             capability = "methods"
	capAddHeaderInherit    capability = "add-header-inherit"
	capCSPNonce            capability = "csp-nonce"
	capJSONLog             capability = "json-log"
	capBufferedLog         capability = "buffered-log"
	capProxy               capability = "proxy"
	capWebSocket           capability = "websocket"
	capGRPC                capability = "grpc"
	capFastCGI             capability = "fastcgi"
	capUWSGI               capability = "uwsgi"
	capSCGI                capability = "scgi"
	capResponseCache       capability = "response-cache"
	capBalancer            capability = "balancer"
	capActiveHealth        capability = "active-health"
	capSticky              capability = "sticky"
	capUpstreamResolve     capability = "upstream-resolve"
	capBalanceIPHash       capability = "balance-ip-hash"
	capBalanceHash         capability = "balance-hash"
	capBalanceRandom       capability = "balance-random"
	capBalanceByTraffic    capability = "balance-bytraffic"
	capBalanceLeastConn    capability = "balance-least-conn"
	capPassAuthorization   capability = "pass-authorization"
)

// inFront is the advice for what a server itself will never do.
const inFront = "Render for nginx, or let a proxy in front of the server do it."

// abilityTable holds what is not the same everywhere. A capability without a row for
// a server works on all its versions. Versions and their sources stand in the
// feature tables of tlspolicy, packages of modules in its table of modules; the
// rest is from the manuals of both servers, and what a row calls a flaw was
// measured on nginx 1.22 to 1.30 and Apache 2.4.71.
var abilityTable = []ability{
	{capability: capHTTP3, server: tlspolicy.Nginx, feature: tlspolicy.FeatureHTTP3, module: "http_v3", instead: "HTTP/2 works everywhere."},
	{capability: capHTTP3, server: tlspolicy.Apache, feature: tlspolicy.FeatureHTTP3, instead: "Render for nginx 1.25.0 or newer, or let a proxy in front of the server speak HTTP/3."},
	{capability: capHTTP2, server: tlspolicy.Nginx, feature: tlspolicy.FeatureHTTP2, module: "http_v2", replaced: true, instead: "HTTP/1.1 is served."},
	{capability: capHTTP2, server: tlspolicy.Apache, feature: tlspolicy.FeatureHTTP2, module: "http2", replaced: true, instead: "HTTP/1.1 is served."},
	{capability: capProxyProtocol, server: tlspolicy.Nginx, feature: tlspolicy.FeatureProxyProtocol, instead: "Have the balancer in front send X-Forwarded-For, and name it in trusted_proxies."},
	{capability: capProxyProtocol, server: tlspolicy.Apache, feature: tlspolicy.FeatureProxyProtocol, module: "remoteip", instead: "Have the balancer in front send X-Forwarded-For, and name it in trusted_proxies."},
	{capability: capRealAddress, server: tlspolicy.Nginx, module: "http_realip", instead: "Without it every client has the address of the proxy."},
	{capability: capRealAddress, server: tlspolicy.Apache, module: "remoteip", instead: "Without it every client has the address of the proxy."},
	{capability: capRealAddressLast, server: tlspolicy.Apache, never: "Apache always goes back to the last address that is not of a trusted proxy", instead: "With one proxy in front both are the same address."},
	{capability: capUnknownHostClose, server: tlspolicy.Apache, never: "Apache answers every request and cannot just close the connection", instead: `unknown_host = "reject" answers 403.`},
	{capability: capRejectHandshake, server: tlspolicy.Nginx, feature: tlspolicy.FeatureRejectUnknownName, replaced: true, instead: "Unknown names are shown the certificate of default_site."},
	{capability: capRejectHandshake, server: tlspolicy.Apache, feature: tlspolicy.FeatureRejectUnknownName, replaced: true, instead: "Unknown names are shown the certificate of default_site, and answered 403."},
	{capability: capNamePattern, server: tlspolicy.Apache, never: "Apache compares names with whole names and with wildcards (ServerAlias), not with patterns", instead: `Write a wildcard such as "*.example.com", or list the names; for_each makes a site of each of a list.`},
	{capability: capRejectTLS, server: tlspolicy.Nginx, feature: tlspolicy.FeatureRejectHandshake, instead: `tls.mode = "off" leaves TLS for the name to default_site.`},
	{capability: capRejectTLS, server: tlspolicy.Apache, feature: tlspolicy.FeatureRejectUnknownName, replaced: true, instead: "Who comes by TLS is shown the certificate of a wildcard that covers the name, or else one that is not for it, and is answered 403."},

	{capability: capModernProfile, server: tlspolicy.Nginx, feature: tlspolicy.FeatureTLS13, instead: `The profile modern is TLS 1.3 alone; profile = "intermediate" works.`},
	{capability: capModernProfile, server: tlspolicy.Apache, feature: tlspolicy.FeatureTLS13, instead: `The profile modern is TLS 1.3 alone; profile = "intermediate" works.`},
	{capability: capTLS13, server: tlspolicy.Nginx, feature: tlspolicy.FeatureTLS13, replaced: true, instead: "It is left out of the protocols."},
	{capability: capTLS13, server: tlspolicy.Apache, feature: tlspolicy.FeatureTLS13, replaced: true, instead: "It is left out of the protocols."},
	{capability: capPerHostProtocols, server: tlspolicy.Nginx, feature: tlspolicy.FeaturePerHostProtocols, replaced: true, instead: "All sites of a port accept the protocols of all of them. Give the sites ports or addresses of their own to keep them apart."},
	{capability: capPerHostProtocols, server: tlspolicy.Apache, feature: tlspolicy.FeaturePerHostProtocols, replaced: true, instead: "All sites of a port accept the protocols of all of them. Give the sites ports or addresses of their own to keep them apart."},
	{capability: capCipherSuites, server: tlspolicy.Nginx, feature: tlspolicy.FeatureCipherSuites, instead: "OpenSSL's own list is the guideline's."},
	{capability: capCipherSuites, server: tlspolicy.Apache, feature: tlspolicy.FeatureCipherSuites, instead: "OpenSSL's own list is the guideline's."},
	{capability: capHybridGroup, server: tlspolicy.Nginx, feature: tlspolicy.FeatureHybridGroup, replaced: true, instead: "It is left out of the groups."},
	{capability: capHybridGroup, server: tlspolicy.Apache, feature: tlspolicy.FeatureHybridGroup, replaced: true, instead: "It is left out of the groups."},
	{capability: capSeveralCertificates, server: tlspolicy.Nginx, feature: tlspolicy.FeatureSeveralCertificates, instead: "Give one certificate; every client takes RSA."},
	{capability: capEarlyData, server: tlspolicy.Nginx, feature: tlspolicy.FeatureEarlyData, flaw: "early data can be sent again by an attacker, so the application has to answer 425 where a repetition does harm", instead: "It gets the header Early-Data: 1 (RFC 8470)."},
	{capability: capEarlyData, server: tlspolicy.Apache, feature: tlspolicy.FeatureEarlyData, instead: "Leave it out: resumed TLS 1.3 connections cost one round trip."},
	{capability: capStapling, server: tlspolicy.Nginx, feature: tlspolicy.FeatureStapling, instead: "Without stapling clients ask the authority themselves, or nobody."},
	{capability: capClientOCSP, server: tlspolicy.Nginx, feature: tlspolicy.FeatureClientOCSP, instead: "Fetch the lists of revoked certificates regularly, and name their file in crl."},
	{capability: capClientOCSPLeaf, server: tlspolicy.Apache, feature: tlspolicy.FeatureOCSPLeaf, instead: `check = "chain" asks for every certificate between too.`},
	{capability: capClientOCSPCache, server: tlspolicy.Nginx, feature: tlspolicy.FeatureClientOCSP, instead: "Fetch the lists of revoked certificates regularly, and name their file in crl."},
	{capability: capClientOCSPCache, server: tlspolicy.Apache, never: "Apache asks at every full handshake", instead: "Run a responder near the server that keeps answers, and name it in responder."},
	{capability: capNativeACME, server: tlspolicy.Nginx, module: "http_acme", instead: `acme = "certbot" works everywhere.`},
	{capability: capNativeACME, server: tlspolicy.Apache, feature: tlspolicy.FeatureManagedDomains, module: "md", flaw: "mod_md puts a new certificate into use only when the server is reloaded", instead: "Reload it daily, or let MDMessageCmd do so."},

	{capability: capStatus308, server: tlspolicy.Nginx, feature: tlspolicy.FeatureStatus308, replaced: true, instead: "301 is sent."},
	{capability: capDoubleSlash, server: tlspolicy.Apache, flaw: "Apache makes one slash of several before it compares a path, so the redirect never sees two", instead: "Write the old path with single slashes; it then stands for both."},

	{capability: capGzip, server: tlspolicy.Apache, module: "deflate", instead: "compress = [] serves everything as it is."},
	{capability: capBrotli, server: tlspolicy.Nginx, module: "http_brotli_filter", instead: `compress = ["gzip"] works everywhere.`},
	{capability: capBrotli, server: tlspolicy.Apache, feature: tlspolicy.FeatureBrotli, module: "brotli", instead: `compress = ["gzip"] works everywhere.`},
	{capability: capZstd, server: tlspolicy.Nginx, module: "http_zstd_filter", instead: `compress = ["brotli", "gzip"] serves every browser as well.`},
	{capability: capZstd, server: tlspolicy.Apache, feature: tlspolicy.FeatureZstd, instead: `compress = ["brotli", "gzip"] serves every browser as well.`},
	{capability: capPrecompressedGzip, server: tlspolicy.Nginx, module: "http_gzip_static", instead: "Files are compressed as they are asked for."},
	{capability: capPrecompressedBrotli, server: tlspolicy.Nginx, module: "http_brotli_static", instead: "Pre-compress with gzip alone."},

	{capability: capRequestRate, server: tlspolicy.Nginx, feature: tlspolicy.FeatureRequestRate},
	{capability: capRequestRate, server: tlspolicy.Apache, feature: tlspolicy.FeatureRequestRate, instead: inFront + " mod_qos and mod_evasive are third-party modules; write theirs as raw \"apache\"."},
	{capability: capRequestRateDryRun, server: tlspolicy.Nginx, feature: tlspolicy.FeatureLimitDryRun, instead: "Try the limit with a large burst first."},
	{capability: capConnectionLimit, server: tlspolicy.Nginx, feature: tlspolicy.FeatureConnectionLimit},
	{capability: capConnectionLimit, server: tlspolicy.Apache, feature: tlspolicy.FeatureConnectionLimit, instead: inFront + " mod_qos is a third-party module; write its limit as raw \"apache\"."},
	{capability: capHeadLimits, server: tlspolicy.Apache, never: "Apache takes this from the first virtual host of the address, before it knows which site is asked for", instead: "Write LimitRequestLine, LimitRequestFieldSize and RequestReadTimeout into the server's own configuration, for all sites."},
	{capability: capProxyBodyLimit, server: tlspolicy.Apache, flaw: "Apache's LimitRequestBody does not reach requests that are passed on, so the declared length alone is compared, and bodies without a declared length are not bounded", instead: "Set the application's own limit too."},
	{capability: capMethods, server: tlspolicy.Apache, module: "allowmethods", instead: "The application has to refuse the methods itself."},

	{capability: capAddHeaderInherit, server: tlspolicy.Nginx, feature: tlspolicy.FeatureAddHeaderInherit, replaced: true, instead: "Headers are repeated in every location that has its own."},
	{capability: capCSPNonce, server: tlspolicy.Nginx, module: "http_sub_filter", instead: "List hashes of the scripts in script_src."},
	{capability: capCSPNonce, server: tlspolicy.Apache, never: "Apache has no value that is new for every request and cannot be guessed (UNIQUE_ID can)", instead: "List hashes of the scripts in script_src, or let the application write the header."},
	{capability: capJSONLog, server: tlspolicy.Apache, flaw: `Apache writes quotes, backslashes and bytes beyond ASCII in a way that is no JSON, so what a client wrote is logged up to the first of them`, instead: `format = "combined" stays readable.`},
	{capability: capBufferedLog, server: tlspolicy.Apache, flaw: "Apache can only buffer the logs of the whole server (BufferedLogs)", instead: "Lines are written as they come."},

	{capability: capProxy, server: tlspolicy.Apache, module: "proxy_http", instead: "Nothing else passes requests on."},
	{capability: capWebSocket, server: tlspolicy.Apache, feature: tlspolicy.FeatureUpgradeWebSocket, module: "proxy_http", instead: "The application can fall back to long polling."},
	{capability: capGRPC, server: tlspolicy.Nginx, feature: tlspolicy.FeatureGRPC, instead: "gRPC-Web passes through any proxy."},
	{capability: capGRPC, server: tlspolicy.Apache, feature: tlspolicy.FeatureHTTP2, module: "proxy_http2", flaw: "its documentation calls mod_proxy_http2 experimental, and says nothing of the trailers that gRPC needs", instead: "Test every kind of call, errors too, or render for nginx."},
	{capability: capFastCGI, server: tlspolicy.Apache, module: "proxy_fcgi", instead: "Nothing else speaks FastCGI."},
	{capability: capUWSGI, server: tlspolicy.Apache, feature: tlspolicy.FeatureUWSGI, module: "proxy_uwsgi", instead: "Let the application speak HTTP, and use proxy."},
	{capability: capSCGI, server: tlspolicy.Apache, module: "proxy_scgi", instead: "Let the application speak HTTP, and use proxy."},
	{capability: capResponseCache, server: tlspolicy.Apache, module: "cache_disk", instead: "Let the application or a proxy in front keep answers."},
	{capability: capBalancer, server: tlspolicy.Apache, module: "proxy_balancer", instead: "Name one server in proxy.to."},
	{capability: capActiveHealth, server: tlspolicy.Nginx, feature: tlspolicy.FeatureActiveHealthChecks, replaced: true, instead: "Failed requests are watched instead: max_fails and fail_timeout of a server take it out after failed requests."},
	{capability: capActiveHealth, server: tlspolicy.Apache, feature: tlspolicy.FeatureActiveHealthChecks, module: "proxy_hcheck", instead: "A server that fails is left alone for its fail_timeout anyway."},
	{capability: capSticky, server: tlspolicy.Nginx, feature: tlspolicy.FeatureStickySessions, instead: `balance = "ip_hash" keeps a client on its server as long as its address stays.`},
	{capability: capUpstreamResolve, server: tlspolicy.Nginx, feature: tlspolicy.FeatureUpstreamResolve, instead: "Without it the name is looked up once, when nginx starts. Reload nginx when the address changes."},
	{capability: capUpstreamResolve, server: tlspolicy.Apache, feature: tlspolicy.FeatureUpstreamResolve, instead: "Without it the name is looked up once. Reload Apache when the address changes."},
	{capability: capBalanceIPHash, server: tlspolicy.Apache, never: "Apache has no balancing by client address", instead: "Use sticky, which keeps a client by a cookie."},
	{capability: capBalanceHash, server: tlspolicy.Apache, never: "Apache has no balancing by a key", instead: "Use sticky, which keeps a client by a cookie."},
	{capability: capBalanceRandom, server: tlspolicy.Apache, never: "Apache has no random balancing", instead: `balance = "least_conn" spreads the load as evenly.`},
	{capability: capBalanceByTraffic, server: tlspolicy.Nginx, never: "nginx does not count the bytes of its upstream servers", instead: `balance = "least_conn" comes nearest.`},
	{capability: capBalanceByTraffic, server: tlspolicy.Apache, module: "lbmethod_bytraffic", instead: `balance = "round_robin" works everywhere.`},
	{capability: capBalanceLeastConn, server: tlspolicy.Apache, module: "lbmethod_bybusyness", instead: `balance = "round_robin" works everywhere.`},
	{capability: capPassAuthorization, server: tlspolicy.Apache, feature: tlspolicy.FeatureCGIPassAuth, replaced: true, instead: "The header is passed on by a rewrite rule."},
}

type abilityKey struct {
	capability capability
	server     tlspolicy.Server
}

var abilities = sync.OnceValue(func() map[abilityKey]ability {
	index := make(map[abilityKey]ability, len(abilityTable))
	for _, row := range abilityTable {
		index[abilityKey{row.capability, row.server}] = row
	}
	return index
})
