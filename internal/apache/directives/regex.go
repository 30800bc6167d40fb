package directives

import (
	"fmt"
	"strconv"
	"strings"
)

// RegexProblem says what PCRE2 would refuse in a pattern, or "" when nothing was
// found; see regexProblem. nginx uses the same library.
func RegexProblem(pattern string) string { return regexProblem(pattern) }

// regexProblem says what PCRE2 would refuse in a pattern, or "" when nothing
// was found. It knows the structure (groups, classes, quantifiers, escapes),
// not the finer limits, so a pattern it passes may still be refused; what it
// refuses, PCRE2 10 refuses.
func regexProblem(pattern string) string {
	p := regexParser{text: pattern}
	return p.check()
}

type regexParser struct {
	text     string
	at       int
	open     int  // groups not yet closed
	repeated bool // the last item already has a quantifier
	item     bool // there is something to repeat
	groups   int  // capturing groups so far
	reached  int  // the highest group that \1 to \9 refer to
}

func (p *regexParser) check() string {
	for p.at < len(p.text) {
		if problem := p.step(); problem != "" {
			return problem
		}
	}
	switch {
	case p.open > 0:
		return "missing closing parenthesis"
	case p.reached > p.groups:
		return fmt.Sprintf("reference to group %d, which does not exist", p.reached)
	}
	return ""
}

func (p *regexParser) step() string {
	c := p.text[p.at]
	p.at++
	switch c {
	case '\\':
		return p.escape()
	case '[':
		return p.class()
	case '(':
		return p.group()
	case ')':
		if p.open == 0 {
			return "unmatched closing parenthesis"
		}
		p.open--
		p.item, p.repeated = true, false
	case '|':
		p.item, p.repeated = false, false
	case '*', '+', '?':
		return p.quantifier(string(c))
	case '{':
		return p.brace()
	case '^', '$':
		p.item, p.repeated = false, false // PCRE2 of Debian 12 refuses to repeat an anchor
	default:
		p.item, p.repeated = true, false
	}
	return ""
}

// quantifier handles *, + and ?; after another quantifier ? and + make it
// lazy or possessive, once.
func (p *regexParser) quantifier(mark string) string {
	if p.repeated && p.item && mark != "*" {
		p.repeated, p.item = false, false
		return ""
	}
	if !p.item || p.repeated {
		return "quantifier " + mark + " does not follow a repeatable item"
	}
	p.repeated = true
	return ""
}

// brace handles {n}, {n,}, {n,m} and, since PCRE2 10.43, {,m}; any other
// brace is an ordinary character.
func (p *regexParser) brace() string {
	end := strings.IndexByte(p.text[p.at:], '}')
	low, high, counted := "", "", false
	if end >= 0 {
		low, high, counted = repeatCounts(p.text[p.at : p.at+end])
	}
	if !counted {
		p.item, p.repeated = true, false
		return ""
	}
	quantifier := "{" + p.text[p.at:p.at+end] + "}"
	p.at += end + 1
	if !p.item || p.repeated {
		return "quantifier " + quantifier + " does not follow a repeatable item"
	}
	p.repeated = true
	a, errA := strconv.Atoi(low)
	b, errB := strconv.Atoi(high)
	if errA != nil || a > 65535 || high != "" && (errB != nil || b > 65535) {
		return "number too big in " + quantifier
	}
	if high != "" && b < a {
		return "numbers out of order in " + quantifier
	}
	return ""
}

func repeatCounts(body string) (low, high string, ok bool) {
	low, high, comma := strings.Cut(body, ",")
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	return low, high, low != "" && digits(low) && (!comma || digits(high))
}

func (p *regexParser) escape() string {
	if p.at >= len(p.text) {
		return `\ at end of pattern`
	}
	c := p.text[p.at]
	p.at++
	p.item, p.repeated = true, false
	switch {
	case '1' <= c && c <= '9' && (p.at == len(p.text) || !isDigit(p.text[p.at])):
		p.reached = max(p.reached, int(c-'0'))
	case c == 'Q':
		end := strings.Index(p.text[p.at:], `\E`)
		if end < 0 {
			p.at = len(p.text)
			return ""
		}
		p.at += end + 2
	case c == 'E':
	case strings.IndexByte("uUlL", c) >= 0:
		return fmt.Sprintf(`PCRE2 does not support \%c`, c)
	case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		if strings.IndexByte("abcdefghknoprstvwxABCDGHKNPRSVWXZz", c) < 0 {
			return fmt.Sprintf(`unrecognized character after \: %c`, c)
		}
		return p.escapeArgument(c)
	}
	return ""
}

