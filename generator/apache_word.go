package generator

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// apacheWord is one argument of an Apache directive, quoted as the file needs
// it. Templates print values of this type, and no strings.
type apacheWord string

// apacheDollar is a defined name that stands for a dollar sign. httpd expands
// ${NAME} everywhere, inside quotes too, from definitions and from its
// environment; it does not look at the result again (util.c, ap_resolve_env).
const apacheDollar = "padlock_dollar"

// Escapes of the kinds of words below.
var (
	formatEscapes       = strings.NewReplacer(`\`, `\\`, `%`, `%%`)
	expressionEscapes   = strings.NewReplacer("%", `\%`, "$", `\$`, `\`, `\\`)
	wildcardEscapes     = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)
	matchedEscapes      = strings.NewReplacer(`\`, `\\`, `$`, `\$`, `&`, `\&`)
	substitutionEscapes = strings.NewReplacer(`\`, `\\`, `$`, `\$`, `%`, `\%`)
)

// apacheWords makes words.
type apacheWords struct {
	// marks tells that words carry their place.
	marks bool
	// dollar tells that apacheDollar is used and must be defined.
	dollar bool
}

// marked is a word with its place in the description, if places are wanted.
func (w *apacheWords) marked(word apacheWord, at hcl.Range) apacheWord {
	if !w.marks {
		return word
	}
	return marked(word, at)
}

// plain is a word for a directive that takes its argument as it stands.
func (w *apacheWords) plain(t Text) apacheWord {
	return w.marked(w.word(t.Value), t.Range)
}

// format is the value of a header, where % begins a format and a backslash may take
// a meaning away (mod_headers.c, parse_format_string). The word expr= at its front is refused before.
func (w *apacheWords) format(s string) apacheWord {
	return w.word(formatEscapes.Replace(s))
}

// edited is the new text of a Header edit: a format with back references.
func (w *apacheWords) edited(s string) apacheWord {
	return w.matched(strings.ReplaceAll(s, "%", "%%"), "")
}

// unless is the condition expr=… that a value does not match a pattern. Within the
// delimiters of an expression no backslash protects them (util_expr_scan.l).
func (w *apacheWords) unless(value, pattern string) apacheWord {
	return w.word("expr=!(" + value + " =~ m#" + expressionPattern(pattern) + "#)")
}

// expressionText is a text within a string of an expression, between '…'.
func expressionText(s string) string {
	return strings.ReplaceAll(expressionEscapes.Replace(s), "'", `\'`)
}

// expressionPattern is a pattern between the delimiters of m#…#.
func expressionPattern(pattern string) string { return strings.ReplaceAll(pattern, "#", `\x23`) }

// expression is a text as a string expression, where % and $ begin variables and a
// backslash takes their meaning away (util_expr_scan.l).
func (w *apacheWords) expression(s string) apacheWord {
	return w.word(expressionEscapes.Replace(s))
}

// directory is the argument of <Directory>, where * ? and [ are wildcards.
func (w *apacheWords) directory(t Text) apacheWord {
	return w.marked(w.word(wildcardEscapes.Replace(t.Value)), t.Range)
}

// pattern is a regular expression for a RewriteRule that matches one path and
// nothing else.
func (w *apacheWords) pattern(t Text) apacheWord {
	return w.marked(w.rewriteWord("^"+regexp.QuoteMeta(t.Value)+"$"), t.Range)
}

// matched is the target of a directive with a pattern, where $ and & begin back
// references and a backslash takes their meaning away (util.c, regsub_core); the
// rest is the generator's own and may hold some.
func (w *apacheWords) matched(s, rest string) apacheWord {
	return w.word(matchedEscapes.Replace(s) + rest)
}

// substitution is the target of a RewriteRule, where $ and % begin back
// references and a backslash takes their meaning away.
func (w *apacheWords) substitution(s string) apacheWord {
	return w.rewriteWord(substitutionEscapes.Replace(s))
}

// testString is a word that mod_rewrite expands: a text that stays as it is, and a
// rest of the generator's own that may hold variables.
func (w *apacheWords) testString(s, rest string) apacheWord {
	return w.rewriteWord(substitutionEscapes.Replace(s) + rest)
}

// moveTo is the substitution that leads a virtual host to another name; %1 is
// the path of the request line.
func (w *apacheWords) moveTo(h host) apacheWord {
	target := h.target + "%1"
	if h.keepName {
		target = h.target + "%{SERVER_NAME}" + h.portSuffix + "%1"
	}
	return w.marked(w.rewriteWord(target), h.site.Name.Range)
}

// rewriteWord is an argument of the directives of mod_rewrite, which split
// their line themselves: quotes group, but a backslash stays as it is and
// cannot protect a quote (mod_rewrite.c, parseargline). In a pattern \x22
// stands for the quote; substitutions are URLs and have none.
func (w *apacheWords) rewriteWord(s string) apacheWord {
	return apacheWord(`"` + strings.ReplaceAll(w.spareVariables(s), `"`, `\x22`) + `"`)
}

func (w *apacheWords) word(s string) apacheWord {
	return apacheWord(quoteApache(w.spareVariables(s)))
}

// spareVariables keeps httpd from expanding what looks like a variable.
func (w *apacheWords) spareVariables(s string) string {
	if !strings.Contains(s, "${") {
		return s
	}
	w.dollar = true
	return strings.ReplaceAll(s, "${", "${"+apacheDollar+"}{")
}

// quoteApache writes s so that httpd reads it as one word. Inside double quotes a
// backslash is special before a quote and a backslash (util.c, ap_getword_conf).
func quoteApache(s string) string {
	if s != "" && strings.Trim(s, apacheBare) == "" {
		return s
	}
	return quoteWith(s, `"\`)
}

// apacheBare are the characters that never need quotes.
const apacheBare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@+,=*"

// document is a text of ErrorDocument, which is an expression; one that begins with
// a slash or like a URL would be a place to go to (core.c, set_error_document), so
// an empty variable stands before these.
func (w *apacheWords) document(s string) apacheWord {
	first, _ := utf8.DecodeRuneInString(s)
	escaped := expressionEscapes.Replace(s)
	if s == "" || first == '/' || first == '"' || strings.Contains(s, "://") || strings.EqualFold(s, "default") {
		escaped = "%{reqenv:padlock_nothing}" + escaped
	}
	return w.word(escaped)
}
