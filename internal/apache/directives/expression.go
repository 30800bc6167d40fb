package directives

import (
	"fmt"
	"strings"
)

// ExpressionProblem says what is wrong with an ap_expr condition, as <If>,
// `Require expr` and `expr=` take it, or returns "" when httpd 2.4 parses it.
// Variables and functions are those of the server and of its own modules.
func ExpressionProblem(text string) string {
	p := expressionParser{text: text}
	p.condition(0)
	p.skipSpace()
	if p.problem == "" && p.at < len(text) {
		p.fail("unexpected %s", p.nearby())
	}
	return p.problem
}

// stringExpressionProblem does the same for a string with %{…} parts, as
// `Header set X expr=…` and Redirect inside <Location> take it.
func stringExpressionProblem(text string) string {
	p := expressionParser{text: text}
	p.stringParts(0)
	return p.problem
}

// maxExpressionDepth bounds nesting; httpd's own parser stops at 100 levels
// of recursion when it evaluates.
const maxExpressionDepth = 100

type expressionParser struct {
	text    string
	at      int
	problem string // the first one found; parsing stops there
}

func (p *expressionParser) fail(format string, args ...any) {
	if p.problem == "" {
		p.problem = fmt.Sprintf(format, args...)
	}
	p.at = len(p.text)
}

func (p *expressionParser) skipSpace() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
}

// nearby quotes what stands at the cursor, for messages.
func (p *expressionParser) nearby() string {
	if p.at >= len(p.text) {
		return "end of the expression"
	}
	rest := p.text[p.at:]
	if len(rest) > 20 {
		rest = rest[:20] + "…"
	}
	return fmt.Sprintf("%q", rest)
}

// take consumes a mark after white space, if it is next.
func (p *expressionParser) take(mark string) bool {
	p.skipSpace()
	if strings.HasPrefix(p.text[p.at:], mark) {
		p.at += len(mark)
		return true
	}
	return false
}

