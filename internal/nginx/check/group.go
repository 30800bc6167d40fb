package check

import "strings"

// hasGroup tells that a regular expression has a group that captures.
func hasGroup(expression string) bool {
	for i := 0; i < len(expression); i++ {
		switch expression[i] {
		case '\\':
			i++
			if i < len(expression) && expression[i] == 'Q' {
				end := strings.Index(expression[i:], `\E`)
				if end < 0 {
					return false
				}
				i += end + 1
			}
		case '[':
			i = classEnd(expression, i)
		case '(':
			rest := expression[i+1:]
			switch {
			case strings.HasPrefix(rest, "*"):
			case !strings.HasPrefix(rest, "?"), strings.HasPrefix(rest, "?P<"), strings.HasPrefix(rest, "?'"),
				strings.HasPrefix(rest, "?<") && !strings.HasPrefix(rest, "?<=") && !strings.HasPrefix(rest, "?<!"):
				return true
			case strings.HasPrefix(rest, "?#"):
				if end := strings.IndexByte(rest, ')'); end >= 0 {
					i += end
				}
			}
		}
	}
	return false
}

// classEnd is where the class of characters ends that begins at start.
func classEnd(expression string, start int) int {
	i := start + 1
	if i < len(expression) && expression[i] == '^' {
		i++
	}
	for first := i; i < len(expression); i++ {
		switch expression[i] {
		case '\\':
			i++
		case ']':
			if i > first {
				return i
			}
		case '[':
			if end := strings.Index(expression[i:], ":]"); strings.HasPrefix(expression[i:], "[:") && end > 0 {
				i += end + 1
			}
		}
	}
	return i
}
