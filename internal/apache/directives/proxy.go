package directives

import (
	"fmt"
	"slices"
	"strings"
)

// Parameters of ProxyPass, BalancerMember and ProxySet: key to the type of its
// value, in the words of the argument table. Source: set_worker_param and
// set_balancer_param in mod_proxy.c, mod_proxy_hcheck.c of httpd 2.4.71, tried.
var workerParameters = map[string]string{
	"loadfactor": "factor", "retry": "atoi:0..", "ttl": "atoi:1..", "min": "atoi:0..", "max": "atoi:0..", "smax": "atoi:0..",
	"acquire": "timeabove:ms", "timeout": "atoi:1..", "iobuffersize": "buffer", "receivebuffersize": "buffer",
	"keepalive": "word:on|off", "disablereuse": "word:on|off", "enablereuse": "word:on|off", "route": "any", "redirect": "any",
	"status": "status", "flushpackets": "word:on|off|auto", "flushwait": "atoi:0..1000", "ping": "timeabove:s",
	"lbset": "atoi:0..99", "connectiontimeout": "timeabove:s", "flusher": "any", "secret": "any", "upgrade": "any",
	"responsefieldsize": "atoi:0..", "addressttl": "atoi:..",
	"hcinterval": "time:s", "hcpasses": "atoi:0..", "hcfails": "atoi:0..", "hcmethod": "hcmethod", "hcuri": "any",
	"hcexpr": "any", "hctemplate": "any",
}

var balancerParameters = map[string]string{
	"stickysession": "any", "stickysessionsep": "any", "nofailover": "word:on|off", "timeout": "atoi:1..",
	"maxattempts": "atoi:0..", "lbmethod": "lbmethod", "scolonpathdelim": "word:on|off", "failonstatus": "statuses",
	"failontimeout": "word:on|off", "nonce": "any", "growth": "atoi:1..1000", "forcerecovery": "word:on|off",
}

var balancerMethods = []string{"byrequests", "bytraffic", "bybusyness", "heartbeat"}

func checkProxyPass(c Call) []Problem      { return judgeProxyPass("ProxyPass", c, false) }
func checkProxyPassMatch(c Call) []Problem { return judgeProxyPass("ProxyPassMatch", c, true) }

func judgeProxyPass(title string, c Call, match bool) []Problem {
	words := splitWords(c.Raw)
	at, pattern := 0, ""
	hasPath := false
	if !match && len(words) > 0 && words[0] == "~" {
		at, match = 1, true
	}
	inside := isDirectoryLike(c.Place)
	if !inside && at < len(words) {
		pattern, hasPath = words[at], true
		at++
	}
	switch {
	case inside && len(words) > 1 && strings.HasPrefix(words[0], "/"):
		return argumentsProblem("inside <Location> %s takes only the target: the path is the section's", title)
	case at >= len(words):
		return argumentsProblem("%s needs a path and a target", title)
	}
	if match && hasPath {
		if problems := regexAt(at-1, title, pattern); problems != nil {
			return problems
		}
	}
	target := words[at]
	if target == "!" {
		return afterException(title, words, at+1)
	}
	if problem := proxyURLProblem(target); problem != "" {
		return valueProblem(at, "%s cannot use the target %q: %s", title, target, problem)
	}
	return proxyParameters(title, target, words, at+1, []string{"nocanon", "interpolate", "noquery"})
}

// afterException judges what follows "!" in the place of a target. It means
// nothing, but the server reads it: any key is taken.
func afterException(title string, words []string, from int) []Problem {
	for i, word := range words[from:] {
		if !strings.Contains(word, "=") && !containsFold([]string{"nocanon", "interpolate", "noquery"}, word) {
			p := argumentsProblem("%s: parameters are key=value, %q is not", title, word)
			p[0].Arg = from + i
			return p
		}
	}
	return nil
}

// proxyURLProblem says why the server cannot use a worker's URL.
func proxyURLProblem(target string) string {
	if rest, ok := cutPrefixFold(target, "unix:"); ok {
		_, url, found := strings.Cut(rest, "|")
		if !found {
			return "after the socket's path a | and a URL are missing"
		}
		target = url
	}
	scheme, rest, ok := strings.Cut(target, "://")
	host := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	// What stands before the last @ is a user and password (apr_uri_parse).
	host = host[strings.LastIndexByte(host, '@')+1:]
	if !ok || scheme == "" || host == "" || strings.EqualFold(scheme, "balancer:") {
		return "it must be a URL with a scheme and a host, such as http://127.0.0.1:8080/"
	}
	if strings.ContainsAny(host, "$%") {
		return ""
	}
	if strings.HasPrefix(host, "[") && !strings.Contains(host, "]") {
		return "the bracket of the IPv6 address is not closed"
	}
	tail := host[strings.LastIndexByte(host, ']')+1:]
	if _, port, found := strings.Cut(tail, ":"); found && strings.Trim(port, "0123456789") != "" {
		return fmt.Sprintf("%q is no port", port)
	}
	return ""
}

