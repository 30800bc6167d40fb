package vhost

import (
	"net/netip"
	"path"
	"strconv"
	"strings"
)

// apacheExpr reads and evaluates an expression of httpd (ap_expr) at once. What
// cannot be known makes the answer unsure.
type apacheExpr struct {
	v    *apacheVisit
	text string
	at   int
	// failed tells that the text is not understood.
	failed bool
	deep   int
}

// maxExprDepth bounds brackets within brackets.
const maxExprDepth = 50

// expression evaluates a condition, such as that of <If>.
func (v *apacheVisit) expression(text string) (answer certainty, doubt string) {
	e := &apacheExpr{v: v, text: text}
	outer := v.why
	v.why = ""
	answer = e.either()
	doubt, v.why = v.why, outer
	if e.space(); e.failed || e.at < len(e.text) {
		return unsure, "the expression " + strconv.Quote(text) + " is not evaluated"
	}
	if answer != unsure {
		return answer, ""
	}
	if doubt == "" {
		doubt = "it depends on the expression " + strconv.Quote(text)
	}
	return unsure, doubt
}

func (e *apacheExpr) space() {
	for e.at < len(e.text) && strings.IndexByte(" \t\r\n\v\f", e.text[e.at]) >= 0 {
		e.at++
	}
}

// take moves over a token if it stands next.
func (e *apacheExpr) take(token string) bool {
	e.space()
	if !strings.HasPrefix(e.text[e.at:], token) {
		return false
	}
	e.at += len(token)
	return true
}

func (e *apacheExpr) fail() certainty {
	e.failed = true
	return unsure
}

func (e *apacheExpr) either() certainty {
	answer := e.both()
	for !e.failed && e.take("||") {
		answer = answer.or(e.both())
	}
	return answer
}

func (e *apacheExpr) both() certainty {
	answer := e.negation()
	for !e.failed && e.take("&&") {
		answer = answer.and(e.negation())
	}
	return answer
}

func (e *apacheExpr) negation() certainty {
	if e.deep++; e.deep > maxExprDepth {
		return e.fail()
	}
	defer func() { e.deep-- }()
	e.space()
	switch rest := e.text[e.at:]; {
	case strings.HasPrefix(rest, "!"):
		e.at++
		return e.negation().not()
	case strings.HasPrefix(rest, "("):
		e.at++
		answer := e.either()
		if !e.take(")") {
			return e.fail()
		}
		return answer
	case e.word("true"):
		return yes
	case e.word("false"):
		return no
	case len(rest) > 2 && rest[0] == '-' && isAlphanumeric(rest[1]) && !isAlphanumeric(rest[2]):
		e.at += 2
		return e.unary(rest[1])
	}
	return e.comparison()
}

// word moves over a name that ends there.
func (e *apacheExpr) word(name string) bool {
	rest := e.text[e.at:]
	if !strings.HasPrefix(rest, name) || len(rest) > len(name) && (isAlphanumeric(rest[len(name)]) || rest[len(name)] == '(') {
		return false
	}
	e.at += len(name)
	return true
}

func (e *apacheExpr) unary(operator byte) certainty {
	value, why := e.operand()
	if e.failed {
		return unsure
	}
	switch operator {
	case 'n', 'z', 'T':
		if why != "" {
			e.v.unknown(why)
			return unsure
		}
		if operator == 'T' {
			lower := strings.ToLower(value)
			return sure(lower != "" && lower != "0" && lower != "off" && lower != "false" && lower != "no")
		}
		return sure((value != "") == (operator == 'n'))
	case 'R':
		return e.v.clientIn(value)
	case 'f', 'd', 'e', 's', 'h', 'L', 'x', 'F', 'U', 'A':
		e.v.unknown("it depends on which files exist")
		return unsure
	}
	return e.fail()
}

// clientIn tells whether the client's address lies in a network. A client
// whose address is not given is one of the public Internet.
func (v *apacheVisit) clientIn(network string) certainty {
	prefix, ok := parseNetwork(network)
	if !ok {
		v.unknown("it depends on the network " + network)
		return unsure
	}
	if v.r.Client.IsValid() {
		return sure(prefix.Contains(v.r.Client.Unmap()))
	}
	if prefix.Bits() == 0 {
		return unsure
	}
	if a := prefix.Addr(); a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return no
	}
	v.unknown("it depends on the client's address")
	return unsure
}

// parseNetwork reads 10.0.0.0/8, 10.0.0.0/255.0.0.0, 10.1 and one address.
func parseNetwork(text string) (netip.Prefix, bool) {
	address, mask, masked := strings.Cut(text, "/")
	short := 0
	if !strings.Contains(address, ":") {
		address = strings.TrimSuffix(address, ".")
		for short = 8 * (strings.Count(address, ".") + 1); strings.Count(address, ".") < 3; {
			address += ".0"
		}
	}
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}, false
	}
	bits := ip.BitLen()
	if short > 0 {
		bits = short
	}
	if masked {
		if m, err := netip.ParseAddr(mask); err == nil && m.Is4() {
			b := m.As4()
			bits = 0
			for _, c := range b {
				for ; c&0x80 != 0; c <<= 1 {
					bits++
				}
			}
		} else if bits, err = strconv.Atoi(mask); err != nil {
			return netip.Prefix{}, false
		}
	}
	prefix, err := ip.Prefix(bits)
	return prefix, err == nil
}

