package linter_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"padlock/generator"
	"padlock/internal/tlspolicy"
	"padlock/linter"
)

// What Padlock writes itself has to please its own rules, for every platform
// that it knows. The files stand in a complete configuration, so that the rules
// that need one speak up.
func TestWhatIsGeneratedIsClean(t *testing.T) {
	for name, dir := range descriptions(t) {
		t.Run(name, func(t *testing.T) {
			t.Chdir(dir)
			for _, platform := range tlspolicy.PlatformNames() {
				for _, server := range []string{"nginx", "apache"} {
					lintGenerated(t, server, platform)
				}
			}
		})
	}
}

// descriptions are the directories of all descriptions among the fixtures that
// are to be rendered without a mistake.
func descriptions(t *testing.T) map[string]string {
	t.Helper()
	dirs := map[string]string{}
	add := func(name string, files []txtar.File) {
		dirs[name] = t.TempDir()
		for _, f := range files {
			if strings.HasPrefix(f.Name, "want/") {
				continue
			}
			if err := os.WriteFile(filepath.Join(dirs[name], f.Name), f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	archives, err := filepath.Glob("../fixtures/generator/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if strings.HasPrefix(name, "mistake-") {
			continue
		}
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		add(name, archive.Files)
	}
	for name, files := range map[string][]string{"tenants": {"tenants.hcl", "tenants.csv"}, "application": {"application.hcl"}} {
		var list []txtar.File
		for _, file := range files {
			data, err := os.ReadFile(filepath.Join("../fixtures/examples", file))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, txtar.File{Name: file, Data: data})
		}
		add(name, list)
	}
	return dirs
}

func lintGenerated(t *testing.T, server, platform string) {
	t.Helper()
	files, err := filepath.Glob("*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	result, diags := generator.Generate(context.Background(), generator.Request{
		Files: files, Server: server, Platform: platform,
		Environment: []string{"PADLOCK_VAR_from_environment=set"},
	})
	if diags.HasErrors() {
		t.Logf("%s on %s cannot have these sites: %v", server, platform, diags.List[0].Detail)
		return
	}
	dir, main, text := "etc/nginx/", "nginx.conf", "events {}\nhttp {\n    include /etc/nginx/sites/*.conf;\n}\n"
	if server == "apache" {
		dir, main, text = "etc/apache2/", "apache2.conf", "ServerRoot /etc/apache2\nLogFormat \"%h %r\" combined\nListen 80\nIncludeOptional /etc/apache2/sites/*.conf\n"
	}
	tree := fstest.MapFS{}
	overTLS := false
	for _, f := range result.Files {
		tree[dir+"sites/"+f.Name] = &fstest.MapFile{Data: f.Content}
		overTLS = overTLS || strings.Contains(string(f.Content), "SSLEngine on")
	}
	if overTLS {
		text += "Listen 443\n"
	}
	tree[dir+main] = &fstest.MapFile{Data: []byte(text)}
	found, err := linter.Lint(t.Context(), linter.Request{
		Paths: []string{"/" + dir + main}, Tree: tree, Server: tlspolicy.Server(server), Platform: platform,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found.Failures {
		t.Error(f)
	}
	for _, f := range found.Findings {
		t.Errorf("%s on %s: %s:%d: %s: %s [%s]", server, platform,
			filepath.Base(f.Subject.File.Name), f.Subject.StartPosition().Line, f.Severity, f.Message, f.Rule)
	}
}
