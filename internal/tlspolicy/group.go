package tlspolicy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Group is a key-exchange group ("curve" in older words).
type Group struct {
	// Name is the usual one in OpenSSL: "X25519", "prime256v1".
	Name string
	// Code is the number in the IANA registry of supported groups.
	Code uint16
	// Hybrid tells that the group joins a classical and a post-quantum exchange.
	Hybrid bool
	// Weak tells that the group offers less than 112 bits, or lies on a binary
	// or otherwise abandoned curve that RFC 8422 deprecates.
	Weak bool
	// Since is the first OpenSSL that reads the name, zero for all of them.
	Since Version

	aliases []string
}

// groupTable. Source: the IANA registry "TLS Supported Groups"; the names read
// by OpenSSL 3.0, 3.5 and 3.6 (openssl s_client -groups), the versions from
// OpenSSL CHANGES 1.1.0 (X25519), 1.1.1 (X448), 3.0 (FFDHE), 3.2 (brainpool for TLS 1.3) and 3.5 (ML-KEM).
var groupTable = []Group{
	{Name: "X25519MLKEM768", Code: 4588, Hybrid: true, Since: MustVersion("3.5.0")},
	{Name: "SecP256r1MLKEM768", Code: 4587, Hybrid: true, Since: MustVersion("3.5.0")},
	{Name: "SecP384r1MLKEM1024", Code: 4589, Hybrid: true, Since: MustVersion("3.5.0")},
	{Name: "X25519", Code: 29, Since: MustVersion("1.1.0"), aliases: []string{"x25519"}},
	{Name: "X448", Code: 30, Since: MustVersion("1.1.1"), aliases: []string{"x448"}},
	{Name: "prime256v1", Code: 23, aliases: []string{"secp256r1", "P-256"}},
	{Name: "secp384r1", Code: 24, aliases: []string{"P-384"}},
	{Name: "secp521r1", Code: 25, aliases: []string{"P-521"}},
	{Name: "ffdhe2048", Code: 256, Since: MustVersion("3.0.0")},
	{Name: "ffdhe3072", Code: 257, Since: MustVersion("3.0.0")},
	{Name: "ffdhe4096", Code: 258, Since: MustVersion("3.0.0")},
	{Name: "ffdhe6144", Code: 259, Since: MustVersion("3.0.0")},
	{Name: "ffdhe8192", Code: 260, Since: MustVersion("3.0.0")},
	{Name: "MLKEM512", Code: 512, Since: MustVersion("3.5.0")},
	{Name: "MLKEM768", Code: 513, Since: MustVersion("3.5.0")},
	{Name: "MLKEM1024", Code: 514, Since: MustVersion("3.5.0")},
	{Name: "brainpoolP256r1", Code: 26},
	{Name: "brainpoolP384r1", Code: 27},
	{Name: "brainpoolP512r1", Code: 28},
	{Name: "brainpoolP256r1tls13", Code: 31, Since: MustVersion("3.2.0")},
	{Name: "brainpoolP384r1tls13", Code: 32, Since: MustVersion("3.2.0")},
	{Name: "brainpoolP512r1tls13", Code: 33, Since: MustVersion("3.2.0")},
	{Name: "secp256k1", Code: 22, Weak: true},
	{Name: "secp224r1", Code: 21, Weak: true, aliases: []string{"P-224"}},
	{Name: "secp224k1", Code: 20, Weak: true},
	{Name: "prime192v1", Code: 19, Weak: true, aliases: []string{"secp192r1", "P-192"}},
	{Name: "secp192k1", Code: 18, Weak: true},
	{Name: "secp160r2", Code: 17, Weak: true},
	{Name: "secp160r1", Code: 16, Weak: true},
	{Name: "secp160k1", Code: 15, Weak: true},
	{Name: "sect571r1", Code: 14, Weak: true, aliases: []string{"B-571"}},
	{Name: "sect571k1", Code: 13, Weak: true, aliases: []string{"K-571"}},
	{Name: "sect409r1", Code: 12, Weak: true, aliases: []string{"B-409"}},
	{Name: "sect409k1", Code: 11, Weak: true, aliases: []string{"K-409"}},
	{Name: "sect283r1", Code: 10, Weak: true, aliases: []string{"B-283"}},
	{Name: "sect283k1", Code: 9, Weak: true, aliases: []string{"K-283"}},
	{Name: "sect239k1", Code: 8, Weak: true},
	{Name: "sect233r1", Code: 7, Weak: true, aliases: []string{"B-233"}},
	{Name: "sect233k1", Code: 6, Weak: true, aliases: []string{"K-233"}},
	{Name: "sect193r2", Code: 5, Weak: true},
	{Name: "sect193r1", Code: 4, Weak: true},
	{Name: "sect163r2", Code: 3, Weak: true, aliases: []string{"B-163"}},
	{Name: "sect163r1", Code: 2, Weak: true},
	{Name: "sect163k1", Code: 1, Weak: true, aliases: []string{"K-163"}},
}

