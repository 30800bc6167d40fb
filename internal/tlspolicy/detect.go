package tlspolicy

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Installed is a server found on the machine, as it describes itself.
type Installed struct {
	Server  Server
	Version Version
	// Product is the name the program gives itself: "nginx", "openresty",
	// "Apache".
	Product string
	// OpenSSL is the version it runs with; zero when the program does not say.
	OpenSSL Version
	// OpenSSLSource says where OpenSSL was read, when that was not the server.
	OpenSSLSource string
	// Library is the TLS library when it is not OpenSSL: "LibreSSL", "BoringSSL",
	// "AWS-LC". OpenSSL is then zero.
	Library string
	// Config is the main configuration file, absolute where it can be told.
	Config string
	// Prefix is what relative paths start from.
	Prefix string
	// ModulesDir holds nginx's loadable modules.
	ModulesDir string
	// User is the user nginx's workers run as unless configured otherwise.
	User string
	// Modules are those compiled in: the optional ones of nginx, such as
	// "http_ssl_module", or all of Apache's, such as "mod_so.c". DynamicModules are
	// those of nginx built for loading.
	Modules, DynamicModules []string
}

// Target is the installed server as a target.
func (i Installed) Target() Target {
	return Target{Server: i.Server, Version: i.Version, OpenSSL: i.OpenSSL}
}

// HasModule tells that nginx was built with a module, loadable or not, by its
// configure name without "--with-": "http_v3_module".
func (i Installed) HasModule(name string) bool {
	return slices.Contains(i.Modules, name) || slices.Contains(i.DynamicModules, name)
}

// maxToolOutput bounds what is read of a program's answer. The longest real
// "nginx -V" is about 4 kB.
const maxToolOutput = 64 << 10

var (
	nginxVersionLine = pattern(`(?m)^nginx version: ([A-Za-z+_.-]+)/([0-9.]+)`)
	tlsLibraryLine   = pattern(`(?m)^built with (OpenSSL|LibreSSL|BoringSSL|AWS-LC) ?([0-9.a-z]*)`)
	runningLibrary   = pattern(`(?m)^built with .*\(running with OpenSSL ([0-9.a-z]+)`)
	configureLine    = pattern(`(?m)^configure arguments:(.*)$`)
	apacheLine       = pattern(`(?m)^Server version: (Apache|IBM_HTTP_Server|Oracle-HTTP-Server)/([0-9.]+)`)
	apacheDefine     = pattern(`(?m)^ -D (HTTPD_ROOT|SERVER_CONFIG_FILE)="([^"]*)"`)
	compiledIn       = pattern(`(?m)\b[a-z0-9_]+\.c$`)
	openSSLText      = pattern(`OpenSSL ([0-9]+\.[0-9]+\.[0-9]+[a-z]{0,2}) +[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}`)
)

// pattern is a regular expression that is compiled when first asked for.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// ParseNginxV reads what "nginx -V" writes to standard error.
func ParseNginxV(output string) (Installed, error) {
	output = output[:min(len(output), maxToolOutput)]
	match := nginxVersionLine().FindStringSubmatch(output)
	if match == nil {
		return Installed{}, errors.New("this is not the output of nginx -V: it has no line that begins with \"nginx version:\"")
	}
	version, err := ParseVersion(truncateVersion(match[2]))
	if err != nil {
		return Installed{}, fmt.Errorf("nginx -V: %w", err)
	}
	installed := Installed{Server: Nginx, Product: match[1], Version: version}
	installed.readLibrary(output)
	if configure := configureLine().FindStringSubmatch(output); configure != nil {
		installed.readConfigure(splitShellWords(configure[1]))
	}
	return installed, nil
}

// truncateVersion keeps the first three numbers: OpenResty counts 1.27.1.2 on
// top of nginx 1.27.1.
func truncateVersion(text string) string {
	parts := strings.SplitN(strings.TrimRight(text, "."), ".", 4)
	return strings.Join(parts[:min(3, len(parts))], ".")
}

func (i *Installed) readLibrary(output string) {
	match := tlsLibraryLine().FindStringSubmatch(output)
	if match == nil {
		return
	}
	if match[1] != "OpenSSL" {
		i.Library = match[1]
		return
	}
	text := match[2]
	if running := runningLibrary().FindStringSubmatch(output); running != nil {
		text = running[1]
	}
	i.OpenSSL, _ = ParseVersion(text) // a form never seen leaves it unknown
}

