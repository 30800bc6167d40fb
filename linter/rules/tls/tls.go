// Package tls holds the rules about how well a server encrypts: its
// certificates, protocols, ciphers and what goes with them. Each rule is a file
// named after it, with its document beside it.
//
// A setting that reaches many virtual hosts is one finding, at the directive
// that sets it. What depends on a version that is not known is not claimed.
package tls

import "padlock/linter/rule"

const category = "tls"

// Rules are the rules of the category, in the order of the catalogue.
var Rules = []*rule.Rule{
	CertificateMissing,
	CertificateUnreadable,
	CertificateExpired,
	CertificateExpiresSoon,
	CertificateNameMismatch,
	CertificateKeyMismatch,
	CertificateChain,
	CertificateWeak,
	KeyPermissions,
	TLSProtocolWeak,
	TLSProtocolIgnored,
	TLSCipherWeak,
	TLSCipherUnknown,
	TLSForwardSecrecy,
	TLSGroupUnsupported,
	TLSCommandInvalid,
	TLSDHParam,
	TLSCompression,
	TLSRenegotiation,
	TLSSessionTickets,
	TLSStapling,
	TLSClientAuthUnchecked,
}