// comparisons are the operators between two words, longest first.
var comparisons = []string{
	"-strcmatch", "-strmatch", "-fnmatch", "-ipmatch", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-in",
	"=~", "!~", "==", "!=", "<=", ">=", "=", "<", ">", "in ", "eq ", "ne ", "lt ", "le ", "gt ", "ge ",
}

func (e *apacheExpr) comparison() certainty {
	left, why := e.operand()
	if e.failed {
		return unsure
	}
	operator := ""
	for _, o := range comparisons {
		if e.take(o) {
			operator = strings.TrimSpace(o)
			break
		}
	}
	switch operator {
	case "":
		return e.fail()
	case "=~", "!~":
		answer := e.pattern(left, why)
		if operator == "!~" {
			answer = answer.not()
		}
		return answer
	case "in", "-in":
		return e.member(left, why)
	}
	right, rightWhy := e.operand()
	if e.failed {
		return unsure
	}
	if operator == "-ipmatch" && strings.TrimSpace(left) == "" && why != "" {
		return e.v.clientIn(right)
	}
	if why+rightWhy != "" {
		e.v.unknown(why + rightWhy)
		return unsure
	}
	return e.compare(operator, left, right)
}

func (e *apacheExpr) compare(operator, left, right string) certainty {
	order := strings.Compare(left, right)
	if name, ok := strings.CutPrefix(operator, "-"); ok || isAlphanumeric(operator[0]) {
		operator = name
		switch operator {
		case "strmatch", "fnmatch":
			if strings.ContainsAny(right, `[\`) {
				return e.fail()
			}
			if operator == "fnmatch" {
				match, err := path.Match(right, left)
				if err != nil {
					return e.fail()
				}
				return sure(match)
			}
			return sure(globMatch(right, left))
		case "strcmatch":
			return sure(globMatch(strings.ToLower(right), strings.ToLower(left)))
		case "ipmatch":
			prefix, ok := parseNetwork(right)
			ip, err := netip.ParseAddr(left)
			return sure(ok && err == nil && prefix.Contains(ip.Unmap()))
		}
		order = leadingNumber(left) - leadingNumber(right)
	}
	switch operator {
	case "=", "==", "eq":
		return sure(order == 0)
	case "!=", "ne":
		return sure(order != 0)
	case "<", "lt":
		return sure(order < 0)
	case "<=", "le":
		return sure(order <= 0)
	case ">", "gt":
		return sure(order > 0)
	case ">=", "ge":
		return sure(order >= 0)
	}
	return e.fail()
}

// leadingNumber reads a number as atoi does.
func leadingNumber(text string) int {
	text = strings.TrimLeft(text, " \t\r\n\v\f")
	end := 0
	if end < len(text) && (text[end] == '-' || text[end] == '+') {
		end++
	}
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, _ := strconv.Atoi(text[:end])
	return n
}

// member is … in { 'a', 'b' }.
func (e *apacheExpr) member(left, why string) certainty {
	if !e.take("{") {
		return e.fail()
	}
	answer := no
	for {
		word, wordWhy := e.operand()
		if e.failed {
			return unsure
		}
		if why+wordWhy != "" {
			e.v.unknown(why + wordWhy)
			answer = answer.or(unsure)
		} else {
			answer = answer.or(sure(left == word))
		}
		if e.take("}") {
			return answer
		}
		if !e.take(",") {
			return e.fail()
		}
	}
}

// pattern is … =~ /regex/i or m#regex#i.
func (e *apacheExpr) pattern(left, why string) certainty {
	e.space()
	if e.at < len(e.text) && e.text[e.at] == 'm' {
		e.at++
	}
	if e.at >= len(e.text) {
		return e.fail()
	}
	quote := e.text[e.at]
	if !strings.ContainsRune("/#$%^|?!'\",;:._-", rune(quote)) {
		return e.fail()
	}
	e.at++
	var b strings.Builder
	for ; e.at < len(e.text) && e.text[e.at] != quote; e.at++ {
		if e.text[e.at] == '\\' && e.at+1 < len(e.text) && e.text[e.at+1] == quote {
			e.at++
		}
		b.WriteByte(e.text[e.at])
	}
	if e.at == len(e.text) {
		return e.fail()
	}
	e.at++
	flags := e.at
	for e.at < len(e.text) && isAlphanumeric(e.text[e.at]) {
		e.at++
	}
	ignoreCase := strings.Contains(e.text[flags:e.at], "i")
	if strings.Trim(e.text[flags:e.at], "ig") != "" {
		return e.fail()
	}
	if why != "" {
		e.v.unknown(why)
		return unsure
	}
	groups, ok, undecided := e.v.s.matchGroups(b.String(), ignoreCase, left)
	if undecided != "" {
		e.v.unknown(undecided)
		return unsure
	}
	if ok {
		e.v.groups = groups
	}
	return sure(ok)
}

// operand reads words joined by dots.
func (e *apacheExpr) operand() (value, why string) {
	for {
		part, partWhy := e.v.attempt(e.single)
		if e.failed {
			return "", ""
		}
		value += part
		if why == "" {
			why = partWhy
		}
		if !e.take(".") {
			return value, why
		}
	}
}

func (e *apacheExpr) single() string {
	e.space()
	rest := e.text[e.at:]
	switch {
	case rest == "":
	case rest[0] == '\'' || rest[0] == '"':
		return e.quoted(rest[0])
	case strings.HasPrefix(rest, "%{"):
		end := closingBrace(rest, 2)
		if end < 0 {
			break
		}
		e.at += end + 1
		return e.v.expressionVariable(rest[2:end])
	case rest[0] == '$' && len(rest) > 1 && isDigit(rest[1]):
		e.at += 2
		return e.v.group(int(rest[1] - '0'))
	case isDigit(rest[0]) || rest[0] == '-' && len(rest) > 1 && isDigit(rest[1]):
		end := 1
		for end < len(rest) && isDigit(rest[end]) {
			end++
		}
		e.at += end
		return rest[:end]
	case isAlphanumeric(rest[0]):
		return e.call(rest)
	}
	e.failed = true
	return ""
}

// call is name('argument').
func (e *apacheExpr) call(rest string) string {
	end := 0
	for end < len(rest) && (isAlphanumeric(rest[end]) || rest[end] == '_') {
		end++
	}
	e.at += end
	if !e.take("(") {
		e.failed = true
		return ""
	}
	argument, why := e.operand()
	if e.failed || !e.take(")") {
		e.failed = true
		return ""
	}
	if why != "" {
		return e.v.unknown(why)
	}
	return e.v.function(rest[:end], argument)
}

func (e *apacheExpr) quoted(quote byte) string {
	e.at++
	start := e.at
	for ; e.at < len(e.text) && e.text[e.at] != quote; e.at++ {
		if e.text[e.at] == '\\' {
			e.at++
		}
	}
	if e.at >= len(e.text) {
		e.failed = true
		return ""
	}
	e.at++
	return e.v.expandString(e.text[start:e.at-1], true)
}

// closingBrace finds the brace that closes one open at from.
func closingBrace(text string, from int) int {
	for depth := 1; from < len(text); from++ {
		switch text[from] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return from
			}
		}
	}
	return -1
}

// expandString puts in %{…} and $1, as expressions do in strings and in the
// targets of redirects. escapes tells that backslashes escape.
func (v *apacheVisit) expandString(text string, escapes bool) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && escapes && i+1 < len(text):
			i++
			if at := strings.IndexByte("rntbfav", text[i]); at >= 0 {
				b.WriteByte("\r\n\t\b\f\a\v"[at])
			} else {
				b.WriteByte(text[i])
			}
		case c == '%' && i+1 < len(text) && text[i+1] == '{':
			end := closingBrace(text, i+2)
			if end < 0 {
				return v.unknown("a brace is not closed in " + strconv.Quote(text))
			}
			b.WriteString(v.expressionVariable(text[i+2 : end]))
			i = end
		case c == '$' && i+1 < len(text) && isDigit(text[i+1]):
			i++
			b.WriteString(v.group(int(text[i] - '0')))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (v *apacheVisit) group(n int) string {
	if n < len(v.groups) {
		return v.groups[n]
	}
	return ""
}

// expressionVariable is %{NAME} or %{function:argument} in an expression.
func (v *apacheVisit) expressionVariable(name string) string {
	if function, argument, ok := strings.Cut(name, ":"); ok {
		return v.function(function, argument)
	}
	upper := strings.ToUpper(name)
	if upper == "DOCUMENT_URI" {
		upper = "REQUEST_URI"
	}
	if value, ok := v.variable(upper); ok {
		return value
	}
	if strings.HasPrefix(upper, "SSL_") {
		return v.tlsVariable(upper)
	}
	return v.unknown("it depends on %{" + name + "}")
}

func (v *apacheVisit) function(name, argument string) string {
	switch strings.ToLower(name) {
	case "http", "req", "req_novary":
		return v.header(argument)
	case "reqenv", "env":
		return v.environment(argument)
	case "note", "resp":
		return v.unknown("it depends on %{" + name + ":" + argument + "}")
	case "tolower":
		return strings.ToLower(argument)
	case "toupper":
		return strings.ToUpper(argument)
	case "escape":
		return escapePath(argument)
	}
	return v.unknown("it depends on the function " + name)
}
