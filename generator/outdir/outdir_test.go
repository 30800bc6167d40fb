package outdir

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const header = Marker + ". Do not edit: change sites.hcl and generate again.\n"

func file(name, body string) File { return File{Name: name, Content: []byte(header + body)} }

func apply(t *testing.T, dir string, files ...File) Changes {
	t.Helper()
	changes, err := Apply(context.Background(), dir, files, KeepEdits)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func summary(changes Changes) string {
	var lines []string
	for _, c := range changes {
		lines = append(lines, c.Action.String()+" "+c.Name)
	}
	return strings.Join(lines, ", ")
}

// listing maps every file below dir to its content, checksum line taken off.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		content, _ := Unseal(data)
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func wantListing(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, listing(t, dir)); diff != "" {
		t.Errorf("directory (-want +got):\n%s", diff)
	}
}

func overwrite(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCreatesChangesKeepsAndRemoves(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "conf.d")
	got := apply(t, dir, file("a.conf", "server { listen 443 ssl; }\n"), file("b.conf", "server {}\n"), file("c.conf", "server {}\n"))
	if want := "created a.conf, created b.conf, created c.conf"; summary(got) != want {
		t.Errorf("first run: got %q, want %q", summary(got), want)
	}
	got = apply(t, dir, file("a.conf", "server { listen 443 ssl; }\n"), file("b.conf", "server { return 444; }\n"), file("d.conf", ""))
	if want := "unchanged a.conf, changed b.conf, removed c.conf, created d.conf"; summary(got) != want {
		t.Errorf("second run: got %q, want %q", summary(got), want)
	}
	wantListing(t, dir, map[string]string{
		"a.conf": header + "server { listen 443 ssl; }\n",
		"b.conf": header + "server { return 444; }\n",
		"d.conf": header,
	})
}

func TestUnchangedFileKeepsInodeAndTime(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, file("a.conf", "server {}\n"), file("b.conf", "server {}\n"))
	before, err := os.Stat(filepath.Join(dir, "a.conf"))
	if err != nil {
		t.Fatal(err)
	}
	apply(t, dir, file("a.conf", "server {}\n"), file("b.conf", "server { return 444; }\n"))
	after, err := os.Stat(filepath.Join(dir, "a.conf"))
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Error("an unchanged file was written again")
	}
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	apply(t, dir, file("a.conf", "one\n"), file("sub/b.conf", "one\n"))
	for name, want := range map[string]fs.FileMode{"": 0o755 | fs.ModeDir, "a.conf": 0o644, "sub": 0o755 | fs.ModeDir, "sub/b.conf": 0o644} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%q has mode %v, want %v", name, info.Mode(), want)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "a.conf"), 0o640); err != nil {
		t.Fatal(err)
	}
	apply(t, dir, file("a.conf", "two\n"), file("sub/b.conf", "one\n"))
	if info, _ := os.Stat(filepath.Join(dir, "a.conf")); info.Mode() != 0o640 {
		t.Errorf("a replaced file has mode %v; the administrator had set 0640", info.Mode())
	}
}

func TestLeavesFilesOfOthersAlone(t *testing.T) {
	dir := t.TempDir()
	overwrite(t, filepath.Join(dir, "default.conf"), "server { listen 80; }\n")
	overwrite(t, filepath.Join(dir, "README"), "")
	if err := os.Symlink("nowhere", filepath.Join(dir, "link.conf")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "snippets"), 0o755); err != nil {
		t.Fatal(err)
	}
	got := apply(t, dir, file("a.conf", ""))
	if want := "created a.conf"; summary(got) != want {
		t.Errorf("got %q, want %q", summary(got), want)
	}
}

func TestConflictsAreReportedTogetherAndNothingIsWritten(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, file("edited.conf", "one\n"), file("edited-and-unwanted.conf", "one\n"), file("stale.conf", "one\n"))
	for _, name := range []string{"edited.conf", "edited-and-unwanted.conf"} {
		name = filepath.Join(dir, name)
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, name, string(data)+"# by hand\n")
	}
	overwrite(t, filepath.Join(dir, "foreign.conf"), "server {}\n")
	if err := os.Mkdir(filepath.Join(dir, "directory.conf"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("stale.conf", filepath.Join(dir, "link.conf")); err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)
	wanted := []File{file("directory.conf", ""), file("edited.conf", "two\n"), file("foreign.conf", ""), file("link.conf", ""), file("new.conf", "")}

	_, err := Apply(context.Background(), dir, wanted, KeepEdits)
	var conflict *ConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("got error %v, want a ConflictError", err)
	}
	want := "foreign directory.conf, edited edited-and-unwanted.conf, edited edited.conf, foreign foreign.conf, foreign link.conf"
	if got := summary(conflict.Conflicts); got != want {
		t.Errorf("conflicts: got %q, want %q", got, want)
	}
	wantListing(t, dir, before)

	_, err = Apply(context.Background(), dir, wanted, DiscardEdits)
	want = "foreign directory.conf, foreign foreign.conf, foreign link.conf"
	if !errors.As(err, &conflict) || summary(conflict.Conflicts) != want {
		t.Errorf("edits discarded: got %v, want conflicts %q: files of others stay protected", err, want)
	}
	wantListing(t, dir, before)

	got, err := Apply(context.Background(), dir, []File{file("edited.conf", "two\n")}, DiscardEdits)
	if want := "removed edited-and-unwanted.conf, changed edited.conf, removed stale.conf"; err != nil || summary(got) != want {
		t.Errorf("edits discarded: got %q, %v, want %q", summary(got), err, want)
	}
}

