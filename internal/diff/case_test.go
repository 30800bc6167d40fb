package diff_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"padlock/internal/apache"
	"padlock/internal/diff"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

var update = flag.Bool("update", false, "write the expected lines of the fixtures anew")

// A change is a file of fixtures/diff/SERVER: its comment says what is done, the
// files "before" and "after" are what stands in the http block of nginx, or at
// server level of Apache, and "want" are the lines that are told.
type change struct {
	name, file, comment     string
	server                  tlspolicy.Server
	before, after, want     string
	requests                []string
	beforeFiles, afterFiles map[string]string
}

func changes(t testing.TB) []*change {
	t.Helper()
	files, err := filepath.Glob("../../fixtures/diff/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	var list []*change
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := &change{
			file: file, comment: strings.TrimSpace(string(archive.Comment)),
			server:      tlspolicy.Server(filepath.Base(filepath.Dir(file))),
			name:        filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".txtar"),
			beforeFiles: map[string]string{}, afterFiles: map[string]string{},
		}
		for _, f := range archive.Files {
			text := string(f.Data)
			switch {
			case f.Name == "before":
				c.before = text
			case f.Name == "after":
				c.after = text
			case f.Name == "want":
				c.want = text
			case f.Name == "requests":
				c.requests = strings.Fields(text)
			case strings.HasPrefix(f.Name, "before/"):
				c.beforeFiles[strings.TrimPrefix(f.Name, "before/")] = text
			case strings.HasPrefix(f.Name, "after/"):
				c.afterFiles[strings.TrimPrefix(f.Name, "after/")] = text
			default:
				t.Fatalf("%s: what is %q?", file, f.Name)
			}
		}
		list = append(list, c)
	}
	return list
}

// target is the server of the fixtures.
func target(server tlspolicy.Server) tlspolicy.Target {
	if server == tlspolicy.Nginx {
		return tlspolicy.Target{Server: server, Version: tlspolicy.MustVersion("1.26.3"), OpenSSL: tlspolicy.MustVersion("3.5.1"), Platform: "debian-13"}
	}
	return tlspolicy.Target{Server: server, Version: tlspolicy.MustVersion("2.4.66"), OpenSSL: tlspolicy.MustVersion("3.5.1"), Platform: "debian-13"}
}

const nginxMain = "events {}\nhttp {\n    include /etc/nginx/sites/*.conf;\n}\n"

const apacheMain = "ServerRoot /etc/apache2\nListen 80\nListen 443\nInclude /etc/apache2/sites/*.conf\n"

// configOf reads a configuration whose sites are given.
func configOf(t testing.TB, server tlspolicy.Server, text string, files map[string]string) *rule.Config {
	t.Helper()
	return load(t, server, treeOf(server, text, files), mainOf(server), target(server))
}

func mainOf(server tlspolicy.Server) string {
	if server == tlspolicy.Apache {
		return "/etc/apache2/apache2.conf"
	}
	return "/etc/nginx/nginx.conf"
}

// treeOf are the files of a configuration: the sites are included by a main
// file, unless they are a whole configuration themselves.
func treeOf(server tlspolicy.Server, text string, files map[string]string) fstest.MapFS {
	dir, base := "etc/nginx/", nginxMain
	if server == tlspolicy.Apache {
		dir, base = "etc/apache2/", apacheMain
	}
	main := mainOf(server)[1:]
	tree := fstest.MapFS{main: {Data: []byte(base)}}
	if strings.Contains(text, "events {") || strings.Contains(text, "Listen ") {
		tree[main] = &fstest.MapFile{Data: []byte(text)}
	} else {
		tree[dir+"sites/a.conf"] = &fstest.MapFile{Data: []byte(text)}
	}
	for name, text := range files {
		tree[dir+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

func load(t testing.TB, server tlspolicy.Server, tree fstest.MapFS, main string, target tlspolicy.Target) *rule.Config {
	t.Helper()
	set := source.NewSet(source.SetConfig{Tree: tree})
	c := &rule.Config{Target: target, Now: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), Complete: true}
	c.Files = rule.NewPEMFiles(set, filepath.Dir(main), true)
	if server == tlspolicy.Apache {
		c.Apache = apache.Load(set, main, apache.LoadOptions{ServerVersion: target.Version.String()})
		return c
	}
	var err error
	if c.Nginx, err = nginx.Load(set, main, nginx.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	c.Fragment = len(c.Nginx.Context) > 0
	return c
}

func compare(t testing.TB, old, new diff.Side) *diff.Comparison {
	t.Helper()
	c, err := diff.Compare(context.Background(), old, new)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sides are the two sides of a change.
func (c *change) sides(t testing.TB) (old, new diff.Side) {
	return diff.Side{Name: "before", Configs: []*rule.Config{configOf(t, c.server, c.before, c.beforeFiles)}},
		diff.Side{Name: "after", Configs: []*rule.Config{configOf(t, c.server, c.after, c.afterFiles)}}
}

func lines(c *diff.Comparison) string {
	var b strings.Builder
	for _, ch := range c.Changes {
		fmt.Fprintf(&b, "%s %s: %s%s\n", ch.Risk, ch.Kind, ch.Message, placesText(ch))
	}
	kinds := map[string]int{}
	for _, ch := range c.Cosmetic {
		kinds[ch.Kind]++
	}
	for _, k := range diff.Kinds() {
		if n := kinds[k.ID]; n > 0 {
			fmt.Fprintf(&b, "cosmetic %s: %d\n", k.ID, n)
		}
	}
	return b.String()
}

// placesText are the lines on both sides: "[3,5 > 4]".
func placesText(c diff.Change) string {
	side := func(places []diff.Place) string {
		var list []string
		for _, p := range places {
			list = append(list, fmt.Sprint(p.Span.StartPosition().Line))
		}
		return strings.Join(list, ",")
	}
	return fmt.Sprintf(" [%s > %s]", side(c.Old), side(c.New))
}

func TestChanges(t *testing.T) {
	for _, c := range changes(t) {
		t.Run(c.name, func(t *testing.T) {
			old, new := c.sides(t)
			got := lines(compare(t, old, new))
			if got == c.want {
				return
			}
			if !*update {
				t.Fatalf("%s\ngot:\n%swant:\n%s", c.comment, got, c.want)
			}
			archive, err := txtar.ParseFile(c.file)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for i := range archive.Files {
				if archive.Files[i].Name == "want" {
					archive.Files[i].Data, found = []byte(got), true
				}
			}
			if !found {
				archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
			}
			if err := os.WriteFile(c.file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}