// escapeArgument checks what must follow \c, \p, \x, \g, \k and \o.
func (p *regexParser) escapeArgument(c byte) string {
	rest := p.text[p.at:]
	switch c {
	case 'c':
		if rest == "" {
			return `\c at end of pattern`
		}
		p.at++
	case 'p', 'P':
		return p.property(rest)
	case 'x', 'o':
		if strings.HasPrefix(rest, "{") {
			return p.skipBraces(rest, c)
		}
		if c == 'o' {
			return `missing opening brace after \o`
		}
		for n := 0; n < 2 && n < len(rest) && isHex(rest[n]); n++ {
			p.at++
		}
	case 'g', 'k':
		return p.reference(rest, c)
	}
	return ""
}

func (p *regexParser) property(rest string) string {
	switch {
	case rest == "":
		return `malformed \P or \p sequence`
	case rest[0] == '{':
		return p.skipBraces(rest, 'p')
	}
	if strings.IndexByte("CLMNPSZ", rest[0]) < 0 {
		return `unknown property after \P or \p`
	}
	p.at++
	return ""
}

func (p *regexParser) skipBraces(rest string, c byte) string {
	end := strings.IndexByte(rest, '}')
	if end < 0 {
		return fmt.Sprintf(`missing terminating } after \%c`, c)
	}
	p.at += end + 1
	return ""
}

func (p *regexParser) reference(rest string, c byte) string {
	if rest == "" {
		return fmt.Sprintf(`a name or number must follow \%c`, c)
	}
	closing := map[byte]byte{'{': '}', '<': '>', '\'': '\''}[rest[0]]
	if closing == 0 {
		if c == 'g' && (rest[0] == '-' || rest[0] == '+' || '0' <= rest[0] && rest[0] <= '9') {
			return ""
		}
		return fmt.Sprintf(`a name or number must follow \%c`, c)
	}
	end := strings.IndexByte(rest[1:], closing)
	if end < 0 {
		return fmt.Sprintf(`missing %c after \%c`, closing, c)
	}
	p.at += end + 2
	return ""
}

// group handles what may follow an opening parenthesis.
func (p *regexParser) group() string {
	rest := p.text[p.at:]
	p.item, p.repeated = false, false
	switch {
	case strings.HasPrefix(rest, "?#"):
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			return "missing ) after (?# comment"
		}
		p.at += end + 1
		p.item = true
		return ""
	case strings.HasPrefix(rest, "?"):
		return p.specialGroup(rest)
	case strings.HasPrefix(rest, "*"):
		end := strings.IndexByte(rest, ')')
		if end < 0 || !knownVerb(rest[1:end]) {
			return "(*VERB) not recognized or malformed"
		}
		p.at += end + 1
		return ""
	}
	p.open++
	p.groups++
	return ""
}

// knownVerb tells whether a name in (*…) may be one of PCRE2's: verbs and
// settings in capital letters, with or without an argument, and assertions in
// small ones, whose body follows a colon (pcre2pattern, 10.42).
func knownVerb(text string) bool {
	name, _, argument := strings.Cut(text, ":")
	if set, _, ok := strings.Cut(name, "="); ok {
		name = set
	}
	if name == "" || strings.ToLower(name) == name {
		return argument && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") == ""
	}
	return backtrackVerbs()[name]
}

var backtrackVerbs = wordSet(`ACCEPT FAIL F MARK COMMIT PRUNE SKIP THEN CR LF CRLF ANYCRLF ANY NUL BSR_ANYCRLF BSR_UNICODE
		LIMIT_DEPTH LIMIT_HEAP LIMIT_MATCH LIMIT_RECURSION NOTEMPTY NOTEMPTY_ATSTART NO_AUTO_POSSESS NO_DOTSTAR_ANCHOR
		NO_JIT NO_START_OPT UTF UCP TURKISH_CASING CASELESS_RESTRICT`)

func (p *regexParser) specialGroup(rest string) string {
	p.open++
	for _, head := range []string{"?:", "?=", "?!", "?>", "?|", "?<=", "?<!"} {
		if strings.HasPrefix(rest, head) {
			p.at += len(head)
			return ""
		}
	}
	for _, head := range []struct {
		text string
		end  byte
	}{{"?<", '>'}, {"?P<", '>'}, {"?'", '\''}} {
		if name, ok := strings.CutPrefix(rest, head.text); ok {
			return p.groupName(name, head.end, len(head.text))
		}
	}
	if strings.HasPrefix(rest, "?(") || strings.HasPrefix(rest, "?P=") || strings.HasPrefix(rest, "?P>") ||
		strings.HasPrefix(rest, "?&") || strings.HasPrefix(rest, "?C") {
		return p.skipHead(rest)
	}
	return p.groupOptions(rest)
}

