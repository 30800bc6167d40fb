package directives

import (
	"slices"
	"strings"
)

var optionWords = []string{"All", "None", "Indexes", "Includes", "IncludesNOEXEC", "FollowSymLinks", "SymLinksIfOwnerMatch", "ExecCGI", "MultiViews"}

// checkOptions judges Options: one sign on all words or on none; All and None
// only first.
func checkOptions(c Call) []Problem {
	// After an unsigned All or None both kinds may follow (tried on 2.4.71).
	signed, afterAll := false, false
	for i, word := range c.Args {
		sign, name := splitSign(word)
		if i == 0 {
			signed = sign != ""
			afterAll = containsFold([]string{"All", "None"}, word)
		}
		switch {
		case strings.Contains(name, ","):
			p := argumentsProblem("options are separated by spaces, not by commas: %q", word)
			p[0].Arg, p[0].Suggestion = i, strings.Join(strings.FieldsFunc(word, func(r rune) bool { return r == ',' }), " ")
			return p
		case (sign != "") != signed && !afterAll:
			p := argumentsProblem("either all options have a + or - before them or none: %q", word)
			p[0].Arg = i
			return p
		case !containsFold(optionWords, name):
			p := valueProblem(i, "there is no option %q", name)
			if near := nearestWord(name, optionWords); near != "" {
				p[0].Suggestion = sign + near
			}
			return p
		case i > 0 && (strings.EqualFold(name, "All") || strings.EqualFold(name, "None")):
			p := argumentsProblem("%s must be the first option", name)
			p[0].Arg = i
			return p
		}
	}
	return nil
}

var allowOverrideWords = []string{"All", "None", "AuthConfig", "FileInfo", "Indexes", "Limit", "Options", "Nonfatal"}

func checkAllowOverride(c Call) []Problem {
	for i, word := range c.Args {
		name, value, _ := strings.Cut(word, "=")
		if !containsFold(allowOverrideWords, name) {
			p := valueProblem(i, "AllowOverride has no class %q", name)
			p[0].Suggestion = nearestWord(name, allowOverrideWords)
			return p
		}
		if !strings.EqualFold(name, "Options") || value == "" {
			continue
		}
		for option := range strings.SplitSeq(value, ",") {
			if option != "" && !containsFold(optionWords, option) {
				return valueProblem(i, "AllowOverride: there is no option %q", option)
			}
		}
	}
	return nil
}

var logLevels = []string{"emerg", "alert", "crit", "error", "warn", "notice", "info", "debug",
	"trace1", "trace2", "trace3", "trace4", "trace5", "trace6", "trace7", "trace8"}

// checkLogLevel judges levels and module:level pairs; a module that is not
// loaded is refused by the server, and reported by References.
func checkLogLevel(c Call) []Problem {
	for i, word := range c.Args {
		module, level, paired := strings.Cut(word, ":")
		if !paired {
			level = word
		}
		switch {
		case paired && module == "":
			return valueProblem(i, "LogLevel: a module's name is missing before the colon of %q", word)
		case !containsFold(logLevels, level):
			p := valueProblem(i, "LogLevel: %q is no level: emerg, alert, crit, error, warn, notice, info, debug or trace1 to trace8", level)
			if near := nearestWord(level, logLevels); near != "" {
				p[0].Suggestion = strings.TrimSuffix(word, level) + near
			}
			return p
		}
	}
	return nil
}

var etagWords = []string{"None", "All", "MTime", "INode", "Size", "Digest"}

func checkFileETag(c Call) []Problem {
	for i, word := range c.Args {
		sign, name := splitSign(word)
		switch {
		case !containsFold(etagWords, name):
			p := valueProblem(i, "FileETag has no keyword %q", name)
			p[0].Suggestion = nearestWord(name, etagWords)
			return p
		case sign != "" && (strings.EqualFold(name, "None") || strings.EqualFold(name, "All")):
			return argumentsProblem("FileETag: %s takes no + or -", name)
		}
	}
	return nil
}

func checkErrorDocument(c Call) []Problem {
	if n, _ := leadingInt(c.Args[0]); !knownStatus(n) {
		return valueProblem(0, "ErrorDocument: %q is no HTTP status that the server knows", c.Args[0])
	}
	if n, _ := leadingInt(c.Args[0]); n == 401 && isURL(c.Args[1]) {
		p := valueProblem(1, "ErrorDocument 401 cannot be a full URL: the server ignores it")
		p[0].Silent = true
		return p
	}
	return nil
}

