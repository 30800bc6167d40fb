package apache

import "strings"

// body says what stands between a section's tags.
type body uint8

const (
	// configuration: directives, read as everywhere.
	configuration body = iota
	// template: the text of a macro, read when it is used.
	template
	// foreign: another language.
	foreign
)

// bodyOf tells what a section of that name contains: <Macro> (mod_macro), the
// Lua hooks (mod_lua), <Perl> (mod_perl).
func bodyOf(name string) body {
	switch strings.ToLower(name) {
	case "macro":
		return template
	case "perl", "luahookaccesschecker", "luahookauthchecker", "luahookcheckuserid", "luahookfixups",
		"luahookmaptostorage", "luahookpretranslatename", "luahooktranslatename", "luahooktypechecker",
		"luaquickhandler":
		return foreign
	}
	return configuration
}

// endOfBody is the line that ends the macro or foreign body opened by line i,
// or the number of lines if none does. Only the first word of a line counts.
// Macros nest, by name.
func endOfBody(t *Tree, i int32) int32 {
	name := Node{t, i}.Name()
	begin, end := "<"+name, "</"+name+">"
	depth := 1
	for j := i + 1; int(j) < len(t.nodes); j++ {
		if k := t.nodes[j].kind; k != Section && k != Close {
			continue
		}
		word := cutWord(Node{t, j}.logical().s, 0).value
		switch {
		case strings.EqualFold(word, end):
			if depth--; depth == 0 {
				return j
			}
		case strings.EqualFold(word, begin):
			depth++
		}
	}
	return int32(len(t.nodes))
}
