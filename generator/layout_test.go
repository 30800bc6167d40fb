package generator_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"padlock/generator"
	"padlock/internal/servertest"
)

const layoutDescription = `
site "example.test" {
  aliases = ["www.example.test"]
  root    = "/srv/www/example.test"
  tls { acme = "webroot:/srv/challenges" }
  redirects = { "/old" = "/new", "/dollar$1" = "/$2" }
}

site "app.test" {
  tls {
    acme = "webroot:/srv/challenges"
    hsts = { max_age = "1y" }
  }
  proxy {
    to = "http://127.0.0.1:3000"
  }
}

site "plain.test" {
  root = "/srv/www/plain"
  tls { mode = "off" }
}

site "users.test" {
  root = "/srv/www/plain"
  tls { mode = "off" }
  auth { users = { alice = "$2y$08$9xMczVHg4z..RKmfacnTP.NkRzHY/ouuQEfueuzkyA5sK9ua7DKLy" } }
}
`

// TestLayouts: whatever the layout, every server reads what is rendered, and answers
// alike.
func TestLayouts(t *testing.T) {
	for _, server := range servertest.Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			suite := newSuite(t, server)
			for _, layout := range []generator.Layout{generator.LayoutSingle, generator.LayoutModular, generator.LayoutSites} {
				t.Run(string(layout), func(t *testing.T) { tryLayout(t, suite, layout) })
			}
		})
	}
}

func tryLayout(t *testing.T, suite *suite, layout generator.Layout) {
	file := filepath.Join(t.TempDir(), "sites.hcl")
	if err := os.WriteFile(file, []byte("target {\n  layout = \""+string(layout)+"\"\n}\n"+layoutDescription), 0o644); err != nil {
		t.Fatal(err)
	}
	result, diags := suite.generate(file)
	if diags.HasErrors() {
		t.Fatal(diags.List)
	}
	arranged, err := result.Arrange(path.Join(servertest.Dir, "sites"))
	if err != nil {
		t.Fatal(err)
	}
	if layout == generator.LayoutModular {
		isShared(t, result.Files, arranged)
	}
	result.Files = placed(t, arranged)
	instance := suite.server.Start(t, servertest.Config{Files: siteFiles(t, result, suite.authority).With(servertest.Files{
		"/srv/www/example.test/index.html": "home of example", "/srv/www/plain/index.html": "plain",
	})})
	defer instance.Stop()
	instance.Backend(t, "127.0.0.1:3000")
	client := instance.Client(suite.authority.root.Pool())
	for _, row := range []struct {
		address, header, want string
		status                int
	}{
		{"http://www.example.test/x?y", "Location", "https://example.test/x?y", 308},
		{"https://example.test/dollar$1", "Location", "https://example.test/$2", 301},
		{"https://example.test/", "Strict-Transport-Security", "max-age=63072000", 200},
		{"https://app.test/", "Strict-Transport-Security", "max-age=31536000", 200},
		{"http://plain.test/", "X-Content-Type-Options", "nosniff", 200},
		{"http://users.test/", "WWW-Authenticate", `Basic realm="users.test"`, 401},
		{"http://alice:secret@users.test/", "WWW-Authenticate", "", 200},
	} {
		header := http.Header{}
		address, err := url.Parse(row.address)
		if err != nil {
			t.Fatal(err)
		}
		if password, ok := address.User.Password(); ok {
			header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(address.User.Username()+":"+password)))
			address.User = nil
		}
		answer, err := client.Do(servertest.Request{URL: address.String(), Header: header})
		if err != nil {
			t.Fatalf("%s: %v\n%s", row.address, err, instance.Log())
		}
		if answer.Status != row.status || answer.Header.Get(row.header) != row.want {
			t.Errorf("%s: %d, %s: %q; want %d, %q", row.address, answer.Status, row.header, answer.Header.Get(row.header), row.status, row.want)
		}
	}
}

// placed puts the files where the base configuration of the tests includes them, with
// the files in the place of the links that lead to them.
func placed(t *testing.T, arranged []generator.File) []generator.File {
	t.Helper()
	var out []generator.File
	for _, f := range arranged {
		if f.Link != "" {
			target := path.Join(path.Dir(f.Name), f.Link)
			i := slices.IndexFunc(arranged, func(other generator.File) bool { return other.Name == target })
			if i < 0 {
				t.Fatalf("%s leads to %s, which is not there", f.Name, target)
			}
			f = generator.File{Name: path.Base(f.Name), Content: arranged[i].Content}
		}
		out = append(out, f)
	}
	return out
}

// isShared checks that what sites have alike stands in shared files once, and that
// putting them back in the place of the includes gives the plain layout again.
func isShared(t *testing.T, plain, arranged []generator.File) {
	t.Helper()
	shared := map[string]string{}
	for _, f := range arranged {
		if strings.HasPrefix(f.Name, "shared/") {
			_, body, _ := strings.Cut(string(f.Content), "\n\n")
			shared[path.Join(servertest.Dir, "sites", f.Name)] = body
		}
	}
	if len(shared) < 3 {
		t.Errorf("only %d files are shared", len(shared))
	}
	for i, f := range plain {
		var restored strings.Builder
		for line := range strings.Lines(string(arranged[i].Content)) {
			words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(line), ";"))
			if len(words) == 2 && strings.EqualFold(words[0], "include") && shared[words[1]] != "" {
				for inner := range strings.Lines(shared[words[1]]) {
					restored.WriteString("    " + inner)
				}
				continue
			}
			restored.WriteString(line)
		}
		if restored.String() != string(f.Content) {
			t.Errorf("%s is not the same with the includes put back:\n%s", f.Name, restored.String())
		}
	}
}

func TestLayoutModularRefusesPathsThatCannotBeIncluded(t *testing.T) {
	result := &generator.Result{Target: generator.Target{Layout: generator.LayoutModular}}
	for _, dir := range []string{"/srv/with space", "/srv/st*r", "/srv/$a", "/srv/a;b", "/srv/q\"", "/srv/{a}"} {
		if _, err := result.Arrange(dir); err == nil {
			t.Errorf("%q is taken", dir)
		}
	}
	if files, err := result.Arrange("/srv/ok"); err != nil || len(files) > 0 {
		t.Errorf("%v %v", files, err)
	}
}