// in tells that a version of OpenSSL knows the group.
func (g Group) in(openssl Version) bool { return openssl.IsZero() || openssl.AtLeast(g.Since) }

// LookupGroup finds a group by any of its names, whatever the version and case.
func LookupGroup(name string) (Group, bool) {
	return findGroup(name, func(a, b string) bool { return strings.EqualFold(a, b) })
}

func findGroup(name string, same func(a, b string) bool) (Group, bool) {
	for _, group := range groupTable {
		if same(group.Name, name) || slices.ContainsFunc(group.aliases, func(alias string) bool { return same(alias, name) }) {
			return group, true
		}
	}
	return Group{}, false
}

// GroupList is what a list of groups means to a version of OpenSSL.
type GroupList struct {
	// Groups in order of preference.
	Groups []Group
	// Refused is the reason why OpenSSL rejects the list, so that nginx does
	// not load and Apache does not start.
	Refused string
	// Problems in the order of the list, at most maxCipherProblems.
	Problems []GroupProblem
}

// GroupProblem is one thing to tell about a list of groups.
type GroupProblem struct {
	// Word as written, with its prefixes; cut when very long.
	Word string
	// Start and End are byte offsets into the list, half-open.
	Start, End int
	// Fatal tells that the list is refused because of it.
	Fatal bool
	// Suggestion is the nearest known name, or empty.
	Suggestion string
	// Message is a sentence about it.
	Message string
}

// Groups evaluates the value of ssl_ecdh_curve or of SSLOpenSSLConfCmd Curves
// and Groups (nginx's "auto" is its caller's business: it means
// DefaultGroups). The grammar is that of SSL_CTX_set1_groups_list(3): names
// separated by ":"; "?" before a name that may be unknown since OpenSSL 3.3;
// tuples separated by "/", "*" for key shares, "-" to remove, and DEFAULT since
// 3.5. An unknown version is taken for the newest known.
func Groups(text string, openssl Version) GroupList {
	after := func(version string) bool { return openssl.IsZero() || openssl.AtLeast(MustVersion(version)) }
	evaluation := &groupEvaluation{text: text, openssl: openssl, prefixes: "", repeats: after("3.3.0")}
	evaluation.same = func(a, b string) bool { return a == b }
	separators := ":"
	switch {
	case after("3.5.0"):
		evaluation.prefixes, evaluation.defaults, separators = "?*-", true, ":/"
		evaluation.same = strings.EqualFold
	case after("3.3.0"):
		evaluation.prefixes = "?"
	}
	if text == "" && evaluation.defaults {
		return GroupList{} // nothing to refuse, and nothing to shake hands with
	}
	start := 0
	for start <= len(text) {
		end := start
		if i := strings.IndexAny(text[start:], separators); i >= 0 {
			end += i
		} else {
			end = len(text)
		}
		if evaluation.item(start, end); evaluation.list.Refused != "" {
			evaluation.list.Groups = nil
			break
		}
		start = end + 1
	}
	return evaluation.list
}

// groupEvaluation reads a list of groups from left to right.
type groupEvaluation struct {
	text      string
	openssl   Version
	prefixes  string // the prefixes this version knows
	defaults  bool   // DEFAULT is a word
	repeats   bool   // a group may be named twice
	same      func(a, b string) bool
	keyShares int
	seen      [1 << 13]bool // by code; all codes are small
	list      GroupList
}

// maxKeyShares: OpenSSL 3.5 refuses the fifth "*".
const maxKeyShares = 4

