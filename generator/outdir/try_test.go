package outdir

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var errRefused = errors.New("the server refuses it")

// state is all that is below a directory: mode, inode and content of files, targets of
// links.
func state(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if entry.Type() == fs.ModeSymlink {
			out[name], err = os.Readlink(path)
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		out[name] = info.Mode().String() + info.ModTime().String() + string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What is refused leaves the directory as it was: files, links, modes, and those of
// others; the same, tried again, is carried out.
func TestTryPutsBackWhatIsRefused(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, file("a.conf", "1\n"), file("gone.conf", "2\n"), file("sites-available/x.conf", "3\n"), File{Name: "sites-enabled/x.conf", Link: "../sites-available/x.conf"})
	if err := os.Chmod(filepath.Join(dir, "a.conf"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mine.conf"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	wanted := []File{file("a.conf", "new\n"), file("deep/b.conf", "new\n"), file("sites-available/y.conf", "4\n"), {Name: "sites-enabled/y.conf", Link: "../sites-available/y.conf"}}
	before := state(t, dir)
	called := 0
	_, err := Try(context.Background(), dir, wanted, KeepEdits, func(changes Changes) error {
		called++
		data, err := os.ReadFile(filepath.Join(dir, "a.conf"))
		if content, _ := Unseal(data); string(content) != header+"new\n" {
			t.Errorf("while it is judged, a.conf is %q (%v)", content, err)
		}
		return errRefused
	})
	if !errors.Is(err, errRefused) || called != 1 {
		t.Errorf("called %d times, error %v", called, err)
	}
	if diff := cmp.Diff(before, state(t, dir)); diff != "" {
		t.Errorf("before and after:\n%s", diff)
	}
	if _, err := Try(context.Background(), dir, wanted, KeepEdits, func(Changes) error { return nil }); err != nil {
		t.Fatal(err)
	}
	wantListing(t, dir, map[string]string{
		"a.conf": header + "new\n", "deep/b.conf": header + "new\n", "mine.conf": "mine",
		"sites-available/y.conf": header + "4\n", "sites-enabled/y.conf": header + "4\n",
	})
}

func TestTryJudgesChangesAlone(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, file("a.conf", "1\n"))
	changes, err := Try(context.Background(), dir, []File{file("a.conf", "1\n")}, KeepEdits, func(Changes) error { return errRefused })
	if err != nil || changes.Pending() {
		t.Errorf("%v, %v", changes, err)
	}
}

// A run that is interrupted before it writes leaves nothing behind.
func TestTryInterrupted(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, file("a.conf", "1\n"))
	before := state(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Try(ctx, dir, []File{file("a.conf", "2\n")}, KeepEdits, func(Changes) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff(before, state(t, dir)); diff != "" {
		t.Errorf("before and after:\n%s", diff)
	}
}
