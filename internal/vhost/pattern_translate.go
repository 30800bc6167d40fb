package vhost

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// translator turns a PCRE pattern into one of regexp2 that matches the same,
// byte for byte: every character becomes an escaped one or an explicit set, case
// is ignored by listing both cases, every group is numbered in PCRE's order.
type translator struct {
	source     string
	ignoreCase bool
	at         int
	out        strings.Builder
	groups     int
	names      map[string]int
	flags      patternFlags
	nested     int
}

// patternFlags are those that (?…) can change.
type patternFlags struct {
	ignoreCase, dotAll, extended bool
}

// maxNesting bounds groups within groups, so that the recursion here and in the
// engine stays small.
const maxNesting = 100

// unsupportedPattern is an error that names what has no exact counterpart.
func unsupportedPattern(what string) error {
	return fmt.Errorf("the pattern uses %s", what)
}

var errPatternSyntax = errors.New("the pattern is not valid")

func (t *translator) translate() (string, error) {
	t.flags.ignoreCase = t.ignoreCase
	if strings.HasPrefix(t.source, "(*") {
		return "", unsupportedPattern("a verb, (*…)")
	}
	if err := t.alternatives(); err != nil {
		return "", err
	}
	if t.at < len(t.source) {
		return "", errPatternSyntax // a ")" too many
	}
	return t.out.String(), nil
}

// alternatives translates up to the end of the group or the pattern.
func (t *translator) alternatives() error {
	if t.nested++; t.nested > maxNesting {
		return unsupportedPattern("too many nested groups")
	}
	defer func() { t.nested-- }()
	flags := t.flags
	for t.at < len(t.source) && t.source[t.at] != ')' {
		if t.source[t.at] == '|' {
			t.out.WriteByte('|')
			t.at++
			continue
		}
		if err := t.quantified(); err != nil {
			return err
		}
	}
	t.flags = flags
	return nil
}

// quantified translates one atom with its quantifiers.
func (t *translator) quantified() error {
	before := t.out.String()
	quantifiable, err := t.atom()
	if err != nil {
		return err
	}
	t.skipExtended()
	quantifier, ok, err := t.quantifier()
	if err != nil || !ok {
		return err
	}
	if !quantifiable {
		return unsupportedPattern("a quantifier after what is no character or group")
	}
	atom := t.out.String()[len(before):]
	if t.at < len(t.source) && t.source[t.at] == '+' {
		t.at++
		t.out.Reset()
		t.out.WriteString(before + "(?>" + atom + quantifier + ")")
	} else {
		t.out.WriteString(quantifier)
		if t.at < len(t.source) && t.source[t.at] == '?' {
			t.at++
			t.out.WriteByte('?')
		}
	}
	t.skipExtended()
	if _, again, _ := t.quantifier(); again {
		return unsupportedPattern("a quantifier after a quantifier")
	}
	return nil
}

// quantifier reads *, +, ?, {n}, {n,} or {n,m}; any other brace is a character.
func (t *translator) quantifier() (text string, ok bool, err error) {
	if t.at >= len(t.source) {
		return "", false, nil
	}
	switch c := t.source[t.at]; c {
	case '*', '+', '?':
		t.at++
		return string(c), true, nil
	case '{':
		low, high, length := countsOf(t.source[t.at:])
		switch {
		case length < 0:
			return "", false, unsupportedPattern("a count without a lower bound")
		case length == 0:
			return "", false, nil
		case low > 1000 || high > 1000:
			return "", false, unsupportedPattern("a very large count")
		}
		text = t.source[t.at : t.at+length]
		t.at += length
		return text, true, nil
	}
	return "", false, nil
}

// countsOf reads a count in braces; length is 0 if the brace is no count, and
// negative for {,n}, which versions of PCRE read differently.
func countsOf(text string) (low, high, length int) {
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return 0, 0, 0
	}
	first, second, ranged := strings.Cut(text[1:end], ",")
	if strings.Trim(first+second, "0123456789") != "" {
		if strings.Trim(first+second, "0123456789 \t") == "" {
			return 0, 0, -1 // blanks in counts came with PCRE2 10.43
		}
		return 0, 0, 0
	}
	if first == "" {
		if second == "" {
			return 0, 0, 0
		}
		return 0, 0, -1
	}
	low, _ = strconv.Atoi(first)
	if ranged && second != "" {
		high, _ = strconv.Atoi(second)
	}
	return low, high, end + 1
}

// skipExtended skips blanks and comments under (?x).
func (t *translator) skipExtended() {
	for t.flags.extended && t.at < len(t.source) {
		switch c := t.source[t.at]; {
		case strings.IndexByte(" \t\n\v\f\r", c) >= 0:
			t.at++
		case c == '#':
			end := strings.IndexByte(t.source[t.at:], '\n')
			if end < 0 {
				end = len(t.source) - t.at - 1
			}
			t.at += end + 1
		default:
			return
		}
	}
}

