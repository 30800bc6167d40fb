package check

import (
	"fmt"
	"slices"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/apache/directives"
)

// References finds names that are used but not defined, where the server
// refuses that: authentication and authorization providers, health checks,
// balancers, load balancing methods, modules that LogLevel names. Most must be
// defined before their use. The rules are reference-undefined, and
// module-missing for what a module would bring. A configuration that is not
// complete has no such problems: the rest of it may define the name.
func (s *Subject) References() []Problem {
	if !s.complete {
		return nil
	}
	var problems []Problem
	defined := map[definition]bool{}
	for item := range s.config.All() {
		if item.OnRead() {
			// The evaluator has judged Use and UndefMacro.
			continue
		}
		facts := directives.Lookup(title(item))
		if len(facts) == 0 || !directives.Naming(facts[0]) {
			continue
		}
		call := callOf(item)
		for _, name := range directives.Needs(facts[0], call) {
			if p, ok := s.reference(item, name, defined); ok {
				problems = append(problems, p)
			}
			if name.Space == directives.Balancers && !name.Refused {
				// ProxyPass makes the balancer if there is none.
				defined[definitionOf(item, name)] = true
			}
		}
		for _, name := range directives.Defines(facts[0], call) {
			defined[definitionOf(item, name)] = true
		}
	}
	return problems
}

// definition is a name that is defined. A balancer is one of the virtual host
// that it stands in.
type definition struct {
	space directives.Space
	scope apache.Item
	name  string
}

func definitionOf(item apache.Item, name directives.Name) definition {
	d := definition{space: name.Space, name: fold(name)}
	if name.Space == directives.Balancers {
		d.scope = scopeOf(item)
	}
	return d
}

// foreignSpaces are those in which a third party's module may define names.
var foreignSpaces = []directives.Space{directives.AuthnProviders, directives.AuthzProviders, directives.OutputFilters,
	directives.Mutexes, directives.DAVProviders, directives.BalancingAlgorithm}

func fold(name directives.Name) string {
	if name.Space.FoldsCase() {
		return strings.ToLower(name.Text)
	}
	return name.Text
}

// reference judges one use of a name.
func (s *Subject) reference(item apache.Item, name directives.Name, defined map[definition]bool) (Problem, bool) {
	if !name.Refused || defined[definitionOf(item, name)] || strings.Contains(name.Text, "${") {
		return Problem{}, false
	}
	if modules := directives.Providing(name); len(modules) > 0 {
		return s.moduleNeeded(item, name, modules)
	}
	if name.Space == directives.LogModules {
		if !s.config.HasLoadModule() || s.maybeLoaded(name.Text) || s.maybeLoaded(name.Text+".c") || s.maybeLoaded("mod_"+name.Text+".c") {
			return Problem{}, false
		}
		return problem("reference-undefined", item,
			fmt.Sprintf("%s names the module %q, which is not loaded: the server refuses it", item.Name(), name.Text),
			"Write the module as in ssl:info, mod_ssl.c:info or ssl_module:info.").at(name.Arg), true
	}
	if s.foreign && slices.Contains(foreignSpaces, name.Space) {
		return Problem{}, false
	}
	return problem("reference-undefined", item,
		fmt.Sprintf("%s refers to the %s %q, which nothing before it defines: the server refuses it", item.Name(), name.Space, name.Text),
		"Define it before this line, or correct the name.").at(name.Arg), true
}

// moduleNeeded judges a name that one of some modules brings along. Where it is
// not known which modules are loaded, there is no problem.
func (s *Subject) moduleNeeded(item apache.Item, name directives.Name, modules []string) (Problem, bool) {
	if !s.config.HasLoadModule() || slices.ContainsFunc(modules, s.maybeLoaded) {
		return Problem{}, false
	}
	module := directives.ModuleOf(modules[0])
	p := problem("module-missing", item,
		fmt.Sprintf("the %s %q comes from %s, which no LoadModule line loads: the server refuses it", name.Space, name.Text, modules[0]),
		fmt.Sprintf(`Add "LoadModule %s modules/%s" (Debian: a2enmod %s).`, module.Symbol, module.File, module.Package))
	return p.at(name.Arg), true
}

// maybeLoaded tells that a module is loaded or may be.
func (s *Subject) maybeLoaded(module string) bool {
	module = apache.ModuleSource(module)
	return s.loaded[module] || s.config.Module(module) == apache.True || directives.BuiltIn(module, "")
}
