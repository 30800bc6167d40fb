package patch

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestUnified(t *testing.T) {
	numbered := func(n int) string {
		var out strings.Builder
		for i := 1; i <= n; i++ {
			fmt.Fprintf(&out, "%d\n", i)
		}
		return out.String()
	}
	for _, c := range []struct{ name, before, after, want string }{
		{"equal texts need no patch", "a\n", "a\n", ""},
		{"a changed line", "listen 80;\n", "listen 443 ssl;\n", "@@ -1 +1 @@\n-listen 80;\n+listen 443 ssl;\n"},
		{"three lines of context", numbered(9), strings.Replace(numbered(9), "5\n", "five\n", 1),
			"@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
		{"changes six lines apart share a hunk", numbered(10), strings.Replace(strings.Replace(numbered(10), "2\n", "", 1), "9\n", "", 1),
			"@@ -1,10 +1,8 @@\n 1\n-2\n 3\n 4\n 5\n 6\n 7\n 8\n-9\n 10\n"},
		{"changes seven lines apart do not", numbered(11), strings.Replace(strings.Replace(numbered(11), "2\n", "", 1), "10\n", "", 1),
			"@@ -1,5 +1,4 @@\n 1\n-2\n 3\n 4\n 5\n@@ -7,5 +6,4 @@\n 7\n 8\n 9\n-10\n 11\n"},
		{"a new file", "", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
		{"an emptied file", "a\n", "", "@@ -1 +0,0 @@\n-a\n"},
		{"no line end before", "a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{"no line end after", "a\nb\n", "a\nb", "@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n"},
		{"no line end at all", "x\na", "y\na", "@@ -1,2 +1,2 @@\n-x\n+y\n a\n\\ No newline at end of file\n"},
		{"bytes that are not UTF-8", "\xff\n\xfe\n", "\xff\n\xfd\n", "@@ -1,2 +1,2 @@\n \xff\n-\xfe\n+\xfd\n"},
		{"line ends of Windows", "a\r\nb\r\n", "a\r\nc\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want != "" {
				want = "--- a/f\n+++ b/f\n" + want
			}
			if diff := cmp.Diff(want, string(Unified("f", []byte(c.before), []byte(c.after)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Both programs make the new text of the old one, whatever the texts and the
// file's name are.
func TestGitAndPatchApplyWhatIsWritten(t *testing.T) {
	line := rapid.SampledFrom([]string{"a\n", "b\n", "{\n", "}\n", "\n", "--- a/x\n", "+++ b/x\n", "@@ -1 +1 @@\n", "\xff\n", "é\r\n", "\\ No newline at end of file\n"})
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(line, 0, 30).Draw(t, "lines"), "") + rapid.SampledFrom([]string{"", "", "end"}).Draw(t, "end")
	})
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		name := rapid.SampledFrom([]string{"f", "a b.conf", "größe", "q\"uote", "back\\slash", "sub/f"}).Draw(t, "name")
		if before == "" || after == "" {
			// To git such a patch makes or removes the file.
			return
		}
		written := Unified(name, []byte(before), []byte(after))
		for _, program := range [][]string{{"git", "apply", "-"}, {"patch", "-p1", "-s", "--binary"}} {
			if _, err := exec.LookPath(program[0]); err != nil {
				continue
			}
			if got := applied(t, dir, program, name, before, written); got != after {
				t.Fatalf("%s makes %q of %q, want %q:\n%s", program[0], got, before, after, written)
			}
		}
	})
}

func applied(t *rapid.T, dir string, program []string, name, before string, patch []byte) string {
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	if len(patch) == 0 {
		return before
	}
	command := exec.Command(program[0], program[1:]...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	command.Stdin = bytes.NewReader(patch)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s\n%q", program[0], err, out, patch)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The result must not depend on the machine's speed, nor the number of lines on
// what fits into a rune.
func TestManyDistinctLines(t *testing.T) {
	var before, after bytes.Buffer
	for i := range 70_000 {
		fmt.Fprintf(&before, "server_name host%d.example;\n", i)
		if i != 60_000 {
			fmt.Fprintf(&after, "server_name host%d.example;\n", i)
		}
	}
	hunks := Hunks(before.Bytes(), after.Bytes(), 0)
	if len(hunks) != 1 || hunks[0].Header() != "@@ -60001 +60000,0 @@" {
		t.Errorf("%d hunks, the first %+v", len(hunks), hunks)
	}
}

// Texts as large as configurations get, and larger: a comparison that takes the
// square of their length would not end within the time that tests have.
func TestLongTextsWithEveryLineChanged(t *testing.T) {
	host := func(format string, n int) []byte {
		var out bytes.Buffer
		for i := range n {
			fmt.Fprintf(&out, format, i)
		}
		return out.Bytes()
	}
	random := func(seed uint32, n int) []byte {
		var out bytes.Buffer
		for range n {
			seed = seed*1664525 + 1013904223
			fmt.Fprintf(&out, "%d\n", seed>>24%7)
		}
		return out.Bytes()
	}
	backwards := bytes.Split(host("%d\n", 60_000), []byte("\n"))
	slices.Reverse(backwards)
	for _, c := range []struct {
		name          string
		before, after []byte
		// same is the least number of lines that must be found to stay.
		same int
	}{
		{"nothing in common", host("server_name host%d.example;\n", 50_000), host("server_name  host%d.example;\n", 50_000), 0},
		{"braces in common", host("server {\nserver_name host%d.example;\n}\n", 20_000), host("server {\nserver_name www%d.example;\n}\n", 20_000), 40_000},
		{"every second block is new", host("a%d\n}\n", 20_000), host("a%d\n}\nb\n}\n", 20_000), 40_000},
		{"noise", random(1, 60_000), random(2, 60_000), 20_000},
		{"the other way round", host("%d\n", 60_000), bytes.Join(backwards, []byte("\n")), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after bytes.Buffer
			same := 0
			for _, l := range Lines(c.before, c.after) {
				if l.Kind != Added {
					before.WriteString(l.Text)
				}
				if l.Kind != Removed {
					after.WriteString(l.Text)
				}
				if l.Kind == Same {
					same++
				}
			}
			if !bytes.Equal(before.Bytes(), c.before) || !bytes.Equal(after.Bytes(), c.after) {
				t.Error("the lines are not those of the texts")
			}
			if same < c.same {
				t.Errorf("%d lines stay, want %d or more", same, c.same)
			}
		})
	}
}
