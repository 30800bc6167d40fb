// Package headers holds the rules about response headers: for now, whether
// browsers are told to come back by HTTPS alone (HSTS, RFC 6797), and whether
// what tells them reaches them. Each rule is a file named after it, with its
// document beside it.
package headers

import "padlock/linter/rule"

const category = "headers"

// Rules are the rules of the category, in the order of the catalogue.
var Rules = []*rule.Rule{
	HSTSMissing,
	HSTSMaxAge,
	HSTSNotAlways,
	HSTSOnHTTP,
	HSTSLost,
	HSTSPreload,
}
