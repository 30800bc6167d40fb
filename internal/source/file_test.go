package source

import (
	"os"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"

	"pgregory.net/rapid"
)

func TestPositions(t *testing.T) {
	f := NewFile("x", []byte("a\nbü€\xff\xfec\r\n\nlast"))
	for _, c := range []struct{ offset, line, column int }{
		{0, 1, 1}, {1, 1, 2}, {2, 2, 1}, {3, 2, 2}, {5, 2, 3}, {8, 2, 4}, {9, 2, 5}, {10, 2, 6}, {13, 3, 1}, {14, 4, 1}, {18, 4, 5}, {99, 4, 5}, {-1, 1, 1},
	} {
		p := f.Position(c.offset)
		if p.Line != c.line || p.Column != c.column {
			t.Errorf("offset %d: line %d column %d, want %d %d", c.offset, p.Line, p.Column, c.line, c.column)
		}
	}
	var lines []string
	for n := range f.LineCount() {
		lines = append(lines, string(f.Line(n+1)))
	}
	if want := []string{"a", "bü€\xff\xfec", "", "last"}; !reflect.DeepEqual(lines, want) {
		t.Errorf("lines %q, want %q", lines, want)
	}
	if f.LineCount() != 4 || NewFile("", nil).LineCount() != 1 || NewFile("", []byte("a\n")).LineCount() != 1 {
		t.Error("wrong number of lines")
	}
	if f.Line(0) != nil || f.Line(5) != nil {
		t.Error("a line that does not exist is not empty")
	}
}

func TestExcerptNeverShowsHiddenFiles(t *testing.T) {
	f := NewFile("key", []byte("secret\n"))
	if line, ok := f.Excerpt(1); !ok || string(line) != "secret" {
		t.Errorf("%q %v", line, ok)
	}
	if _, ok := f.Excerpt(2); ok {
		t.Error("a line that does not exist is shown")
	}
	f.Hidden = true
	if line, ok := f.Excerpt(1); ok || line != nil {
		t.Errorf("a line of a hidden file is shown: %q", line)
	}
}

func TestLineRangesCoverTheFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.SampledFrom([]byte("ab\n\n\r\xc3\xa9"))).Draw(t, "data")
		f := NewFile("x", data)
		end := int32(0)
		for n := range f.LineCount() {
			r := f.LineRange(n + 1)
			if r.Start != end {
				t.Fatalf("line %d starts at %d, the one before ended at %d", n+1, r.Start, end)
			}
			if p := f.Position(int(r.Start)); p.Line != n+1 || p.Column != 1 {
				t.Fatalf("line %d starts at %+v", n+1, p)
			}
			end = r.End
		}
		if int(end) != len(data) {
			t.Fatalf("the last line ends at %d of %d", end, len(data))
		}
	})
}

func TestApply(t *testing.T) {
	edit := func(start, end int32, text string) Edit { return Edit{Range{start, end}, text} }
	for _, c := range []struct {
		name  string
		edits []Edit
		want  string // empty: refused
	}{
		{"none", nil, "abcdef"},
		{"any order", []Edit{edit(4, 5, "E"), edit(0, 1, "A")}, "AbcdEf"},
		{"neighbours", []Edit{edit(0, 2, "x"), edit(2, 4, "y")}, "xyef"},
		{"insertions keep their order", []Edit{edit(3, 3, "1"), edit(3, 3, "2")}, "abc12def"},
		{"insertion before a replacement", []Edit{edit(3, 5, "X"), edit(3, 3, "1")}, "abc1Xf"},
		{"at the end", []Edit{edit(6, 6, "!")}, "abcdef!"},
		{"overlap", []Edit{edit(0, 3, "x"), edit(2, 4, "y")}, ""},
		{"insertion within", []Edit{edit(0, 3, "x"), edit(1, 1, "y")}, ""},
		{"the same twice", []Edit{edit(0, 3, "x"), edit(0, 3, "x")}, ""},
		{"beyond the end", []Edit{edit(0, 7, "x")}, ""},
		{"negative", []Edit{edit(-1, 0, "x")}, ""},
		{"backwards", []Edit{edit(2, 1, "x")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := []byte("abcdef")
			got, err := Apply(data, c.edits)
			if (err != nil) != (c.want == "") || string(got) != c.want {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
			if string(data) != "abcdef" {
				t.Error("the data was changed")
			}
		})
	}
}

func TestDiagnosticsHaveOneOrder(t *testing.T) {
	a, b := NewFile("a", []byte("xxxx")), NewFile("b", nil)
	at := func(f *File, start, end int32, rule string) Diagnostic {
		return Diagnostic{Rule: rule, Subject: f.Span(Range{start, end})}
	}
	want := []Diagnostic{{Rule: "z"}, at(a, 0, 1, "m"), at(a, 0, 2, "a"), at(a, 0, 2, "b"), at(a, 1, 2, "a"), at(b, 0, 0, "a")}
	got := []Diagnostic{want[3], want[5], want[1], want[4], want[0], want[2]}
	SortDiagnostics(got)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestWriteFileKeepsModeAndLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("target", link); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := os.Chown(target, 12345, 23456); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteFile(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(target); string(data) != "new" {
		t.Errorf("the target holds %q", data)
	}
	if to, _ := os.Readlink(link); to != "target" {
		t.Errorf("the link leads to %q", to)
	}
	info, err := os.Stat(target)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o640 {
		t.Errorf("the mode is %v", info.Mode())
	}
	if owner := info.Sys().(*syscall.Stat_t); os.Getuid() == 0 && (owner.Uid != 12345 || owner.Gid != 23456) {
		t.Errorf("the owner is %d:%d", owner.Uid, owner.Gid)
	}
	if err := WriteFile(filepath.Join(dir, "fresh"), []byte("x")); err != nil {
		t.Errorf("a new file: %v", err)
	}
	if err := WriteFile(dir, nil); err == nil {
		t.Error("a directory was replaced")
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 3 {
		t.Errorf("files are left behind: %v", entries)
	}
}

func TestWriteFileRefusesALinkToNothing(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("gone", link); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(link, []byte("x")); err == nil {
		t.Error("the link was replaced")
	}
}
