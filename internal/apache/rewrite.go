package apache

// RewriteWords splits the arguments of RewriteRule and RewriteCond, which have
// a way of their own: quotes group, but cannot be escaped inside; outside and
// inside, a backslash keeps the white space behind it in the word. There are at
// most three words; httpd ignores what follows them. Backslashes stay in Value.
func (i Item) RewriteWords() []Word { return rewriteWords(i.argText()) }

// RewriteWords is Item.RewriteWords for a line as it is written.
func (n Node) RewriteWords() []Word { return rewriteWords(n.argText()) }

func rewriteWords(t text) []Word {
	var out []Word
	for i := skipSpace(t.s, 0); i < len(t.s) && len(out) < 3; i = skipSpace(t.s, i) {
		w := Word{}
		from := i
		if t.s[i] == '"' || t.s[i] == '\'' {
			w.Quote = t.s[i]
			i++
		}
		start := i
		for ; i < len(t.s); i++ {
			if w.Quote == 0 && isSpace(t.s[i]) || w.Quote != 0 && t.s[i] == w.Quote {
				break
			}
			if t.s[i] == '\\' && i+1 < len(t.s) && isSpace(t.s[i+1]) {
				i++
			}
		}
		i = min(i, len(t.s))
		w.Value = t.s[start:i]
		if w.Quote != 0 {
			w.Unclosed = i == len(t.s)
			i = min(i+1, len(t.s))
		}
		w.Range, w.Verbatim = t.origin(from, i), t.verbatim(from, i)
		out = append(out, w)
	}
	return out
}
