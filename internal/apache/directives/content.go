package directives

import (
	"strings"
)

// expiryProblem judges ExpiresDefault's time: A3600, M3600, or "access plus 1
// month 2 days". mod_expires looks at the first letter of a word only, and at
// two where they are needed to tell month from minute.
func expiryProblem(text string) string {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 || strings.IndexByte("anm", words[0][0]) < 0 {
		return "it must start with access, now or modification (or be A or M and seconds)"
	}
	words = words[1:]
	if len(words) > 0 && words[0][0] == 'p' {
		words = words[1:]
	}
	for len(words) > 0 {
		switch {
		case !isDigit(words[0][0]):
			return "a number belongs where " + words[0] + " stands"
		case len(words) == 1:
			return "a unit is missing after " + words[0]
		case !timeUnit(words[1]):
			return words[1] + " is no unit of time"
		}
		words = words[2:]
	}
	return ""
}

// timeUnit knows years, months, weeks, days, hours, minutes and seconds.
func timeUnit(word string) bool {
	return strings.IndexByte("ywdhs", word[0]) >= 0 || strings.HasPrefix(word, "mo") || strings.HasPrefix(word, "mi")
}

func expiryChecker(arg int) checker {
	return func(c Call) []Problem {
		if problem := expiryProblem(c.Args[arg]); problem != "" {
			return valueProblem(arg, "the expiry time %q is invalid: %s", c.Args[arg], problem)
		}
		return nil
	}
}

var indexOptions = []string{"FancyIndexing", "FoldersFirst", "HTMLTable", "IconsAreLinks", "IgnoreCase", "IgnoreClient",
	"ScanHTMLTitles", "ShowForbidden", "SuppressColumnSorting", "SuppressDescription", "SuppressHTMLPreamble", "SuppressIcon",
	"SuppressLastModified", "SuppressRules", "SuppressSize", "TrackModified", "VersionSort", "XHTML", "UseOldDateFormat",
	"AddAltClass", "None", "IconHeight", "IconWidth", "NameWidth", "DescriptionWidth"}

var indexValues = []string{"IconHeight", "IconWidth", "NameWidth", "DescriptionWidth", "Charset", "Type"}

func checkIndexOptions(c Call) []Problem {
	for i, word := range c.Args {
		sign, name := splitSign(word)
		name, value, has := strings.Cut(name, "=")
		known := indexOptions
		if has {
			known = indexValues
		}
		if !containsFold(known, name) {
			p := valueProblem(i, "IndexOptions has no option %q", word)
			if near := nearestWord(name, known); near != "" && !has {
				p[0].Suggestion = sign + near
			}
			return p
		}
		if problems := indexOption(i, sign, name, value, has); problems != nil {
			return problems
		}
	}
	return nil
}

func indexOption(i int, sign, name, value string, has bool) []Problem {
	width := strings.EqualFold(name, "NameWidth") || strings.EqualFold(name, "DescriptionWidth")
	least := int64(5)
	if strings.EqualFold(name, "DescriptionWidth") {
		least = 12
	}
	n, _ := leadingInt(value)
	switch {
	case strings.EqualFold(name, "None") && sign != "":
		return argumentsProblem("IndexOptions: None takes no + or -")
	case width && !has && sign != "-":
		return argumentsProblem("IndexOptions: %s needs a value", name)
	case width && has && sign == "-":
		return argumentsProblem("IndexOptions: -%s takes no value", name)
	case width && has && isDigit(firstByte(value)) && n < least:
		return valueProblem(i, "IndexOptions: %s must be at least %d, not %s", name, least, value)
	}
	return nil
}

