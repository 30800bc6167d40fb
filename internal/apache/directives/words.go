package directives

import "strings"

// isSpace is C's isspace in the "C" locale: what httpd takes for white space.
func isSpace(c byte) bool {
	return c == ' ' || '\t' <= c && c <= '\r'
}

func trimSpaceLeft(text string) string {
	i := 0
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	return text[i:]
}

// nextWord takes the first word off a line as ap_getword_conf of httpd 2.4
// does: either quote groups if it comes first, ends the word even without
// white space after it, and may be missing at the end of the line.
func nextWord(line string) (word, rest string) {
	line = trimSpaceLeft(line)
	if line == "" {
		return "", ""
	}
	if quote := line[0]; quote == '"' || quote == '\'' {
		return quotedWord(line[1:], quote)
	}
	end := 0
	for end < len(line) && !isSpace(line[end]) {
		end++
	}
	return strings.ReplaceAll(line[:end], `\\`, `\`), trimSpaceLeft(line[end:])
}

func quotedWord(line string, quote byte) (word, rest string) {
	if end := strings.IndexByte(line, quote); end >= 0 && strings.IndexByte(line[:end], '\\') < 0 {
		return line[:end], trimSpaceLeft(line[end+1:])
	}
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		c := line[i]
		if c == quote {
			return b.String(), trimSpaceLeft(line[i+1:])
		}
		if c == '\\' && i+1 < len(line) && (line[i+1] == '\\' || line[i+1] == quote) {
			i++
			c = line[i]
		}
		b.WriteByte(c)
	}
	return b.String(), ""
}

// splitWords takes a whole line apart. An empty word ("") is kept.
func splitWords(line string) []string {
	if line = trimSpaceLeft(line); line == "" {
		return nil
	}
	words := make([]string, 0, min(1+strings.Count(line, " "), 8))
	for line != "" {
		var word string
		word, line = nextWord(line)
		words = append(words, word)
	}
	return words
}
