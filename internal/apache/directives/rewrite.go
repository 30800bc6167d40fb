package directives

import (
	"fmt"
	"strings"
)

// rewriteWords are the two or three words of RewriteRule and RewriteCond. They
// have a lexer of their own: no escape inside quotes, a backslash before white
// space protects it, and what follows the third word is dropped without a
// word. After a first word in quotes the second may be missing and is empty
// (parseargline in mod_rewrite.c of httpd 2.4).
type rewriteWords struct {
	first, second, flags string
	hasFlags             bool
	rest                 string
}

func splitRewrite(raw string) (w rewriteWords, ok bool) {
	first, rest, complete := rewriteWord(raw)
	if !complete {
		return w, false
	}
	w.first = first
	w.second, rest, complete = rewriteWord(rest)
	if rest = trimSpaceLeft(rest); !complete || rest == "" {
		return w, true
	}
	w.hasFlags = true
	w.flags, w.rest, _ = rewriteWord(rest)
	return w, true
}

// rewriteWord takes one word; complete is false if the line ended in it.
func rewriteWord(line string) (word, rest string, complete bool) {
	line = trimSpaceLeft(line)
	quote := byte(0)
	if line != "" && (line[0] == '"' || line[0] == '\'') {
		quote = line[0]
		line = line[1:]
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0 && c == quote, quote == 0 && isSpace(c):
			return line[:i], line[i+1:], true
		case c == '\\' && i+1 < len(line) && isSpace(line[i+1]):
			i++
		}
	}
	return line, "", false
}

// RewriteFlag is one flag of a RewriteRule or RewriteCond: R=301 has the name
// R and the value 301.
type RewriteFlag struct {
	Name, Value string
	HasValue    bool
}

// RewriteParts are the words of a RewriteRule (pattern, substitution) or a
// RewriteCond (test string, condition) with their flags.
type RewriteParts struct {
	First, Second string
	Flags         []RewriteFlag
	// Ignored is the text after the flags, which the server drops.
	Ignored string
}

// ParseRewrite takes the raw text of a RewriteRule or RewriteCond apart. ok is
// false when the server would not read it.
func ParseRewrite(raw string) (parts RewriteParts, ok bool) {
	w, ok := splitRewrite(raw)
	if !ok {
		return parts, false
	}
	parts.First, parts.Second, parts.Ignored = w.first, w.second, strings.TrimSpace(w.rest)
	if w.hasFlags {
		parts.Flags, ok = parseRewriteFlags(w.flags)
	}
	return parts, ok
}

func parseRewriteFlags(text string) ([]RewriteFlag, bool) {
	if len(text) < 2 || text[0] != '[' || text[len(text)-1] != ']' {
		return nil, false
	}
	var flags []RewriteFlag
	for part := range strings.SplitSeq(text[1:len(text)-1], ",") {
		name, value, has := strings.Cut(strings.TrimSpace(part), "=")
		flags = append(flags, RewriteFlag{name, value, has})
	}
	return flags, true
}

// ruleFlags are RewriteRule's, by every name. Source: mod_rewrite.c of httpd
// 2.4.71, each tried.
var ruleFlags = wordSet(`b bctls bne bnp backrefescape backrefernoplus c chain co cookie dpi discardpath e env end f forbidden
	g gone h handler l last n next nc nocase ne noescape ns nosubreq p proxy pt passthrough qsa qsappend qsd
	qsdiscard qsl qslast r redirect s skip t type unsafeprefixstat unsafeallow3f unc`)

var conditionFlags = wordSet(`nc nocase or ornext nv novary`)

func checkRewriteFlags(title string, w rewriteWords, known map[string]bool) []Problem {
	flags, ok := parseRewriteFlags(w.flags)
	if !ok {
		return rewriteFlagShape(title, w)
	}
	var problems []Problem
	for _, flag := range flags {
		switch {
		case !known[strings.ToLower(flag.Name)]:
			p := valueProblem(2, "%s has no flag %q", title, flag.Name)
			p[0].Suggestion = nearestWord(flag.Name, sortedWords(known))
			problems = append(problems, p...)
		case strings.EqualFold(flag.Name, "r") || strings.EqualFold(flag.Name, "redirect"):
			problems = append(problems, checkRedirectFlag(flag)...)
		}
	}
	return problems
}

