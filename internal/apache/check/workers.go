package check

import (
	"fmt"
	"strings"

	"padlock/internal/apache"
)

// Workers finds ProxySet lines for the URL of a worker that nothing before them
// makes ("ProxySet can not find … Worker", set_proxy_param of mod_proxy in httpd
// 2.4). The server takes the worker whose URL is the longest beginning of the one
// that is asked for; here a line that names the same scheme and host is taken for
// one that makes it. Balancers are names: see References. The rule is
// reference-undefined.
func (s *Subject) Workers() []Problem {
	if !s.complete {
		return nil
	}
	var problems []Problem
	made := map[string]bool{}
	for item := range s.config.All() {
		words := item.Words()
		if item.Is("ProxySet") && len(words) > 0 && len(item.Sections()) == 0 {
			url := words[0].Value
			if origin, ok := originOf(url); ok && !made[origin] && !strings.HasPrefix(origin, "balancer:") {
				problems = append(problems, problem("reference-undefined", item,
					fmt.Sprintf("ProxySet names the worker %q, which no line before it makes: the server refuses it", url),
					"Put it behind the ProxyPass that it is for, or into a <Proxy> section.").at(0))
			}
			continue
		}
		for _, w := range words {
			if origin, ok := originOf(w.Value); ok {
				made[origin] = true
			}
		}
	}
	return problems
}

// originOf is the scheme and host of a URL without variables.
func originOf(url string) (origin string, ok bool) {
	scheme, rest, found := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	if !found || scheme == "" || host == "" || strings.ContainsAny(scheme+host, "$%*?|^(") {
		return "", false
	}
	return strings.ToLower(scheme + "://" + host), true
}

// Caches finds CacheEnable lines whose path does not begin like that of the
// <Location> around them (add_cache_enable of mod_cache in httpd 2.4: the letters
// are compared, of <LocationMatch> those of the pattern). The rule is
// directive-value.
func (s *Subject) Caches() []Problem {
	var problems []Problem
	for item := range s.config.All() {
		words := item.Words()
		if !item.Is("CacheEnable") || len(words) < 2 || strings.Contains(words[1].Value, "${") {
			continue
		}
		place, ok := locationOf(item)
		if !ok || strings.HasPrefix(words[1].Value, place) {
			continue
		}
		problems = append(problems, problem("directive-value", item,
			fmt.Sprintf("CacheEnable inside <Location %s> names %s, which does not lie below it: the server refuses it", place, words[1].Value),
			"Leave the path out: the section says it.").at(1))
	}
	return problems
}

// locationOf is the path or pattern of the innermost section around a line, if
// that is a <Location> of either kind.
func locationOf(item apache.Item) (string, bool) {
	parent, ok := item.Parent()
	if !ok || !isAny(parent, "Location", "LocationMatch") {
		return "", false
	}
	words := parent.Words()
	if len(words) != 1 || strings.Contains(words[0].Value, "${") {
		return "", false
	}
	return words[0].Value, true
}
