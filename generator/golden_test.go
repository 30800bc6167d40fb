package generator_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"

	"padlock/generator"
	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

var update = flag.Bool("update", false, "rewrite the expected parts of the golden files")

// TestGolden runs the archives in fixtures/generator. A file of an archive is
// an input, but for these, which are what must come out:
//
//	want/diagnostics                    what is said, for nginx on debian-13
//	want/diagnostics/SERVER/PLATFORM    what is said for that target
//	want/SERVER/PLATFORM                all files rendered for it, one after the other
//
// PLATFORM may also be a version of the server, with OpenSSL 3.0.
func TestGolden(t *testing.T) {
	fixtures, err := filepath.Abs("../fixtures/generator")
	if err != nil {
		t.Fatal(err)
	}
	archives, err := filepath.Glob(filepath.Join(fixtures, "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for _, f := range archive.Files {
				if !strings.HasPrefix(f.Name, "want/") {
					if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			t.Chdir(dir)
			changed := false
			for i, f := range archive.Files {
				what, ok := strings.CutPrefix(f.Name, "want/")
				if !ok {
					continue
				}
				got := goldenOutput(t, what)
				if *update {
					changed = changed || got != string(f.Data)
					archive.Files[i].Data = []byte(got)
				} else if diff := cmp.Diff(string(f.Data), got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", f.Name, diff)
				}
			}
			if changed {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

var fingerprintLine = regexp.MustCompile(`(?m)^# Input: sha256:[0-9a-f]{32}$`)

func goldenOutput(t *testing.T, what string) string {
	t.Helper()
	kind, what, ok := strings.Cut(what, "/")
	if !ok {
		what = "nginx/debian-13"
	}
	server, platform := kind, what
	if kind == "diagnostics" {
		server, platform, _ = strings.Cut(what, "/")
	}
	request := generator.Request{Server: server, Platform: platform, Environment: []string{"PADLOCK_VAR_from_environment=set"}}
	if !slices.Contains(tlspolicy.PlatformNames(), platform) {
		request.Platform, request.ServerVersion, request.OpenSSLVersion = "", platform, "3.0.0"
	}
	files, err := filepath.Glob("*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	request.Files = files
	result, diags := generator.Generate(context.Background(), request)
	request.Causes = true
	withCauses, _ := generator.Generate(context.Background(), request)
	var out strings.Builder
	if kind == "diagnostics" {
		if err := diags.Write(&out, 100, false); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if diags.HasErrors() {
		t.Fatalf("%s: %v", what, diags.List)
	}
	for i, f := range result.Files {
		if !bytes.Equal(f.Content, withCauses.Files[i].Content) {
			t.Errorf("%s: %s is another file when its causes are asked for", what, f.Name)
		}
		isCanonical(t, server, f)
		out.WriteString("==> " + f.Name + "\n")
		// The fingerprint changes with every attribute that the language gains.
		out.Write(fingerprintLine.ReplaceAll(f.Content, []byte("# Input: sha256:…")))
	}
	return out.String()
}

// TestExamples renders the examples of the README for both servers. Nothing is said of
// them, but that Apache does not quite hold the body limit of the tenants.
func TestExamples(t *testing.T) {
	said := map[string]string{"apache tenants.hcl": "max_body: "}
	for file, sites := range map[string]int{"minimal.hcl": 1, "tenants.hcl": 100, "application.hcl": 2} {
		for _, server := range []string{"nginx", "apache"} {
			result, diags := generator.Generate(context.Background(), generator.Request{
				Files: []string{filepath.Join("..", "fixtures", "examples", file)}, Server: server, Platform: "debian-13",
			})
			want, warned := said[server+" "+file]
			if len(diags.List) > 0 != warned || slices.ContainsFunc(diags.List, func(d *hcl.Diagnostic) bool { return !strings.HasPrefix(d.Detail, want) }) ||
				len(result.Sites) != sites || len(result.Files) != sites+1 {
				t.Errorf("%s for %s: %v", file, server, diags.List)
			}
		}
	}
}

// isCanonical checks that a rendered file reads without an error and is laid
// out as padlock fmt would.
func isCanonical(t *testing.T, server string, f generator.File) {
	t.Helper()
	file := source.NewFile(f.Name, f.Content)
	var formatted []byte
	var diags []source.Diagnostic
	if server == "nginx" {
		tree := nginx.Parse(file)
		formatted, diags = nginx.Format(tree), tree.Diagnostics
	} else {
		tree := apache.Parse(file)
		formatted, diags = apache.Format(tree), tree.Diagnostics
	}
	if len(diags) > 0 {
		t.Errorf("%s: %v", f.Name, diags)
	}
	if diff := cmp.Diff(string(formatted), string(f.Content)); diff != "" {
		t.Errorf("%s is not laid out as padlock fmt would (-fmt +rendered):\n%s", f.Name, diff)
	}
}