// environmentSetter judges SetEnvIf and BrowserMatch: patterns, then names.
// attribute is 1 when the attribute comes first.
func environmentSetter(title string, attribute int) checker {
	return func(c Call) []Problem {
		words := splitWords(c.Raw)
		if len(words) < attribute+2 {
			return argumentsProblem("%s needs %sa regular expression and a variable", title, []string{"", "an attribute, "}[attribute])
		}
		if attribute == 1 && strings.ContainsAny(words[0], `^$()[]|*+?\`) && !strings.HasPrefix(words[0], "OID(") {
			if problems := regexAt(0, title, words[0]); problems != nil {
				return problems
			}
		}
		return regexAt(attribute, title, words[attribute])
	}
}

func checkSetEnvIfExpr(c Call) []Problem {
	expression, rest := nextWord(c.Raw)
	if expression == "" || rest == "" {
		return argumentsProblem("SetEnvIfExpr needs an expression and a variable")
	}
	if problem := ExpressionProblem(expression); problem != "" {
		return valueProblem(0, "SetEnvIfExpr: the condition %q is invalid: %s", expression, problem)
	}
	return nil
}

// checkReadTimeout judges RequestReadTimeout: stage=seconds[-seconds][,MinRate=rate].
func checkReadTimeout(c Call) []Problem {
	for i, word := range c.Args {
		stage, value, ok := strings.Cut(word, "=")
		switch {
		case !ok:
			return argumentsProblem("RequestReadTimeout: parameters are stage=seconds, %q is not", word)
		case !containsFold([]string{"header", "body", "handshake"}, stage):
			p := valueProblem(i, "RequestReadTimeout has no stage %q: handshake, header or body", stage)
			p[0].Suggestion = nearestWord(stage, []string{"header", "body", "handshake"})
			return p
		}
		if problem := readTimeoutProblem(value); problem != "" {
			return valueProblem(i, "RequestReadTimeout: %q: %s", word, problem)
		}
	}
	return nil
}

func readTimeoutProblem(value string) string {
	times, rate, hasRate := strings.Cut(value, ",")
	low, high, ranged := strings.Cut(times, "-")
	number := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	if hasRate {
		n, ok := cutPrefixFold(rate, "MinRate=")
		if !ok || !number(n) || strings.Trim(n, "0") == "" {
			return "after the comma MinRate= and a number above 0 belong"
		}
	}
	switch {
	case ranged && !hasRate:
		return "a range of seconds needs ,MinRate="
	case !number(low) || ranged && !number(high):
		return "the seconds must be whole numbers"
	}
	return ""
}

// checkSubstitute judges s/pattern/text/flags with any delimiter.
func checkSubstitute(c Call) []Problem {
	text := c.Args[0]
	if len(text) < 2 || text[0]|0x20 != 's' {
		return argumentsProblem("Substitute must be s/pattern/text/flags, not %q", text)
	}
	parts := splitUnescaped(text[2:], text[1])
	if len(parts) < 2 {
		return argumentsProblem("Substitute %q needs a pattern and a text", text)
	}
	flags := ""
	if len(parts) > 2 {
		flags = parts[2]
	}
	if strings.Trim(strings.ToLower(flags), "infq") != "" {
		return valueProblem(0, "Substitute has only the flags i, n, f and q, not %q", flags)
	}
	if strings.Contains(strings.ToLower(flags), "n") {
		return nil
	}
	return regexAt(0, "Substitute", parts[0])
}

// splitUnescaped splits at a delimiter that no backslash stands before, into
// three parts at most.
func splitUnescaped(text string, delimiter byte) []string {
	var parts []string
	start := 0
	for i := 0; i < len(text) && len(parts) < 2; i++ {
		switch text[i] {
		case '\\':
			i++
		case delimiter:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[min(start, len(text)):])
}

func checkProxyNetworks(title string) checker {
	return func(c Call) []Problem {
		for i, word := range c.Args {
			numeric := strings.Trim(word, "0123456789./") == "" || strings.Contains(word, ":")
			if problem := networkProblem(word); problem != "" && (numeric || title == "RemoteIPProxyProtocolExceptions") {
				return valueProblem(i, "%s %q: %s", title, word, problem)
			}
		}
		return nil
	}
}

func checkCacheEnable(c Call) []Problem {
	if len(c.Args) == 1 && !isDirectoryLike(c.Place) && !strings.HasPrefix(c.Args[0], "/") {
		return argumentsProblem("CacheEnable needs a kind of cache and a path outside <Location>")
	}
	return nil
}

func checkOutputFilterByType(c Call) []Problem {
	if len(c.Args) < 2 {
		return argumentsProblem("AddOutputFilterByType needs a filter and media types")
	}
	return nil
}

func checkPushPriority(c Call) []Problem {
	if len(c.Args) < 2 || !containsFold([]string{"after", "before", "interleaved"}, c.Args[1]) || len(c.Args) < 3 {
		return nil
	}
	if strings.EqualFold(c.Args[1], "before") {
		return argumentsProblem("H2PushPriority: Before takes no weight")
	}
	if n, _ := leadingInt(c.Args[2]); n < 1 {
		return valueProblem(2, "H2PushPriority: the weight must be at least 1, not %q", c.Args[2])
	}
	return nil
}

func checkPowerOfTwo(c Call) []Problem {
	if n, _ := leadingInt(c.Args[0]); n > 0 && n&(n-1) != 0 {
		return valueProblem(0, "H2PushDiarySize must be a power of 2, not %s", c.Args[0])
	}
	return nil
}

func checkFilterNote(c Call) []Problem {
	if len(c.Args) < 2 {
		return nil
	}
	return checkListed("the kind of note", 0, c.Args[0], []string{"Input", "Output", "Ratio"})
}

func checkNotEmpty(title string) checker {
	return func(c Call) []Problem {
		if len(c.Args) == 0 {
			return argumentsProblem("%s needs an argument", title)
		}
		return nil
	}
}

func checkPrivateKeys(c Call) []Problem {
	switch {
	case len(c.Args) == 0:
		return argumentsProblem("MDPrivateKeys needs the type of the key")
	case strings.EqualFold(c.Args[0], "Default") && len(c.Args) > 1:
		return argumentsProblem("MDPrivateKeys: Default allows no other type beside it")
	case strings.EqualFold(c.Args[0], "RSA") && len(c.Args) > 1:
		if n, rest := leadingInt(c.Args[1]); rest == "" && n < 2048 {
			return valueProblem(1, "MDPrivateKeys: RSA keys need at least 2048 bits, not %s", c.Args[1])
		}
	}
	return nil
}

func checkForcePriority(c Call) []Problem {
	if len(c.Args) > 1 && containsFold(c.Args, "None") {
		return argumentsProblem("ForceLanguagePriority: None cannot stand beside another option")
	}
	return nil
}

// checkCacheDisable: inside <Location> the path is the section's, and the
// argument the word on.
func checkCacheDisable(c Call) []Problem {
	if isDirectoryLike(c.Place) {
		if strings.EqualFold(c.Args[0], "on") {
			return nil
		}
		p := valueProblem(0, "CacheDisable must be on inside <Location>, not %q", c.Args[0])
		p[0].Suggestion = "on"
		return p
	}
	if strings.HasPrefix(c.Args[0], "/") || strings.Contains(c.Args[0], "://") {
		return nil
	}
	return valueProblem(0, "CacheDisable must be a path that starts with / or a URL, not %q", c.Args[0])
}
