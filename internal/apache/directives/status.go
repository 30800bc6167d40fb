package directives

// knownStatus reports whether the server has a text for that HTTP status; the
// others it refuses in ErrorDocument and R=. Source: http_protocol.c of httpd
// 2.4 (418 and 425 are missing there).
func knownStatus(n int64) bool {
	switch {
	case 100 <= n && n <= 103:
		return true
	case 200 <= n && n <= 208, n == 226:
		return true
	case 300 <= n && n <= 308:
		return n != 306
	case 400 <= n && n <= 417, n == 421, n == 422, n == 423, n == 424, n == 426, n == 428, n == 429, n == 431, n == 451:
		return true
	case 500 <= n && n <= 511:
		return n != 509
	}
	return false
}
