package nginx

import (
	"strings"

	"padlock/internal/source"
)

// bufferSize is the size of the buffer in which nginx holds a word with its
// closing quote and the byte after it, or a comment (NGX_CONF_BUFFER in
// ngx_conf_file.c; nginx 1.22 to 1.30).
const bufferSize = 4096

// special marks the bytes at which the scan of an unquoted word has to look.
var special = [256]bool{
	' ': true, '\t': true, '\r': true, '\n': true, ';': true, '{': true, '\\': true, '$': true,
}

// word reads one word. Only a quote that begins a word encloses it; "#", "}"
// and quotes within a word are part of it, as is "{" after "$".
func (p *parser) word() {
	if !p.hasWords() && p.byIndent && p.buried == 0 {
		p.newDirective(p.pos)
	}
	if c := p.text[p.pos]; c == '"' || c == '\'' {
		p.quoted(c)
		return
	}
	start, i := p.pos, p.pos
	escapes, variable := false, false
scan:
	for i < p.end {
		c := p.text[i]
		if !special[c] {
			variable = false
			i++
			continue
		}
		switch {
		case c == '\\':
			escapes, variable = true, false
			i += 2
		case c == '$':
			variable = true
			i++
		case c == '{' && variable:
			i++
		default:
			break scan
		}
	}
	p.pos = min(i, p.end)
	w := Word{Range: source.Range{Start: start, End: p.pos}, Value: p.text[start:p.pos]}
	if escapes {
		w.Value = unescape(w.Value)
	}
	p.words = append(p.words, w)
	p.checkLength(start, p.pos)
}

// checkLength reports a word that does not fit nginx's buffer. start is the
// first byte after an opening quote; last is where the word's text ends.
func (p *parser) checkLength(start, last int32) {
	n := int(last - start)
	if last < p.end {
		if c := p.text[last]; c != ';' && c != '{' {
			n++ // the closing quote, or the blank
			if q := last + 1; (c == '"' || c == '\'') && q < p.end && p.text[q] != ';' && p.text[q] != '{' && p.text[q] != ')' {
				n++
			}
		}
	}
	if n >= bufferSize {
		p.reportLongWord(source.Range{Start: start, End: last})
	}
}

// quoted reads a word that begins with a quote.
func (p *parser) quoted(quote byte) {
	open := p.pos
	i, escapes := open+1, false
	for i < p.end && p.text[i] != quote {
		if p.text[i] == '\\' {
			escapes = true
			i++
		}
		i++
	}
	if i >= p.end {
		p.unclosedQuote(open, quote)
		return
	}
	next := byte(' ')
	if i+1 < p.end {
		next = p.text[i+1]
	}
	switch next {
	case ' ', '\t', '\r', '\n', ';', '{', ')':
	default:
		if strings.IndexByte(p.text[open:i], '\n') >= 0 && p.endsStatement(open) {
			p.unclosedQuote(open, quote)
			return
		}
		p.reportAfterQuote(source.Range{Start: i + 1, End: i + 2})
	}
	p.pos = i + 1
	p.addQuoted(source.Range{Start: open, End: i + 1}, p.text[open+1:i], quote, escapes)
	p.checkLength(open+1, i)
}

func (p *parser) addQuoted(r source.Range, value string, quote byte, escapes bool) {
	if escapes {
		value = unescape(value)
	}
	p.words = append(p.words, Word{Range: r, Value: value, Quote: quote})
}

// unclosedQuote reports a quote without its partner, and goes on behind the
// line on which it stands, where the partner was most likely forgotten.
func (p *parser) unclosedQuote(open int32, quote byte) {
	p.reportUnclosedQuote(open, quote)
	end := p.end
	if p.rewinds < maxRewinds {
		p.rewinds++
		end = p.statementEnd(open)
	}
	p.pos = end
	p.addQuoted(source.Range{Start: open, End: end}, p.text[open+1:end], quote, true)
}

// endsStatement tells that the line of an offset ends in ";" or "{".
func (p *parser) endsStatement(offset int32) bool {
	end := p.statementEnd(offset)
	return end < p.end && (p.text[end] == ';' || p.text[end] == '{')
}

// statementEnd is where the text of a statement ends on the line of an offset:
// before its last ";" or "{", or the blanks at its end.
func (p *parser) statementEnd(offset int32) int32 {
	line := p.text[offset:p.end]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	line = strings.TrimRight(line, " \t\r")
	if n := len(line); n > 1 && (line[n-1] == ';' || line[n-1] == '{') {
		line = strings.TrimRight(line[:n-1], " \t")
	}
	return offset + int32(len(line))
}

// unescape resolves the escapes that nginx knows; before any other byte a
// backslash stays.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) {
			switch s[i+1] {
			case '"', '\'', '\\':
				i++
				c = s[i]
			case 't':
				i++
				c = '\t'
			case 'r':
				i++
				c = '\r'
			case 'n':
				i++
				c = '\n'
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}
