package nginx

import "strings"

// luaBody is the length of the text up to the "}" that closes a block of Lua,
// or all of it if none does. Braces in strings and comments do not count.
func luaBody(text string) int {
	depth := 0
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case '{':
			depth++
			i++
		case '}':
			if depth == 0 {
				return i
			}
			depth--
			i++
		case '"', '\'':
			i += luaString(text[i:])
		case '[':
			i += luaLong(text[i:])
		case '-':
			i += luaComment(text[i:])
		default:
			i++
		}
	}
	return len(text)
}

// luaString is the length of the quoted string at the start of text; 1 if it
// does not end on its line, for then the Lua module takes the quote for an
// ordinary character (lua-nginx-module 0.10.23, tried).
func luaString(text string) int {
	for i := 1; i < len(text) && text[i] != '\n'; i++ {
		switch text[i] {
		case '\\':
			i++
			if i < len(text) && text[i] == '\n' {
				return 1
			}
		case text[0]:
			return i + 1
		}
	}
	return 1
}

// luaLong is the length of the long string, [[…]] or [=[…]=], at the start of
// text; 1 if the bracket does not begin one.
func luaLong(text string) int {
	level := 1
	for level < len(text) && text[level] == '=' {
		level++
	}
	if level == len(text) || text[level] != '[' {
		return 1
	}
	closing := "]" + text[1:level] + "]"
	if i := strings.Index(text, closing); i >= 0 {
		return i + len(closing)
	}
	return len(text)
}

// luaComment is the length of the comment at the start of text; 1 if the minus
// does not begin one.
func luaComment(text string) int {
	if !strings.HasPrefix(text, "--") {
		return 1
	}
	if len(text) > 2 && text[2] == '[' {
		if n := luaLong(text[2:]); n > 1 {
			return 2 + n
		}
	}
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}
