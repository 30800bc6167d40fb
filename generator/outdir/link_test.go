package outdir

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func enabled(name string) []File {
	return []File{file("sites-available/"+name, name), {Name: "sites-enabled/" + name, Link: "../sites-available/" + name}}
}

func readLink(t *testing.T, name string) string {
	t.Helper()
	target, err := os.Readlink(name)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// TestLinks: links are made with their files, kept, and removed with them; links of
// others stay.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	if got := summary(apply(t, dir, append(enabled("a.conf"), enabled("b.conf")...)...)); got != "created sites-available/a.conf, created sites-available/b.conf, created sites-enabled/a.conf, created sites-enabled/b.conf" {
		t.Error(got)
	}
	if got := readLink(t, filepath.Join(dir, "sites-enabled", "a.conf")); got != "../sites-available/a.conf" {
		t.Errorf("the link leads to %q", got)
	}
	// Somebody else's: a site by hand, and its link.
	overwrite(t, filepath.Join(dir, "sites-available", "hand.conf"), "server {}\n")
	for name, target := range map[string]string{"hand.conf": "../sites-available/hand.conf", "other.conf": "../sites-available/a.conf", "far.conf": "/etc/passwd"} {
		if err := os.Symlink(target, filepath.Join(dir, "sites-enabled", name)); err != nil {
			t.Fatal(err)
		}
	}
	if got := summary(apply(t, dir, enabled("a.conf")...)); got != "unchanged sites-available/a.conf, removed sites-available/b.conf, unchanged sites-enabled/a.conf, removed sites-enabled/b.conf" {
		t.Error(got)
	}
	// Another layout leaves none of ours behind.
	if got := summary(apply(t, dir, file("a.conf", "a"))); got != "created a.conf, removed sites-available/a.conf, removed sites-enabled/a.conf" {
		t.Error(got)
	}
	for _, name := range []string{"sites-available/hand.conf", "sites-enabled/hand.conf", "sites-enabled/other.conf", "sites-enabled/far.conf"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s is gone: %v", name, err)
		}
	}
}

// TestLinksInTheWay: what stands where a link should be and is not ours is a conflict.
func TestLinksInTheWay(t *testing.T) {
	for name, put := range map[string]func(string) error{
		"a file":              func(name string) error { return os.WriteFile(name, []byte("server {}\n"), 0o644) },
		"a directory":         func(name string) error { return os.Mkdir(name, 0o755) },
		"a link to elsewhere": func(name string) error { return os.Symlink("/etc/passwd", name) },
		"a broken link":       func(name string) error { return os.Symlink("../sites-available/none.conf", name) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "sites-enabled"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := put(filepath.Join(dir, "sites-enabled", "a.conf")); err != nil {
				t.Fatal(err)
			}
			_, err := Apply(context.Background(), dir, enabled("a.conf"), DiscardEdits)
			var conflict *ConflictError
			if !errors.As(err, &conflict) || conflict.Conflicts.Count(Foreign) != 1 {
				t.Errorf("got %v", err)
			}
			if _, err := os.Lstat(filepath.Join(dir, "sites-available", "a.conf")); err == nil {
				t.Error("something was written")
			}
		})
	}
}

func TestLinksLeadToFilesOfTheSet(t *testing.T) {
	for _, link := range []string{"/etc/passwd", "../../etc/passwd", "b.conf", "a.conf", "../sites-available/none.conf"} {
		files := append(enabled("a.conf"), File{Name: "sites-enabled/b.conf", Link: link})
		if _, err := Plan(t.TempDir(), files, KeepEdits); err == nil {
			t.Errorf("a link to %q is accepted", link)
		}
	}
}