// proxyParameters judges key=value words from the given index on.
func proxyParameters(title, target string, words []string, from int, bare []string) []Problem {
	known := workerParameters
	if hasPrefixFold(target, "balancer:") {
		known = balancerParameters
	}
	var problems []Problem
	for i, word := range words[min(from, len(words)):] {
		key, value, ok := strings.Cut(word, "=")
		switch {
		case containsFold(bare, word):
		case strings.EqualFold(key, "mapping") && title != "ProxySet":
			if !strings.EqualFold(value, "servlet") && !strings.EqualFold(value, "encoded") {
				problems = append(problems, valueProblem(from+i, "%s: mapping must be encoded or servlet, not %q", title, value)...)
			}
		case !ok:
			p := argumentsProblem("%s: parameters are key=value, %q is not", title, word)
			p[0].Arg = from + i
			problems = append(problems, p...)
		default:
			problems = append(problems, proxyParameter(title, key, value, from+i, known)...)
		}
	}
	return problems
}

func hasPrefixFold(text, prefix string) bool {
	_, ok := cutPrefixFold(text, prefix)
	return ok
}

func proxyParameter(title, key, value string, arg int, known map[string]string) []Problem {
	rule, ok := known[strings.ToLower(key)]
	if !ok {
		keys := make(map[string]bool)
		for k := range known {
			keys[k] = true
		}
		p := valueProblem(arg, "%s has no parameter %q", title, key)
		if near := nearestWord(key, sortedWords(keys)); near != "" {
			p[0].Suggestion = near + "=" + value
		}
		return p
	}
	kind, detail, _ := strings.Cut(rule, ":")
	check := typeChecks[kind]
	if own := parameterChecks[kind]; own != nil {
		check = own
	}
	if check == nil {
		return nil
	}
	p, bad := check(value, detail)
	if !bad {
		return nil
	}
	p.Arg, p.Kind = arg, Value
	p.Message = title + ": " + key + " " + p.Message
	if p.Suggestion != "" {
		p.Suggestion = key + "=" + p.Suggestion
	}
	return []Problem{p}
}

var parameterChecks = map[string]func(value, detail string) (Problem, bool){
	"factor": func(value, _ string) (Problem, bool) {
		if n, rest := leadingInt(value); n < 1 || n > 100 || rest != "" && rest[0] != '.' {
			return refuse("must be a number from 1 to 100, not %q", value)
		}
		return fine()
	},
	"timeabove": func(value, unit string) (Problem, bool) {
		if n, _ := leadingInt(value); n <= 0 {
			return refuse("must be a time above 0, not %q", value)
		}
		return checkTime(value, unit)
	},
	"status": func(value, _ string) (Problem, bool) {
		if strings.Trim(strings.ToUpper(value), "+-DSIHERCNP") != "" {
			return refuse("must be letters of D, S, I, H, E, R, C and N with + or -, not %q", value)
		}
		return fine()
	},
	"statuses": func(value, _ string) (Problem, bool) {
		for code := range strings.SplitSeq(value, ",") {
			if n, _ := leadingInt(code); n < 100 || n > 599 {
				return refuse("must be HTTP statuses separated by commas, not %q", value)
			}
		}
		return fine()
	},
	"lbmethod": func(value, _ string) (Problem, bool) {
		if slices.Contains(balancerMethods, value) {
			return fine()
		}
		return refuseWord(value, balancerMethods)
	},
	"hcmethod": func(value, _ string) (Problem, bool) {
		return checkWord(value, "NONE|TCP|OPTIONS|HEAD|GET|CPING|PROVIDER|OPTIONS11|HEAD11|GET11")
	},
}

