package nginx

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"padlock/internal/source"
)

func parseText(text string) *Tree { return Parse(source.NewFile("nginx.conf", []byte(text))) }

// checkTree verifies the shape that makes a tree lossless: ranges are nested
// and in order, and between them lies nothing but blanks, comments and what was
// skipped.
func checkTree(t testing.TB, tree *Tree) {
	t.Helper()
	covered := make([]byte, tree.Range.Len())
	mark := func(what string, r source.Range) {
		if r.Len() == 0 {
			return
		}
		if r.Start < tree.Range.Start || r.End > tree.Range.End || r.End < r.Start {
			t.Fatalf("%s %v lies outside of the tree %v", what, r, tree.Range)
		}
		for i := r.Start; i < r.End; i++ {
			if covered[i-tree.Range.Start] != 0 {
				t.Fatalf("%s %v: byte %d is covered twice", what, r, i)
			}
			covered[i-tree.Range.Start] = 1
		}
	}
	for _, c := range tree.Comments {
		mark("comment", c)
	}
	for _, s := range tree.Skipped {
		mark("skipped", s)
	}
	var visit func(list []*Directive, parent *Directive, within source.Range)
	visit = func(list []*Directive, parent *Directive, within source.Range) {
		for _, d := range list {
			if d.Parent != parent || d.Tree != tree {
				t.Fatalf("directive %q has the wrong parent or tree", d.Name)
			}
			if d.Range.Start < within.Start || d.Range.End > within.End {
				t.Fatalf("directive %q %v lies outside of %v", d.Name, d.Range, within)
			}
			for _, w := range d.Words {
				mark("word", w.Range)
			}
			mark("terminator", d.Terminator)
			mark("close", d.Close)
			if d.Raw {
				mark("raw", d.Body())
			}
			visit(d.Block, d, d.Body())
			within.Start = d.Range.End
		}
	}
	visit(tree.Directives, nil, tree.Range)
	for i, c := range covered {
		if b := tree.File.Data[int(tree.Range.Start)+i]; c == 0 && !strings.ContainsRune(" \t\r\n", rune(b)) {
			t.Fatalf("byte %d (%q) is in no part of the tree", i, b)
		}
	}
	if !bytes.Equal(tree.Print(), tree.File.Text(tree.Range)) {
		t.Fatal("printing differs")
	}
}

// outline writes a tree on one line: words in brackets, blocks in braces.
func outline(list []*Directive) string {
	var b strings.Builder
	for _, d := range list {
		for _, w := range d.Words {
			fmt.Fprintf(&b, "[%s]", w.Value)
		}
		switch {
		case d.Raw:
			fmt.Fprintf(&b, "{raw %q}", d.Tree.File.Text(d.Body()))
		case d.HasBlock:
			fmt.Fprintf(&b, "{%s}", outline(d.Block))
		}
		b.WriteByte(';')
	}
	return b.String()
}

func TestCorpus(t *testing.T) {
	dir := os.Getenv("PADLOCK_CORPUS")
	if dir == "" {
		t.Log("PADLOCK_CORPUS is not set: no corpus is read")
		return
	}
	files, contexts := 0, map[string]int{}
	err := filepath.WalkDir(filepath.Join(dir, "nginx"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		tree := Parse(source.NewFile(path, data))
		checkTree(t, tree)
		checkFormat(t, string(data))
		for _, d := range tree.Diagnostics {
			t.Errorf("%s:%d: %s", path, d.Subject.StartPosition().Line, d.Message)
		}
		contexts[strings.Join(InferContext(tree), " ")]++
		files++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, by context: %v", files, contexts)
}
