package vhost

import (
	"fmt"
	"strconv"
	"strings"
)

// byteSet is a set of bytes: what a class or an escape such as \d matches.
type byteSet [256]bool

func allBytes() byteSet {
	var s byteSet
	for i := range s {
		s[i] = true
	}
	return s
}

func setOf(member func(byte) bool) *byteSet {
	var s byteSet
	for i := range s {
		s[i] = member(byte(i))
	}
	return &s
}

func (s *byteSet) inverted() *byteSet { return setOf(func(c byte) bool { return !s[c] }) }

func (s *byteSet) add(other *byteSet) {
	for i, in := range other {
		s[i] = s[i] || in
	}
}

// The sets of PCRE's escapes in the C locale (pcre2pattern manual page,
// "Generic character types").
var (
	digitSet      = setOf(func(c byte) bool { return '0' <= c && c <= '9' })
	wordSet       = setOf(func(c byte) bool { return isLetter(c) || '0' <= c && c <= '9' || c == '_' })
	spaceSet      = setOf(func(c byte) bool { return strings.IndexByte(" \t\n\v\f\r", c) >= 0 })
	horizontalSet = setOf(func(c byte) bool { return c == ' ' || c == '\t' || c == 0xa0 })
	verticalSet   = setOf(func(c byte) bool { return '\n' <= c && c <= '\r' || c == 0x85 })
	newlineSet    = setOf(func(c byte) bool { return c == '\n' })
)

var escapeSets = map[byte]*byteSet{
	'd': digitSet, 'D': digitSet.inverted(), 'w': wordSet, 'W': wordSet.inverted(), 's': spaceSet, 'S': spaceSet.inverted(),
	'h': horizontalSet, 'H': horizontalSet.inverted(), 'v': verticalSet, 'V': verticalSet.inverted(), 'N': newlineSet.inverted(),
}

// posixSets are the classes that stand in brackets within brackets.
var posixSets = map[string]*byteSet{
	"alpha":  setOf(isLetter),
	"digit":  digitSet,
	"alnum":  setOf(func(c byte) bool { return wordSet[c] && c != '_' }),
	"upper":  setOf(func(c byte) bool { return 'A' <= c && c <= 'Z' }),
	"lower":  setOf(func(c byte) bool { return 'a' <= c && c <= 'z' }),
	"space":  spaceSet,
	"blank":  setOf(func(c byte) bool { return c == ' ' || c == '\t' }),
	"xdigit": setOf(func(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }),
	"word":   wordSet,
	"punct":  setOf(func(c byte) bool { return '!' <= c && c <= '~' && (!wordSet[c] || c == '_') }),
	"cntrl":  setOf(func(c byte) bool { return c < ' ' || c == 0x7f }),
	"graph":  setOf(func(c byte) bool { return '!' <= c && c <= '~' }),
	"print":  setOf(func(c byte) bool { return ' ' <= c && c <= '~' }),
	"ascii":  setOf(func(c byte) bool { return c < 0x80 }),
}

// writeSet writes a set as ranges of numbers, which no engine reads in two ways.
func (t *translator) writeSet(s *byteSet) {
	t.out.WriteByte('[')
	empty := true
	for low := 0; low < len(s); low++ {
		if !s[low] {
			continue
		}
		high := low
		for high+1 < len(s) && s[high+1] {
			high++
		}
		fmt.Fprintf(&t.out, `\x%02x-\x%02x`, low, high)
		low, empty = high, false
	}
	if empty {
		t.out.WriteString(`\u0100`) // no byte
	}
	t.out.WriteByte(']')
}

// class reads a set in brackets.
func (t *translator) class() (*byteSet, error) {
	t.at++
	negated := t.at < len(t.source) && t.source[t.at] == '^'
	if negated {
		t.at++
	}
	set := new(byteSet)
	for first := true; ; first = false {
		if t.at >= len(t.source) {
			return nil, errPatternSyntax
		}
		if t.source[t.at] == ']' && !first {
			t.at++
			break
		}
		if err := t.classItem(set); err != nil {
			return nil, err
		}
	}
	if t.flags.ignoreCase {
		folded := *set
		for i, in := range set {
			if in && isLetter(byte(i)) {
				folded[i^0x20] = true
			}
		}
		set = &folded
	}
	if negated {
		set = set.inverted()
	}
	return set, nil
}

