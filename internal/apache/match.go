package apache

import "strings"

// isPattern tells whether a path element contains wildcards, as APR sees it:
// '*', '?', or '[' with a ']' behind it. A backslash protects the next byte.
func isPattern(s string) bool {
	open := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*', '?':
			return true
		case '\\':
			i++
		case '[':
			open = true
		case ']':
			if open {
				return true
			}
		}
	}
	return false
}

// matches is APR's match of one path element: '*', '?', '[a-z]', '[!a-z]',
// '[^a-z]'. A leading dot is matched by a dot alone.
func matches(pattern, name string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(strings.TrimPrefix(pattern, `\`), ".") {
		return false
	}
	p, n := 0, 0
	star, mark := -1, 0
	for n < len(name) {
		if p < len(pattern) && pattern[p] == '*' {
			star, mark = p, n
			p++
			continue
		}
		if width, ok := matchOne(pattern[p:], name[n]); ok {
			p += width
			n++
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		p, n = star+1, mark
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// matchOne matches one byte with the start of a pattern, and tells how much of
// the pattern that took.
func matchOne(pattern string, c byte) (width int, ok bool) {
	if pattern == "" {
		return 0, false
	}
	switch pattern[0] {
	case '?':
		return 1, true
	case '\\':
		if len(pattern) > 1 {
			return 2, pattern[1] == c
		}
	case '[':
		if width, ok, closed := matchClass(pattern, c); closed {
			return width, ok
		}
	}
	return 1, pattern[0] == c
}

// matchClass matches a bracket expression; closed is false if it has no end,
// and is then no expression.
func matchClass(pattern string, c byte) (width int, ok, closed bool) {
	i := 1
	negated := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if negated {
		i++
	}
	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return i + 1, ok != negated, true
		}
		if pattern[i] == '\\' && i+1 < len(pattern) {
			i++
		}
		low := pattern[i]
		high := low
		i++
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			high = pattern[i+1]
			i += 2
		}
		ok = ok || low <= c && c <= high
	}
	return 0, false, false
}
