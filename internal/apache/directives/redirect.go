package directives

import (
	"slices"
	"strings"
)

// RedirectParts are a Redirect or RedirectMatch directive taken apart as
// mod_alias of httpd 2.4 does.
type RedirectParts struct {
	// Status is the HTTP status; 302 when none is written.
	Status int
	// Path is the URL path or the pattern; empty in a section that gives it.
	Path string
	// URL is the target; empty for a status that has none, such as gone.
	URL string
}

var redirectWords = map[string]int{"permanent": 301, "temp": 302, "seeother": 303, "gone": 410}

// isDirectoryLike reports whether the place has a path of its own, so that
// the path argument of Redirect, Alias and ProxyPass is left out.
func isDirectoryLike(p Place) bool {
	return p.AccessFile || slices.ContainsFunc(p.Enclosing, func(s string) bool { return sectionEffects[strings.ToLower(s)].inside })
}

// ParseRedirect reads the words of Redirect (match false) or RedirectMatch.
func ParseRedirect(args []string, place Place, match bool) (RedirectParts, []Problem) {
	parts := RedirectParts{Status: 302}
	rest := args
	named := true
	if status, ok := redirectWords[strings.ToLower(args[0])]; ok {
		parts.Status = status
	} else if isDigit(firstByte(args[0])) {
		n, _ := leadingInt(args[0])
		parts.Status = int(n)
	} else {
		named = false
	}
	switch {
	case named:
		rest = args[1:]
	case len(args) == 3:
		p := valueProblem(0, "Redirect has no status %q", args[0])
		p[0].Suggestion = nearestWord(args[0], []string{"permanent", "temp", "seeother", "gone"})
		return parts, p
	}
	parts.assign(rest, place, match)
	return parts, checkRedirect(parts, place, match, len(args)-1)
}

func firstByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

// assign distributes the words after the status. In a section one word is the
// target, unless the status has none.
func (r *RedirectParts) assign(words []string, place Place, match bool) {
	switch {
	case len(words) == 2:
		r.Path, r.URL = words[0], words[1]
	case len(words) == 1 && !match && isDirectoryLike(place) && isRedirectStatus(r.Status):
		r.URL = words[0]
	case len(words) == 1:
		r.Path = words[0]
	}
}

func isRedirectStatus(status int) bool { return 300 <= status && status <= 399 }

func checkRedirect(parts RedirectParts, place Place, match bool, last int) []Problem {
	if match {
		if problems := regexAt(max(last-1, 0), "RedirectMatch", parts.Path); problems != nil {
			return problems
		}
	}
	switch {
	case isRedirectStatus(parts.Status) && parts.URL == "":
		return argumentsProblem("the URL to redirect to is missing")
	case !isRedirectStatus(parts.Status) && parts.URL != "":
		return argumentsProblem("status %d takes no URL: only 3xx redirects", parts.Status)
	case parts.URL == "" || match:
		return nil
	case parts.Path == "" && isDirectoryLike(place):
		if problem := stringExpressionProblem(parts.URL); problem != "" {
			return valueProblem(last, "the target %q is invalid: %s", parts.URL, problem)
		}
	case !isURL(parts.URL) && parts.URL[0] != '/':
		p := valueProblem(last, "the target %q is neither a URL nor a path that starts with /", parts.URL)
		return p
	}
	return nil
}

// isURL is ap_is_url of httpd 2.4: a scheme and a colon.
func isURL(text string) bool {
	scheme, _, ok := strings.Cut(text, ":")
	return ok && scheme != "" && strings.Trim(strings.ToLower(scheme), "abcdefghijklmnopqrstuvwxyz0123456789+-.") == ""
}

func redirectChecker(match bool, status string) checker {
	return func(c Call) []Problem {
		args := c.Args
		if status != "" && firstByte(args[0]) != 0 && !isDigit(args[0][0]) {
			args = append([]string{status}, args...)
		}
		_, problems := ParseRedirect(args, c.Place, match)
		for i := range problems {
			if problems[i].Arg >= len(c.Args) {
				problems[i].Arg = len(c.Args) - 1
			}
		}
		return problems
	}
}

// checkAlias judges Alias and ScriptAlias: two words outside, one in Location.
func checkAlias(c Call) []Problem {
	inside := isDirectoryLike(c.Place)
	switch {
	case !inside && len(c.Args) == 1:
		return argumentsProblem("an alias takes a URL path and a file path; only inside <Location> the file path alone is enough")
	case inside && len(c.Args) == 2:
		return argumentsProblem("inside <Location> an alias takes only the file path: the URL path is the section's")
	case inside:
		if problem := stringExpressionProblem(c.Args[0]); problem != "" {
			return valueProblem(0, "the path %q is invalid: %s", c.Args[0], problem)
		}
	}
	return nil
}
