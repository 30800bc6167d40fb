package check

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"padlock/internal/nginx/directives"
)

const ruleVariable = "variable-unknown"

// Variables finds variables that nothing defines, and definitions of variables
// that the server does not let anyone define. Which variables there are is known
// of a complete configuration only; a definition may stand below its use.
func (s *Subject) Variables() []Problem {
	var found []Problem
	defined := map[string]map[string]bool{"http": {}, "stream": {}}
	for _, u := range s.uses {
		names := defined[u.protocol()]
		if names == nil {
			continue
		}
		if i, ok := directives.Defines(u.Use); ok {
			name := strings.ToLower(u.Use.Arguments[i][1:])
			names[name] = true
			if v, exists := directives.FindVariable(name, u.Use.Context); exists && !v.Changeable && !v.Prefix && s.target.HasVariable(name, u.Use.Context) {
				found = append(found, u.problem(ruleVariable, i, fmt.Sprintf("the variable \"$%s\" is the server's own and cannot be defined", name), "Choose another name."))
			}
		}
		for _, pattern := range directives.RegexArguments(u.Use) {
			addGroups(names, pattern)
		}
		if u.name() == "map" {
			for _, n := range u.Children {
				if strings.HasPrefix(n.Directive.Name, "~") {
					addGroups(names, n.Directive.Name)
				}
			}
		}
	}
	if !s.complete || s.foreign() {
		return found
	}
	for _, u := range s.uses {
		if u.name() == "memcached_pass" && !defined["http"]["memcached_key"] {
			found = append(found, u.problem(ruleVariable, -1, "\"memcached_pass\" reads the variable \"$memcached_key\", which nothing defines", "Set it to the key: set $memcached_key $uri;"))
		}
		names := defined[u.protocol()]
		if names == nil || u.protocol() == "http" && u.name() != "geo" {
			continue
		}
		for _, i := range s.expanded(u) {
			found = append(found, s.unknown(u, i, u.Use.Arguments[i], names)...)
		}
		if u.name() == "map" {
			for _, n := range u.Children {
				if len(n.Words) == 2 && n.Directive.Name != "include" {
					found = append(found, s.unknown(&use{Node: n, Use: directives.Use{Context: u.Use.Context}}, 0, n.Arg(0), names)...)
				}
			}
		}
	}
	return found
}

// expanded are the arguments in which variables are looked for.
func (s *Subject) expanded(u *use) []int {
	scripts := directives.Scripts(u.form, u.Use)
	if u.name() == "geo" && len(u.Use.Arguments) == 2 {
		scripts = append(scripts, 0)
	}
	return scripts
}

// unknown finds the variables of one text that no one defines.
func (s *Subject) unknown(u *use, argument int, text string, defined map[string]bool) []Problem {
	var found []Problem
	for _, v := range directives.Variables(text) {
		name := strings.ToLower(v.Name)
		isCapture := len(name) == 1 && name[0] >= '1' && name[0] <= '9'
		if isCapture || defined[name] || s.target.HasVariable(name, u.Use.Context) {
			continue
		}
		p := u.problem(ruleVariable, argument, fmt.Sprintf("unknown variable \"$%s\"", v.Name), "No module, set, map or named group defines it.")
		names := append(directives.VariableNames(u.Use.Context), sortedKeys(defined)...)
		if near := directives.Nearest(name, names); near != "" {
			p.Help = fmt.Sprintf("Did you mean \"$%s\"?", near)
		}
		found = append(found, p)
	}
	return found
}

// groupName finds the names of a pattern's groups.
var groupName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\(\?P?[<']([A-Za-z_]\w*)[>']`) })

func addGroups(names map[string]bool, pattern string) {
	if !strings.Contains(pattern, "(?") {
		return
	}
	for _, m := range groupName().FindAllStringSubmatch(pattern, -1) {
		names[strings.ToLower(m[1])] = true
	}
}

// foreign tells that a module is loaded of which no directive is known: it may
// define any variable.
func (s *Subject) foreign() bool {
	for _, n := range s.config.Root.Children {
		if n.Directive.Name == "load_module" && !directives.KnowsModule(n.Arg(0)) {
			return true
		}
	}
	return false
}
