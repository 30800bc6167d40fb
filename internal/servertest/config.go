package servertest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// Dir is the directory, as the server sees it, below which relative names of Files are put. It is the same in every
// sandbox, so that a configuration text can name files in it.
const Dir = "/srv/padlock"

// Files maps names to contents. A relative name is put below Dir, an absolute one stands at just that path of the server's
// system, where it may replace a file of the system.
type Files map[string]string

// With returns the union of both; other wins where both have a name.
func (f Files) With(other Files) Files {
	union := maps.Clone(f)
	if union == nil {
		union = Files{}
	}
	maps.Copy(union, other)
	return union
}

// Config is a server's configuration and the files it speaks of.
type Config struct {
	Files Files
	// Main names the main configuration file among Files, or one of the server's system. When empty, a small base
	// configuration is made that includes sites/*.conf: at http level for nginx, at server level for Apache.
	Main string
	// Prelude is text put before the sites in the base configuration, on the same level.
	Prelude string
	// Modules are loaded by the base configuration in addition to its own: for nginx "ngx_http_lua_module", for Apache "md".
	Modules []string
	// Ports are those that the base configuration of Apache listens on; nil means 80 and 443. For nginx the sites say it.
	Ports []int
}

// place is the absolute path of a name in Files.
func place(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(Dir, name)
}

// LayOut returns the absolute path of the main configuration file and all files, with the base configuration, by absolute path.
func (c Config) LayOut(s *Server) (string, Files, error) {
	files := make(Files, len(c.Files)+1)
	for name, content := range c.Files {
		files[place(name)] = content
	}
	if c.Main != "" {
		return place(c.Main), files, nil
	}
	text, err := c.nginxBase, error(nil)
	main := place("nginx.conf")
	if s.Kind == Apache {
		text, main = c.apacheBase, place("apache2.conf")
		files["/dev/shm/.keep"] = "" // for shm_open(3), by which balancers share their state
	}
	files[main], err = text(s)
	return main, files, err
}

// nginxBase is the smallest nginx.conf that serves virtual hosts.
func (c Config) nginxBase(s *Server) (string, error) {
	var b strings.Builder
	for _, module := range c.Modules {
		if !slices.Contains(s.dynamic, module) {
			return "", fmt.Errorf("%s has no dynamic module %s", s.Name(), module)
		}
		fmt.Fprintf(&b, "load_module %s/%s.so;\n", s.modulesDir, module)
	}
	fmt.Fprintf(&b, `user www-data;
worker_processes 1;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log notice;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log %[1]s/access.log;
%[2]s
    include %[1]s/sites/*.conf;
}
`, Dir, c.Prelude)
	return b.String(), nil
}

// apacheModules are those that Debian enables by default (apache2.postinst), but for status, and those that virtual hosts
// with TLS, redirects, headers and proxies need.
var apacheModules = []string{
	"mpm_event", "access_compat", "alias", "auth_basic", "authn_core", "authn_file", "authz_core", "authz_host", "authz_user",
	"autoindex", "deflate", "dir", "env", "filter", "mime", "negotiation", "reqtimeout", "setenvif",
	"brotli", "cache", "cache_disk", "expires", "headers", "http2", "proxy", "proxy_balancer", "proxy_fcgi", "proxy_http", "proxy_wstunnel",
	"lbmethod_bybusyness", "lbmethod_byrequests", "lbmethod_bytraffic", "proxy_hcheck", "proxy_http2", "proxy_scgi", "proxy_uwsgi", "ratelimit", "remoteip", "rewrite", "slotmem_shm", "socache_shmcb", "ssl", "status", "watchdog",
}

// apacheBase is the smallest apache2.conf that serves virtual hosts with the modules that they need.
func (c Config) apacheBase(s *Server) (string, error) {
	var b strings.Builder
	loaded := map[string]bool{}
	for _, module := range slices.Concat(apacheModules, c.Modules) {
		if loaded[module] {
			continue
		}
		loaded[module] = true
		switch {
		case slices.Contains(s.dynamic, module):
			fmt.Fprintf(&b, "LoadModule %s_module %s/mod_%s.so\n", module, s.modulesDir, module)
		case !s.Has(module):
			return "", fmt.Errorf("%s has no module %s", s.Name(), module)
		}
	}
	ports := c.Ports
	if ports == nil {
		ports = []int{80, 443}
	}
	for _, port := range ports {
		fmt.Fprintf(&b, "Listen %d\n", port)
	}
	fmt.Fprintf(&b, `User www-data
Group www-data
ServerName localhost
DefaultRuntimeDir %[1]s/run
PidFile %[1]s/run/apache2.pid
ErrorLog %[1]s/error.log
LogLevel notice
SSLSessionCache shmcb:%[1]s/run/sessions(512000)
LogFormat "%%v %%h \"%%r\" %%>s %%O" common
LogFormat "%%h %%l %%u %%t \"%%r\" %%>s %%O \"%%{Referer}i\" \"%%{User-Agent}i\"" combined
CustomLog %[1]s/access.log common
TypesConfig /etc/mime.types
StartServers 1
ServerLimit 2
ThreadsPerChild 25
MaxRequestWorkers 50
MinSpareThreads 1
MaxSpareThreads 50
<Directory />
    AllowOverride None
    Require all denied
</Directory>
<Directory /srv>
    Require all granted
</Directory>
<Directory /var/www>
    Require all granted
</Directory>
%[2]s
IncludeOptional %[1]s/sites/*.conf
`, Dir, c.Prelude)
	return b.String(), nil
}
