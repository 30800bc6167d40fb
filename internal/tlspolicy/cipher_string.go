package tlspolicy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// CipherList is what an OpenSSL cipher string means to a version of OpenSSL.
type CipherList struct {
	// Suites up to TLS 1.2, best first.
	Suites []Suite
	// SecurityLevel is set by @SECLEVEL=n, -1 when the string is silent.
	SecurityLevel int
	// Refused is the reason why OpenSSL rejects the whole string, so that the
	// server does not start: a character it cannot read, or no suite left.
	Refused string
	// Problems are in the order of the string, at most maxCipherProblems.
	Problems []CipherProblem
	// Approximate tells that the version is older than 1.1.1: the set of suites
	// is right, their order and the exact set of DEFAULT may differ.
	Approximate bool
}

// CipherProblemKind says what is wrong with a word of a cipher string.
type CipherProblemKind uint8

// The kinds.
const (
	// CipherUnknown: no version of OpenSSL knows the word, and it is ignored.
	CipherUnknown CipherProblemKind = iota + 1
	// CipherNotBuilt: the word adds suites that this version lacks.
	CipherNotBuilt
	// CipherTLS13Name: a suite of TLS 1.3, which a cipher string cannot select.
	CipherTLS13Name
	// CipherNothing: a combination that no suite satisfies.
	CipherNothing
	// CipherSyntax: OpenSSL rejects the string here.
	CipherSyntax
	// CipherLowLevel: @SECLEVEL=0 or 1 lowers what is refused.
	CipherLowLevel
	// CipherNewName: an IANA name, which OpenSSL reads since 3.2 only.
	CipherNewName
)

// CipherProblem is one thing to tell about a cipher string.
type CipherProblem struct {
	Kind CipherProblemKind
	// Word as written, without its "!", "-" or "+"; cut when very long.
	Word string
	// Start and End are byte offsets into the string, half-open.
	Start, End int
	// Suggestion is the nearest known word, or empty.
	Suggestion string
	// Suites that the word stands for in versions that have them
	// (CipherNotBuilt).
	Suites []Suite
	// Message is a sentence about it.
	Message string
}

// maxCipherProblems bounds the diagnostics for a hostile string.
const maxCipherProblems = 64

// maxSuggestionWord is the longest word worth a search for its neighbour; the
// longest real one has 37 letters.
const maxSuggestionWord = 64

// defaultCipherString is what DEFAULT stands for in a version of OpenSSL:
// openssl-ciphers(1) of 1.0.2, 1.1.0 and 3.0.
func defaultCipherString(openssl Version) string {
	if !openssl.IsZero() && openssl.Before(MustVersion("1.1.0")) {
		return "ALL:!EXPORT:!LOW:!aNULL:!eNULL:!SSLv2"
	}
	return "ALL:!COMPLEMENTOFDEFAULT:!eNULL"
}

