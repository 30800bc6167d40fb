package vhost

import (
	"bytes"
	"fmt"
	"strings"
)

// uriState is how far a dot segment has been read.
type uriState uint8

const (
	inSegment uriState = iota
	afterSlash
	afterDot
	afterDots
)

// requestPath is a path as nginx decodes it.
type requestPath struct {
	path string
	// coded tells that percent codes or "+" were in it: then rewrite escapes
	// what it captures (quoted_uri and plus_in_uri).
	coded bool
}

// decodePath makes the path that locations and $uri see: percent codes resolved,
// "." and ".." taken out, slashes merged if mergeSlashes. A coded slash or dot
// counts like a plain one. ok is false for what nginx answers 400 to.
// (ngx_http_parse_complex_uri, nginx 1.26.3.)
func decodePath(raw string, mergeSlashes bool) (p requestPath, ok bool) {
	if !strings.HasPrefix(raw, "/") {
		return p, false
	}
	if isPlainPath(raw) {
		return requestPath{path: raw}, true
	}
	out := make([]byte, 0, len(raw))
	state := inSegment
	for i := 0; i < len(raw) && raw[i] != '#'; i++ {
		c := raw[i]
		if c == '%' {
			if c, ok = percentByte(raw, i); !ok || c == 0 {
				return p, false
			}
			i += 2
			p.coded = true
			if c == '%' || c == '#' || c == '?' {
				out, state = append(out, c), inSegment
				continue
			}
		}
		p.coded = p.coded || c == '+'
		switch {
		case c != '/' && c != '.':
			out, state = append(out, c), inSegment
		case c == '.':
			out = append(out, c)
			state = map[uriState]uriState{inSegment: inSegment, afterSlash: afterDot, afterDot: afterDots, afterDots: inSegment}[state]
		case state == inSegment:
			out, state = append(out, c), afterSlash
		case state == afterSlash:
			if !mergeSlashes {
				out = append(out, c)
			}
		default:
			if out, ok = dropDots(out, state); !ok {
				return p, false
			}
			state = afterSlash
		}
	}
	if state == afterDot || state == afterDots {
		if out, ok = dropDots(out, state); !ok {
			return p, false
		}
	}
	p.path = string(out)
	return p, true
}

// isPlainPath tells that there is nothing to decode.
func isPlainPath(raw string) bool {
	for i := range len(raw) {
		switch c := raw[i]; {
		case c == '%' || c == '#' || c == '+':
			return false
		case c == '/' && i+1 < len(raw) && (raw[i+1] == '/' || raw[i+1] == '.'):
			return false
		}
	}
	return true
}

// dropDots takes "." or ".." off the end, the latter with the segment before.
func dropDots(out []byte, state uriState) ([]byte, bool) {
	if state == afterDot {
		return out[:len(out)-1], true
	}
	if len(out) < 4 {
		return nil, false // above the root
	}
	slash := bytes.LastIndexByte(out[:len(out)-3], '/')
	return out[:slash+1], slash >= 0
}

// percentByte reads the two digits after the "%" at an offset.
func percentByte(s string, at int) (byte, bool) {
	if at+2 >= len(s) {
		return 0, false
	}
	var value byte
	for _, c := range []byte(s[at+1 : at+3]) {
		switch lower := c | 0x20; {
		case '0' <= c && c <= '9':
			value = value<<4 | (c - '0')
		case 'a' <= lower && lower <= 'f':
			value = value<<4 | (lower - 'a' + 10)
		default:
			return 0, false
		}
	}
	return value, true
}

// escapeBy writes each byte of a set as a percent code.
func escapeBy(s string, set *byteSet) string {
	plain := 0
	for plain < len(s) && !set[s[plain]] {
		plain++
	}
	if plain == len(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if set[s[i]] {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// What ngx_escape_uri escapes (nginx 1.26.3): in arguments of a redirect, and in
// the path of a redirect that only adds a slash.
var (
	pathEscapes = setOf(func(c byte) bool {
		return c <= ' ' || c >= 0x7f || strings.IndexByte("\"#%<>?\\^`{|}", c) >= 0
	})
	argumentEscapes = setOf(func(c byte) bool { return pathEscapes[c] || c == '&' || c == '+' || c == ';' })
)

// unescapeRedirect resolves the percent codes of printable characters up to the
// first "?" (ngx_unescape_uri for NGX_UNESCAPE_REDIRECT).
func unescapeRedirect(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '?' {
			b.WriteString(s[i:])
			break
		}
		if c != '%' {
			b.WriteByte(c)
			continue
		}
		decoded, ok := percentByte(s, i)
		switch {
		case !ok:
			i = skipBrokenCode(&b, s, i)
			continue
		case decoded == '?':
			b.WriteString("?" + s[i+3:])
			return b.String()
		case decoded > '%' && decoded < 0x7f:
			b.WriteByte(decoded)
		default:
			b.WriteString(s[i : i+3])
		}
		i += 2
	}
	return b.String()
}

// skipBrokenCode does what nginx does to a "%" without two digits: the "%"
// vanishes, and a first digit with it if there is one but no second.
func skipBrokenCode(b *strings.Builder, s string, i int) int {
	if i+1 >= len(s) {
		return i
	}
	if _, first := percentByte("%"+s[i+1:i+2]+"0", 0); first {
		return i + 2
	}
	b.WriteByte(s[i+1])
	return i + 1
}