// checkHTTPProtocolOptions judges the words and those that exclude each other.
func checkHTTPProtocolOptions(c Call) []Problem {
	pairs := [][2]string{{"Strict", "Unsafe"}, {"Allow0.9", "Require1.0"}, {"RegisteredMethods", "LenientMethods"}}
	seen := make(map[string]bool)
	for i, word := range c.Args {
		found := false
		for _, pair := range pairs {
			for side, name := range pair {
				if !strings.EqualFold(word, name) {
					continue
				}
				found = true
				if seen[pair[1-side]] {
					return argumentsProblem("HttpProtocolOptions: %s and %s exclude each other", pair[0], pair[1])
				}
				seen[name] = true
			}
		}
		if !found {
			words := []string{"Strict", "Unsafe", "RegisteredMethods", "LenientMethods", "Allow0.9", "Require1.0"}
			p := valueProblem(i, "HttpProtocolOptions must be of %s, not %q", oneOf(words), word)
			p[0].Suggestion = nearestWord(word, words)
			return p
		}
	}
	return nil
}

// mutexMechanisms and mutexTypes: those of httpd 2.4 and its modules.
var mutexMechanisms = []string{"default", "none", "no", "yes", "flock", "fcntl", "file", "sysvsem", "sem", "posixsem", "pthread"}

func checkMutex(c Call) []Problem {
	if len(c.Args) == 0 {
		return argumentsProblem("Mutex needs a mechanism")
	}
	mechanism, _, _ := strings.Cut(c.Args[0], ":")
	if !containsFold(mutexMechanisms, mechanism) {
		p := valueProblem(0, "Mutex has no mechanism %q", mechanism)
		p[0].Suggestion = nearestWord(mechanism, mutexMechanisms)
		return p
	}
	return nil
}

func checkDefine(c Call) []Problem {
	if strings.Contains(c.Args[0], ":") {
		return valueProblem(0, "a variable's name must not contain a colon: %q", c.Args[0])
	}
	return nil
}

func checkCGIVar(c Call) []Problem {
	if c.Args[0] != "REQUEST_URI" {
		return valueProblem(0, "CGIVar knows only REQUEST_URI, not %q", c.Args[0])
	}
	return checkListed("CGIVar", 1, c.Args[1], []string{"current-uri", "original-uri"})
}

func checkListed(title string, arg int, word string, known []string) []Problem {
	if containsFold(known, word) {
		return nil
	}
	p := valueProblem(arg, "%s must be %s, not %q", title, oneOf(known), word)
	p[0].Suggestion = nearestWord(word, known)
	return p
}

func checkAction(c Call) []Problem {
	if len(c.Args) == 3 && c.Args[2] != "virtual" {
		return valueProblem(2, "Action: the only third word is virtual, not %q", c.Args[2])
	}
	return nil
}

var regexOptions = []string{"ICASE", "EXTENDED", "DOTALL", "DOLLAR_ENDONLY", "NO_DEFAULT", "none"}

func checkRegexDefaults(c Call) []Problem {
	for i, word := range c.Args {
		_, name := splitSign(word)
		if problems := checkListed("RegexDefaultOptions", i, name, regexOptions); problems != nil {
			return problems
		}
	}
	return nil
}

func checkAllowConnect(c Call) []Problem {
	for i, ports := range c.Args {
		if !isDigit(firstByte(ports)) {
			return valueProblem(i, "AllowCONNECT needs port numbers, not %q", ports)
		}
	}
	return nil
}

func checkAllowMethods(c Call) []Problem {
	if len(c.Args) == 0 {
		return argumentsProblem("AllowMethods needs methods, or reset")
	}
	for i, method := range c.Args {
		if !knownMethods()[method] && method != "reset" && method != "TRACE" {
			p := valueProblem(i, "AllowMethods: %q is no method", method)
			p[0].Suggestion = nearestWord(method, sortedWords(knownMethods()))
			return p
		}
	}
	return nil
}

func checkOverrideList(c Call) []Problem {
	none := slices.IndexFunc(c.Args, func(word string) bool { return strings.EqualFold(word, "none") })
	if none < 0 || len(c.Args) == 1 {
		return nil
	}
	return valueProblem(none, "AllowOverrideList: None cannot stand beside other names")
}
