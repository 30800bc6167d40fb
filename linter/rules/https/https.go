// Package https holds the rules about which names a configuration serves with
// proper HTTPS: sites in the clear, redirects, listeners with and without TLS,
// names and the virtual hosts that answer them. Each rule is a file named after
// it, with its document beside it.
//
// The rules speak about what a configuration does, as the effective model
// (internal/vhost) tells it. What the model cannot tell is never reported. What
// they have in common is in survey.go.
package https

import "padlock/linter/rule"

// Rules are the rules of the category, in the order of the catalogue.
var Rules = []*rule.Rule{
	HTTPSMissing,
	HTTPSRedirectMissing,
	HTTPSRedirectPartial,
	HTTPSRedirectTemporary,
	HTTPSRedirectLoop,
	HTTPSDowngrade,
	HTTPSRedirectOpenHost,
	TLSOffOn443,
	TLSOnPort80,
	ACMEChallengeBlocked,
	CertificateInherited,
	DefaultServerMissing,
	TLSImplicit,
	TLSFirstVirtualHost,
	TLSMixedAddresses,
	VirtualHostUnreachable,
	NameDuplicate,
	NameInvalid,
	HTTP2ListenDeprecated,
	SSLOnDeprecated,
	QUICAltSvc,
	QUICReuseport,
}

const category = "https"
