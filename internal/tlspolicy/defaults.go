package tlspolicy

// Default is what a server does when its configuration is silent.
type Default[T any] struct {
	Value T
	// Source is the document that says so.
	Source string
}

// defaultRow is a default from a version of a server on, oldest row first.
type defaultRow[T any] struct {
	since  Version
	value  T
	source string
}

// effective picks the row in force. An unknown version is judged as the newest.
func effective[T any](rows []defaultRow[T], version Version) Default[T] {
	found := rows[0]
	for _, row := range rows[1:] {
		if version.IsZero() || version.AtLeast(row.since) {
			found = row
		}
	}
	return Default[T]{found.value, found.source}
}

var nginxProtocols = []defaultRow[[]Protocol]{
	{MustVersion("0.8.19"), []Protocol{SSLv3, TLSv10, TLSv11, TLSv12}, "nginx CHANGES 0.8.19: SSLv2 is disabled by default"},
	{MustVersion("1.9.1"), []Protocol{TLSv10, TLSv11, TLSv12}, "nginx CHANGES 1.9.1: SSLv3 is disabled by default"},
	{MustVersion("1.23.4"), []Protocol{TLSv10, TLSv11, TLSv12, TLSv13}, "nginx CHANGES 1.23.4: TLSv1.3 is enabled by default"},
	{MustVersion("1.27.3"), []Protocol{TLSv12, TLSv13}, "nginx CHANGES 1.27.3: TLSv1 and TLSv1.1 are disabled by default"},
}

var apacheProtocols = []defaultRow[[]Protocol]{
	{MustVersion("2.0.0"), []Protocol{SSLv3, TLSv10, TLSv11, TLSv12}, "Apache httpd mod_ssl documentation of 2.2, SSLProtocol: default all"},
	{MustVersion("2.4.0"), []Protocol{TLSv10, TLSv11, TLSv12}, "Apache httpd mod_ssl documentation, SSLProtocol: default all -SSLv3"},
	{MustVersion("2.4.36"), []Protocol{TLSv10, TLSv11, TLSv12, TLSv13}, "Apache httpd CHANGES 2.4.36: TLSv1.3 is part of all"},
}

// DefaultProtocols are the protocols a server allows without ssl_protocols or
// SSLProtocol, oldest first. What the OpenSSL of the system forbids besides
// (see HandshakeProtocols) is not taken off.
func DefaultProtocols(target Target) Default[[]Protocol] {
	rows := nginxProtocols
	if target.Server == Apache {
		rows = apacheProtocols
	}
	found := effective(rows, target.Version)
	var allowed []Protocol
	for _, protocol := range found.Value {
		if protocol == TLSv13 && !target.OpenSSL.IsZero() && target.OpenSSL.Before(tls13Since) {
			continue
		}
		allowed = append(allowed, protocol)
	}
	found.Value = allowed
	return found
}

// ProtocolsOfAll is what "all" means in SSLProtocol of Apache.
func ProtocolsOfAll(target Target) []Protocol { return DefaultProtocols(target).Value }

// tls13Since: OpenSSL NEWS 1.1.1.
var tls13Since = MustVersion("1.1.1")

// HandshakeProtocols is the part of the allowed protocols that can be
// negotiated at a security level of OpenSSL. From 3.0 on the handshakes of TLS
// 1.0 and 1.1 need level 0, because they sign with MD5 and SHA-1 (OpenSSL NEWS
// 3.0). A server may allow them all the same; nobody can use them.
func HandshakeProtocols(allowed []Protocol, openssl Version, securityLevel int) []Protocol {
	var usable []Protocol
	for _, protocol := range allowed {
		if protocol.Weak() && securityLevel > 0 && openssl.AtLeast(MustVersion("3.0.0")) {
			continue
		}
		if protocol <= SSLv3 && openssl.AtLeast(MustVersion("1.1.0")) {
			continue // OpenSSL CHANGES 1.1.0: built without SSLv3 by default, SSLv2 removed
		}
		usable = append(usable, protocol)
	}
	return usable
}

var nginxCiphers = []defaultRow[string]{
	{MustVersion("0.8.20"), "HIGH:!ADH:!MD5", "nginx CHANGES 0.8.20"},
	{MustVersion("1.0.5"), "HIGH:!aNULL:!MD5", "nginx CHANGES 1.0.5: default SSL ciphers are HIGH:!aNULL:!MD5"},
}

var apacheCiphers = []defaultRow[string]{
	{MustVersion("2.0.0"), "DEFAULT", "Apache httpd mod_ssl documentation, SSLCipherSuite: default DEFAULT (depends on the OpenSSL version)"},
}

