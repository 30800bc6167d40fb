package servertest

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Kind is the server software.
type Kind string

// The kinds of server.
const (
	Nginx  Kind = "nginx"
	Apache Kind = "apache"
)

// Server is one installed server program.
type Server struct {
	Kind Kind
	// Suite is the code name of the Debian release the server comes from, or "PATH".
	Suite string
	// Version is what the program says of itself, such as "1.26.3".
	Version string
	// OpenSSL is the version of the library the server runs with, such as "3.5.9"; empty when it could not be learned.
	OpenSSL string
	// Modules are the modules that are built in or can be loaded, sorted: for nginx "http_v2_module" (built in) and
	// "ngx_http_lua_module" (to be loaded), for Apache "ssl".
	Modules []string
	// PHP is the program of PHP-FPM in the server's system; empty if it has none.
	PHP string

	root       string // the directory that the server sees as /
	program    string // below root
	modulesDir string // below root
	dynamic    []string
}

// Name names the server for subtests: "bookworm-nginx-1.22.1".
func (s *Server) Name() string {
	return fmt.Sprintf("%s-%s-%s", s.Suite, s.Kind, s.Version)
}

// System is the server's file system as its packages left it, without what sandboxes write to theirs.
func (s *Server) System() fs.ReadLinkFS { return os.DirFS(s.root).(fs.ReadLinkFS) }

// Has tells whether the module is built in or can be loaded.
func (s *Server) Has(module string) bool {
	_, found := slices.BinarySearch(s.Modules, module)
	return found
}

var (
	nginxVersion   = regexp.MustCompile(`nginx version: nginx/(\S+)`)
	nginxModules   = regexp.MustCompile(`--modules-path=(\S+)`)
	nginxBuiltIn   = regexp.MustCompile(`--with-(\w+_module|threads|file-aio|pcre|pcre-jit)\b(=dynamic)?`)
	nginxOpenSSL   = regexp.MustCompile(`(?:running|built) with OpenSSL (\S+)`)
	apacheVersion  = regexp.MustCompile(`Server version: Apache/(\S+)`)
	apacheStatic   = regexp.MustCompile(`(?m)^\s+(?:mod_)?(\w+)\.c$`)
	opensslVersion = regexp.MustCompile(`OpenSSL (\S+)(?:.*Library: OpenSSL (\S+))?`)
)

// describe fills in what the programs say of themselves. run executes a program of the root and returns what it printed.
func (s *Server) describe(run func(program string, arguments ...string) (string, error), list func(dir string) []string) error {
	describe := s.describeNginx
	if s.Kind == Apache {
		describe = s.describeApache
	}
	if err := describe(run, list); err != nil {
		return err
	}
	for _, name := range list("/usr/sbin") {
		if strings.HasPrefix(name, "php-fpm") {
			s.PHP = "/usr/sbin/" + name
		}
	}
	slices.Sort(s.Modules)
	s.Modules = slices.Compact(s.Modules)
	if said, err := run("/usr/bin/openssl", "version"); err == nil {
		if m := opensslVersion.FindStringSubmatch(said); m != nil {
			s.OpenSSL = m[1]
			if m[2] != "" {
				s.OpenSSL = m[2]
			}
		}
	}
	return nil
}

func (s *Server) describeNginx(run func(string, ...string) (string, error), list func(string) []string) error {
	said, err := run(s.program, "-V")
	version := nginxVersion.FindStringSubmatch(said)
	if err != nil || version == nil {
		return fmt.Errorf("%s -V: %v: %s", s.program, err, said)
	}
	s.Version = version[1]
	for _, m := range nginxOpenSSL.FindAllStringSubmatch(said, -1) {
		s.OpenSSL = m[1] // "built with", then "running with" where the two differ
	}
	for _, m := range nginxBuiltIn.FindAllStringSubmatch(said, -1) {
		if m[2] == "" {
			s.Modules = append(s.Modules, m[1])
		}
	}
	if m := nginxModules.FindStringSubmatch(said); m != nil {
		s.modulesDir = m[1]
	}
	for _, name := range list(s.modulesDir) {
		if module, ok := strings.CutSuffix(name, ".so"); ok {
			s.dynamic = append(s.dynamic, module)
		}
	}
	s.Modules = append(s.Modules, s.dynamic...)
	return nil
}

// apacheModuleDirs are where distributions keep mod_*.so: Debian, and Red Hat on 64 and 32 bits.
var apacheModuleDirs = []string{"/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules"}

func (s *Server) describeApache(run func(string, ...string) (string, error), list func(string) []string) error {
	said, err := run(s.program, "-v")
	version := apacheVersion.FindStringSubmatch(said)
	if err != nil || version == nil {
		return fmt.Errorf("%s -v: %v: %s", s.program, err, said)
	}
	s.Version = version[1]
	if said, err = run(s.program, "-l"); err != nil {
		return fmt.Errorf("%s -l: %v: %s", s.program, err, said)
	}
	for _, m := range apacheStatic.FindAllStringSubmatch(said, -1) {
		s.Modules = append(s.Modules, m[1])
	}
	for _, dir := range apacheModuleDirs {
		for _, name := range list(dir) {
			name, isModule := strings.CutPrefix(name, "mod_")
			if name, isObject := strings.CutSuffix(name, ".so"); isModule && isObject {
				s.modulesDir = dir
				s.dynamic = append(s.dynamic, name)
			}
		}
	}
	s.Modules = append(s.Modules, s.dynamic...)
	return nil
}

// checkArguments are the program and its arguments to check the main configuration file.
func (s *Server) checkArguments(main string) []string {
	if s.Kind == Nginx {
		return []string{s.program, "-t", "-e", "stderr", "-p", path.Dir(main) + "/", "-c", main}
	}
	return []string{s.program, "-t", "-d", path.Dir(main), "-f", main}
}

// runArguments are the program and its arguments to serve the main configuration file in the foreground.
func (s *Server) runArguments(main string) []string {
	if s.Kind == Nginx {
		return []string{s.program, "-e", "stderr", "-p", path.Dir(main) + "/", "-c", main, "-g", "daemon off;"}
	}
	return []string{s.program, "-DFOREGROUND", "-d", path.Dir(main), "-f", main}
}

// environment is what Debian's /etc/apache2/envvars sets; its configuration refers to these variables.
var environment = []string{
	"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C",
	"APACHE_RUN_USER=www-data", "APACHE_RUN_GROUP=www-data", "APACHE_PID_FILE=/run/apache2/apache2.pid",
	"APACHE_RUN_DIR=/run/apache2", "APACHE_LOCK_DIR=/var/lock/apache2", "APACHE_LOG_DIR=/var/log/apache2",
}
