package linter

import (
	"slices"

	"padlock/internal/apache"
)

// Contexts are the places that a configuration file can be said to stand in,
// for files from whose directives it cannot be told: the blocks of nginx, and
// the kinds of places of Apache.
func Contexts() []string {
	return []string{"main", "http", "server", "location", "upstream", "stream", "mail", "server-config", "virtual-host", "directory", "htaccess"}
}

// nginxContexts are the blocks around a file of each context, outermost first.
var nginxContexts = map[string][]string{
	"main":     {},
	"http":     {"http"},
	"server":   {"http", "server"},
	"location": {"http", "server", "location"},
	"upstream": {"http", "upstream"},
	"stream":   {"stream"},
	"mail":     {"mail"},
}

var apacheContexts = map[string]apache.Context{
	"server-config": apache.ServerConfig,
	"virtual-host":  apache.VirtualHostConfig,
	"directory":     apache.DirectoryConfig,
	"htaccess":      apache.Htaccess,
}

// nginxContext is nil when the context has to be inferred.
func nginxContext(name string) []string { return slices.Clone(nginxContexts[name]) }