func TestEveryKindOfEditIsNoticed(t *testing.T) {
	sealed := string(Seal([]byte(header + "server {}\n")))
	first, rest, _ := strings.Cut(sealed, "\n")
	sum, body, _ := strings.Cut(rest, "\n")
	for name, content := range map[string]string{
		"body":              first + "\n" + sum + "\n" + "server { }\n",
		"appended":          sealed + "\n",
		"cut short":         sealed[:len(sealed)-1],
		"header":            first + "!\n" + rest,
		"checksum removed":  first + "\n" + body,
		"checksum changed":  first + "\n" + sum + "0\n" + body,
		"Windows line ends": strings.ReplaceAll(sealed, "\n", "\r\n"),
		"only the marker":   Marker,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			overwrite(t, filepath.Join(dir, "a.conf"), content)
			changes, err := Plan(dir, []File{file("a.conf", "server {}\n")}, KeepEdits)
			if err != nil || summary(changes) != "edited a.conf" {
				t.Errorf("got %q, %v", summary(changes), err)
			}
		})
	}
	if content, intact := Unseal([]byte(sealed)); !intact || string(content) != header+"server {}\n" {
		t.Errorf("what Seal wrote, Unseal reads as %q, intact %v", content, intact)
	}
}

func TestPlanChangesNothing(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, file("a.conf", "one\n"), file("b.conf", "one\n"))
	before := listing(t, dir)
	changes, err := Plan(dir, []File{file("a.conf", "two\n"), file("c.conf", "")}, KeepEdits)
	if want := "changed a.conf, removed b.conf, created c.conf"; err != nil || summary(changes) != want || !changes.Pending() {
		t.Errorf("got %q, %v, want %q", summary(changes), err, want)
	}
	wantListing(t, dir, before)

	missing := filepath.Join(dir, "missing")
	changes, err = Plan(missing, []File{file("a.conf", "")}, KeepEdits)
	if want := "created a.conf"; err != nil || summary(changes) != want {
		t.Errorf("missing directory: got %q, %v, want %q", summary(changes), err, want)
	}
	if _, err := os.Stat(missing); !errors.Is(err, fs.ErrNotExist) {
		t.Error("Plan made the directory")
	}
}

func TestNamesStayInsideTheDirectory(t *testing.T) {
	outside := t.TempDir()
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "../a.conf", "/etc/a.conf", "a/../../b.conf", "a//b.conf", ".hidden", "a/.hidden", `..\a.conf`, "a\x00b", "link/a.conf"} {
		if _, err := Apply(context.Background(), dir, []File{file(name, "")}, KeepEdits); err == nil {
			t.Errorf("the name %q was accepted", name)
		}
	}
	wantListing(t, outside, map[string]string{})
}

func TestRefusesMalformedSets(t *testing.T) {
	for name, files := range map[string][]File{
		"same name twice": {file("a.conf", ""), file("a.conf", "x")},
		"no marker":       {{Name: "a.conf", Content: []byte("server {}\n")}},
		"file and folder": {file("a", ""), file("a/b.conf", "")},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := Apply(context.Background(), dir, files, KeepEdits); err == nil {
				t.Error("accepted")
			}
			wantListing(t, dir, map[string]string{})
		})
	}
}

func TestDirectoryBehindSymbolicLink(t *testing.T) {
	base := t.TempDir()
	link := filepath.Join(base, "current")
	if err := os.Mkdir(filepath.Join(base, "v1"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("v1", link); err != nil {
		t.Fatal(err)
	}
	apply(t, link, file("a.conf", ""))
	wantListing(t, filepath.Join(base, "v1"), map[string]string{"a.conf": header})
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
}

func TestInterruptedBeforeTheFirstFileLeavesEverything(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, file("a.conf", "one\n"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Apply(ctx, dir, []File{file("a.conf", "two\n"), file("b.conf", "")}, KeepEdits)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
	wantListing(t, dir, map[string]string{"a.conf": header + "one\n"})
}

func TestManyFilesAreSyncedTogether(t *testing.T) {
	dir := t.TempDir()
	var files []File
	want := map[string]string{}
	for i := range 200 {
		f := file(strings.Repeat("x", i+1)+".conf", "server {}\n")
		files = append(files, f)
		want[f.Name] = string(f.Content)
	}
	if got := apply(t, dir, files...); got.Count(Created) != len(files) {
		t.Errorf("created %d of %d", got.Count(Created), len(files))
	}
	wantListing(t, dir, want)
}

func TestConcurrentRunsDoNotMix(t *testing.T) {
	dir := t.TempDir()
	var runs sync.WaitGroup
	for i := range 8 {
		runs.Go(func() {
			body := strings.Repeat(string(rune('a'+i)), 4096)
			if _, err := Apply(context.Background(), dir, []File{file("1.conf", body), file("2.conf", body), file("3.conf", body)}, KeepEdits); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	got := listing(t, dir)
	if len(got) != 3 || got["1.conf"] != got["2.conf"] || got["2.conf"] != got["3.conf"] {
		t.Error("the directory holds files of several runs")
	}
}
