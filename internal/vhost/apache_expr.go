package vhost

import (
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