func (i *Installed) readConfigure(words []string) {
	// The defaults of nginx's configure script when an option is absent.
	i.Prefix, i.User = "/usr/local/nginx", "nobody"
	config, modulesDir := "", ""
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "--prefix":
			i.Prefix = value
		case "--conf-path":
			config = value
		case "--modules-path":
			modulesDir = value
		case "--user":
			i.User = value
		default:
			module, ok := strings.CutPrefix(name, "--with-")
			switch {
			case !ok:
			case value == "dynamic":
				i.DynamicModules = append(i.DynamicModules, module)
			case value == "":
				i.Modules = append(i.Modules, module)
			}
		}
	}
	i.Config = underPrefix(i.Prefix, config, "conf/nginx.conf")
	i.ModulesDir = underPrefix(i.Prefix, modulesDir, "modules")
}

func underPrefix(prefix, given, otherwise string) string {
	if given == "" {
		given = otherwise
	}
	if path.IsAbs(given) {
		return given
	}
	return path.Join(prefix, given)
}

// splitShellWords splits what configure was given; the compiler options stand
// in single quotes.
func splitShellWords(text string) []string {
	var words []string
	var word strings.Builder
	quoted, started := false, false
	for _, c := range text {
		switch {
		case c == '\'':
			quoted, started = !quoted, true
		case (c == ' ' || c == '\t' || c == '\r') && !quoted:
			if started {
				words = append(words, word.String())
			}
			word.Reset()
			started = false
		default:
			word.WriteRune(c)
			started = true
		}
	}
	if started {
		words = append(words, word.String())
	}
	return words
}

// ParseApacheV reads what "apache2 -v", "httpd -v" or their -V write to
// standard output. Neither names the version of OpenSSL, because mod_ssl is
// loaded later: FindOpenSSLText reads it from the library, and Detect asks the
// openssl program.
func ParseApacheV(output string) (Installed, error) {
	output = output[:min(len(output), maxToolOutput)]
	match := apacheLine().FindStringSubmatch(output)
	if match == nil {
		return Installed{}, errors.New("this is not the output of apache2 -v or httpd -v: it has no line that begins with \"Server version: Apache/\"")
	}
	version, err := ParseVersion(truncateVersion(match[2]))
	if err != nil {
		return Installed{}, fmt.Errorf("apache2 -v: %w", err)
	}
	installed := Installed{Server: Apache, Product: match[1], Version: version}
	for _, define := range apacheDefine().FindAllStringSubmatch(output, -1) {
		if define[1] == "HTTPD_ROOT" {
			installed.Prefix = define[2]
		} else {
			installed.Config = define[2]
		}
	}
	if installed.Config != "" && !path.IsAbs(installed.Config) {
		installed.Config = path.Join(installed.Prefix, installed.Config)
	}
	return installed, nil
}

// FindOpenSSLText finds the release text of OpenSSL, such as "OpenSSL 3.0.22 25
// Aug 2026", in the output of "openssl version", or in a binary: libcrypto
// holds the version of the library itself, mod_ssl.so that of the library it
// was built with.
func FindOpenSSLText(data []byte) (Version, bool) {
	match := openSSLText().FindSubmatch(data)
	if match == nil {
		return Version{}, false
	}
	version, err := ParseVersion(string(match[1]))
	return version, err == nil
}

// Runner runs a program and returns what it wrote to both standard output and
// standard error. A program that does not exist is an error.
type Runner func(ctx context.Context, name string, args ...string) (string, error)

// Detect asks the installed programs of a server for their versions: nginx -V;
// apache2 -V and -l, or those of httpd, and openssl version. The error says what was tried.
func Detect(ctx context.Context, server Server, run Runner) (Installed, error) {
	if server == Apache {
		return detectApache(ctx, run)
	}
	output, err := run(ctx, "nginx", "-V")
	if err != nil {
		return Installed{}, fmt.Errorf("no installed nginx found: nginx -V: %w", err)
	}
	return ParseNginxV(output)
}

func detectApache(ctx context.Context, run Runner) (Installed, error) {
	var failures []error
	for _, program := range []string{"apache2", "httpd", "apache2ctl"} {
		// -V reads the configuration for the name of the MPM and fails where that
		// is broken, yet prints its settings before; so the text decides.
		output, err := run(ctx, program, "-V")
		installed, parseErr := ParseApacheV(output)
		if parseErr != nil {
			failures = append(failures, fmt.Errorf("%s -V: %w", program, errors.Join(err, parseErr)))
			continue
		}
		if text, err := run(ctx, program, "-l"); err == nil {
			installed.Modules = compiledIn().FindAllString(text[:min(len(text), maxToolOutput)], -1)
		}
		if text, err := run(ctx, "openssl", "version"); err == nil {
			if version, ok := FindOpenSSLText([]byte(text)); ok {
				installed.OpenSSL = version
				installed.OpenSSLSource = "openssl version (Apache does not say which library mod_ssl uses)"
			}
		}
		return installed, nil
	}
	return Installed{}, fmt.Errorf("no installed Apache found: %w", errors.Join(failures...))
}