// identifier consumes letters, digits and underscores that start with a
// letter; empty if none is next.
func (p *expressionParser) identifier() string {
	start := p.at
	for p.at < len(p.text) && (isLetter(p.text[p.at]) || p.at > start && isDigit(p.text[p.at]) || p.text[p.at] == '_') {
		p.at++
	}
	return p.text[start:p.at]
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// keyword consumes a word operator such as "and", if it is next.
func (p *expressionParser) keyword(words ...string) bool {
	p.skipSpace()
	mark := p.at
	found := p.identifier()
	for _, w := range words {
		if found == w {
			return true
		}
	}
	p.at = mark
	return false
}

// condition parses conditions joined by || and &&.
func (p *expressionParser) condition(depth int) {
	if depth > maxExpressionDepth {
		p.fail("the expression is nested too deeply")
		return
	}
	p.negation(depth + 1)
	for p.problem == "" && (p.take("||") || p.take("&&") || p.keyword("or", "and")) {
		p.negation(depth + 1)
	}
}

func (p *expressionParser) negation(depth int) {
	for p.notOperator() {
		depth++
	}
	if depth > maxExpressionDepth {
		p.fail("the expression is nested too deeply")
		return
	}
	if p.take("(") {
		p.condition(depth + 1)
		if p.problem == "" && !p.take(")") {
			p.fail("missing ) before %s", p.nearby())
		}
		return
	}
	p.comparison()
}

func (p *expressionParser) notOperator() bool {
	p.skipSpace()
	if strings.HasPrefix(p.text[p.at:], "!~") || strings.HasPrefix(p.text[p.at:], "!=") {
		return false
	}
	return p.take("!") || p.keyword("not")
}

// unaryOperators are the tests of one word. Source: util_expr_eval.c of
// httpd 2.4 (-R since 2.4.0, -ipmatch and the like are binary).
const unaryOperators = "defsLhFUAnzTR"

// binaryOperators compare two words. Source: as above.
var binaryOperators = map[string]bool{"ipmatch": true, "strmatch": true, "strcmatch": true, "fnmatch": true}

var numberOperators = []string{"eq", "ne", "lt", "le", "gt", "ge"}

func (p *expressionParser) comparison() {
	if p.keyword("true", "false") {
		return
	}
	p.skipSpace()
	if rest := p.text[p.at:]; len(rest) > 1 && rest[0] == '-' && !isDigit(rest[1]) {
		p.unary()
		return
	}
	p.word(0)
	if p.problem != "" {
		return
	}
	p.operator()
}

func (p *expressionParser) unary() {
	p.at++
	name := p.identifier()
	switch {
	case len(name) != 1:
		p.fail("unexpected -%s: it stands between two values", name)
	case name == "R":
		p.network("-R")
	case strings.Contains(unaryOperators, name):
		p.word(0)
	default:
		p.fail("there is no test -%s", name)
	}
}

// operator parses what follows the left-hand word.
func (p *expressionParser) operator() {
	p.skipSpace()
	switch {
	case p.take("=~"), p.take("!~"):
		p.regularExpression()
	case p.take("=="), p.take("!="), p.take("<="), p.take(">="), p.take("="), p.take("<"), p.take(">"):
		p.word(0)
	case p.keyword("in"):
		p.list()
	case p.keyword(numberOperators...):
		p.word(0)
	case p.take("-"):
		p.binary()
	default:
		p.fail("a comparison is missing before %s", p.nearby())
	}
}

func (p *expressionParser) binary() {
	name := p.identifier()
	for _, known := range numberOperators {
		if name == known {
			p.word(0)
			return
		}
	}
	switch {
	case name == "in":
		p.list()
	case name == "ipmatch":
		p.network("-ipmatch")
	case binaryOperators[name]:
		p.word(0)
	default:
		p.fail("there is no comparison -%s", name)
	}
}

// network parses the right side of -R and -ipmatch, which must be literal: the
// server reads the network while it parses.
func (p *expressionParser) network(operator string) {
	p.skipSpace()
	if p.at >= len(p.text) || p.text[p.at] != '"' && p.text[p.at] != '\'' {
		p.fail("%s needs a network in quotes, not %s", operator, p.nearby())
		return
	}
	start := p.at + 1
	p.at++
	p.stringParts(p.text[start-1])
	if p.problem != "" {
		return
	}
	if problem := networkProblem(p.text[start : p.at-1]); problem != "" {
		p.fail("%s cannot use the network %q: %s", operator, p.text[start:p.at-1], problem)
	}
}

func (p *expressionParser) list() {
	if !p.take("{") {
		mark := p.at
		if name := p.identifier(); name != "" {
			p.at = mark
			p.call(0, listFunctions)
			return
		}
		p.fail("a list in braces is missing before %s", p.nearby())
		return
	}
	p.word(0)
	for p.problem == "" && p.take(",") {
		p.word(0)
	}
	if p.problem == "" && !p.take("}") {
		p.fail("missing } before %s", p.nearby())
	}
}

// regularExpression parses /…/ or m#…#, each with an optional i.
func (p *expressionParser) regularExpression() {
	p.skipSpace()
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, "/"):
		p.at++
		p.regexBody('/')
	case len(rest) > 1 && rest[0] == 'm' && strings.IndexByte("/#$%^|?!'\",;:._-", rest[1]) >= 0:
		p.at += 2
		p.regexBody(rest[1])
	default:
		p.fail("a regular expression (/…/ or m#…#) is missing before %s", p.nearby())
	}
}

func (p *expressionParser) regexBody(end byte) {
	start := p.at // the delimiter cannot be escaped
	for p.at < len(p.text) && p.text[p.at] != end {
		p.at++
	}
	if p.at >= len(p.text) {
		p.fail("the regular expression is not closed by %c", end)
		return
	}
	pattern := p.text[start:p.at]
	p.at++
	if strings.HasPrefix(p.text[p.at:], "i") {
		p.at++
	}
	if problem := regexProblem(pattern); problem != "" {
		p.fail("invalid regular expression %q: %s", pattern, problem)
	}
}

