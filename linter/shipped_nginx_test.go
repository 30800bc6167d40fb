package linter_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/nginx"
	"padlock/internal/servertest"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter"
)

// What the packages of nginx and its modules install is read without loss, and
// with the site and all modules enabled it draws no error.
func TestPackagedNginxTreesAreGood(t *testing.T) {
	for _, server := range servertest.NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			tree := fstest.MapFS{}
			for _, dir := range []string{"etc/nginx", "usr/share/nginx/modules-available"} {
				readTree(t, server.System(), dir, tree)
			}
			for name, file := range tree {
				text := file.Data
				if printed := nginx.Parse(source.NewFile(name, text)).Print(); !bytes.Equal(printed, text) {
					t.Errorf("%s changes when it is printed", name)
				}
			}
			enabled := 0
			for name, file := range tree {
				switch dir, base := path.Split(name); dir {
				case "etc/nginx/sites-available/":
					tree["etc/nginx/sites-enabled/"+base] = file
				case "usr/share/nginx/modules-available/":
					tree["etc/nginx/modules-enabled/50-"+base] = file
					enabled++
				}
			}
			if enabled == 0 {
				t.Fatal("there are no modules to enable")
			}
			for _, d := range nginxErrorsIn(t, server, tree) {
				t.Error(shown(&d))
			}
		})
	}
}

func readTree(t *testing.T, system fs.FS, dir string, into fstest.MapFS) {
	t.Helper()
	err := fs.WalkDir(system, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := fs.ReadFile(system, name)
		into[name] = &fstest.MapFile{Data: text, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Configurations of other projects, in the directory that PADLOCK_CORPUS names,
// are read without loss; the errors that they draw, but for those about files
// that are not there, are told for inspection.
func TestForeignNginxConfigurationsAreRead(t *testing.T) {
	root := os.Getenv("PADLOCK_CORPUS")
	if root == "" {
		t.Skip("PADLOCK_CORPUS names no directory")
	}
	tree := fstest.MapFS{}
	readTree(t, os.DirFS(root), "nginx", tree)
	judged, errors := 0, 0
	for name, file := range tree {
		if !strings.Contains(path.Base(name), ".conf") {
			continue
		}
		judged++
		parsed := nginx.Parse(source.NewFile(name, file.Data))
		if !bytes.Equal(parsed.Print(), file.Data) {
			t.Errorf("%s changes when it is printed", name)
		}
		result, err := linter.Lint(t.Context(), linter.Request{Paths: []string{"/" + name}, Tree: tree, Server: tlspolicy.Nginx})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range result.Findings {
			f := &result.Findings[i]
			if f.Severity == source.Error && structural[f.Rule] && f.Rule != "include-missing" {
				errors++
				t.Log(shown(&f.Diagnostic))
			}
		}
	}
	t.Logf("%d files, %d errors", judged, errors)
	if judged == 0 {
		t.Fatal("there is nothing to read")
	}
}