// skipHead passes over (?(cond)…), (?P=name), (?P>name), (?&name) and (?C1)
// without judging them.
func (p *regexParser) skipHead(rest string) string {
	end := strings.IndexByte(rest, ')')
	if end < 0 {
		return "missing closing parenthesis"
	}
	if strings.HasPrefix(rest, "?(?") { // an assertion as the condition
		p.at++
		return ""
	}
	p.at += end
	if strings.HasPrefix(rest, "?(") {
		p.at++
	}
	return ""
}

func (p *regexParser) groupName(rest string, end byte, head int) string {
	length := strings.IndexByte(rest, end)
	switch {
	case length < 0:
		return "syntax error in subpattern name (missing terminator?)"
	case length == 0:
		return "subpattern name expected"
	case '0' <= rest[0] && rest[0] <= '9':
		return "subpattern name must start with a non-digit"
	case strings.Trim(rest[:length], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") != "":
		return "syntax error in subpattern name (missing terminator?)"
	}
	p.groups++
	p.at += head + length + 1
	return ""
}

// groupOptions handles (?i), (?i-m:…), (?R) and (?1).
func (p *regexParser) groupOptions(rest string) string {
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == ')':
			p.at += i // the parenthesis itself closes the group
			return ""
		case c == ':':
			p.at += i + 1
			return ""
		case strings.IndexByte("imsxnJUaDSWPT^-+R0123456789", c) >= 0:
		default:
			return "unrecognized character after (? or (?-"
		}
	}
	return "missing closing parenthesis"
}

// class handles a bracket expression. A ] right after the opening is literal.
func (p *regexParser) class() string {
	p.item, p.repeated = true, false
	if p.at < len(p.text) && p.text[p.at] == '^' {
		p.at++
	}
	for first := true; p.at < len(p.text); first = false {
		if p.text[p.at] == ']' && !first {
			p.at++
			return ""
		}
		low, problem := p.classItem()
		if problem != "" {
			return problem
		}
		if !p.atRange() {
			continue
		}
		p.at++
		high, problem := p.classItem()
		switch {
		case problem != "":
			return problem
		case low == classSet || high == classSet:
			return "invalid range in character class"
		case low >= 0 && high >= 0 && high < low:
			return "range out of order in character class"
		}
	}
	return "missing terminating ] for character class"
}

// atRange reports whether a hyphen follows that is not the class's last
// character.
func (p *regexParser) atRange() bool {
	return p.at+1 < len(p.text) && p.text[p.at] == '-' && p.text[p.at+1] != ']'
}

// What classItem gives beside the code of a character.
const (
	// classSet is what cannot be the end of a range, such as \d.
	classSet = -1
	// classUnread is one character of which the code is not worked out, as \cA.
	classUnread = -2
)

// classItem reads one character, escape or [:name:].
func (p *regexParser) classItem() (value int, problem string) {
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, "[:") && strings.Contains(rest, ":]"):
		name := rest[2:strings.Index(rest, ":]")]
		if strings.Trim(name, "^abcdefghijklmnopqrstuvwxyz") != "" {
			p.at++
			return '[', ""
		}
		if !posixClasses[strings.TrimPrefix(name, "^")] {
			return classSet, "unknown POSIX class name"
		}
		p.at += len(name) + 4
		return classSet, ""
	case rest[0] == '\\':
		return p.classEscape(rest)
	}
	p.at++
	return int(rest[0]), ""
}

var posixClasses = map[string]bool{"alpha": true, "lower": true, "upper": true, "alnum": true,
	"ascii": true, "blank": true, "cntrl": true, "digit": true, "graph": true, "print": true,
	"punct": true, "space": true, "word": true, "xdigit": true}

func (p *regexParser) classEscape(rest string) (int, string) {
	if len(rest) < 2 {
		return classSet, `\ at end of pattern`
	}
	if c := rest[1]; 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
		p.at++
		start := p.at
		problem := p.escape()
		return escapedCharacter(p.text[start:p.at]), problem
	}
	p.at += 2
	return int(rest[1]), ""
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// escapedCharacter is the code of an escape, without its backslash.
func escapedCharacter(escape string) int {
	switch escape[0] {
	case 't':
		return '\t'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 'f':
		return '\f'
	case 'a':
		return '\a'
	case 'e':
		return 0x1b
	case 'b':
		return '\b'
	case 'x':
		code, err := strconv.ParseInt(strings.Trim(escape[1:], "{}"), 16, 32)
		if err != nil {
			return classUnread
		}
		return int(code)
	case 'c', 'o', 'N':
		return classUnread
	}
	return classSet
}
