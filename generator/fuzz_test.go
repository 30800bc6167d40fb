package generator_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"padlock/generator"
	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
)

// areUsers checks that a file of users has a name and a hash on each line.
func areUsers(t *testing.T, file generator.File) {
	t.Helper()
	for line := range strings.Lines(string(file.Content)) {
		name, hash, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if !strings.HasPrefix(line, "#") && (!ok || name == "" || len(hash) != len("$2y$10$")+53 || !strings.HasPrefix(hash, "$2y$")) {
			t.Errorf("%s: %q is no user", file.Name, line)
		}
	}
}

// FuzzDescription: whatever stands in a description, it is rendered as a configuration
// that can be read, or refused with a place; it never panics or hangs.
func FuzzDescription(f *testing.F) {
	archives, err := filepath.Glob("../fixtures/generator/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".hcl") {
				f.Add(string(file.Data), false)
			}
		}
	}
	for _, text := range []string{
		"locals {\n a = \"x\"\n b = \"${local.a}${local.a}\"\n}\nsite \"${local.b}\" {}\n",
		"mixin \"a\" {\n use = [mixin.b]\n}\nmixin \"b\" {\n use = [mixin.a]\n}\nsite \"a.b\" {\n use = [mixin.a]\n}\n",
		"site \"a.b\" {\n root = \"/a\"\n tls { mode = \"off\" }\n dynamic \"route\" {\n for_each = range(3)\n labels = [\"/${route.key}/\"]\n content { root = \"/b\" }\n }\n}\n",
		"site \"a.b\" {\n root = secret(\"/a\")\n tls { mode = \"off\" }\n}\ntarget {\n layout = \"modular\"\n unsupported = 1\n}\n",
	} {
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, other bool) {
		server := "nginx"
		if other {
			server = "apache"
		}
		dir := t.TempDir()
		name := filepath.Join(dir, "sites.hcl")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		result, diags := generator.Generate(context.Background(), generator.Request{Files: []string{name}, Server: server, Platform: "debian-13", Unwritten: true})
		if err := diags.Write(io.Discard, 80, false); err != nil {
			t.Fatal(err)
		}
		if diags.HasErrors() {
			return
		}
		files, err := result.Arrange("/srv/sites")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			switch {
			case file.Link != "":
				continue
			case file.Private:
				areUsers(t, file)
				continue
			}
			read := source.NewFile(file.Name, file.Content)
			problems := nginx.Parse(read).Diagnostics
			if result.Target.Server == "apache" {
				problems = apache.Parse(read).Diagnostics
			}
			if len(problems) > 0 {
				t.Errorf("%s cannot be read: %v\n%s", file.Name, problems, file.Content)
			}
		}
	})
}
