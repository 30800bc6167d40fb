package generator

import (
	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// modules are those that a server has beside the ones that every build of the
// platform has compiled in. The zero value is what the platform's packages offer.
type modules struct {
	names map[string]bool // nil when only the platform is known
	// listed is where target.modules stands; empty when they were found.
	listed hcl.Range
}

// listedModules are those of target.modules. The list is complete: what it leaves
// out is not there.
func listedModules(server tlspolicy.Server, list setting) modules {
	m := modules{names: map[string]bool{}, listed: list.Range}
	for it := list.Value.ElementIterator(); it.Next(); {
		_, name := it.Element()
		m.names[tlspolicy.ModuleName(server, name.AsString())] = true
	}
	return m
}

// foundModules are those of an installed server; none are known when it did not
// say.
func foundModules(found tlspolicy.Installed) modules {
	if len(found.Modules)+len(found.DynamicModules) == 0 {
		return modules{}
	}
	m := modules{names: map[string]bool{}}
	for _, list := range [][]string{found.Modules, found.DynamicModules} {
		for _, name := range list {
			m.names[tlspolicy.ModuleName(found.Server, name)] = true
		}
	}
	return m
}

// Module tells whether the target has a module, or can have it from its
// platform's packages: Apache's are named as a2enmod takes them ("proxy_http2"),
// nginx's without "ngx_" and "_module" ("http_brotli_filter").
func (t Target) Module(name string) bool {
	known, ok := t.Platform.Module(t.Server, name)
	switch {
	case t.modules.names == nil:
		return ok
	case t.modules.names[name] || known.Usual:
		return true
	}
	// An installed server has told all that it has compiled in.
	return known.BuiltIn && t.modules.listed != (hcl.Range{})
}
