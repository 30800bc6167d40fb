package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
)

const ruleDuplicate = "directive-duplicate"

// Duplicates finds what the server refuses to be told twice beyond a directive
// of the same name (see directives.Once): two directives that set the same
// thing, zones, thread pools, keys of a map.
func (s *Subject) Duplicates() []Problem {
	found := s.duplicatesInBlock()
	found = append(found, s.duplicateNames()...)
	found = append(found, s.duplicateReferers()...)
	return append(found, s.duplicateKeys()...)
}

// slot is what a directive sets in its block: two that set the same are one too
// many.
type slot struct {
	block *nginx.Node
	what  string
}

func (s *Subject) duplicatesInBlock() []Problem {
	var found []Problem
	first := map[slot]*use{}
	for _, u := range s.uses {
		what := u.sets()
		if what == "" {
			continue
		}
		key := slot{u.Node.Parent, what}
		before := first[key]
		if before == nil {
			first[key] = u
			continue
		}
		message := ""
		switch {
		case withOff[what]:
			if u.Use.Arguments[0] != "off" && before.Use.Arguments[0] != "off" {
				continue
			}
			message = fmt.Sprintf("\"%s off\" cannot stand beside another %[1]q in the same block", what)
		case u.name() != before.name():
			message = fmt.Sprintf("%q cannot stand beside %q in the same block", u.name(), before.name())
		case what == u.name() || directives.Once(u.name(), u.form):
			continue
		default:
			message = fmt.Sprintf("%q is given twice for the same %s in the same block", u.name(), strings.Replace(what, " ", " \"", 1)+"\"")
		}
		found = append(found, u.problem(ruleDuplicate, -1, message, "Keep one of them.").and(before, "the first one"))
	}
	return found
}

// withOff are directives that may be given often, but not beside one that says
// off.
var withOff = map[string]bool{"mirror": true, "proxy_redirect": true, "proxy_cookie_domain": true, "proxy_cookie_path": true, "proxy_cookie_flags": true}

// sets names what a directive sets in its block, where two may clash.
func (u *use) sets() string {
	switch u.name() {
	case "alias", "root":
		return "root"
	case "limit_req":
		_, zone := u.argument("zone=")
		return "zone " + zone
	case "limit_conn":
		return "zone " + u.Use.Arguments[0]
	case "load_module":
		return "module " + path.Base(u.Use.Arguments[0])
	}
	if withOff[u.name()] {
		return u.name()
	}
	return ""
}

// duplicateNames finds second definitions of zones that limit connections, and
// of thread pools.
func (s *Subject) duplicateNames() []Problem {
	var found []Problem
	first := map[defined]*use{}
	for _, u := range s.uses {
		if u.name() != "limit_conn_zone" && u.name() != "thread_pool" {
			continue
		}
		for _, r := range directives.References(u.Use) {
			key := defined{u.protocol(), r.Kind, r.Name}
			before := first[key]
			if before == nil {
				first[key] = u
				continue
			}
			p := u.problem(ruleDuplicate, r.Argument, fmt.Sprintf("the %s %q is defined twice", r.Kind, r.Name), "Give it another name, or remove one of them.")
			found = append(found, p.and(before, "the first one"))
		}
	}
	return found
}

// duplicateKeys finds keys that stand twice in a map. (ngx_http_map; geo and
// types only warn.)
func (s *Subject) duplicateKeys() []Problem {
	var found []Problem
	for _, u := range s.uses {
		if u.name() != "map" {
			continue
		}
		first, hostnames := map[string]*nginx.Node{}, false
		for _, n := range u.Children {
			hostnames = hostnames || n.Directive.Name == "hostnames" && len(n.Words) == 1
			key, ok := mapKey(n)
			if !ok {
				continue
			}
			keys := []string{key}
			if hostnames {
				keys = hashKeys(key)
			}
			for _, k := range keys {
				if before := first[k]; before != nil {
					entry := use{Node: n}
					p := entry.problem(ruleDuplicate, -1, fmt.Sprintf("the key %q stands in the map twice", key), "Remove one of the lines.")
					found = append(found, p.and(&use{Node: before}, "the first one"))
					break
				}
				first[k] = n
			}
		}
	}
	return found
}

// mapKey is the key of an entry as the server compares it: without regard to
// case. Regular expressions may stand there twice.
func mapKey(n *nginx.Node) (key string, ok bool) {
	if len(n.Words) != 2 || n.HasBlock || strings.HasPrefix(n.Directive.Name, "~") || n.Directive.Name == "include" {
		return "", false
	}
	key = n.Directive.Name
	if rest, escaped := strings.CutPrefix(key, `\`); escaped {
		key = rest
	} else if key == "default" {
		return "default", true
	}
	return strings.ToLower(key), true
}

// sortedKeys makes the order of what is kept in a map the same every time.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
