package directives

import (
	"strings"
)

// logFormatProblem says what the server would refuse in a LogFormat string.
// letters are the known directives.
func logFormatProblem(format string) string {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		letter, end := logDirective(format, i+1)
		switch {
		case end < 0:
			return "a % directive is not complete"
		case !knownLogDirective(letter):
			return "there is no directive %" + letter
		}
		i = end
	}
	return ""
}

// logDirective reads conditions, < > and {…} up to the letter; end is the
// index of its last byte, -1 if the string stops before.
func logDirective(format string, i int) (letter string, end int) {
	for ; i < len(format); i++ {
		switch c := format[i]; {
		case strings.IndexByte("!,<>0123456789", c) >= 0:
		case c == '{':
			close := strings.IndexByte(format[i:], '}')
			if close < 0 {
				return "", -1
			}
			i += close
		case c == '^':
			if i+2 >= len(format) {
				return format[i:], len(format) - 1
			}
			return format[i : i+3], i + 2
		default:
			return format[i : i+1], i
		}
	}
	return "", -1
}

// logLetters are the letters of LogFormat's directives. Source:
// mod_log_config.c of httpd 2.4; I, O and S are mod_logio's, c mod_ssl's.
const logLetters = "aABbCDefHhiIklLmnoOpPqrRsStTuUvVX%x"

func knownLogDirective(letter string) bool {
	if strings.HasPrefix(letter, "^") {
		return letter == "^ti" || letter == "^to" || letter == "^FB"
	}
	return strings.Contains(logLetters, letter)
}

func checkLogFormat(c Call) []Problem {
	if problem := logFormatProblem(c.Args[0]); problem != "" {
		return valueProblem(0, "LogFormat %q: %s", c.Args[0], problem)
	}
	return nil
}

// checkCustomLog judges the format (a nickname has no %) and the condition.
func checkCustomLog(c Call) []Problem {
	if problem := logFormatProblem(c.Args[1]); problem != "" {
		return valueProblem(1, "the log format %q: %s", c.Args[1], problem)
	}
	if len(c.Args) < 3 {
		return nil
	}
	condition := c.Args[2]
	if expression, ok := cutPrefixFold(condition, "expr="); ok {
		if problem := ExpressionProblem(expression); problem != "" {
			return valueProblem(2, "the condition %q is invalid: %s", expression, problem)
		}
		return nil
	}
	if name, ok := cutPrefixFold(condition, "env="); !ok || strings.TrimPrefix(name, "!") == "" {
		return valueProblem(2, "the condition must be env=NAME, env=!NAME or expr=…, not %q", condition)
	}
	return nil
}

// messageHooks are the hooks at which LogMessage may write. Source: mod_log_debug.c
// of httpd 2.4.
var messageHooks = []string{
	"all", "log_transaction", "quick_handler", "handler", "translate_name", "map_to_storage", "fixups", "type_checker",
	"check_access", "check_access_ex", "insert_filter", "check_authn", "check_authz",
}

// checkLogMessage judges the message, an expression, and what follows it.
func checkLogMessage(c Call) []Problem {
	if problem := stringExpressionProblem(c.Args[0]); problem != "" {
		return valueProblem(0, "the message %q is invalid: %s", c.Args[0], problem)
	}
	for i, word := range c.Args[1:] {
		if hook, ok := cutPrefixFold(word, "hook="); ok {
			if problems := checkListed("the hook", i+1, hook, messageHooks); problems != nil {
				if problems[0].Suggestion != "" {
					problems[0].Suggestion = "hook=" + problems[0].Suggestion
				}
				return problems
			}
		} else if expression, ok := cutPrefixFold(word, "expr="); ok {
			if problem := ExpressionProblem(expression); problem != "" {
				return valueProblem(i+1, "the condition %q is invalid: %s", expression, problem)
			}
		}
	}
	return nil
}

// errorLogLetters are those of ErrorLogFormat. Source: core.c of httpd 2.4.
const errorLogLetters = "aAceEFiklLmMnPtTvV% "

func checkErrorLogFormat(c Call) []Problem {
	format := c.Args[len(c.Args)-1]
	if len(c.Args) == 2 {
		if problems := checkListed("ErrorLogFormat", 0, c.Args[0], []string{"connection", "request"}); problems != nil {
			return problems
		}
	}
	message := false
	for i := 0; i < len(format); i++ {
		if format[i] == '\\' {
			i++
			continue
		}
		if format[i] != '%' {
			continue
		}
		letter, end := errorLogDirective(format, i+1)
		if end < 0 || !strings.Contains(errorLogLetters, letter) {
			return valueProblem(len(c.Args)-1, "ErrorLogFormat %q: there is no directive %%%s", format, letter)
		}
		message = message || letter == "M"
		i = end
	}
	switch {
	case message && len(c.Args) == 2:
		return valueProblem(1, "ErrorLogFormat: %%M cannot be used in the formats of connections and requests")
	case !message && len(c.Args) == 1:
		return valueProblem(0, "ErrorLogFormat: the main format must contain %%M, the message")
	}
	return nil
}

func errorLogDirective(format string, i int) (letter string, end int) {
	for ; i < len(format); i++ {
		switch c := format[i]; {
		case strings.IndexByte("-+0123456789", c) >= 0:
		case c == '{':
			close := strings.IndexByte(format[i:], '}')
			if close < 0 {
				return "", -1
			}
			i += close
		default:
			return format[i : i+1], i
		}
	}
	return "", -1
}
