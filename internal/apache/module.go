package apache

import (
	"slices"
	"strings"
)

// unusualSources are the modules whose source is not called after the module
// (httpd 2.4.71 and Debian's packages).
var unusualSources = map[string]string{
	"core_module":        "core.c",
	"http_module":        "http_core.c",
	"ldap_module":        "util_ldap.c",
	"mpm_event_module":   "event.c",
	"mpm_worker_module":  "worker.c",
	"mpm_prefork_module": "prefork.c",
	"mpm_itk_module":     "mpm_itk.c",
	"mod_shib":           "mod_shib.cpp",
	"rpaf_module":        "mod_rpaf-2.0.c",
}

// builtIn are the modules that need no LoadModule: linked into httpd always,
// or in Debian's build (`apache2 -l`), while others load them explicitly.
var builtIn = []string{
	"core.c", "http_core.c", "mod_so.c",
	"mod_watchdog.c", "mod_log_config.c", "mod_logio.c", "mod_version.c", "mod_unixd.c",
}

// authorization is the module that Require needs, so that no Apache 2.4 goes
// without it. Where a file asks whether it is there, it asks for Apache 2.2, and
// a part of a configuration is judged for 2.4.
const authorization = "mod_authz_core.c"

// processingModules are the MPMs: exactly one is there, linked in or loaded.
var processingModules = []string{"event.c", "worker.c", "prefork.c"}

// ModuleSource is the name of a module's source, which <IfModule> asks for
// besides its symbol: "mod_ssl.c" for "ssl_module". A source name stays.
func ModuleSource(name string) string {
	if source, ok := unusualSources[name]; ok {
		return source
	}
	if base, ok := strings.CutSuffix(name, "_module"); ok {
		return "mod_" + base + ".c"
	}
	return name
}

// modules is what is known of the modules at one point of reading.
type modules struct {
	loaded map[string]Truth // by source name; absent: not loaded so far
	// complete: a module that no line loads is not there.
	complete bool
	// processing: an MPM is loaded by some line, so that the others are not
	// there.
	processing bool
}

func newModules() modules { return modules{loaded: map[string]Truth{}} }

func (m *modules) load(name string, sure bool) (changed bool) {
	name = ModuleSource(name)
	state := Unknown
	if sure {
		state = True
	}
	old, ok := m.loaded[name]
	if ok && (old == True || old == state) {
		return false
	}
	m.loaded[name] = state
	return true
}

// state answers <IfModule name>. Names are case-sensitive; one that is neither
// a source nor a symbol matches no module.
func (m *modules) state(name string) Truth {
	canonical := ModuleSource(name)
	if state, ok := m.loaded[canonical]; ok {
		return state
	}
	switch {
	case slices.Contains(builtIn, canonical):
		return True
	case canonical == name && !strings.HasSuffix(name, ".c") && !strings.HasSuffix(name, ".cpp"):
		return False
	case !m.complete && canonical == authorization:
		return True
	case !m.complete:
		return Unknown
	case !m.processing && slices.Contains(processingModules, canonical):
		return Unknown
	}
	return False
}