// word parses atoms joined by dots.
func (p *expressionParser) word(depth int) {
	p.atom(depth)
	for p.problem == "" && p.take(".") {
		p.atom(depth)
	}
}

func (p *expressionParser) atom(depth int) {
	p.skipSpace()
	if depth > maxExpressionDepth {
		p.fail("the expression is nested too deeply")
		return
	}
	rest := p.text[p.at:]
	switch {
	case rest == "":
		p.fail("a value is missing at the end of the expression")
	case rest[0] == '"' || rest[0] == '\'':
		p.at++
		p.stringParts(rest[0])
	case strings.HasPrefix(rest, "%{"):
		p.variable(depth)
	case rest[0] == '$' && len(rest) > 1 && isDigit(rest[1]):
		p.at += 2
	case isDigit(rest[0]), rest[0] == '-' && len(rest) > 1 && isDigit(rest[1]):
		p.at++
		for p.at < len(p.text) && isDigit(p.text[p.at]) {
			p.at++
		}
	case isLetter(rest[0]):
		p.call(depth, stringFunctions)
	default:
		p.fail("unexpected %s where a value belongs", p.nearby())
	}
}

// stringParts parses text with %{…} up to the closing quote, or to the end
// when quote is 0.
func (p *expressionParser) stringParts(quote byte) {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == quote && quote != 0:
			p.at++
			return
		case c == '\\' && p.at+1 < len(p.text):
			p.at += 2
		case strings.HasPrefix(p.text[p.at:], "%{"):
			p.variable(0)
		default:
			p.at++
		}
	}
	if quote != 0 {
		p.fail("the string is not closed by %c", quote)
	}
}

// variable parses %{NAME} and %{function:argument}.
func (p *expressionParser) variable(depth int) {
	p.at += len("%{")
	name := p.identifier()
	switch {
	case name == "":
		p.fail("a variable's name is missing after %%{")
	case strings.HasPrefix(p.text[p.at:], "}"):
		p.at++
		if !IsExpressionVariable(name) {
			p.fail("there is no variable %%{%s}", name)
		}
	case strings.HasPrefix(p.text[p.at:], ":"):
		p.at++
		if !stringFunctions[strings.ToLower(name)] {
			p.fail("there is no function %s", name)
			return
		}
		p.variableArgument(depth)
	default:
		p.fail("%%{%s is not closed by }", name)
	}
}

// variableArgument passes over the text after the colon, with variables in it.
func (p *expressionParser) variableArgument(depth int) {
	for p.problem == "" && p.at < len(p.text) {
		switch {
		case p.text[p.at] == '}':
			p.at++
			return
		case strings.HasPrefix(p.text[p.at:], "%{") && depth < maxExpressionDepth:
			p.variable(depth + 1)
		default:
			p.at++
		}
	}
	p.fail("%%{…} is not closed by }")
}

// call parses function(word) and, for functions of several arguments,
// function(word, word …).
func (p *expressionParser) call(depth int, known map[string]bool) {
	name := p.identifier()
	if !p.take("(") {
		p.fail("unexpected %q: put text in quotes", name)
		return
	}
	if !known[strings.ToLower(name)] {
		p.fail("there is no function %s", name)
		return
	}
	p.word(depth + 1)
	for p.problem == "" && p.take(",") {
		p.word(depth + 1)
	}
	if p.problem == "" && !p.take(")") {
		p.fail("missing ) before %s", p.nearby())
	}
}

// stringFunctions give a string. Source: util_expr_eval.c of httpd 2.4,
// mod_ssl (ssl) and mod_ldap (ldap), each tried on
// 2.4.71.
var stringFunctions = map[string]bool{
	"req": true, "http": true, "req_novary": true, "resp": true, "reqenv": true, "osenv": true,
	"note": true, "env": true, "tolower": true, "toupper": true, "escape": true, "unescape": true,
	"base64": true, "unbase64": true, "md5": true, "sha1": true, "file": true, "filesize": true,
	"ldap": true, "ssl": true,
}

// listFunctions give a list, for "in". Source: mod_ssl of httpd 2.4.
var listFunctions = map[string]bool{"peerextlist": true}
