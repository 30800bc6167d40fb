package diff

import "strings"

// Kind is a row of the table of kinds.
type Kind struct {
	// ID is the kebab-case name, as in Change.Kind.
	ID     string
	Action Action
	Risk   Risk
	// Opposite is the kind of the same change seen from the other side.
	Opposite string
	// Sentence is the message. {sites} are the names it holds for, {is} and {v}
	// agree with them, {before} and {after} are the values, {where} says for which
	// paths, {what} names the thing, {because} is the cause, if it is known.
	Sentence string
}

// kinds are all kinds of changes. Consequences come first, then what is said of
// directives alone, then what means nothing.
var kinds = []Kind{
	{"https-lost", Removed, High, "https-gained", "{sites} {is} no longer served over HTTPS{because}"},
	{"https-gained", Added, Low, "https-lost", "{sites} {is} now served over HTTPS{because}"},
	{"https-port-changed", Changed, High, "https-port-changed", "{sites} {is} served over HTTPS on port {after}, no longer on port {before}"},
	{"site-renamed", Renamed, High, "site-renamed", "{before} becomes {after}: the virtual host stays, and its old name is no longer served"},
	{"site-removed", Removed, High, "site-added", "{sites} {is} no longer served: {after}"},
	{"site-added", Added, Medium, "site-removed", "{sites} {is} new: {after}"},
	{"name-moved", Changed, Medium, "name-moved", "{sites} on {what} {is} now answered by {after}, no longer by {before}"},
	{"name-unheard", Removed, High, "name-heard", "{sites} {is} no longer answered by name on {what}: {after}"},
	{"name-heard", Added, Medium, "name-unheard", "{sites} {is} now answered by name on {what}: {after}"},

	{"redirect-lost", Removed, High, "redirect-gained", "port {what} of {sites} stops redirecting to HTTPS{where}: {after}{because}"},
	{"redirect-gained", Added, Low, "redirect-lost", "port {what} of {sites} now redirects to HTTPS{where}{because}"},
	{"redirect-changed", Changed, Medium, "redirect-changed", "the redirect of {sites}{where} changes from {before} to {after}{because}"},
	{"redirect-removed", Removed, Medium, "redirect-added", "{sites} no longer redirect{v}{where} ({before}): {after}{because}"},
	{"redirect-added", Added, Medium, "redirect-removed", "{sites} now redirect{v}{where}: {after}{because}"},

	{"access-lifted", Removed, High, "access-restricted", "anybody may now ask {sites}{where}, which was refused with {before}{because}"},
	{"access-restricted", Added, Medium, "access-lifted", "{sites} now refuse{v} requests{where} with {after}{because}"},
	{"access-rule-removed", Removed, High, "access-rule-added", "access rule removed from {what}: {before}"},
	{"access-rule-added", Added, Medium, "access-rule-removed", "access rule added to {what}: {after}"},
	{"access-rule-changed", Changed, High, "access-rule-changed", "access rule of {what} changes from {before} to {after}"},
	{"access-order-changed", Moved, High, "access-order-changed", "the order of the access rules of {what} changes: the first that fits decides"},

	{"answer-changed", Changed, Medium, "answer-changed", "the answer of {sites}{where} changes from {before} to {after}{because}"},
	{"proxy-target-changed", Changed, Medium, "proxy-target-changed", "the proxy target of {sites}{where} changes from {before} to {after}{because}"},
	{"route-changed", Changed, Medium, "route-changed", "requests to {sites}{where} are now answered by {after}, no longer by {before}"},
	{"root-changed", Changed, Medium, "root-changed", "files of {sites}{where} come from {after}, no longer from {before}"},

	{"hsts-lost", Removed, High, "hsts-gained", "HSTS of {sites} is lost{where}{because}"},
	{"hsts-gained", Added, Low, "hsts-lost", "{sites} now send{v} HSTS{where}: {after}"},
	{"hsts-changed", Changed, Medium, "hsts-changed", "HSTS of {sites}{where} changes from {before} to {after}"},
	{"security-header-lost", Removed, Medium, "security-header-gained", "{what} of {sites} is lost{where}{because}"},
	{"security-header-gained", Added, Low, "security-header-lost", "{sites} now send{v} {what}{where}: {after}"},
	{"security-header-changed", Changed, Medium, "security-header-changed", "{what} of {sites}{where} changes from {before} to {after}"},
	{"header-lost", Removed, Low, "header-gained", "the response header {what} of {sites} is lost{where}{because}"},
	{"header-gained", Added, Low, "header-lost", "{sites} now send{v} the response header {what}{where}: {after}"},
	{"header-changed", Changed, Low, "header-changed", "the response header {what} of {sites}{where} changes from {before} to {after}"},

	{"default-server-changed", Changed, High, "default-server-changed", "the default server of {what} changes from {before} to {after}: it answers for names that no other has"},
	{"listener-removed", Removed, High, "listener-added", "nothing listens on {what} any more{because}"},
	{"listener-added", Added, Medium, "listener-removed", "the server now listens on {what}{because}"},
	{"listener-tls-lost", Removed, High, "listener-tls-gained", "{what} no longer speaks TLS"},
	{"listener-tls-gained", Added, Medium, "listener-tls-lost", "{what} now speaks TLS: plain HTTP is refused there"},
	{"http2-lost", Removed, Low, "http2-gained", "{what} no longer offers HTTP/2"},
	{"http2-gained", Added, Low, "http2-lost", "{what} now offers HTTP/2"},
	{"proxy-protocol-removed", Removed, High, "proxy-protocol-added", "{what} no longer expects the PROXY protocol: connections that begin with it fail"},
	{"proxy-protocol-added", Added, High, "proxy-protocol-removed", "{what} now expects the PROXY protocol: connections without it fail"},

	{"tls-protocol-accepted", Added, Medium, "tls-protocol-refused", "{what} newly accepted by {sites}"},
	{"tls-protocol-refused", Removed, Medium, "tls-protocol-accepted", "{what} no longer accepted by {sites}"},
	{"cipher-accepted", Added, Low, "cipher-refused", "cipher suites newly accepted by {sites}: {what}"},
	{"cipher-refused", Removed, Low, "cipher-accepted", "cipher suites no longer accepted by {sites}: {what}"},
	{"group-accepted", Added, Low, "group-refused", "key exchange groups newly accepted by {sites}: {what}"},
	{"group-refused", Removed, Low, "group-accepted", "key exchange groups no longer accepted by {sites}: {what}"},
	{"tls-setting-changed", Changed, Low, "tls-setting-changed", "{what} of {sites} change{s} from {before} to {after}"},
	{"client-certificate-changed", Changed, High, "client-certificate-changed", "the demand of {sites} for client certificates changes from {before} to {after}"},
	{"certificate-changed", Changed, Medium, "certificate-changed", "the certificate of {sites} changes from {before} to {after}{because}"},

	{"upstream-server-removed", Removed, Medium, "upstream-server-added", "{what} loses the server {before}"},
	{"upstream-server-added", Added, Medium, "upstream-server-removed", "{what} gains the server {after}"},
	{"upstream-server-changed", Changed, Medium, "upstream-server-changed", "a server of {what} changes from {before} to {after}"},
	{"upstream-exhausted", Removed, High, "upstream-restored", "{what} loses its last server that is neither backup nor down"},
	{"upstream-restored", Added, Low, "upstream-exhausted", "{what} has a server again that is neither backup nor down"},
	{"upstream-method-changed", Changed, Low, "upstream-method-changed", "the balancing of {what} changes from {before} to {after}"},
	{"body-limit-changed", Changed, Medium, "body-limit-changed", "the limit for request bodies of {what} changes from {before} to {after}"},
	{"rate-limit-removed", Removed, Medium, "rate-limit-added", "rate limit removed from {what}: {before}"},
	{"rate-limit-added", Added, Low, "rate-limit-removed", "rate limit added to {what}: {after}"},
	{"rate-limit-changed", Changed, Medium, "rate-limit-changed", "rate limit of {what} changes from {before} to {after}"},
	{"inheritance-lost", Removed, Medium, "inheritance-gained", "{what} no longer inherits {before}{because}"},
	{"inheritance-gained", Added, Low, "inheritance-lost", "{what} inherits {after} again, because it has none of its own any more"},
	{"module-removed", Removed, Medium, "module-added", "the module {before} is no longer loaded"},
	{"module-added", Added, Low, "module-removed", "the module {after} is now loaded"},

	{"order-changed", Moved, Medium, "order-changed", "the order of the {what} changes: {before} becomes {after}"},
	{"block-renamed", Renamed, Medium, "block-renamed", "{before} becomes {after}"},
	{"block-removed", Removed, Medium, "block-added", "{before} is removed"},
	{"block-added", Added, Medium, "block-removed", "{after} is added"},
	{"directive-changed", Changed, Low, "directive-changed", "{what} changes from {before} to {after}"},
	{"directive-removed", Removed, Low, "directive-added", "{what} {before} is removed"},
	{"directive-added", Added, Low, "directive-removed", "{what} {after} is added"},

	{"spelling", Changed, Low, "spelling", "{what} is spelt in another way"},
	{"order", Moved, Low, "order", "directives stand in another order, which means nothing"},
	{"file-moved", Moved, Low, "file-moved", "{what} stands in another file"},
	{"default-written", Changed, Low, "default-written", "{what} says what holds without it"},
	{"comment-added", Added, Low, "comment-removed", "a comment is added"},
	{"comment-removed", Removed, Low, "comment-added", "a comment is removed"},
	{"layout", Changed, Low, "layout", "white space is different"},
}

// Kinds are all kinds of changes, in the order of the table. Do not change them.
func Kinds() []Kind { return kinds }

var kindByID = func() map[string]*Kind {
	m := map[string]*Kind{}
	for i := range kinds {
		m[kinds[i].ID] = &kinds[i]
	}
	return m
}()

// KindOf finds a kind by its id; nil for an id that does not exist.
func KindOf(id string) *Kind { return kindByID[id] }

// sentence fills in a kind's sentence.
func (k *Kind) sentence(words map[string]string) string {
	pairs := make([]string, 0, 2*len(words))
	for name, value := range words {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(k.Sentence)
}