// classItem reads one character, range, escape or named class of a set.
func (t *translator) classItem(set *byteSet) error {
	low, named, err := t.classAtom()
	if err != nil {
		return err
	}
	rest := t.source[t.at:]
	ranged := len(rest) > 1 && rest[0] == '-' && rest[1] != ']'
	switch {
	case named != nil && ranged:
		return errPatternSyntax
	case named != nil:
		set.add(named)
		return nil
	case !ranged:
		set[low] = true
		return nil
	}
	t.at++
	high, named, err := t.classAtom()
	switch {
	case err != nil:
		return err
	case named != nil:
		return unsupportedPattern("a range that ends in a class")
	case high < low:
		return errPatternSyntax
	}
	for c := int(low); c <= int(high); c++ {
		set[c] = true
	}
	return nil
}

// classAtom reads one member of a set: a character, or a set of its own.
func (t *translator) classAtom() (byte, *byteSet, error) {
	rest := t.source[t.at:]
	if strings.HasPrefix(rest, "[:") {
		if name, _, ok := strings.Cut(rest[2:], ":]"); ok {
			return t.posixClass(name)
		}
	}
	if strings.HasPrefix(rest, "[.") || strings.HasPrefix(rest, "[=") {
		return 0, nil, unsupportedPattern("a collating element")
	}
	if rest[0] != '\\' {
		t.at++
		return rest[0], nil, nil
	}
	if len(rest) < 2 {
		return 0, nil, errPatternSyntax
	}
	switch c := rest[1]; c {
	case 'b':
		t.at += 2
		return '\b', nil, nil
	case 'N', 'R', 'X', 'B', 'Q', 'E':
		return 0, nil, unsupportedPattern(`\` + string(c) + " in a set")
	}
	if set := escapeSets[rest[1]]; set != nil {
		t.at += 2
		return 0, set, nil
	}
	c, err := t.character()
	return c, nil, err
}

func (t *translator) posixClass(name string) (byte, *byteSet, error) {
	length := len("[:") + len(name) + len(":]")
	bare, negated := strings.CutPrefix(name, "^")
	set := posixSets[bare]
	if set == nil {
		if strings.ContainsAny(name, "]") {
			t.at++ // "[" is a character: what follows is no name
			return '[', nil, nil
		}
		return 0, nil, errPatternSyntax
	}
	// Under (?i) upper and lower match both cases; the folding of the whole set
	// sees to that.
	t.at += length
	if negated {
		set = set.inverted()
	}
	return 0, set, nil
}

// escape translates a backslash outside a set.
func (t *translator) escape() (quantifiable bool, err error) {
	rest := t.source[t.at:]
	if len(rest) < 2 {
		return false, errPatternSyntax
	}
	c := rest[1]
	if set := escapeSets[c]; set != nil {
		if c == 'N' && strings.HasPrefix(rest, `\N{`) {
			return false, unsupportedPattern(`\N{…}`)
		}
		t.at += 2
		t.writeSet(set)
		return true, nil
	}
	switch c {
	case 'A', 'G':
		t.at += 2
		t.out.WriteString(`\A`) // a search starts at the beginning: \G is \A
		return false, nil
	case 'z', 'Z':
		t.at += 2
		t.out.WriteString(rest[:2])
		return false, nil
	case 'b', 'B':
		t.at += 2
		t.out.WriteString(wordBoundary[c])
		return false, nil
	case 'R':
		t.at += 2
		t.out.WriteString(`(?>\x0d\x0a|[\x0a-\x0d\x85])`)
		return true, nil
	case 'Q':
		return t.literal(rest)
	case 'E':
		t.at += 2
		return false, nil
	case 'k', 'g':
		return t.reference(rest)
	}
	if '1' <= c && c <= '9' {
		return t.numberReference(rest)
	}
	if c, err = t.character(); err != nil {
		return false, err
	}
	t.writeByte(c)
	return true, nil
}

// wordBoundary is \b and \B by bytes: regexp2's own know letters beyond ASCII.
var wordBoundary = map[byte]string{
	'b': `(?:(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z]))`,
	'B': `(?:(?<=[0-9A-Z_a-z])(?=[0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?![0-9A-Z_a-z]))`,
}

// literal translates \Q…\E. A quantifier after it belongs to its last
// character.
func (t *translator) literal(rest string) (bool, error) {
	text, _, closed := strings.Cut(rest[2:], `\E`)
	t.at += 2 + len(text)
	if closed {
		t.at += 2
	}
	for i := range len(text) {
		t.writeByte(text[i])
	}
	return len(text) == 1, nil
}

// reference translates \k<n>, \k{n}, \k'n', \g{n}, \g1 and \g{-1}.
func (t *translator) reference(rest string) (bool, error) {
	open := byte(0)
	if len(rest) > 2 {
		open = rest[2]
	}
	closing := map[byte]byte{'<': '>', '\'': '\'', '{': '}'}[open]
	if rest[1] == 'g' && open != '{' {
		return false, unsupportedPattern(`\g`)
	}
	end := strings.IndexByte(rest[min(3, len(rest)):], closing)
	if closing == 0 || end < 0 {
		return false, errPatternSyntax
	}
	name := rest[3 : 3+end]
	t.at += 3 + end + 1
	if number, ok := t.names[name]; ok {
		return true, t.writeReference(number)
	}
	number, err := strconv.Atoi(name)
	if err != nil {
		return false, unsupportedPattern("a reference to a later group")
	}
	if number < 0 {
		number += t.groups + 1
	}
	return true, t.writeReference(number)
}

func (t *translator) numberReference(rest string) (bool, error) {
	end := 2
	for end < len(rest) && '0' <= rest[end] && rest[end] <= '9' {
		end++
	}
	number, err := strconv.Atoi(rest[1:end])
	if err != nil || number > t.groups {
		return false, unsupportedPattern("a reference to a later group")
	}
	t.at += end
	return true, t.writeReference(number)
}

func (t *translator) writeReference(number int) error {
	if number < 1 || number > t.groups {
		return unsupportedPattern("a reference to a later group")
	}
	if t.flags.ignoreCase {
		return unsupportedPattern("a reference that ignores case")
	}
	fmt.Fprintf(&t.out, `\k<%d>`, number)
	return nil
}

// simpleEscapes are letters that stand for one character.
var simpleEscapes = map[byte]byte{'a': 7, 'e': 27, 'f': 12, 'n': 10, 'r': 13, 't': 9}

// character reads an escape that stands for one character.
func (t *translator) character() (byte, error) {
	rest := t.source[t.at:]
	c := rest[1]
	if value, ok := simpleEscapes[c]; ok {
		t.at += 2
		return value, nil
	}
	switch {
	case c == 'x':
		return t.hexadecimal(rest)
	case c == '0':
		end := 2
		for end < len(rest) && end < 4 && '0' <= rest[end] && rest[end] <= '7' {
			end++
		}
		value, _ := strconv.ParseUint(rest[1:end], 8, 8)
		t.at += end
		return byte(value), nil
	case isLetter(c) || '1' <= c && c <= '9':
		return 0, unsupportedPattern(`\` + string(c))
	}
	t.at += 2
	return c, nil
}

func (t *translator) hexadecimal(rest string) (byte, error) {
	digits, end := "", 2
	if strings.HasPrefix(rest[2:], "{") {
		close := strings.IndexByte(rest, '}')
		if close < 0 {
			return 0, errPatternSyntax
		}
		digits, end = rest[3:close], close+1
	} else {
		for end < len(rest) && end < 4 && posixSets["xdigit"][rest[end]] {
			end++
		}
		digits = rest[2:end]
	}
	value, err := strconv.ParseUint("0"+digits, 16, 8)
	if err != nil {
		return 0, unsupportedPattern("a character beyond one byte")
	}
	t.at += end
	return byte(value), nil
}