// DefaultCiphers is the cipher string a server uses for TLS 1.2 and older when
// it is given none. Pass it through ServerCipherString before evaluating it.
func DefaultCiphers(target Target) Default[string] {
	if target.Server == Apache {
		return effective(apacheCiphers, target.Version)
	}
	return effective(nginxCiphers, target.Version)
}

// ServerCipherString is the cipher string that a server hands to OpenSSL for
// the one in its configuration. mod_ssl always appends the exclusion of suites
// without authentication or encryption (ssl_engine_config.c of httpd 2.4,
// SSLCipherSuite; the TLSv1.3 form is left alone); nginx passes it as it is.
func ServerCipherString(server Server, configured string) string {
	if server == Apache {
		return configured + ":!aNULL:!eNULL:!EXP"
	}
	return configured
}

// DefaultPreferServerCiphers is the value of ssl_prefer_server_ciphers or
// SSLHonorCipherOrder when not set: both servers follow the client.
func DefaultPreferServerCiphers(Target) Default[bool] {
	return Default[bool]{false, "ngx_http_ssl_module documentation, ssl_prefer_server_ciphers; mod_ssl documentation, SSLHonorCipherOrder"}
}

// TicketDefault is what happens to session tickets without configuration.
type TicketDefault struct {
	// Enabled tells that tickets are handed out.
	Enabled bool
	// KeysRotate tells that their keys are replaced while the server runs, as
	// long as a shared session cache is configured.
	KeysRotate bool
}

// DefaultTickets is the session ticket behaviour of a server.
func DefaultTickets(target Target) Default[TicketDefault] {
	if target.Server == Apache {
		return Default[TicketDefault]{TicketDefault{Enabled: true},
			"Apache httpd CHANGES 2.4.11: SSLSessionTickets defaults to On; the key is made at start-up and lives until a restart"}
	}
	rotation := Supports(FeatureTicketRotation, target)
	return Default[TicketDefault]{TicketDefault{Enabled: true, KeysRotate: rotation.OK},
		"ngx_http_ssl_module documentation, ssl_session_tickets: default on; " + rotation.Source}
}

// DefaultSessionCache is the session cache without configuration. Both offer
// none that the worker processes share.
func DefaultSessionCache(target Target) Default[string] {
	if target.Server == Apache {
		return Default[string]{"none", "Apache httpd mod_ssl documentation, SSLSessionCache: default none"}
	}
	return Default[string]{"none", "ngx_http_ssl_module documentation, ssl_session_cache: default none"}
}

var groupDefaults = []defaultRow[[]string]{
	{MustVersion("1.0.2"), []string{"secp521r1", "secp384r1", "prime256v1"}, "OpenSSL 1.0.2 built-in list, its usual members"},
	{MustVersion("1.1.0"), []string{"X25519", "prime256v1", "secp521r1", "secp384r1"}, "OpenSSL CHANGES 1.1.0: X25519 first, weak curves dropped"},
	{MustVersion("1.1.1"), []string{"X25519", "prime256v1", "X448", "secp521r1", "secp384r1"}, "OpenSSL CHANGES 1.1.1: X448"},
	{MustVersion("3.0.0"), []string{"X25519", "prime256v1", "X448", "secp521r1", "secp384r1", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"}, "OpenSSL CHANGES 3.0: FFDHE groups"},
	{MustVersion("3.5.0"), []string{"X25519MLKEM768", "X25519", "prime256v1", "X448", "secp384r1", "secp521r1", "ffdhe2048", "ffdhe3072"},
		"OpenSSL CHANGES 3.5: default ?*X25519MLKEM768 / ?*X25519:?secp256r1 / ?X448:?secp384r1:?secp521r1 / ?ffdhe2048:?ffdhe3072"},
}

// DefaultGroups are the key-exchange groups that a version of OpenSSL offers
// when the server sets none, best first. Both servers leave the choice to
// OpenSSL (nginx since 1.11.0: ssl_ecdh_curve auto).
func DefaultGroups(openssl Version) Default[[]string] {
	return effective(groupDefaults, openssl)
}

// DefaultSecurityLevel is the level that OpenSSL has as released; platforms
// raise it (Platform.SecurityLevel).
func DefaultSecurityLevel(openssl Version) Default[int] {
	return effective([]defaultRow[int]{
		{MustVersion("1.0.0"), 0, "OpenSSL before 1.1.0 has no security levels"},
		{MustVersion("1.1.0"), 1, "OpenSSL documentation, SSL_CTX_set_security_level: default 1"},
		{MustVersion("3.2.0"), 2, "OpenSSL CHANGES 3.2: the default security level is raised from 1 to 2"},
	}, openssl)
}
