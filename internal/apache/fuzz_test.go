package apache

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"padlock/internal/source"
)

// seed gives a fuzz target the inputs that the tests know.
func seed(f *testing.F) {
	f.Helper()
	for _, s := range []string{
		"<VirtualHost *:80>\nServerName a # b\n</VirtualHost> # c\n",
		"<Macro A $x>\n<If \"$x\">\n</Macro>\nUse A 'true'\n</If>\n",
		"Define A ${B}${B}\nDefine B ${A}${A}\n<IfDefine !A>\nInclude main.conf\n</IfDefine>\n",
		"# a \\\r\nB c\\\\\n\n\"<IfModule\" !core.c>\n\"</IfModule>\"\n",
		"Include *.conf\nInclude [!a]?\\*.conf\nServerRoot /x\n<IfVersion >= 2.4>\n",
		"<LuaHookFixups a>\nx = 1 < 2\n</LuaHookFixups>\n",
	} {
		f.Add([]byte(s))
	}
}

func checkRoundTrip(t *testing.T, data []byte) {
	t.Helper()
	tree := Parse(source.NewFile("test.conf", data))
	if got := tree.Print(); !bytes.Equal(got, data) {
		t.Fatalf("%q prints %q", data, got)
	}
	for n := range tree.Nodes() {
		line, r := n.Line(), n.Range()
		inside := func(what string, r source.Range) {
			if r.Start < line.Start || r.End > line.End || r.End < r.Start {
				t.Fatalf("%s %v of %q lies outside of its line %v", what, r, data, line)
			}
		}
		inside("range", r)
		inside("name", n.NameRange())
		inside("arguments", n.ArgsRange())
		inside("trailing text", n.Trailing())
		for _, w := range n.Words() {
			inside("word", w.Range)
		}
		n.Whole()
		n.Name()
		for child := range n.Children() {
			if up, ok := child.Parent(); child.Index() <= n.Index() || ok && up.Index() > n.Index() {
				t.Fatalf("child %d of line %d of %q has parent %d", child.Index(), n.Index(), data, up.Index())
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) { checkRoundTrip(t, data) })
}

// FuzzLoad reads the input as main file, as an included file and with itself
// in a directory of its own name.
func FuzzLoad(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		tree := fstest.MapFS{"main.conf": {Data: data}, "x/a.conf": {Data: data}, "x/b.conf": {Data: []byte("Foo ${A}\n")}}
		config := Load(source.NewSet(source.SetConfig{Tree: tree}), "/main.conf", LoadOptions{})
		for i := range config.All() {
			_ = fmt.Sprint(i.Name(), len(i.Words()), i.Line(), len(i.Sections()), len(i.Conditions()))
			if i.Index() > 1000 {
				break
			}
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Fatalf("%q took %v", data, took)
		}
	})
}

// TestCorpus reads real configurations in the folder that PADLOCK_CORPUS names.
func TestCorpus(t *testing.T) {
	root := os.Getenv("PADLOCK_CORPUS")
	if root == "" {
		t.Log("PADLOCK_CORPUS is not set: no real configurations are read")
		return
	}
	files := 0
	err := filepath.WalkDir(filepath.Join(root, "apache"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(name, "/bin/") || strings.Contains(filepath.Base(name), "README") {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		checkRoundTrip(t, data)
		checkFormat(t, data)
		for _, d := range Parse(source.NewFile(name, data)).Diagnostics {
			if d.Severity == source.Error {
				t.Errorf("%s:%d: %s", name, d.Subject.StartPosition().Line, d.Message)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", files)
}