// maxGroupName: OpenSSL 3.5 refuses names of 64 bytes and more, even after "?".
const maxGroupName = 63

func (e *groupEvaluation) item(start, end int) {
	for start < end && isBlank(e.text[start]) {
		start++
	}
	for end > start && isBlank(e.text[end-1]) {
		end--
	}
	name, used := e.text[start:end], ""
	for name != "" && strings.IndexByte(e.prefixes, name[0]) >= 0 && strings.IndexByte(used, name[0]) < 0 {
		used += name[:1]
		name = name[1:]
	}
	if name == "" {
		e.report(start, end, true, "", "a name is missing; OpenSSL rejects the whole list")
		return
	}
	if e.defaults && used != "" && (strings.EqualFold(name, "DEFAULT") || strings.IndexByte(e.prefixes, name[0]) >= 0) {
		e.report(start, end, true, "", "each prefix stands once, and none before DEFAULT; OpenSSL rejects the whole list")
		return
	}
	if e.defaults && strings.EqualFold(name, "DEFAULT") {
		for _, group := range DefaultGroups(e.openssl).Value {
			if known, ok := LookupGroup(group); ok {
				e.add(known)
			}
		}
		return
	}
	group, ok := findGroup(name, e.same)
	if !ok || !group.in(e.openssl) {
		e.unknown(start, end, name, strings.Contains(used, "?"))
		return
	}
	e.use(group, start, end, used)
}

func (e *groupEvaluation) use(group Group, start, end int, used string) {
	if strings.Contains(used, "-") {
		e.list.Groups = slices.DeleteFunc(e.list.Groups, func(g Group) bool { return g.Code == group.Code })
		e.seen[group.Code] = false
		return
	}
	if strings.Contains(used, "*") && !e.seen[group.Code] {
		if e.keyShares++; e.keyShares > maxKeyShares {
			e.report(start, end, true, "", fmt.Sprintf("OpenSSL takes at most %d groups marked with \"*\"", maxKeyShares))
			return
		}
	}
	if e.seen[group.Code] && !e.repeats {
		e.report(start, end, true, "", group.Name+" is named twice, which this OpenSSL rejects")
		return
	}
	e.add(group)
}

func (e *groupEvaluation) add(group Group) {
	if !e.seen[group.Code] {
		e.seen[group.Code] = true
		e.list.Groups = append(e.list.Groups, group)
	}
}

func (e *groupEvaluation) unknown(start, end int, name string, optional bool) {
	if len(e.list.Problems) >= maxCipherProblems && optional && len(name) <= maxGroupName {
		return
	}
	message, suggestion := "OpenSSL knows no such group", ""
	if group, ok := LookupGroup(name); ok {
		if message = fmt.Sprintf("this OpenSSL spells the group %s", group.Name); !group.in(e.openssl) {
			message = fmt.Sprintf("%s needs OpenSSL %s", group.Name, group.Since)
		}
		suggestion = group.Name
	} else {
		suggestion = nearestGroup(name)
	}
	switch {
	case optional && len(name) <= maxGroupName:
		e.report(start, end, false, suggestion, message+"; it is left out")
	case strings.HasPrefix(name, "?"):
		e.report(start, end, true, "", "\"?\" before a group needs OpenSSL 3.3; this one rejects the whole list")
	default:
		e.report(start, end, true, suggestion, message+"; it rejects the whole list")
	}
}

func (e *groupEvaluation) report(start, end int, fatal bool, suggestion, message string) {
	if fatal {
		e.list.Refused = cmp.Or(e.list.Refused, message)
	}
	word := e.text[start:end]
	if len(word) > maxSuggestionWord {
		word = word[:maxSuggestionWord] + "…"
	}
	e.list.Problems = append(e.list.Problems, GroupProblem{Word: word, Start: start, End: end, Fatal: fatal, Suggestion: suggestion, Message: message})
}

func isBlank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

func nearestGroup(name string) string {
	if len(name) > maxSuggestionWord {
		return ""
	}
	nearest, best := "", 1+len(name)/3
	for _, group := range groupTable {
		for _, candidate := range append([]string{group.Name}, group.aliases...) {
			if distance := levenshtein.Distance(strings.ToLower(name), strings.ToLower(candidate), nil); distance < best {
				nearest, best = candidate, distance
			}
		}
	}
	return nearest
}