// suiteB are the strings that replace everything when a cipher string begins
// with the keyword (RFC 6460; openssl-ciphers(1)). Longer keywords first.
var suiteB = []struct{ keyword, ciphers string }{
	{"SUITEB128ONLY", "ECDHE-ECDSA-AES128-GCM-SHA256"},
	{"SUITEB128C2", "ECDHE-ECDSA-AES256-GCM-SHA384"},
	{"SUITEB128", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"},
	{"SUITEB192", "ECDHE-ECDSA-AES256-GCM-SHA384"},
}

// Ciphers evaluates a cipher string, the value of ssl_ciphers or
// SSLCipherSuite (see ServerCipherString), as a usual build of a version of
// OpenSSL does. An unknown version is taken for the newest known. The cost
// grows with the length of the string alone; every input is safe.
func Ciphers(text string, openssl Version) CipherList {
	evaluation := &cipherEvaluation{text: text, openssl: openssl, order: newCipherOrder(openssl)}
	evaluation.list.SecurityLevel = -1
	evaluation.list.Approximate = !openssl.IsZero() && openssl.Before(MustVersion("1.1.1"))
	rest := 0
	if strings.HasPrefix(text, "DEFAULT") {
		defaults := &cipherEvaluation{text: defaultCipherString(openssl), openssl: openssl, order: evaluation.order}
		defaults.run(0)
		if rest = len("DEFAULT"); strings.HasPrefix(text[rest:], ":") {
			rest++
		}
	}
	for _, row := range suiteB {
		if strings.HasPrefix(text, row.keyword) {
			evaluation.text = row.ciphers
			break
		}
	}
	evaluation.run(rest)
	list := &evaluation.list
	if list.Refused == "" {
		list.Suites = evaluation.order.active()
		if len(list.Suites) == 0 {
			list.Refused = "no cipher suite is left"
		}
	}
	return *list
}

// cipherEvaluation reads a cipher string from left to right.
type cipherEvaluation struct {
	text    string
	openssl Version
	order   *cipherOrder
	list    CipherList
}

func isCipherSeparator(c byte) bool { return c == ':' || c == ' ' || c == ';' || c == ',' }

func isCipherWordByte(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '='
}

func (e *cipherEvaluation) run(at int) {
	for at < len(e.text) {
		if isCipherSeparator(e.text[at]) {
			at++
			continue
		}
		next, ok := e.item(at)
		if !ok {
			return
		}
		at = next
	}
}

// item reads one item, carries it out, and returns where the next begins. It
// fails where OpenSSL stops reading.
func (e *cipherEvaluation) item(at int) (next int, ok bool) {
	command := cipherAdd
	switch e.text[at] {
	case '-':
		command, at = cipherDelete, at+1
	case '+':
		command, at = cipherOrderTo, at+1
	case '!':
		command, at = cipherKill, at+1
	case '@':
		return e.special(at)
	}
	var chosen selector
	start, possible := at, true
	for {
		end := e.wordEnd(at)
		if end == at {
			e.refuse(at)
			return 0, false
		}
		word := e.text[at:end]
		part, known := e.lookup(word, command, at, end)
		if !known {
			return e.skip(end), true
		}
		if possible = chosen.and(part); !possible || end >= len(e.text) || e.text[end] != '+' {
			at = end
			break
		}
		at = end + 1
	}
	if !possible {
		at = e.skip(at)
	}
	if matched := possible && e.order.apply(command, chosen) > 0; !matched && command == cipherAdd {
		e.addsNothing(chosen, possible, start, at)
	}
	return at, true
}

func (e *cipherEvaluation) wordEnd(at int) int {
	for at < len(e.text) && isCipherWordByte(e.text[at]) {
		at++
	}
	return at
}

// skip passes over the rest of an item that is ignored.
func (e *cipherEvaluation) skip(at int) int {
	for at < len(e.text) && !isCipherSeparator(e.text[at]) {
		at++
	}
	return at
}

// lookup finds what a word selects; it reports words that mean nothing.
func (e *cipherEvaluation) lookup(word string, command cipherCommand, start, end int) (selector, bool) {
	if alias, ok := aliasByName()[word]; ok {
		if alias.in(e.openssl) && !e.order.lacks(alias.suiteMask) {
			return alias.selector, true
		}
		if command == cipherAdd && !e.full() {
			e.report(CipherProblem{Kind: CipherNotBuilt, Start: start, End: end, Suites: suitesOf(alias.selector),
				Message: fmt.Sprintf("%s is usually built without %s, and then ignores the word", e.opensslName(), word)})
		}
		return selector{}, false
	}
	suite, ok := suiteByName()[word]
	switch {
	case word == "DEFAULT":
		e.report(CipherProblem{Kind: CipherUnknown, Start: start, End: end,
			Message: "DEFAULT has its meaning only at the very start of the string, and is ignored here"})
		return selector{}, false
	case !ok:
		suggestion := ""
		if !e.full() {
			suggestion = nearestCipherWord(word)
		}
		e.report(CipherProblem{Kind: CipherUnknown, Start: start, End: end, Suggestion: suggestion,
			Message: "OpenSSL knows no such cipher or group of ciphers, and ignores the word"})
		return selector{}, false
	case suite.Protocol == TLSv13:
		e.report(CipherProblem{Kind: CipherTLS13Name, Start: start, End: end, Suites: []Suite{*suite},
			Message: "the suites of TLS 1.3 are not chosen by a cipher string; the name is ignored here"})
		return selector{}, false
	case word != suite.Name && !e.openssl.IsZero() && e.openssl.Before(ianaNamesSince):
		e.report(CipherProblem{Kind: CipherNewName, Start: start, End: end, Suggestion: suite.Name, Suites: []Suite{*suite},
			Message: fmt.Sprintf("%s knows this suite by its own name only, and ignores this one", e.opensslName())})
		return selector{}, false
	case !suite.in(e.openssl):
		if command == cipherAdd {
			e.report(CipherProblem{Kind: CipherNotBuilt, Start: start, End: end, Suites: []Suite{*suite},
				Message: fmt.Sprintf("%s is usually built without this suite, and then ignores it", e.opensslName())})
		}
		return selector{}, false
	}
	return suite.named(e.openssl), true
}

// ianaNamesSince: OpenSSL CHANGES 3.2: cipher strings accept IANA names.
var ianaNamesSince = MustVersion("3.2.0")

func (e *cipherEvaluation) opensslName() string {
	if e.openssl.IsZero() {
		return "OpenSSL of today"
	}
	return "OpenSSL " + e.openssl.String()
}

// addsNothing reports an item that adds no suite.
func (e *cipherEvaluation) addsNothing(chosen selector, possible bool, start, end int) {
	if e.full() {
		return
	}
	problem := CipherProblem{Kind: CipherNothing, Start: start, End: end,
		Message: "no suite of " + e.opensslName() + " is all of this at once, or it was removed before with \"!\""}
	if possible {
		suites := suitesOf(chosen)
		if len(suites) > 0 && !slices.ContainsFunc(suites, func(s Suite) bool { return s.in(e.openssl) }) {
			problem.Kind, problem.Suites = CipherNotBuilt, suites
			problem.Message = fmt.Sprintf("%s is usually built without these suites, and then adds none", e.opensslName())
		}
	}
	e.report(problem)
}

// special carries out @STRENGTH and @SECLEVEL=n.
func (e *cipherEvaluation) special(at int) (next int, ok bool) {
	start := at + 1
	end := e.wordEnd(start)
	if end == start {
		e.refuse(start)
		return 0, false
	}
	word := e.text[start:end]
	level, isLevel := strings.CutPrefix(word, "SECLEVEL=")
	switch {
	case word == "STRENGTH":
		e.order.sortByStrength()
	case isLevel && len(level) == 1 && level[0] >= '0' && level[0] <= '5':
		e.list.SecurityLevel = int(level[0] - '0')
		if e.list.SecurityLevel < 2 {
			e.report(CipherProblem{Kind: CipherLowLevel, Start: at, End: end,
				Message: fmt.Sprintf("security level %d lets through what OpenSSL otherwise refuses", e.list.SecurityLevel)})
		}
	default:
		// OpenSSL reads on, but fails in the end.
		e.list.Refused = cmp.Or(e.list.Refused, "unknown command")
		e.report(CipherProblem{Kind: CipherSyntax, Start: at, End: end, Message: "the commands are @STRENGTH and @SECLEVEL=0 to 5; OpenSSL rejects the whole string"})
	}
	return e.skip(end), true
}

func (e *cipherEvaluation) refuse(at int) {
	e.list.Refused = "a character that cannot stand in a cipher string"
	message := "a word is missing here; OpenSSL rejects the whole string"
	if at < len(e.text) {
		message = fmt.Sprintf("%q cannot stand in a cipher string; OpenSSL rejects all of it", e.text[at])
	}
	e.report(CipherProblem{Kind: CipherSyntax, Start: at, End: min(at+1, len(e.text)), Message: message})
}

// full tells that no more problems are taken, so that none need be worked out.
func (e *cipherEvaluation) full() bool { return len(e.list.Problems) >= maxCipherProblems }

func (e *cipherEvaluation) report(problem CipherProblem) {
	if e.full() {
		return
	}
	problem.Word = e.text[problem.Start:problem.End]
	if len(problem.Word) > maxSuggestionWord {
		problem.Word = problem.Word[:maxSuggestionWord] + "…"
	}
	e.list.Problems = append(e.list.Problems, problem)
}

// suitesOf lists the suites of all versions that a selector stands for.
func suitesOf(s selector) []Suite {
	var suites []Suite
	for i := range suiteTable() {
		entry := cipherEntry{suite: &suiteTable()[i], class: suiteTable()[i].class}
		if entry.matches(&s) {
			suites = append(suites, suiteTable()[i])
		}
	}
	return suites
}

// nearestCipherWord is the known word that looks most like an unknown one: at
// most one change in four letters, two in eight, and so on.
func nearestCipherWord(word string) string {
	if len(word) > maxSuggestionWord {
		return ""
	}
	nearest, best := "", 1+(len(word)+3)/4
	consider := func(candidate string) {
		if distance := levenshtein.Distance(strings.ToUpper(word), strings.ToUpper(candidate), nil); distance < best {
			nearest, best = candidate, distance
		}
	}
	for i := range cipherAliases {
		if cipherAliases[i].removed == "" {
			consider(cipherAliases[i].name)
		}
	}
	for i := range suiteTable() {
		if suiteTable()[i].removed.IsZero() {
			consider(suiteTable()[i].Name)
		}
	}
	return nearest
}

// TLS13Suites evaluates a list of TLS 1.3 suites, the value of ssl_conf_command
// Ciphersuites or SSLCipherSuite TLSv1.3: names separated by ":".
func TLS13Suites(text string, openssl Version) CipherList {
	list := CipherList{SecurityLevel: -1}
	at := 0
	for name := range strings.SplitSeq(text, ":") {
		start := at + len(name) - len(strings.TrimLeft(name, " \t"))
		word := strings.TrimSpace(name)
		at += len(name) + 1
		if word == "" {
			continue
		}
		index := slices.IndexFunc(tls13Suites, func(s Suite) bool { return s.Name == word && s.since(openssl) })
		if index >= 0 {
			if !slices.ContainsFunc(list.Suites, func(s Suite) bool { return s.Name == word }) {
				list.Suites = append(list.Suites, tls13Suites[index])
			}
			continue
		}
		if len(list.Problems) < maxCipherProblems {
			list.Problems = append(list.Problems, tls13Problem(word, start))
		}
	}
	if len(list.Suites) == 0 && len(list.Problems) > 0 {
		list.Refused = "no cipher suite is left"
	}
	if len(list.Problems) > 0 && !openssl.IsZero() && openssl.Before(MustVersion("3.0.0")) {
		list.Refused = "an unknown name" // OpenSSL 1.1.1 fails on the first one
	}
	return list
}

func tls13Problem(word string, start int) CipherProblem {
	problem := CipherProblem{Kind: CipherUnknown, Word: word, Start: start, End: start + len(word), Message: "this is not a suite of TLS 1.3"}
	if len(word) > maxSuggestionWord {
		problem.Word = word[:maxSuggestionWord] + "…"
		return problem
	}
	best := 1 + len(word)/4
	for _, suite := range tls13Suites {
		if distance := levenshtein.Distance(strings.ToUpper(word), suite.Name, nil); distance < best {
			problem.Suggestion, best = suite.Name, distance
		}
	}
	return problem
}
