package linter_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"padlock/internal/servertest"
	"padlock/internal/source"
	"padlock/linter"
)

var updateShipped = flag.Bool("update-shipped", false, "rewrite the tables in fixtures/shipped")

// shippedFalse are the warnings and errors of the table that are wrong: the line
// of the table up to its count, and why it is wrong. Each one was judged by
// reading the configuration, and by the real server where that tells.
var shippedFalse = map[string]string{}

// TestShippedConfigurations judges, one by one, the files that Debian's packages
// ship as configurations or examples of them, and the servers' own trees. What
// is found is recorded in fixtures/shipped/findings.tsv; fewer than two of a
// hundred warnings and errors may be wrong.
func TestShippedConfigurations(t *testing.T) {
	table := findingsTable{}
	table.packages(t)
	table.servers(t)
	compareShipped(t, "findings.tsv", table.String())
	table.judge(t)
}

// compareShipped holds a table against the one that is recorded.
func compareShipped(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("..", "fixtures", "shipped", name)
	if *updateShipped {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run with -update-shipped, and judge what is new (-recorded +found):\n%s", diff)
	}
}

// Configurations of other projects, below SERVER/PROJECT in the directory that
// PADLOCK_CORPUS names: nginx and apache of h5bp, the reverse proxies of
// linuxserver.io, and the virtual hosts that certbot is tried on. The recorded
// warnings and errors were read through: all are true but one, which takes a README of
// certbot's for a configuration.
func TestForeignConfigurations(t *testing.T) {
	root := os.Getenv("PADLOCK_CORPUS")
	if root == "" {
		t.Skip("PADLOCK_CORPUS names no directory")
	}
	projects, err := filepath.Glob(filepath.Join(root, "*", "*"))
	if err != nil || len(projects) == 0 {
		t.Fatalf("there are no configurations: %v", err)
	}
	table := findingsTable{}
	for _, dir := range projects {
		where, err := filepath.Rel(root, dir)
		if err != nil {
			t.Fatal(err)
		}
		table.add(t, where, os.DirFS(dir), ".", linter.Request{Paths: []string{dir}})
	}
	byRule := findingsTable{}
	for row, n := range table {
		part := strings.Split(row, "\t")
		byRule[strings.Join(slices.Delete(part, 1, 2), "\t")] += n
	}
	got := strings.Replace(byRule.String(), "\tfile", "", 1)
	compareShipped(t, "foreign.tsv", got)
}

// findingsTable counts findings by server or package, file, severity and rule.
type findingsTable map[string]int

func (f findingsTable) String() string {
	rows := make([]string, 0, len(f))
	for row, n := range f {
		rows = append(rows, fmt.Sprintf("%s\t%d\n", row, n))
	}
	slices.Sort(rows)
	return "# where\tfile\tseverity\trule\tcount\n" + strings.Join(rows, "")
}

func (f findingsTable) judge(t *testing.T) {
	wrong, all := 0, 0
	bySeverity := map[string]int{}
	for row, n := range f {
		severity := strings.Split(row, "\t")[2]
		bySeverity[severity] += n
		if severity == source.Info.String() {
			continue
		}
		all += n
		if shippedFalse[row] != "" {
			wrong += n
		}
	}
	for row := range shippedFalse {
		if f[row] == 0 {
			t.Errorf("%q is not found any more", row)
		}
	}
	t.Logf("%v; %d of %d warnings and errors are wrong", bySeverity, wrong, all)
	if wrong*100 >= 2*all {
		t.Errorf("%d of %d warnings and errors are wrong", wrong, all)
	}
}

// packages judges every file below .cache/shipped, which shipped.sh makes.
func (f findingsTable) packages(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".cache", "shipped"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, ".stamp")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("the configurations of packages are not here; make servers brings them: %v", err)
	}
	// Files are told by their own names, where .cache is a link to another place.
	if root, err = filepath.EvalSymlinks(root); err != nil {
		t.Fatal(err)
	}
	packages, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		if !p.IsDir() {
			continue
		}
		// By the path on this machine: a package alone is no system, so what it
		// includes from elsewhere is not missing.
		dir := filepath.Join(root, p.Name())
		f.add(t, p.Name(), os.DirFS(dir), ".", linter.Request{Paths: []string{dir}, Platform: "debian-12"})
	}
}

// servers judges what the packages of the servers themselves ship.
func (f findingsTable) servers(t *testing.T) {
	platforms := map[string]string{"bookworm": "debian-12", "trixie": "debian-13"}
	for _, server := range servertest.Servers(t) {
		dir := map[servertest.Kind]string{servertest.Nginx: "etc/nginx", servertest.Apache: "etc/apache2"}[server.Kind]
		system := server.System()
		f.add(t, server.Suite, system, dir, linter.Request{Paths: []string{"/"}, Tree: system, Platform: platforms[server.Suite]})
	}
}

// add judges all files below a directory that look like configurations, as the
// request says; its only path is the root of the tree.
func (f findingsTable) add(t *testing.T, where string, tree fs.FS, dir string, request linter.Request) {
	t.Helper()
	root := request.Paths[0]
	err := fs.WalkDir(tree, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if _, ok := linter.Recognise(name, data); !ok {
			return nil
		}
		request.Paths = []string{path.Join(root, name)}
		result, err := linter.Lint(t.Context(), request)
		if err != nil {
			return err
		}
		for _, failure := range result.Failures {
			t.Error(failure)
		}
		for _, finding := range result.Findings {
			file := strings.TrimPrefix(strings.TrimPrefix(finding.Subject.File.Name, root), "/")
			f[strings.Join([]string{where, file, finding.Severity.String(), finding.Rule}, "\t")]++
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
}
