package vhost

import (
	"strconv"
	"strings"
)

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
