package vhost

import (
	"strings"

	"padlock/internal/tlspolicy"
)

var version2460 = tlspolicy.MustVersion("2.4.60")

// rewriteExpander puts in $N, %N, %{…} and ${map:key} (do_expand of
// mod_rewrite). It watches where the first question mark comes from, or the
// last one.
type rewriteExpander struct {
	run   *rewriteVisit
	rule  *rewriteRule
	watch bool
	last  bool
	// safe is -1 without a question mark, 1 if the one that counts is
	// literal, 0 if it was put in.
	safe int
	deep int
}

func (x *rewriteExpander) expand(text string) string {
	var b strings.Builder
	literal := func(s string) {
		x.note(s, 1)
		b.WriteString(s)
	}
	for i := 0; i < len(text); {
		c := text[i]
		rest := text[i:]
		switch {
		case c == '\\' && len(rest) > 1:
			b.WriteByte(rest[1])
			i += 2
		case (c == '$' || c == '%') && len(rest) > 1 && rest[1] == '{':
			value, n := x.braces(rest)
			if n == 0 {
				literal(rest[:2])
				i += 2
				break
			}
			x.note(value, 0)
			b.WriteString(value)
			i += n
		case (c == '$' || c == '%') && len(rest) > 1 && isDigit(rest[1]):
			value := x.group(c, int(rest[1]-'0'))
			x.note(value, 0)
			b.WriteString(value)
			i += 2
		default:
			literal(rest[:1])
			i++
		}
	}
	return b.String()
}

// note remembers whether the question mark that counts was written.
func (x *rewriteExpander) note(s string, safe int) {
	if x.watch && (x.last || x.safe < 0) && strings.Contains(s, "?") {
		x.safe = safe
	}
}

func (x *rewriteExpander) group(kind byte, n int) string {
	groups := x.run.cond
	if kind == '$' {
		groups = x.run.rule
	}
	if n >= len(groups) {
		return ""
	}
	if x.rule != nil && x.rule.has(flagEscapeGroups) {
		return x.rule.escapeGroup(groups[n])
	}
	return groups[n]
}

// escapeGroup is the flag [B].
func (r *rewriteRule) escapeGroup(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case r.escapes != "" && strings.IndexByte(r.escapes, c) < 0, strings.IndexByte(r.keeps, c) >= 0, isAlphanumeric(c) || c == '_':
			b.WriteByte(c)
		case c == ' ' && !r.has(flagEscapeNoPlus):
			b.WriteByte('+')
		default:
			writeHex(&b, c)
		}
	}
	return b.String()
}

// braces is %{variable} or ${map:key|default}; n is its length, 0 if it is
// only text.
func (x *rewriteExpander) braces(text string) (value string, n int) {
	end := closingBrace(text, 2)
	if end < 0 {
		return "", 0
	}
	inner := text[2:end]
	if text[0] == '%' {
		return x.run.v.rewriteVariable(inner, x.run.directory != ""), end + 1
	}
	name, key, ok := strings.Cut(inner, ":")
	if !ok {
		return "", 0
	}
	if x.deep++; x.deep > maxExprDepth {
		return x.run.v.unknown("maps are nested too deeply"), end + 1
	}
	key, standard := cutDefault(key)
	value, found := x.lookup(name, (&rewriteExpander{run: x.run, rule: x.rule, deep: x.deep}).expand(key))
	if !found && x.run.v.why == "" {
		value = (&rewriteExpander{run: x.run, rule: x.rule, deep: x.deep}).expand(standard)
	}
	return value, end + 1
}

// cutDefault splits key|default outside of inner braces.
func cutDefault(key string) (before, standard string) {
	depth := 0
	for i := range len(key) {
		switch key[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '|':
			if depth == 0 {
				return key[:i], key[i+1:]
			}
		}
	}
	return key, ""
}

func (x *rewriteExpander) lookup(name, key string) (value string, found bool) {
	v := x.run.v
	source, ok := x.run.maps[name]
	if !ok {
		return "", false // a map that is not defined finds nothing
	}
	switch strings.ToLower(source) {
	case "int:tolower":
		return strings.ToLower(key), true
	case "int:toupper":
		return strings.ToUpper(key), true
	case "int:escape":
		return escapePath(key), true
	case "int:unescape":
		decoded, status := unescapePath(key, slashesDecoded)
		if status != 0 {
			return v.unknown("the map " + name + " cannot decode its key"), true
		}
		return decoded, true
	}
	return v.unknown("it depends on the map " + name), true
}
