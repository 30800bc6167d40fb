package apache

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"padlock/internal/servertest"
	"padlock/internal/source"
)

// shippedDump asks a server to dump a configuration, and compares with what is
// read here, file by file.
func shippedDump(t *testing.T, server *servertest.Server, session *servertest.Session, files servertest.Files, main string) {
	t.Helper()
	verdict := session.Test(servertest.Config{Files: files, Main: main})
	if !verdict.Accepted {
		t.Errorf("%s refuses %s: %s", server.Name(), main, verdict.Output)
		return
	}
	tree := fstest.MapFS{}
	for name, data := range files {
		tree[name[1:]] = &fstest.MapFile{Data: []byte(data), Mode: 0o644}
	}
	c := Load(source.NewSet(source.SetConfig{Tree: tree}), main, LoadOptions{
		Defines: map[string]string{}, ServerVersion: server.Version, DirectiveModules: modulesOf,
		Environment: map[string]string{
			"APACHE_RUN_USER": "www-data", "APACHE_RUN_GROUP": "www-data", "APACHE_PID_FILE": "/run/apache2/apache2.pid",
			"APACHE_RUN_DIR": "/run/apache2", "APACHE_LOCK_DIR": "/var/lock/apache2", "APACHE_LOG_DIR": "/var/log/apache2",
		},
	})
	for _, e := range errorsOf(c) {
		t.Errorf("%s accepts it, the evaluator says %s", server.Name(), e)
	}
	ours, theirs := dump(c), readDump(verdict.Output)
	compared := 0
	for name, want := range theirs {
		if strings.HasPrefix(name, "macro '") {
			// What a macro became stands under its own heading there.
			continue
		}
		compared += len(want)
		if diff := cmp.Diff(want, ours[name]); diff != "" {
			t.Errorf("%s (-%s +evaluator):\n%s", name, server.Name(), diff)
		}
	}
	if compared == 0 {
		t.Errorf("%s dumps nothing of %s", server.Name(), main)
	}
}

// TestShippedTree compares Debian's tree, as each server's package installs it
// but with every site enabled and every module that can stand beside the
// others, with what that server dumps of it.
func TestShippedTree(t *testing.T) {
	leftOut := []string{"mpm_prefork", "mpm_worker", "cgi", "suexec"}
	for _, server := range servertest.ApacheServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			files := servertest.Files{"/etc/ssl/certs/ssl-cert-snakeoil.pem": "x", "/etc/ssl/private/ssl-cert-snakeoil.key": "x"}
			err := fs.WalkDir(server.System(), "etc/apache2", func(name string, entry fs.DirEntry, err error) error {
				if err != nil || entry.IsDir() || strings.Contains(name, "-enabled/") {
					return err
				}
				base := path.Base(name)
				for _, module := range leftOut {
					if strings.TrimSuffix(strings.TrimSuffix(base, ".conf"), ".load") == module {
						return nil
					}
				}
				data, err := fs.ReadFile(server.System(), name)
				files["/"+strings.Replace(name, "-available/", "-enabled/", 1)] = string(data)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			files["/etc/apache2/apache2.conf"] += "\nDefine DUMP_CONFIG\n"
			shippedDump(t, server, server.Session(t), files, "/etc/apache2/apache2.conf")
		})
	}
}

// TestFixturesDump compares the project's own configurations with what a server
// dumps of them.
func TestFixturesDump(t *testing.T) {
	names, err := filepath.Glob("../../fixtures/apache/verdict/*.conf")
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	leaf := servertest.NewAuthority(t).Issue(t, servertest.Leaf{Names: []string{"www.example.com"}}).Files("/etc/ssl/site")
	servers := servertest.ApacheServers(t)
	for i, name := range names {
		server := servers[i%len(servers)]
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			main := everyModule(server) + "Define DUMP_CONFIG\nLogFormat %h combined\nLogFormat %h common\nInclude /srv/lab/input.conf\n"
			files := servertest.Files{"/srv/lab/main.conf": main, "/srv/lab/input.conf": string(data), "/etc/ssl/site/hosts.map": "a b\n",
				"/var/log/apache2/keep": "", "/var/cache/apache2/keep": ""}.With(leaf)
			shippedDump(t, server, server.Session(t), files, "/srv/lab/main.conf")
		})
	}
}
