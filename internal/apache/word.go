package apache

import (
	"strings"

	"padlock/internal/source"
)

// Word is one argument as httpd splits them (ap_getword_conf).
type Word struct {
	// Range covers the word in its file, quotes included.
	source.Range
	// Value is the word without its quotes and escapes.
	Value string
	// Quote is '"' or '\'' for a quoted word, else 0.
	Quote byte
	// Unclosed tells that the closing quote is missing. httpd accepts that:
	// the word runs to the end of the line.
	Unclosed bool
	// Verbatim tells that the bytes of Range are exactly this word, so that
	// they can be edited. It is false when a variable, a macro parameter or a
	// continued line stands between.
	Verbatim bool
}

// isSpace is white space to httpd: the C locale's isspace. A non-breaking
// space is not.
func isSpace(c byte) bool {
	return c == ' ' || c >= '\t' && c <= '\r'
}

func skipSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

// cut is one word found in a string: its bytes with quotes, and what it means.
type cut struct {
	from, to int
	value    string
	quote    byte
	unclosed bool
	next     int // where the next word starts
}

// cutWord takes the first word of s from i on. A quote groups only as the
// first character of a word, and ends it wherever it closes. Inside quotes a
// backslash protects that quote and itself; outside it protects only itself,
// so that `a\ b` is two words.
func cutWord(s string, i int) cut {
	i = skipSpace(s, i)
	w := cut{from: i, to: i, next: i}
	if i == len(s) {
		return w
	}
	if q := s[i]; q == '"' || q == '\'' {
		j := i + 1
		for j < len(s) && s[j] != q {
			if s[j] == '\\' && j+1 < len(s) && (s[j+1] == q || s[j+1] == '\\') {
				j++
			}
			j++
		}
		w.quote = q
		w.value = unescape(s[i+1:j], q)
		w.unclosed = j == len(s)
		if !w.unclosed {
			j++
		}
		w.to = j
	} else {
		j := i
		for j < len(s) && !isSpace(s[j]) {
			j++
		}
		w.value = unescape(s[i:j], 0)
		w.to = j
	}
	w.next = skipSpace(s, w.to)
	return w
}

func unescape(s string, quote byte) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || quote != 0 && s[i+1] == quote) {
			i++
		}
		out = append(out, s[i])
	}
	return string(out)
}

// words splits a text into all its words.
func words(t text) []Word {
	i := skipSpace(t.s, 0)
	if i == len(t.s) {
		return nil
	}
	out := make([]Word, 0, min(1+strings.Count(t.s, " "), 8))
	for i < len(t.s) {
		w := cutWord(t.s, i)
		out = append(out, Word{
			Range:    t.origin(w.from, w.to),
			Value:    w.value,
			Quote:    w.quote,
			Unclosed: w.unclosed,
			Verbatim: t.verbatim(w.from, w.to),
		})
		i = w.next
	}
	return out
}