func rewriteFlagShape(title string, w rewriteWords) []Problem {
	p := argumentsProblem("%s: the flags must be one word in brackets, not %q", title, w.flags)
	p[0].Arg = 2
	switch {
	case strings.HasPrefix(w.flags, "["):
		p[0].Help = "Write the flags without spaces, or put the brackets in quotes."
	case strings.HasPrefix(w.flags, "#"):
		p[0].Help = "A comment needs a line of its own: put it above the directive."
	case strings.Trim(w.second, "!=<>") == "":
		p[0].Help = fmt.Sprintf("The operator and the value are one word: %s%s.", w.second, w.flags)
		p[0].Suggestion = w.second + w.flags
	default:
		p[0].Help = "Put a word with spaces in quotes."
	}
	return p
}

func checkRedirectFlag(flag RewriteFlag) []Problem {
	if flag.Value == "" || !isDigit(flag.Value[0]) {
		return nil
	}
	if n, _ := leadingInt(flag.Value); !knownStatus(n) {
		return valueProblem(2, "RewriteRule: R=%s is no HTTP status", flag.Value)
	}
	return nil
}

func checkRewriteRule(c Call) []Problem {
	w, ok := splitRewrite(c.Raw)
	if !ok {
		return argumentsProblem("RewriteRule takes a pattern, a substitution and optional [flags]")
	}
	problems := regexAt(0, "RewriteRule", strings.TrimPrefix(w.first, "!"))
	if w.hasFlags {
		problems = append(problems, checkRewriteFlags("RewriteRule", w, ruleFlags())...)
	}
	return append(problems, ignoredWords("RewriteRule", w)...)
}

func ignoredWords(title string, w rewriteWords) []Problem {
	if rest := strings.TrimSpace(w.rest); rest != "" && w.flags != "" {
		p := argumentsProblem("%s: the server drops the words after the flags: %q", title, rest)
		p[0].Arg, p[0].Silent = 3, true
		return p
	}
	return nil
}

func checkRewriteCond(c Call) []Problem {
	w, ok := splitRewrite(c.Raw)
	if !ok {
		return argumentsProblem("RewriteCond takes a test string, a condition and optional [flags]")
	}
	var problems []Problem
	if w.hasFlags {
		problems = checkRewriteFlags("RewriteCond", w, conditionFlags())
	}
	condition := strings.TrimPrefix(w.second, "!")
	switch {
	case strings.EqualFold(w.first, "expr"):
		if problem := ExpressionProblem(condition); problem != "" {
			problems = append(problems, valueProblem(1, "RewriteCond: the expression %q is invalid: %s", condition, problem)...)
		}
	case !isRewriteTest(condition):
		problems = append(problems, regexAt(1, "RewriteCond", condition)...)
	}
	return append(problems, ignoredWords("RewriteCond", w)...)
}

// isRewriteTest reports whether a condition is a file test or a comparison
// and no regular expression.
func isRewriteTest(condition string) bool {
	if condition == "" || strings.IndexByte("<>=", condition[0]) >= 0 {
		return true
	}
	if condition[0] != '-' || len(condition) < 2 {
		return false
	}
	if len(condition) == 2 {
		return strings.IndexByte("fslLhdxUF", condition[1]) >= 0
	}
	switch strings.ToLower(condition[1:3]) {
	case "lt", "le", "gt", "ge", "eq", "ne":
		return true
	}
	return false
}

// rewriteOptions are RewriteOptions' words. Source: 2.4.71, each tried.
var rewriteOptions = []string{"Inherit", "InheritBefore", "InheritDown", "InheritDownBefore", "IgnoreInherit",
	"AllowNoSlash", "AllowAnyURI", "MergeBase", "IgnoreContextInfo", "LegacyPrefixDocRoot", "UnsafePrefixStat"}

func checkRewriteOptions(c Call) []Problem {
	for i, word := range c.Args {
		if containsFold(rewriteOptions, word) || strings.HasPrefix(strings.ToLower(word), "maxredirects=") {
			continue
		}
		p := valueProblem(i, "RewriteOptions has no option %q", word)
		p[0].Suggestion = nearestWord(word, rewriteOptions)
		return p
	}
	return nil
}

// checkRewriteBase: by its bits the directive may stand anywhere, but its own
// function refuses it outside of directory-like sections.
func checkRewriteBase(c Call) []Problem {
	if isDirectoryLike(c.Place) {
		return nil
	}
	return []Problem{{Arg: -1, Kind: Context, Message: "RewriteBase is not allowed here: it belongs inside <Directory>, <Location> or .htaccess"}}
}

func checkRewriteMap(c Call) []Problem {
	function, ok := strings.CutPrefix(strings.ToLower(c.Args[1]), "int:")
	if !ok || containsFold([]string{"tolower", "toupper", "escape", "unescape"}, function) {
		return nil
	}
	return valueProblem(1, "RewriteMap has no internal function %q: there are tolower, toupper, escape and unescape", function)
}

func containsFold(words []string, word string) bool {
	for _, w := range words {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
