package check

import (
	"fmt"
	"slices"
	"strings"

	"padlock/internal/apache"
)

// Workers finds ProxySet lines for the URL of a worker that nothing before them
// makes ("ProxySet can not find … Worker", set_proxy_param of mod_proxy in httpd
// 2.4), and <Proxy> sections that name none. A virtual host has workers of its
// own, and so has the server outside of all. The server takes the worker whose
// URL is the longest beginning of the one that is asked for; here any line that
// names such a URL is taken for one that makes it. Balancers are names: see
// References. The rules are reference-undefined and directive-value.
func (s *Subject) Workers() []Problem {
	if !s.complete {
		return nil
	}
	type worker struct {
		scope  apache.Item
		origin string
	}
	var problems []Problem
	made := map[worker][]string{} // the paths
	for item := range s.config.All() {
		words := item.Words()
		if item.Is("ProxySet") && len(words) > 0 {
			if section, ok := proxyAround(item); ok {
				problems = append(problems, absolute(item, section)...)
				continue
			}
			url := words[0].Value
			origin, path, ok := originOf(url)
			begins := func(made string) bool { return strings.HasPrefix(path, made) }
			if ok && !strings.HasPrefix(origin, "balancer:") && !slices.ContainsFunc(made[worker{scopeOf(item), origin}], begins) {
				problems = append(problems, problem("reference-undefined", item,
					fmt.Sprintf("ProxySet names the worker %q, which no line before it makes in the same virtual host: the server refuses it", url),
					"Put it behind the ProxyPass that it is for, or into a <Proxy> section.").at(0))
			}
			continue
		}
		if item.Is("BalancerMember") {
			problems = append(problems, balancerName(item)...)
		}
		for _, w := range words {
			if origin, path, ok := originOf(w.Value); ok {
				w := worker{scopeOf(item), origin}
				made[w] = append(made[w], path)
			}
		}
	}
	return problems
}

// scopeOf is the virtual host around an item; the zero Item outside of all.
func scopeOf(item apache.Item) apache.Item {
	for up, ok := item.Parent(); ok; up, ok = up.Parent() {
		if up.Is("VirtualHost") {
			return up
		}
	}
	return apache.Item{}
}

// proxyAround is the section right around an item, if that is <Proxy> or
// <ProxyMatch>.
func proxyAround(item apache.Item) (apache.Item, bool) {
	parent, ok := item.Parent()
	return parent, ok && isAny(parent, "Proxy", "ProxyMatch")
}

// absolute wants a URL as the name of the section around a ProxySet.
func absolute(item, section apache.Item) []Problem {
	words := section.Words()
	if len(words) == 0 || strings.Contains(words[0].Value, "://") || strings.Contains(words[0].Value, "${") {
		return nil
	}
	return []Problem{problem("directive-value", item, fmt.Sprintf("ProxySet inside <%s %s> needs the URL of a worker there: the server refuses it", section.Name(), words[0].Value),
		"Name the worker in the section, such as <Proxy http://127.0.0.1:8080/>.")}
}

// balancerName judges the name of a balancer, of the section around a member or
// before it: behind the first colon come two slashes and more
// (ap_proxy_define_balancer).
func balancerName(item apache.Item) []Problem {
	words, at := item.Words(), -1
	name := ""
	switch section, inside := item.Parent(); {
	case inside && isAny(section, "Proxy", "ProxyMatch", "Location", "LocationMatch"):
		if names := section.Words(); len(names) > 0 {
			name = names[0].Value
		}
	case !inside || section.Is("VirtualHost"):
		at = slices.IndexFunc(words, func(w apache.Word) bool { return !strings.Contains(w.Value, "=") })
		if at >= 0 && at+1 < len(words) {
			name = words[at].Value
		}
	}
	_, rest, ok := strings.Cut(name, ":")
	if name == "" || strings.ContainsAny(name, "=$") || ok && strings.HasPrefix(rest, "//") && len(rest) > 2 {
		return nil
	}
	if at >= 0 && !ok {
		return nil // the arguments are at fault
	}
	return []Problem{problem("directive-value", item, fmt.Sprintf("%q is no name of a balancer: the server refuses the member", name),
		"Write it as balancer://NAME.").at(at)}
}

// originOf are the scheme and host of a URL, which must have no variables, and what
// follows them up to the first one.
func originOf(url string) (origin, path string, ok bool) {
	scheme, rest, found := strings.Cut(url, "://")
	host := rest
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	if !found || scheme == "" || host == "" || strings.ContainsAny(scheme+host, "$%*?|^(") {
		return "", "", false
	}
	if i := strings.IndexAny(path, "$%"); i >= 0 {
		path = path[:i]
	}
	return strings.ToLower(scheme + "://" + host), path, true
}