// atom translates one character, set, assertion or group; quantifiable tells
// whether a quantifier may follow.
func (t *translator) atom() (quantifiable bool, err error) {
	if t.flags.extended {
		before := t.at
		if t.skipExtended(); t.at != before {
			return false, nil
		}
	}
	c := t.source[t.at]
	switch c {
	case '(':
		return t.group()
	case '[':
		set, err := t.class()
		if err != nil {
			return false, err
		}
		t.writeSet(set)
		return true, nil
	case '\\':
		return t.escape()
	case '.':
		t.at++
		set := allBytes()
		if !t.flags.dotAll {
			set['\n'] = false
		}
		t.writeSet(&set)
		return true, nil
	case '^':
		t.at++
		t.out.WriteString(`\A`)
		return false, nil
	case '$':
		t.at++
		t.out.WriteString(`\Z`)
		return false, nil
	case '*', '+', '?':
		return false, errPatternSyntax
	}
	t.at++
	t.writeByte(c)
	return true, nil
}

// writeByte writes a character to be matched, in both cases if case is ignored.
func (t *translator) writeByte(c byte) {
	if t.flags.ignoreCase && isLetter(c) {
		fmt.Fprintf(&t.out, "[%c%c]", c|0x20, c&^0x20)
		return
	}
	writePatternByte(&t.out, c)
}

func writePatternByte(out *strings.Builder, c byte) {
	if isLetter(c) || '0' <= c && c <= '9' || c == '/' || c == '_' {
		out.WriteByte(c)
		return
	}
	fmt.Fprintf(out, `\x%02x`, c)
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// group translates a group of any kind.
func (t *translator) group() (quantifiable bool, err error) {
	rest := t.source[t.at:]
	switch {
	case strings.HasPrefix(rest, "(*"):
		return false, unsupportedPattern("a verb, (*…)")
	case !strings.HasPrefix(rest, "(?"):
		t.at++
		return true, t.capture("")
	}
	for _, kind := range []struct {
		open         string
		quantifiable bool
	}{{"(?:", true}, {"(?>", true}, {"(?=", false}, {"(?!", false}, {"(?<=", false}, {"(?<!", false}} {
		if strings.HasPrefix(rest, kind.open) {
			t.at += len(kind.open)
			t.out.WriteString(kind.open)
			return kind.quantifiable, t.closeGroup()
		}
	}
	for _, kind := range []struct {
		open  string
		close byte
	}{{"(?P<", '>'}, {"(?<", '>'}, {"(?'", '\''}} {
		if name, ok := strings.CutPrefix(rest, kind.open); ok {
			end := strings.IndexByte(name, kind.close)
			if end <= 0 {
				return false, errPatternSyntax
			}
			t.at += len(kind.open) + end + 1
			return true, t.capture(name[:end])
		}
	}
	if strings.HasPrefix(rest, "(?#") {
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			return false, errPatternSyntax
		}
		t.at += end + 1
		return false, nil
	}
	return t.options(rest)
}

// capture translates a capturing group, whose "(" and name are read.
func (t *translator) capture(name string) error {
	t.groups++
	number := t.groups
	if name != "" {
		if _, twice := t.names[name]; twice {
			return unsupportedPattern("a group name twice")
		}
		t.names[name] = number
	}
	fmt.Fprintf(&t.out, "(?<%d>", number)
	return t.closeGroup()
}

func (t *translator) closeGroup() error {
	if err := t.alternatives(); err != nil {
		return err
	}
	if t.at >= len(t.source) {
		return errPatternSyntax
	}
	t.at++
	t.out.WriteByte(')')
	return nil
}

// options translates (?i), (?i-s:…) and the like: flags change only how the
// rest is translated.
func (t *translator) options(rest string) (bool, error) {
	flags, on := t.flags, true
	for i := 2; i < len(rest); i++ {
		switch c := rest[i]; c {
		case '-':
			on = false
		case 'i':
			flags.ignoreCase = on
		case 's':
			flags.dotAll = on
		case 'x':
			flags.extended = on
		case ')':
			t.at += i + 1
			t.flags = flags
			return false, nil
		case ':':
			t.at += i + 1
			outer := t.flags
			t.flags = flags
			t.out.WriteString("(?:")
			err := t.closeGroup()
			t.flags = outer
			return true, err
		default:
			return false, unsupportedPattern(fmt.Sprintf("(?%c", c))
		}
	}
	return false, errPatternSyntax
}
