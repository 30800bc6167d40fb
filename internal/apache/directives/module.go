package directives

import (
	"slices"
	"strings"
	"sync"
)

// Module names one module in the three ways a configuration does.
type Module struct {
	// Source is the name that <IfModule> takes: "mod_ssl.c".
	Source string
	// Symbol is the name that LoadModule and <IfModule> take: "ssl_module".
	Symbol string
	// File is the base name of the shared object: "mod_ssl.so".
	File string
	// Package is what a distribution calls it and a2enmod takes: "ssl".
	Package string
}

// oddModules are those whose names do not follow the pattern mod_x.c,
// x_module, mod_x.so. Source: LoadModule lines and command tables of
// Debian 12's packages.
var oddModules = map[string]Module{
	"core.c":          {"core.c", "core_module", "", ""},
	"http_core.c":     {"http_core.c", "http_module", "", ""},
	"event.c":         {"event.c", "mpm_event_module", "mod_mpm_event.so", "mpm_event"},
	"worker.c":        {"worker.c", "mpm_worker_module", "mod_mpm_worker.so", "mpm_worker"},
	"prefork.c":       {"prefork.c", "mpm_prefork_module", "mod_mpm_prefork.so", "mpm_prefork"},
	"mpm_itk.c":       {"mpm_itk.c", "mpm_itk_module", "mpm_itk.so", "mpm_itk"},
	"util_ldap.c":     {"util_ldap.c", "ldap_module", "mod_ldap.so", "ldap"},
	"mod_php.c":       {"mod_php.c", "php_module", "libphp.so", "php"},
	"mod_shib.cpp":    {"mod_shib.cpp", "mod_shib", "mod_shib.so", "shib"},
	"mod_rpaf-2.0.c":  {"mod_rpaf-2.0.c", "rpaf_module", "mod_rpaf.so", "rpaf"},
	"mod_evasive20.c": {"mod_evasive20.c", "evasive20_module", "mod_evasive20.so", "evasive"},
}

// ModuleOf gives a module's names from its source file name.
func ModuleOf(source string) Module {
	if m, ok := oddModules[source]; ok {
		return m
	}
	name := strings.TrimSuffix(strings.TrimPrefix(source, "mod_"), ".c")
	return Module{source, name + "_module", "mod_" + name + ".so", name}
}

var modules = sync.OnceValue(func() []Module {
	var all []Module
	for _, source := range moduleSources().all {
		all = append(all, ModuleOf(source))
	}
	for _, source := range directiveless {
		all = append(all, ModuleOf(source))
	}
	return all
})

// sources are the source names of the modules that define directives and are
// built on Linux: all of them, the server's own first, and those that are
// distributed on their own.
type sources struct {
	all        []string
	thirdParty map[string]bool
}

var moduleSources = sync.OnceValue(func() sources {
	known := sources{thirdParty: map[string]bool{}}
	var foreign []string
	seen := map[string]bool{}
	for _, row := range rows(directiveTable, 9) {
		source, origin := row[1], row[2]
		switch {
		case source == "" || origin == "elsewhere":
		case origin != "httpd":
			if !known.thirdParty[source] {
				foreign = append(foreign, source)
			}
			known.thirdParty[source] = true
		case !seen[source]:
			known.all = append(known.all, source)
			seen[source] = true
		}
	}
	known.all = append(known.all, foreign...)
	return known
})

// directiveless are the server's modules that define no directive. Source:
// the modules directory of Debian 12's apache2-bin 2.4.71.
var directiveless = []string{
	"mod_asis.c", "mod_authz_host.c", "mod_authz_owner.c", "mod_authz_user.c",
	"mod_bucketeer.c", "mod_data.c", "mod_lbmethod_bybusyness.c",
	"mod_lbmethod_byrequests.c", "mod_lbmethod_bytraffic.c", "mod_proxy_ajp.c",
	"mod_proxy_balancer.c", "mod_proxy_fdpass.c", "mod_proxy_http.c",
	"mod_proxy_http2.c", "mod_proxy_uwsgi.c", "mod_ratelimit.c",
	"mod_slotmem_plain.c", "mod_slotmem_shm.c", "mod_socache_dbm.c",
	"mod_socache_shmcb.c", "mod_status.c", "mod_unique_id.c",
}

// Modules lists every known module, the server's own first.
func Modules() []Module { return modules() }

// FindModule finds a module by source file name, symbol, shared object's base
// name or path, or a2enmod name. <IfModule> compares with regard to case, so
// this does too.
func FindModule(name string) (Module, bool) {
	base := name[strings.LastIndexByte(name, '/')+1:]
	for _, m := range Modules() {
		if name == m.Source || name == m.Symbol || base == m.File && base != "" || name == m.Package && name != "" {
			return m, true
		}
	}
	return Module{}, false
}

// ThirdPartyModule reports whether a module, named as FindModule takes it, is
// none of the server's own. That is assumed of an unknown one.
func ThirdPartyModule(name string) bool {
	module, known := FindModule(name)
	return !known || moduleSources().thirdParty[module.Source]
}

// Build is a distribution's httpd as far as compiled-in modules go.
type Build string

// The builds that differ.
const (
	Debian Build = "debian" // Debian and Ubuntu
	RedHat Build = "redhat" // RHEL, Fedora and their kin
)

// builtin lists compiled-in modules. Source: `apache2 -l` of Debian 12's
// 2.4.71. Red Hat's builds everything but these three as shared modules and
// loads them from conf.modules.d; that list was not read from a Red Hat server.
var builtin = map[Build][]string{
	Debian: {"core.c", "mod_so.c", "mod_watchdog.c", "http_core.c", "mod_log_config.c", "mod_logio.c", "mod_version.c", "mod_unixd.c"},
	RedHat: {"core.c", "mod_so.c", "http_core.c"},
}

// BuiltIn reports whether the build has the module, named by its source file,
// compiled in, so that no LoadModule line is needed. For an unknown build it
// answers for the union: only what no build has compiled in is surely absent.
func BuiltIn(source string, build Build) bool {
	if known, ok := builtin[build]; ok {
		return slices.Contains(known, source)
	}
	return slices.ContainsFunc([]Build{Debian, RedHat}, func(b Build) bool {
		return slices.Contains(builtin[b], source)
	})
}
