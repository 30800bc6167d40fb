package directives

import (
	"strings"
)

// checkSection judges a section's header: its raw text without the closing
// bracket.
func checkSection(f *Facts, c Call) []Problem {
	if f.Origin != HTTPD {
		return nil
	}
	name := f.lower
	var problems []Problem
	switch name {
	case "directory", "location", "files":
		problems = checkPathSection(f, c)
	case "directorymatch", "locationmatch", "filesmatch":
		problems = checkPatternSection(f, c)
	case "if", "elseif":
		problems = checkIf(f, c)
	case "else":
		if strings.TrimSpace(c.Raw) != "" {
			problems = argumentsProblem("<Else> takes no argument")
		}
	case "virtualhost":
		problems = checkVirtualHost(f, c)
	case "limit", "limitexcept":
		problems = checkLimit(f, c)
	case "requireall", "requireany", "requirenone":
		if strings.TrimSpace(c.Raw) != "" {
			problems = argumentsProblem("%s takes no argument", f.Title())
		}
	case "proxy":
		problems = checkProxySection(f, c)
	case "proxymatch":
		switch word, rest := nextWord(c.Raw); {
		case strings.TrimSpace(rest) != "":
			problems = argumentsProblem("%s takes one regular expression", f.Title())
		case word != "":
			problems = regexAt(0, f.Title(), word)
		}
	case "macro", "mdomainset", "mdomain", "authnprovideralias", "authzprovideralias":
		if strings.TrimSpace(c.Raw) == "" {
			problems = argumentsProblem("%s needs a name", f.Title())
		}
	}
	return judgeable(problems, Call{Args: splitWords(c.Raw), Raw: c.Raw})
}

func needsMore(f *Facts, c Call) []Problem {
	if strings.TrimSpace(c.Raw) == "" {
		return argumentsProblem("%s needs an argument", f.Title())
	}
	return nil
}

// checkPathSection allows one path, or ~ and a regular expression.
func checkPathSection(f *Facts, c Call) []Problem {
	if problems := needsMore(f, c); problems != nil {
		return problems
	}
	word, rest := nextWord(c.Raw)
	if word == "~" {
		pattern, more := nextWord(rest)
		if more != "" {
			return tooMany(f, 2)
		}
		return regexAt(1, f.Title(), pattern)
	}
	if rest != "" {
		return tooMany(f, 1)
	}
	if strings.EqualFold(f.Name, "Location") && word != "" && word[0] != '/' && !strings.Contains(word, "://") {
		p := valueProblem(0, "<Location> %q matches no request: a URL path starts with /", word)
		p[0].Silent, p[0].Suggestion = true, "/"+word
		return p
	}
	return nil
}

func tooMany(f *Facts, arg int) []Problem {
	return []Problem{{Arg: arg, Kind: Arguments, Message: f.Title() + " takes one argument",
		Help: "Put a path with spaces in quotes; use a section for each path."}}
}

func checkPatternSection(f *Facts, c Call) []Problem {
	if problems := needsMore(f, c); problems != nil {
		return problems
	}
	word, rest := nextWord(c.Raw)
	if rest != "" {
		return tooMany(f, 1)
	}
	return regexAt(0, f.Title(), word)
}

// regexAt judges a regular expression in the given argument.
func regexAt(arg int, title, pattern string) []Problem {
	if problem := regexProblem(pattern); problem != "" {
		return valueProblem(arg, "%s has an invalid regular expression %q: %s", title, pattern, problem)
	}
	return nil
}

// checkIf judges a condition. Only the first word counts: the server drops
// what follows it, so an unquoted condition is cut at its first space.
func checkIf(f *Facts, c Call) []Problem {
	if problems := needsMore(f, c); problems != nil {
		return problems
	}
	word, rest := nextWord(c.Raw)
	problem := ExpressionProblem(word)
	if problem == "" {
		return nil
	}
	p := valueProblem(0, "%s: the condition %q is invalid: %s", f.Title(), word, problem)
	if rest != "" {
		p[0].Help = "Put the whole condition in quotes."
	}
	return p
}

// knownMethods are those of HTTP and WebDAV that the server registers.
// Source: http_protocol.c of httpd 2.4.
var knownMethods = wordSet(`GET PUT POST DELETE CONNECT OPTIONS PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK
	UNLOCK VERSION-CONTROL CHECKOUT UNCHECKOUT CHECKIN UPDATE LABEL REPORT MKWORKSPACE MKACTIVITY
	BASELINE-CONTROL MERGE BREW WHEN HEAD`)

func checkLimit(f *Facts, c Call) []Problem {
	if problems := needsMore(f, c); problems != nil {
		return problems
	}
	var problems []Problem
	for i, method := range splitWords(c.Raw) {
		switch {
		case method == "TRACE" && strings.EqualFold(f.Name, "Limit"):
			p := valueProblem(i, "TRACE cannot be controlled by <Limit>")
			p[0].Help = "Use TraceEnable."
			return p
		case !knownMethods()[method] && method != "TRACE" && method != "":
			p := valueProblem(i, "%s names the method %q, which nobody sends", f.Title(), method)
			p[0].Silent, p[0].Suggestion = true, nearestWord(method, sortedWords(knownMethods()))
			problems = append(problems, p...)
		}
	}
	return problems
}
