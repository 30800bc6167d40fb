package check

import (
	"fmt"
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
)

// duplicateReferers finds names that stand twice in the valid_referers of one
// block, where server_names stands for all names of the server around it
// (ngx_http_referer).
func (s *Subject) duplicateReferers() []Problem {
	var found []Problem
	first, withNames := map[slot]*use{}, map[*nginx.Node]bool{}
	add := func(at, u *use, i int, block *nginx.Node, name string) {
		if name == "none" || name == "blocked" || name == "" || strings.HasPrefix(name, "~") {
			return
		}
		host, _, _ := strings.Cut(name, "/")
		for _, key := range hashKeys(host) {
			key := slot{block, key}
			if first[key] != nil {
				found = append(found, at.problem(ruleDuplicate, i, fmt.Sprintf("the name %q is given twice", name), "Remove one of them.").and(first[key], "the first one"))
				return
			}
			first[key] = u
		}
	}
	for _, u := range s.uses {
		if u.name() != "valid_referers" {
			continue
		}
		for i, name := range u.Use.Arguments {
			if name != "server_names" {
				add(u, u, i, u.Node.Parent, name)
				continue
			}
			if withNames[u.Node.Parent] {
				continue // said once or twice, it is the same
			}
			withNames[u.Node.Parent] = true
			for _, names := range s.serverNames(u) {
				for _, name := range names.Use.Arguments {
					add(u, names, i, u.Node.Parent, name)
				}
			}
		}
	}
	return found
}

// serverNames are the server_name directives of the server around a directive.
func (s *Subject) serverNames(u *use) []*use {
	var all []*use
	server := u.Within("server")
	if server == nil {
		return nil
	}
	for _, n := range server.Children {
		if names := s.of(n); names != nil && names.name() == "server_name" {
			all = append(all, names)
		}
	}
	return all
}

// refererless finds blocks whose valid_referers say none or blocked, but name
// nobody: regular expressions do not count (ngx_http_referer_merge_conf).
func (s *Subject) refererless() []Problem {
	var order []*use
	seen, named := map[*nginx.Node]bool{}, map[*nginx.Node]bool{}
	for _, u := range s.uses {
		if u.name() != "valid_referers" {
			continue
		}
		block := u.Node.Parent
		if !seen[block] && (u.has("none") || u.has("blocked")) {
			seen[block] = true
			order = append(order, u)
		}
		named[block] = named[block] || slices.ContainsFunc(u.Use.Arguments, func(name string) bool {
			if name == "server_names" {
				return s.hasNames(u)
			}
			return name != "none" && name != "blocked" && !strings.HasPrefix(name, "~")
		})
	}
	var found []Problem
	for _, u := range order {
		if !named[u.Node.Parent] {
			found = append(found, missing(u, "\"none\" or \"blocked\" need a name beside them, and regular expressions are none", "Add a name, such as server_names or *.example.com.")...)
		}
	}
	return found
}

// hasNames tells that the server around a directive has a name that is no
// regular expression; without any it has the empty one.
func (s *Subject) hasNames(u *use) bool {
	all := s.serverNames(u)
	for _, names := range all {
		if slices.ContainsFunc(names.Use.Arguments, func(name string) bool { return !strings.HasPrefix(name, "~") }) {
			return true
		}
	}
	return len(all) == 0
}

// wildNames finds names with a wildcard in a wrong place, of referers and in
// maps of host names. Those of servers are judged by themselves.
func (s *Subject) wildNames() []Problem {
	var found []Problem
	judge := func(u *use, i int, name string) {
		if name != "." && directives.BadName(name) {
			found = append(found, u.problem(ruleValue, i, fmt.Sprintf("the name %q is invalid", name), "A \"*\" stands alone for the first or the last label: *.example.com or www.example.*."))
		}
	}
	for _, u := range s.uses {
		switch u.name() {
		case "valid_referers":
			for i, name := range u.Use.Arguments {
				switch host, _, _ := strings.Cut(name, "/"); {
				case name == "":
					found = append(found, u.problem(ruleValue, i, "the name of a referer is empty", "Write none for requests without a referer."))
				case !strings.HasPrefix(name, "~"):
					judge(u, i, host)
				}
			}
		case "map":
			hostnames := false
			for _, n := range u.Children {
				hostnames = hostnames || n.Directive.Name == "hostnames" && len(n.Words) == 1
				if key, ok := mapKey(n); ok && hostnames {
					judge(&use{Node: n}, -1, key)
				}
			}
		}
	}
	return found
}

// hashKeys are what a name takes up in a table of names with wildcards: the
// name .example.com stands for example.com and *.example.com (ngx_hash_add_key).
func hashKeys(name string) []string {
	name = strings.ToLower(name)
	const any = "\x00"
	if rest, ok := strings.CutPrefix(name, "."); ok && rest != "" {
		return []string{rest, any + rest}
	}
	if rest, ok := strings.CutPrefix(name, "*."); ok {
		return []string{any + rest}
	}
	return []string{name}
}
