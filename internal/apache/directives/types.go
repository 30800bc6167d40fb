package directives

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"padlock/internal/tsv"
)

//go:embed data/arguments.tsv
var argumentTable string

// argumentTypes are the types of a directive's arguments; name is in lower case.
func argumentTypes(name string) []string {
	if types, ok := typesAsked.Load(name); ok {
		return types.([]string)
	}
	var types []string
	for _, row := range rows(tsv.LinesFold(argumentTable, name), 2) {
		types = strings.Fields(row[1])
	}
	if Lookup(name) != nil {
		typesAsked.Store(name, types)
	}
	return types
}

// typesAsked are the known directives whose types have been asked for.
var typesAsked sync.Map

// typeAt is the type of the i-th argument, "" if the table says nothing.
func typeAt(types []string, i int) string {
	last := len(types) - 1
	if last >= 0 && types[last] == "…" && i >= last-1 {
		return types[last-1]
	}
	if i > last {
		return ""
	}
	return types[i]
}

func checkTypes(f *Facts, name string, c Call) []Problem {
	types := argumentTypes(name)
	var problems []Problem
	for i, value := range c.Args {
		kind, detail, _ := strings.Cut(typeAt(types, i), ":")
		check := typeChecks[kind]
		if check == nil {
			continue
		}
		p, bad := check(value, detail)
		if !bad {
			continue
		}
		p.Arg, p.Kind = i, Value
		p.Message = f.Title() + " " + p.Message
		problems = append(problems, p)
	}
	return problems
}

// typeChecks judge one word; detail is what follows the colon in the table.
// The message continues a sentence that starts with the directive's name.
var typeChecks = map[string]func(value, detail string) (Problem, bool){
	"word":          checkWord,
	"Word":          checkExactWord,
	"int":           checkInt,
	"atoi":          checkAtoi,
	"number":        checkNumber,
	"float":         checkFloat,
	"time":          checkTime,
	"duration":      checkDuration,
	"regex":         checkRegex,
	"abspath":       checkAbsolutePath,
	"abspath|none":  checkAbsolutePathOrNone,
	"mimetype":      checkMediaType,
	"ranges":        checkRanges,
	"dotted":        checkDotted,
	"buffer":        checkBuffer,
	"redirectindex": checkRedirectIndex,
	"ldapurl":       checkLDAPURL,
	"scheme":        checkScheme,
	"hosturl":       checkHostURL,
	"expires":       checkCookieExpiry,
	"prefix":        checkPrefix,
	"authority":     checkAuthority,
	"portmap":       checkPortMap,
	"window":        checkWindow,
	"locks":         checkStoreLocks,
	"hour":          checkUpToHour,
	"size":          checkSize,
	"expression":    checkExpression,
}

func refuse(format string, args ...any) (Problem, bool) {
	return Problem{Message: fmt.Sprintf(format, args...)}, true
}

func fine() (Problem, bool) { return Problem{}, false }

func checkWord(value, detail string) (Problem, bool) {
	words := strings.Split(detail, "|")
	for _, w := range words {
		if strings.EqualFold(w, value) {
			return fine()
		}
	}
	return refuseWord(value, words)
}

func checkExactWord(value, detail string) (Problem, bool) {
	words := strings.Split(detail, "|")
	for _, w := range words {
		if w == value {
			return fine()
		}
	}
	return refuseWord(value, words)
}

func refuseWord(value string, words []string) (Problem, bool) {
	p, bad := refuse("must be %s, not %q", oneOf(words), value)
	p.Suggestion = nearestWord(value, words)
	return p, bad
}

// oneOf writes a list as "a, b or c".
func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// bounds reads LOW..HIGH; a missing one does not bound.
func bounds(detail string) (low, high int64) {
	low, high = -1<<62, 1<<62
	a, b, _ := strings.Cut(detail, "..")
	if n, err := strconv.ParseInt(a, 10, 64); err == nil {
		low = n
	}
	if n, err := strconv.ParseInt(b, 10, 64); err == nil {
		high = n
	}
	return low, high
}

// describeBounds continues "must be a whole number".
func describeBounds(detail string) string {
	low, high, _ := strings.Cut(detail, "..")
	switch {
	case low != "" && high != "":
		return " from " + low + " to " + high
	case low != "":
		return " of at least " + low
	case high != "":
		return " of at most " + high
	}
	return ""
}

// leadingInt is what C's atoi makes of text, without its overflow: the number
// it starts with, else 0. rest is what atoi ignores.
func leadingInt(text string) (n int64, rest string) {
	text = trimSpaceLeft(text)
	end := 0
	if end < len(text) && (text[end] == '-' || text[end] == '+') {
		end++
	}
	digits := end
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	if end == digits {
		return 0, text
	}
	n, err := strconv.ParseInt(text[:end], 10, 64)
	if err != nil { // too large for 64 bits
		n = 1 << 61
		if text[0] == '-' {
			n = -n
		}
	}
	return n, text[end:]
}

func checkInt(value, detail string) (Problem, bool) {
	n, rest := leadingInt(value)
	low, high := bounds(detail)
	if rest != "" || value == "" || n < low || n > high {
		return refuse("must be a whole number%s, not %q", describeBounds(detail), value)
	}
	return fine()
}

