package linter_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"padlock/generator"
	"padlock/internal/servertest"
)

// apacheBase is a configuration that a server accepts, of which one file is
// changed at a time.
type apacheBase struct {
	files   servertest.Files // by absolute path
	main    string
	mutable []string
}

// apacheModules are what the base configurations load, in an order in which
// each finds those that it needs.
var apacheModules = strings.Fields(`mpm_event authn_core authn_file authn_socache authz_core authz_host authz_user
	authz_groupfile authz_owner auth_basic auth_digest access_compat alias autoindex dir env mime negotiation setenvif
	filter deflate brotli substitute sed expires headers rewrite socache_shmcb slotmem_shm ssl proxy proxy_http
	proxy_http2 proxy_fcgi proxy_balancer proxy_wstunnel proxy_hcheck lbmethod_byrequests lbmethod_bybusyness http2 md
	macro status info remoteip reqtimeout ratelimit cache cache_disk cache_socache session session_cookie request
	userdir cgid include actions vhost_alias unique_id log_debug log_forensic usertrack speling dav dav_fs allowmethods`)

// apacheServerRoot stands outside of /etc/apache2, whose files the Debian bases
// replace.
const apacheServerRoot = "/srv/padlock"

// apacheMain loads the modules and includes the files below sites.
func apacheMain() string {
	var b strings.Builder
	for _, m := range apacheModules {
		fmt.Fprintf(&b, "LoadModule %s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", m)
	}
	b.WriteString(`User www-data
Group www-data
ServerName localhost
DefaultRuntimeDir /srv/padlock/run
PidFile /srv/padlock/run/apache2.pid
ErrorLog /srv/padlock/run/error.log
LogFormat "%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" combined
LogFormat "%h %l %u %t \"%r\" %>s %O" common
Include sites/*.conf
`)
	return b.String()
}

// apacheSurroundings are the files that the base configurations speak of.
func apacheSurroundings(t *testing.T) servertest.Files {
	files := servertest.Files{"/etc/ssl/site/hosts.map": "a http://a.example/\n", "/var/log/apache2/keep": "", "/var/cache/apache2/keep": ""}
	leaf := servertest.NewAuthority(t).Issue(t, servertest.Leaf{Names: []string{"www.example.com"}}).Files("/etc/ssl/site")
	snakeoil := servertest.Files{"/etc/ssl/certs/ssl-cert-snakeoil.pem": leaf["/etc/ssl/site/cert.pem"], "/etc/ssl/private/ssl-cert-snakeoil.key": leaf["/etc/ssl/site/privkey.pem"]}
	return files.With(leaf).With(snakeoil)
}

// fixtureBases are the project's own configurations.
func fixtureBases(t *testing.T) []apacheBase {
	t.Helper()
	names, err := filepath.Glob("../fixtures/apache/verdict/*.conf")
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	var bases []apacheBase
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		bases = append(bases, siteBase(t, filepath.Base(name), string(data)))
	}
	return bases
}

func siteBase(t *testing.T, name, text string) apacheBase {
	site := path.Join(apacheServerRoot, "sites", name)
	return apacheBase{
		files:   apacheSurroundings(t).With(servertest.Files{apacheServerRoot + "/apache2.conf": apacheMain(), site: text}),
		main:    apacheServerRoot + "/apache2.conf",
		mutable: []string{site},
	}
}

// generatedBases are what Padlock writes for the example descriptions.
func generatedBases(t *testing.T, server *servertest.Server) []apacheBase {
	t.Helper()
	var bases []apacheBase
	for _, name := range []string{"application", "minimal"} {
		result, diagnostics := generator.Generate(context.Background(), generator.Request{
			Files: []string{"../fixtures/examples/" + name + ".hcl"}, Server: "apache",
			ServerVersion: server.Version, OpenSSLVersion: server.OpenSSL,
		})
		if result == nil {
			t.Fatalf("%s: %v", name, diagnostics)
		}
		for _, file := range result.Files {
			base := siteBase(t, path.Base(file.Name), string(file.Content))
			leaf := servertest.NewAuthority(t).Issue(t, servertest.Leaf{Names: []string{"a.example"}})
			for _, m := range certificateName.FindAllStringSubmatch(string(file.Content), -1) {
				base.files = base.files.With(leaf.Files(m[1]))
			}
			bases = append(bases, base)
		}
	}
	return bases
}

var certificateName = regexp.MustCompile(`(?m)SSLCertificateFile\s+"?(.*)/fullchain\.pem`)

// debianBase is the tree that Debian's package installs, with its sites and
// all modules enabled that can stand together.
func debianBase(t *testing.T, server *servertest.Server) apacheBase {
	t.Helper()
	const tree = "etc/apache2"
	system := server.System()
	base := apacheBase{files: apacheSurroundings(t), main: "/etc/apache2/apache2.conf"}
	err := fs.WalkDir(system, tree, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(name, "-enabled/") {
			return err
		}
		data, err := fs.ReadFile(system, name)
		if err != nil {
			return err
		}
		dir, file := path.Split("/" + name)
		if enabled, ok := strings.CutSuffix(dir, "-available/"); ok {
			if debianLeftOut[strings.TrimSuffix(strings.TrimSuffix(file, ".conf"), ".load")] {
				return nil
			}
			name = path.Join(enabled+"-enabled", file)
		}
		name = path.Join("/", name)
		base.files[name] = string(data)
		if strings.HasSuffix(file, ".conf") {
			base.mutable = append(base.mutable, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// debianLeftOut are modules that another one excludes, or that need a setting
// of their own.
var debianLeftOut = map[string]bool{"mpm_prefork": true, "mpm_worker": true, "cgi": true, "suexec": true}
