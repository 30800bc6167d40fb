package vhost

import (
	"net/netip"
	"path"
	"strconv"
	"strings"
)

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