// checkBalancerMember: words with a "=" are parameters, wherever they stand; of
// the others the last is the member's URL, and outside <Proxy> the balancer's
// name stands before it (add_member of mod_proxy.c, httpd 2.4).
func checkBalancerMember(c Call) []Problem {
	words := splitWords(c.Raw)
	var names, parameters []int
	for i, word := range words {
		if strings.Contains(word, "=") {
			parameters = append(parameters, i)
		} else {
			names = append(names, i)
		}
	}
	wanted := 1
	if !isDirectoryLike(c.Place) {
		wanted = 2
	}
	switch {
	case len(names) > wanted && wanted == 1:
		return argumentsProblem("inside <Proxy> BalancerMember takes one URL and key=value parameters, not %q and %q: the balancer is the section's", words[names[0]], words[names[1]])
	case len(names) > wanted:
		return argumentsProblem("BalancerMember takes a balancer, a URL and key=value parameters: %q is none of these", words[names[wanted]])
	case len(names) < wanted && wanted == 1:
		return argumentsProblem("BalancerMember needs the URL of the member")
	case len(names) < wanted:
		return argumentsProblem("BalancerMember needs a balancer:// name and a URL when it stands outside <Proxy>")
	case wanted == 2 && !hasPrefixFold(words[names[0]], "balancer:"):
		return valueProblem(names[0], "BalancerMember needs a balancer:// name first when it stands outside <Proxy>, not %q", words[names[0]])
	}
	at := names[wanted-1]
	if problem := proxyURLProblem(words[at]); problem != "" {
		return valueProblem(at, "BalancerMember cannot use %q: %s", words[at], problem)
	}
	var problems []Problem
	for _, i := range parameters {
		problems = append(problems, proxyParameters("BalancerMember", words[at], words[:i+1], i, nil)...)
	}
	return problems
}

// checkProxySet judges the parameters; which of the two lists holds is known
// outside <Proxy> only. Within other sections, <Location> too, the URL comes
// first (set_proxy_param of mod_proxy.c, httpd 2.4).
func checkProxySet(c Call) []Problem {
	words := splitWords(c.Raw)
	if n := len(c.Place.Enclosing); n == 0 && !c.Place.AccessFile || n > 0 && !hasPrefixFold(c.Place.Enclosing[n-1], "Proxy") {
		if len(words) == 0 {
			return argumentsProblem("ProxySet needs the URL of a balancer or worker outside <Proxy>")
		}
		if !strings.Contains(words[0], "://") {
			p := argumentsProblem("ProxySet must start with the URL of a balancer or worker outside <Proxy>, not with %q", words[0])
			p[0].Arg = 0
			return p
		}
		return proxyParameters("ProxySet", words[0], words, 1, nil)
	}
	var problems []Problem
	for i, word := range words {
		key := strings.ToLower(strings.SplitN(word, "=", 2)[0])
		target := "worker"
		if _, ok := balancerParameters[key]; ok {
			target = "balancer:"
		}
		problems = append(problems, proxyParameters("ProxySet", target, words[:i+1], i, nil)...)
	}
	return problems
}

func checkProxySection(f *Facts, c Call) []Problem {
	words := splitWords(c.Raw)
	if len(words) < 2 || !strings.Contains(words[0], "://") {
		if len(words) > 1 {
			return argumentsProblem("%s takes parameters only after a URL without wildcards", f.Title())
		}
		return nil
	}
	return proxyParameters(f.Title(), words[0], words, 1, nil)
}

func checkProxyPassReverse(c Call) []Problem {
	inside := isDirectoryLike(c.Place)
	switch {
	case !inside && len(c.Args) == 1:
		return argumentsProblem("ProxyPassReverse needs a path and a URL outside <Location>")
	case inside && len(c.Args) > 1 && !strings.EqualFold(c.Args[1], "interpolate"):
		return argumentsProblem("inside <Location> ProxyPassReverse takes only the URL: the path is the section's")
	}
	return nil
}

func checkProxyErrorOverride(c Call) []Problem {
	if !containsFold([]string{"on", "off"}, c.Args[0]) {
		return valueProblem(0, "ProxyErrorOverride must start with On or Off, not %q", c.Args[0])
	}
	for i, status := range c.Args[1:] {
		n, rest := leadingInt(status)
		switch {
		case strings.EqualFold(c.Args[0], "off"):
			return argumentsProblem("ProxyErrorOverride takes statuses only after On")
		case rest != "" || n < 400 || n > 599:
			return valueProblem(i+1, "ProxyErrorOverride needs statuses from 400 to 599, not %q", status)
		}
	}
	return nil
}

// checkHealthExpression judges `ProxyHCExpr name {condition}`. The braces may
// nest and are optional around a single word (ap_getword_conf2 of httpd 2.4).
func checkHealthExpression(c Call) []Problem {
	name, rest := nextWord(c.Raw)
	if name == "" || rest == "" {
		return argumentsProblem("ProxyHCExpr needs a name and a condition in braces")
	}
	condition, more := nextWord(rest)
	if rest[0] == '{' {
		condition, more = bracedWord(rest)
	}
	if problem := ExpressionProblem(condition); problem != "" {
		return valueProblem(1, "ProxyHCExpr: the condition %q is invalid: %s", condition, problem)
	}
	if more = strings.TrimSpace(more); more != "" {
		return argumentsProblem("ProxyHCExpr has too many words: %q", more)
	}
	return nil
}

// bracedWord is what stands between a brace at the start of text and the one
// that closes it, or the end.
func bracedWord(text string) (word, rest string) {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[1:i], text[i+1:]
			}
		}
	}
	return text[1:], ""
}
