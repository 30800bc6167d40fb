package directives

import (
	"strings"
)

func checkLDAPURL(value, _ string) (Problem, bool) {
	for _, scheme := range []string{"ldap://", "ldaps://", "ldapi://"} {
		if hasPrefixFold(value, scheme) {
			return fine()
		}
	}
	return refuse("must be an ldap:// or ldaps:// URL, not %q", value)
}

func checkScheme(value, _ string) (Problem, bool) {
	if isURL(value) {
		return fine()
	}
	return refuse("must be a URL with a scheme, not %q", value)
}

func checkHostURL(value, _ string) (Problem, bool) {
	_, rest, ok := strings.Cut(value, "://")
	if !ok {
		return refuse("must be a URL such as http://proxy.example:3128, not %q", value)
	}
	host, _, _ := strings.Cut(rest, "/")
	tail := host[strings.LastIndexByte(host, ']')+1:]
	if _, port, found := strings.Cut(tail, ":"); found && (port == "" || strings.Trim(port, "0123456789") != "") {
		return refuse("has a bad port in %q", value)
	}
	return fine()
}

// checkCookieExpiry judges mod_usertrack's time: a number of seconds, or
// numbers with units.
func checkCookieExpiry(value, _ string) (Problem, bool) {
	words := strings.Fields(strings.ToLower(value))
	if len(words) == 1 && strings.Trim(words[0], "0123456789.") == "" {
		return fine()
	}
	if len(words) > 0 && words[0][0] == 'p' {
		words = words[1:]
	}
	for len(words) > 0 {
		if !isDigit(words[0][0]) || len(words) == 1 || !timeUnit(words[1]) {
			return refuse("must be seconds, or numbers with units such as \"2 weeks\", not %q", value)
		}
		words = words[2:]
	}
	return fine()
}

// checkPrefix wants one of the beginnings in detail.
func checkPrefix(value, detail string) (Problem, bool) {
	prefixes := strings.Split(detail, "|")
	for _, prefix := range prefixes {
		if hasPrefixFold(value, prefix) {
			return fine()
		}
	}
	return refuse("must be of %s, not %q", oneOf(prefixes), value)
}

// authorities are the names of certificate authorities that mod_md knows.
// Source: md.h and mod_md_config.c of httpd 2.4.71.
var authorities = []string{"letsencrypt", "letsencrypt-test", "buypass", "buypass-test"}

func checkAuthority(value, _ string) (Problem, bool) {
	if isURL(value) || containsFold(authorities, value) {
		return fine()
	}
	return refuseWord(value, append([]string{"a URL"}, authorities...))
}

func checkPortMap(value, _ string) (Problem, bool) {
	from, to, ok := strings.Cut(value, ":")
	if !ok || !containsFold([]string{"80", "443", "http", "https"}, from) || to != "-" && !validPort(to) {
		return refuse("must be 80:PORT or 443:PORT (or - for none), not %q", value)
	}
	return fine()
}

// checkWindow judges a duration or a percentage below 100. What stands behind the
// sign does not matter (md_duration_parse, percentage_parse).
func checkWindow(value, _ string) (Problem, bool) {
	problem, bad := checkDuration(value, "")
	percent, _, ok := strings.Cut(value, "%")
	if !bad || !ok {
		return problem, bad
	}
	if n, rest := leadingInt(percent); rest != "" || n < 0 || n >= 100 {
		return refuse("must be a percentage below 100, not %q", value)
	}
	return fine()
}

func checkStoreLocks(value, _ string) (Problem, bool) {
	if containsFold([]string{"on", "off"}, value) {
		return fine()
	}
	return checkDuration(value, "")
}

// checkUpToHour judges a time of at most an hour.
func checkUpToHour(value, detail string) (Problem, bool) {
	if p, bad := checkTime(value, detail); bad {
		return p, bad
	}
	if n, unit := leadingInt(value); unit == "" && n > 3600 {
		return refuse("must be at most one hour, not %q", value)
	}
	return fine()
}

func checkSize(value, _ string) (Problem, bool) {
	digits := strings.TrimRight(strings.ToLower(value), "bkmg")
	if len(value)-len(digits) > 1 || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return refuse("must be a size such as 1048576, 512k or 1m, not %q", value)
	}
	return fine()
}

func checkExpression(value, _ string) (Problem, bool) {
	if problem := ExpressionProblem(value); problem != "" {
		return refuse("has the invalid condition %q: %s", value, problem)
	}
	return fine()
}
