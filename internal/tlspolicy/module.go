package tlspolicy

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Packaging is how the packages of a platform cut a server into modules.
type Packaging string

// The packagings.
const (
	// DebianPackaging is that of Debian and Ubuntu.
	DebianPackaging Packaging = "debian"
	// RedHatPackaging is that of RHEL and its kin.
	RedHatPackaging Packaging = "redhat"
	// UpstreamPackaging is that of the makers of a server themselves.
	UpstreamPackaging Packaging = "upstream"
)

// Module is how a platform has a module of a server.
type Module struct {
	// Name is what a2enmod takes ("proxy_http2"), or nginx's name without "ngx_"
	// and "_module" ("http_brotli_filter").
	Name string
	// BuiltIn tells that it needs neither a package nor loading.
	BuiltIn bool
	// Usual tells that the server's build has it unless told otherwise, whoever
	// packages it.
	Usual bool
	// Package is what has to be installed; empty when built in.
	Package string
}

//go:embed modules.tsv
var modulesData string

type moduleKey struct {
	packaging Packaging
	server    Server
	name      string
}

// builtIn in the column of packages: no package is needed.
const builtIn = "built-in"

var moduleTable = sync.OnceValue(func() map[moduleKey]Module {
	table := map[moduleKey]Module{}
	for line := range strings.Lines(modulesData) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		packagings := []Packaging{Packaging(columns[0])}
		if columns[0] == "*" {
			packagings = []Packaging{DebianPackaging, RedHatPackaging, UpstreamPackaging}
		}
		for _, packaging := range packagings {
			for _, name := range strings.Fields(columns[3]) {
				module := Module{Name: name, BuiltIn: columns[2] == builtIn, Usual: columns[0] == "*"}
				if !module.BuiltIn {
					module.Package = columns[2]
				}
				table[moduleKey{packaging, Server(columns[1]), name}] = module
			}
		}
	}
	return table
})

// Module tells how the platform has a module, named as ModuleName gives it; false
// when none of its packages has it.
func (p Platform) Module(server Server, name string) (Module, bool) {
	module, ok := moduleTable()[moduleKey{p.Packaging, server, name}]
	return module, ok
}

// Modules are all modules of a server that the platform has, by name.
func (p Platform) Modules(server Server) []Module {
	var all []Module
	for key, module := range moduleTable() {
		if key.packaging == p.Packaging && key.server == server {
			all = append(all, module)
		}
	}
	slices.SortFunc(all, func(a, b Module) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// EnableCommand is the shell command that brings modules to the server of the
// platform; empty when they need none. It is for people to read and run.
func (p Platform) EnableCommand(server Server, names []string) string {
	if server == Apache && p.Packaging == UpstreamPackaging {
		// The source distribution builds them; LoadModule lines are the builder's.
		return ""
	}
	var packages, enabled []string
	for _, name := range names {
		module, ok := p.Module(server, name)
		if !ok || module.BuiltIn {
			continue
		}
		if server == Apache && p.Packaging == DebianPackaging {
			enabled = append(enabled, name)
		} else if !slices.Contains(packages, module.Package) && module.Package != p.Paths(server).Package {
			packages = append(packages, module.Package)
		}
	}
	switch {
	case len(enabled) > 0:
		return "a2enmod " + strings.Join(enabled, " ")
	case len(packages) > 0 && p.Packaging == RedHatPackaging:
		return "dnf install " + strings.Join(packages, " ")
	case len(packages) > 0:
		return "apt install " + strings.Join(packages, " ")
	}
	return ""
}

// configureNames are the names in options of nginx's configure script that are
// not the names of the modules (auto/modules of nginx 1.30).
var configureNames = map[string]string{
	"http_addition": "http_addition_filter", "http_charset": "http_charset_filter", "http_gunzip": "http_gunzip_filter",
	"http_gzip": "http_gzip_filter", "http_image": "http_image_filter", "http_slice": "http_slice_filter", "http_ssi": "http_ssi_filter",
	"http_sub": "http_sub_filter", "http_userid": "http_userid_filter", "http_xslt": "http_xslt_filter",
}

// oddApacheNames are names of Apache's modules that do not follow the pattern
// mod_x.c, x_module.
var oddApacheNames = map[string]string{"event": "mpm_event", "worker": "mpm_worker", "prefork": "mpm_prefork", "http_core": "http", "util_ldap": "ldap"}

// ModuleName is the short name of a module, however it is written: as a file
// ("mod_brotli.so", "ngx_http_brotli_filter_module.so"), a source file
// ("mod_ssl.c"), a symbol ("ssl_module"), or an option of nginx's configure script
// ("http_v3_module").
func ModuleName(server Server, text string) string {
	name := text[strings.LastIndexByte(text, '/')+1:]
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".so"), ".c")
	name = strings.TrimSuffix(name, "_module")
	odd := configureNames
	if server == Apache {
		name, odd = strings.TrimPrefix(name, "mod_"), oddApacheNames
	} else {
		name = strings.TrimPrefix(name, "ngx_")
	}
	if known, ok := odd[name]; ok {
		return known
	}
	return name
}
