package vhost

import "strings"

// normalizePath is ap_normalize_path (server/util.c, 2.4.71), without the
// decoding of unreserved characters, which comes first, once: "." and ".." segments go, and runs of
// slashes become one if merge is set. It fails for a path that leads above the
// root.
func normalizePath(path string, merge bool) (string, bool) {
	out := make([]byte, 0, len(path))
	for i := 0; i < len(path); {
		if len(out) > 0 && out[len(out)-1] == '/' {
			segment := path[i:]
			if end := strings.IndexByte(segment, '/'); end >= 0 {
				segment = segment[:end]
			}
			switch {
			case segment == "" && merge:
				i++
				continue
			case segment == ".":
				i += min(2, len(path)-i)
				continue
			case segment == "..":
				if len(out) == 1 {
					return "", false
				}
				out = out[:strings.LastIndexByte(string(out[:len(out)-1]), '/')+1]
				i += min(3, len(path)-i)
				continue
			}
		}
		out = append(out, path[i])
		i++
	}
	return string(out), true
}

// mergeSlashes makes one slash of many.
func mergeSlashes(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

func decodeUnreserved(path string) string {
	if !strings.Contains(path, "%") {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if c, ok := hexByte(path, i); ok && isUnreserved(c) {
			b.WriteByte(c)
			i += 2
			continue
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

func isUnreserved(c byte) bool { return isNameByte(c) || c == '~' }

// hexByte is the byte that the escape at i stands for.
func hexByte(s string, i int) (byte, bool) {
	if i+2 >= len(s) || s[i] != '%' {
		return 0, false
	}
	high, ok1 := hexDigit(s[i+1])
	low, ok2 := hexDigit(s[i+2])
	return high<<4 | low, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// encodedSlashes is the setting AllowEncodedSlashes.
type encodedSlashes uint8

const (
	slashesRefused encodedSlashes = iota
	slashesDecoded
	slashesKept
)

// unescapePath decodes a path as ap_unescape_url does; status is that of the
// refusal, or 0.
func unescapePath(path string, slashes encodedSlashes) (decoded string, status int) {
	if !strings.Contains(path, "%") {
		return path, 0
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			b.WriteByte(path[i])
			continue
		}
		c, ok := hexByte(path, i)
		switch {
		case !ok:
			return "", 400
		case c == 0, c == '/' && slashes == slashesRefused:
			status = 404
		case c == '/' && slashes == slashesKept:
			b.WriteString(path[i : i+3])
		default:
			b.WriteByte(c)
		}
		i += 2
	}
	return b.String(), status
}

// escapePath is ap_escape_uri: what no URL path may hold is encoded, in small
// letters.
func escapePath(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; isAlphanumeric(c) || strings.IndexByte("$-_.+!*'(),:;@&=/~", c) >= 0 {
			b.WriteByte(c)
		} else {
			writeHex(&b, c)
		}
	}
	return b.String()
}

func writeHex(b *strings.Builder, c byte) {
	const digits = "0123456789abcdef"
	b.WriteByte('%')
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// absoluteSchemes are those that mod_rewrite knows (2.4.71). The value tells
// whether a query has a meaning there.
var absoluteSchemes = map[string]bool{
	"ajp://": true, "balancer://": true, "fcgi://": true, "ftp://": true, "gopher://": true,
	"h2://": true, "h2c://": true, "http://": true, "https://": true, "ldap://": false, "ldaps://": false,
	"mailto:": true, "news:": false, "nntp://": false, "scgi://": true, "uwsgi://": true, "unix:": true,
	"ws://": true, "wss://": true,
}

// absoluteScheme is the scheme of an absolute URL with what separates it, or "".
func absoluteScheme(url string) string {
	colon := strings.IndexByte(url, ':')
	if colon < 2 || colon > 8 {
		return ""
	}
	scheme := strings.ToLower(url[:colon+1])
	if strings.HasPrefix(url[colon+1:], "//") {
		if _, ok := absoluteSchemes[scheme+"//"]; ok {
			return scheme + "//"
		}
	}
	if _, ok := absoluteSchemes[scheme]; ok {
		return scheme
	}
	return ""
}

// escapeAbsolute encodes the path of an absolute URL, as mod_rewrite does
// before it redirects without [NE].
func escapeAbsolute(url, scheme string) string {
	start := len(scheme)
	if strings.HasSuffix(scheme, "/") {
		slash := strings.IndexByte(url[start:], '/')
		if slash < 0 || start+slash+1 == len(url) {
			return url
		}
		start += slash + 1
	}
	return url[:start] + escapePath(url[start:])
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
