package linter

import (
	"slices"
	"strings"

	"padlock/internal/apache"
	apachefacts "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// versionText is a version as the directive tables want it: empty if unknown.
func versionText(v tlspolicy.Version) string {
	if v.IsZero() {
		return ""
	}
	return v.String()
}

// ofDebian tells that a platform's packages are Debian's, which build modules
// as files of their own that others link in.
func ofDebian(platform string) bool {
	return strings.HasPrefix(platform, "debian") || strings.HasPrefix(platform, "ubuntu")
}

func buildOf(platform string) apachefacts.Build {
	switch {
	case ofDebian(platform):
		return apachefacts.Debian
	case strings.HasPrefix(platform, "rhel"):
		return apachefacts.RedHat
	}
	return ""
}

// linkedElsewhere are modules that Debian builds as files to be loaded, and the
// builds of nginx.org and Red Hat have linked in or may have.
var linkedElsewhere = []string{"ngx_stream_module.so", "ngx_mail_module.so"}

// nginxTarget adds to the target the modules that a configuration loads. They
// are known only if it is complete, and loads some or is for a platform whose
// packages have no such module linked in: many other builds have every module
// that they need.
func nginxTarget(config *rule.Config) nginxfacts.Target {
	target := nginxfacts.Target{Version: versionText(config.Target.Version)}
	if !config.Complete {
		return target
	}
	for _, n := range config.Nginx.Root.Children {
		if n.Name == "load_module" {
			target.Modules = append(target.Modules, n.Arg(0))
		}
	}
	switch {
	case !ofDebian(config.Target.Platform):
		if len(target.Modules) > 0 {
			target.Modules = append(target.Modules, linkedElsewhere...)
		}
	case len(target.Modules) == 0 && (config.Installed || !includesNothing(config.Nginx)):
		target.Modules = []string{}
	}
	return target
}

// includesNothing tells that an include outside of all blocks found no file.
// Debian's nginx.conf includes modules-enabled/*.conf: where the configuration
// lies elsewhere than on the server, as in a repository, these files are often
// left out.
func includesNothing(config *nginx.Config) bool {
	found := map[*nginx.Node]bool{}
	for _, n := range config.Root.Children {
		if n.Reading != nil && n.Reading.Include != nil {
			found[n.Reading.Include] = true
		}
	}
	return slices.ContainsFunc(config.Root.Children, func(n *nginx.Node) bool { return n.Name == "include" && !found[n] })
}

// directiveModules tells which modules define a directive.
func directiveModules(name string) []string {
	var modules []string
	for _, f := range apachefacts.Lookup(name) {
		modules = append(modules, f.Module)
	}
	return modules
}

// setsServerRoot tells a server's main file by what it says.
func setsServerRoot(config *apache.Config) bool {
	for item := range config.Children() {
		if item.Is("ServerRoot") {
			return true
		}
	}
	return false
}

// fittingContext is where a fragment belongs that is not for the server level:
// the first context that takes every directive outside of its sections.
func fittingContext(config *rule.Config) apache.Context {
	for _, context := range []apache.Context{apache.ServerConfig, apache.VirtualHostConfig, apache.DirectoryConfig} {
		if fits(config.Apache, context) {
			return context
		}
	}
	return apache.ServerConfig
}

func fits(config *apache.Config, context apache.Context) bool {
	place := apachefacts.Place{}
	switch context {
	case apache.VirtualHostConfig:
		place.Enclosing = []string{"VirtualHost"}
	case apache.DirectoryConfig:
		place.Enclosing = []string{"Directory"}
	}
	for item := range config.Children() {
		name := item.Name()
		if item.IsSection() {
			name = "<" + name
		}
		if item.OnRead() {
			continue
		}
		if len(apachefacts.CheckPlace(apachefacts.Lookup(name), place)) > 0 {
			return false
		}
	}
	return true
}

// virtualHosts counts the virtual hosts of a configuration.
func virtualHosts(config *rule.Config) int {
	count := 0
	if config.Nginx != nil {
		config.Nginx.Walk(func(n *nginx.Node) bool {
			if n.Name == "server" && n.HasBlock && n.Context() == "http" {
				count += 1 + config.Copies(n.Tree.File, n.Reading.Includes())
			}
			return n.Name == "http"
		})
		return count
	}
	for item := range config.Apache.All() {
		if item.IsSection() && item.Is("VirtualHost") {
			count += 1 + config.Copies(item.File(), item.Includes())
		}
	}
	return count
}
