package nginx

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"padlock/internal/source"
)

// glob lists the paths that match an absolute pattern, as glob(3) does for
// nginx: in the order of their bytes, names that begin with a dot only where
// the pattern has the dot.
func glob(set *source.Set, pattern string) ([]string, error) {
	dirs := []string{""}
	parts := strings.Split(strings.TrimLeft(pattern, "/"), "/")
	for i, part := range parts {
		if part == "" {
			continue
		}
		var next []string
		for _, dir := range dirs {
			names, err := globIn(set, dir, part, i == len(parts)-1)
			if err != nil {
				return nil, err
			}
			next = append(next, names...)
		}
		dirs = next
	}
	slices.Sort(dirs)
	return dirs, nil
}

// globIn lists what matches one part of a pattern in a directory, symbolic
// links that lead nowhere among it. What does not exist matches nothing; what
// may not be read is an error.
func globIn(set *source.Set, dir, part string, last bool) ([]string, error) {
	literal := !strings.ContainsAny(part, "*?[")
	if literal && !last {
		return []string{dir + "/" + unescapeGlob(part)}, nil
	}
	entries, err := set.ReadDir(path.Clean("/" + dir))
	if err != nil {
		return nil, ignoreMissing(err)
	}
	var names []string
	for _, e := range entries {
		if literal && e.Name() == unescapeGlob(part) || !literal && globMatch(part, e.Name()) {
			names = append(names, dir+"/"+e.Name())
		}
	}
	return names, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, source.ErrOutside) || errors.Is(err, source.ErrLinkLoop) || errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

func unescapeGlob(part string) string {
	var b strings.Builder
	for i := 0; i < len(part); i++ {
		if part[i] == '\\' && i+1 < len(part) {
			i++
		}
		b.WriteByte(part[i])
	}
	return b.String()
}

// globMatch matches one name against one part of a pattern: fnmatch(3) in the
// C locale with FNM_PERIOD. It needs no more than len(pattern) × len(name)
// steps.
func globMatch(pattern, name string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(pattern, ".") && !strings.HasPrefix(pattern, `\.`) {
		return false
	}
	p, n := 0, 0
	star, resume := -1, 0 // the last "*", and where to try again after it
	for n < len(name) {
		if p < len(pattern) && pattern[p] == '*' {
			star, resume = p, n
			p++
			continue
		}
		if width, ok := globByte(pattern[p:], name[n]); ok {
			p += width
			n++
			continue
		}
		if star < 0 {
			return false
		}
		resume++
		p, n = star+1, resume
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// globByte matches one byte against the start of a pattern, and tells how much
// of the pattern that took.
func globByte(pattern string, c byte) (width int, ok bool) {
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
		if width, ok := globSet(pattern, c); width > 0 {
			return width, ok
		}
	}
	return 1, pattern[0] == c
}

// globSet matches a byte against a bracket expression; width is 0 if the
// bracket is not closed, and so an ordinary byte.
func globSet(pattern string, c byte) (width int, ok bool) {
	i := 1
	negated := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if negated {
		i++
	}
	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return i + 1, ok != negated
		}
		if class, n := globClass(pattern[i:]); n > 0 {
			ok = ok || class(c)
			i += n
			continue
		}
		low, n := globLiteral(pattern[i:])
		i += n
		high := low
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			high, n = globLiteral(pattern[i+1:])
			i += 1 + n
		}
		ok = ok || low <= c && c <= high
	}
	return 0, false
}

func globLiteral(pattern string) (c byte, width int) {
	if pattern[0] == '\\' && len(pattern) > 1 {
		return pattern[1], 2
	}
	return pattern[0], 1
}

// globClasses are the character classes of POSIX in the C locale.
var globClasses = map[string]func(byte) bool{
	"alpha":  func(c byte) bool { return isLower(c) || isUpper(c) },
	"digit":  isDigit,
	"alnum":  func(c byte) bool { return isLower(c) || isUpper(c) || isDigit(c) },
	"lower":  isLower,
	"upper":  isUpper,
	"xdigit": func(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' },
	"space":  func(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' },
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"punct":  func(c byte) bool { return '!' <= c && c <= '~' && !isLower(c) && !isUpper(c) && !isDigit(c) },
	"graph":  func(c byte) bool { return '!' <= c && c <= '~' },
	"print":  func(c byte) bool { return ' ' <= c && c <= '~' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 0x7f },
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func globClass(pattern string) (class func(byte) bool, width int) {
	if !strings.HasPrefix(pattern, "[:") {
		return nil, 0
	}
	end := strings.Index(pattern, ":]")
	if end < 2 {
		return nil, 0
	}
	class, ok := globClasses[pattern[2:end]]
	if !ok {
		return nil, 0
	}
	return class, end + 2
}
