package rule

import (
	"sync"
	"time"

	"padlock/internal/apache"
	apachefacts "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
)

// Config is one configuration that is judged, and what is known about the
// server it is for.
type Config struct {
	// Target is the server; versions that are not known are zero.
	Target tlspolicy.Target
	// Nginx is the configuration of an nginx, nil for an Apache.
	Nginx *nginx.Config
	// Apache is the configuration of an Apache, nil for an nginx.
	Apache *apache.Config
	// Fragment tells that the main file is a part of a configuration: what
	// stands around it, and what is defined elsewhere, is not known.
	Fragment bool
	// Anchored tells of a fragment that the main file stands above it, so that
	// where the server starts relative names is known.
	Anchored bool
	// Installed tells that what was read are the files of the server's machine, so
	// that what is not there is missing.
	Installed bool
	// Complete tells that the server's main file and all it includes have been
	// read, so that what is not defined here is defined nowhere.
	Complete bool
	// NginxTarget is Target as the facts about nginx's directives want it, with
	// the dynamic modules that the configuration loads.
	NginxTarget nginxfacts.Target
	// Build is whose build of Apache the target runs; empty if not known.
	Build apachefacts.Build
	// Files are the certificates and keys that it names; see PEM. Nil if they
	// are those of another machine.
	Files *PEMFiles
	// Now is the time at which certificates are judged.
	Now time.Time
	// Alike are files that belong to it and were not read as a part of it: they
	// are judged by files that are like them.
	Alike []Alike

	copiesOnce sync.Once
	copies     map[*source.File]int // see Copies
	modelOnce  sync.Once
	model      *vhost.Model // see Model
	shared     sync.Map     // see Shared
}

// Diagnostics are what reading the configuration has found already.
func (c *Config) Diagnostics() []source.Diagnostic {
	if c.Nginx != nil {
		return c.Nginx.Diagnostics
	}
	return c.Apache.Diagnostics
}

// Sources are its files, the main file first.
func (c *Config) Sources() []*source.File {
	var files []*source.File
	if c.Nginx != nil {
		for _, t := range c.Nginx.Trees {
			files = append(files, t.File)
		}
	} else {
		for _, t := range c.Apache.Files() {
			files = append(files, t.File)
		}
	}
	for _, a := range c.Alike {
		for _, other := range a.Others {
			files = append(files, other.File())
		}
	}
	return files
}