// checkAtoi judges a number that the server reads with atoi: text after it is
// ignored, and text alone counts as 0, both without a word.
func checkAtoi(value, detail string) (Problem, bool) {
	n, rest := leadingInt(value)
	low, high := bounds(detail)
	p, _ := refuse("must be a whole number%s, not %q", describeBounds(detail), value)
	// The server compares 32-bit numbers: what is larger wraps, so only a
	// range that ends below can be judged.
	switch {
	case n < low, n > high && high < 1<<62:
		return p, true
	case rest != "":
		p.Silent = true
		p.Help = fmt.Sprintf("The server reads it as %d.", n)
		return p, true
	}
	return fine()
}

// checkNumber judges a number that must start the word; what follows is
// ignored silently.
func checkNumber(value, detail string) (Problem, bool) {
	if value == "" || !isDigit(value[0]) && value[0] != '-' {
		return refuse("must be a number%s, not %q", describeBounds(detail), value)
	}
	n, _ := leadingInt(value)
	if low, high := bounds(detail); n < low || n > high {
		return refuse("must be a number%s, not %q", describeBounds(detail), value)
	}
	return fine()
}

func checkFloat(value, _ string) (Problem, bool) {
	if n, err := strconv.ParseFloat(value, 64); err != nil || n <= 0 {
		return refuse("must be a positive number, not %q", value)
	}
	return fine()
}

// splitTime takes a number from its unit; ok is false without a number.
func splitTime(value string) (unit string, ok bool) {
	end := 0
	for end < len(value) && isDigit(value[end]) {
		end++
	}
	return value[end:], end > 0
}

// beginsWithUnit tells that a text begins with one of the units, or is empty:
// httpd does not look at what stands behind.
func beginsWithUnit(text string, units ...string) bool {
	return text == "" || slices.ContainsFunc(units, func(unit string) bool { return strings.HasPrefix(text, unit) })
}

// checkTime judges what ap_timeout_parameter_parse of httpd 2.4 reads: a
// number with s, ms, mi, min or h, in small letters.
func checkTime(value, detail string) (Problem, bool) {
	unit, ok := splitTime(value)
	known := beginsWithUnit(unit, "s", "ms", "mi", "h")
	if !ok || !known {
		return refuse("must be a time such as 30, 30s, 500ms, 5min or 1h (without a unit: %s), not %q", detail, value)
	}
	return fine()
}

// checkDuration judges mod_md's durations, which know days as well and may be
// negative; the units in any case (md_duration_parse).
func checkDuration(value, _ string) (Problem, bool) {
	unit, ok := splitTime(strings.TrimPrefix(value, "-"))
	known := beginsWithUnit(strings.ToLower(unit), "s", "ms", "mi", "h", "d")
	if !ok || !known {
		return refuse("must be a duration such as 30s, 5mi, 12h or 7d, not %q", value)
	}
	return fine()
}

func checkRegex(value, _ string) (Problem, bool) {
	if problem := regexProblem(value); problem != "" {
		return refuse("has an invalid regular expression %q: %s", value, problem)
	}
	return fine()
}

func checkAbsolutePath(value, _ string) (Problem, bool) {
	if !strings.HasPrefix(value, "/") {
		p, bad := refuse("must be a path that starts with /, not %q", value)
		p.Suggestion = "/" + value
		return p, bad
	}
	return fine()
}

func checkAbsolutePathOrNone(value, _ string) (Problem, bool) {
	if strings.EqualFold(value, "none") {
		return fine()
	}
	return checkAbsolutePath(value, "")
}

func checkMediaType(value, _ string) (Problem, bool) {
	if !strings.Contains(value, "/") {
		return refuse("needs a media type such as text/html, not %q", value)
	}
	return fine()
}

func checkRanges(value, _ string) (Problem, bool) {
	switch strings.ToLower(value) {
	case "none", "default", "unlimited":
		return fine()
	}
	if n, _ := leadingInt(value); n <= 0 {
		return refuse("must be none, default, unlimited or a positive number, not %q", value)
	}
	return fine()
}

func checkDotted(value, _ string) (Problem, bool) {
	if !strings.HasPrefix(value, ".") {
		p, bad := refuse("must be a domain that starts with a dot, not %q", value)
		p.Suggestion = "." + value
		return p, bad
	}
	return fine()
}

func checkBuffer(value, _ string) (Problem, bool) {
	n, rest := leadingInt(value)
	if n != 0 && n < 512 {
		return refuse("must be at least 512 bytes, or 0 for the system's default, not %q", value)
	}
	if rest != "" {
		p, bad := refuse("must be a number of bytes, not %q", value)
		p.Silent = true
		p.Help = fmt.Sprintf("The server reads it as %d.", n)
		return p, bad
	}
	return fine()
}

func checkRedirectIndex(value, _ string) (Problem, bool) {
	switch strings.ToLower(value) {
	case "on", "off", "permanent", "temp", "seeother":
		return fine()
	}
	if n, _ := leadingInt(value); n < 300 || n > 399 {
		return refuse("must be on, off, permanent, temp, seeother or a status from 300 to 399, not %q", value)
	}
	return fine()
}
