package directives

import (
	"strings"
)

// HeaderParts are a Header or RequestHeader directive taken apart.
type HeaderParts struct {
	// Always: the table for all answers, also errors (Header always …).
	Always bool
	// Action is set, add, append, merge, unset, edit …, in small letters.
	Action string
	// Name is the field's name without a trailing colon.
	Name string
	// Value is empty for unset and echo; for edit it is the pattern.
	Value, Replacement string
	// Condition is "early", "env=…" or "expr=…", or empty.
	Condition string
}

// headerActions maps an action to how many values follow the header's name.
// Source: mod_headers.c of httpd 2.4.
var headerActions = map[string]int{
	"set": 1, "setifempty": 1, "add": 1, "append": 1, "merge": 1,
	"note": 1, "unset": 0, "echo": 0, "edit": 2, "edit*": 2,
}

// ParseHeader takes the raw text of Header (response is true) or
// RequestHeader apart; problem says what the server would refuse.
func ParseHeader(raw string, response bool) (parts HeaderParts, problem *Problem) {
	title := "RequestHeader"
	words := splitWords(raw)
	at := 0
	if response {
		title = "Header"
		if len(words) > 0 && (strings.EqualFold(words[0], "always") || strings.EqualFold(words[0], "onsuccess")) {
			parts.Always = strings.EqualFold(words[0], "always")
			at++
		}
	}
	next := func() string {
		if at < len(words) {
			at++
			return words[at-1]
		}
		return ""
	}
	parts.Action = strings.ToLower(next())
	values, known := headerActions[parts.Action]
	if !known || !response && (parts.Action == "echo" || parts.Action == "note") {
		return parts, headerAction(title, parts.Action, max(at-1, 0))
	}
	given := len(words) - at - 1 // after the name, which unset and echo do without
	parts.Name = strings.TrimSuffix(next(), ":")
	if given < values && values > 0 {
		p := argumentsProblem("%s %s needs a header's name and %s", title, parts.Action, []string{"", "a value", "a pattern and a replacement"}[values])
		return parts, &p[0]
	}
	if values > 0 {
		parts.Value = next()
	}
	if values > 1 {
		parts.Replacement = next()
	}
	if at < len(words) && words[at] == "" {
		p := argumentsProblem("%s has an empty word behind the value: only early, env=… or expr=… may follow", title)
		p[0].Arg = at
		return parts, &p[0]
	}
	parts.Condition = next()
	return parts, headerTail(title, parts, words, at)
}

func headerAction(title, action string, arg int) *Problem {
	names := []string{"add", "append", "edit", "edit*", "merge", "set", "setifempty", "unset"}
	if title == "Header" {
		names = append(names, "echo", "note")
	}
	p := valueProblem(arg, "%s needs one of the actions %s, not %q", title, oneOf(names), action)
	if title == "RequestHeader" && (action == "always" || action == "onsuccess") {
		p[0].Help = "always and onsuccess belong to Header only."
	}
	p[0].Suggestion = nearestWord(action, names)
	return &p[0]
}

// headerTail judges what follows the values: one condition and no more.
func headerTail(title string, parts HeaderParts, words []string, at int) *Problem {
	condition := strings.ToLower(parts.Condition)
	known := condition == "" || condition == "early" || strings.HasPrefix(condition, "env=") || strings.HasPrefix(condition, "expr=")
	switch {
	case at < len(words):
		p := argumentsProblem("%s has too many words: %q and what follows", title, words[at])
		p[0].Arg, p[0].Help = at, "Put a value with spaces in quotes."
		return &p[0]
	case !known:
		p := argumentsProblem("%s does not know %q here: only early, env=… or expr=… may follow the value", title, parts.Condition)
		p[0].Arg, p[0].Help = at-1, "Put a value with spaces in quotes."
		return &p[0]
	case condition == "env=":
		p := valueProblem(at-1, "%s: a variable's name is missing after env=", title)
		return &p[0]
	}
	return nil
}

func checkHeader(c Call) []Problem        { return judgeHeader("Header", c, true) }
func checkRequestHeader(c Call) []Problem { return judgeHeader("RequestHeader", c, false) }

func judgeHeader(title string, c Call, response bool) []Problem {
	parts, problem := ParseHeader(c.Raw, response)
	if problem != nil {
		return []Problem{*problem}
	}
	arg := 2
	if response && parts.Always {
		arg++
	}
	var problems []Problem
	switch parts.Action {
	case "edit", "edit*":
		problems = regexAt(arg, title+" "+parts.Action, parts.Value)
		problems = append(problems, headerFormat(title, arg+1, parts.Replacement)...)
	case "echo":
		problems = regexAt(arg-1, title+" echo", parts.Name)
	default:
		problems = headerFormat(title, arg, parts.Value)
	}
	if expression, ok := cutPrefixFold(parts.Condition, "expr="); ok {
		if problem := ExpressionProblem(expression); problem != "" {
			problems = append(problems, valueProblem(arg+1, "%s: the condition %q is invalid: %s", title, expression, problem)...)
		}
	}
	return problems
}

// headerFormat judges %-tags: %t %D %l %i %b, %{x}e, %{x}s and %%. A percent
// sign at the very end is accepted.
func headerFormat(title string, arg int, value string) []Problem {
	if expression, ok := cutPrefixFold(value, "expr="); ok {
		if problem := stringExpressionProblem(expression); problem != "" {
			return valueProblem(arg, "%s: the value %q is invalid: %s", title, value, problem)
		}
		return nil
	}
	for i := 0; i < len(value); i++ {
		if value[i] != '%' || i+1 == len(value) {
			continue
		}
		i++
		if value[i] == '%' {
			continue
		}
		if value[i] == '{' {
			end := strings.IndexByte(value[i:], '}')
			if end < 0 || i+end+1 == len(value) {
				return valueProblem(arg, "%s: a %%{ in %q is not complete: %%{…}e, %%{…}s", title, value)
			}
			i += end + 1
		}
		if strings.IndexByte("esltDib", value[i]) < 0 {
			p := valueProblem(arg, "%s has no format %%%c in %q", title, value[i], value)
			p[0].Help = "Write %% for a percent sign."
			return p
		}
	}
	return nil
}

func cutPrefixFold(text, prefix string) (string, bool) {
	if len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
		return text[len(prefix):], true
	}
	return text, false
}
