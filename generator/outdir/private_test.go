//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package outdir

import (
	"context"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

func private(name, body, group string) File {
	f := file(name, body)
	f.Private, f.Group = true, group
	return f
}

func modeOf(t *testing.T, dir, name string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// TestPrivateFiles: nobody but the owner and the group ever reads them, whatever
// becomes of their mode, and one that is tighter stays.
func TestPrivateFiles(t *testing.T) {
	const name = "users/a.htpasswd"
	dir := t.TempDir()
	site := file("a.conf", "a")
	if got := summary(apply(t, dir, site, private(name, "1", ""))); got != "created a.conf, created users/a.htpasswd" {
		t.Error(got)
	}
	if mode := modeOf(t, dir, name); mode != 0o640 {
		t.Errorf("a new file has mode %04o", mode)
	}
	if mode := modeOf(t, dir, "a.conf"); mode != 0o644 {
		t.Errorf("configuration has mode %04o", mode)
	}
	for _, row := range []struct {
		mode, want fs.FileMode
		body       string
		does       string
	}{
		{0o640, 0o640, "1", "unchanged"},
		{0o644, 0o640, "1", "changed"},
		{0o660, 0o640, "1", "changed"},
		{0o604, 0o600, "1", "changed"},
		{0o600, 0o600, "1", "unchanged"},
		{0o600, 0o600, "2", "changed"},
		{0o666, 0o640, "3", "changed"},
		{0o440, 0o440, "4", "changed"},
	} {
		if err := os.Chmod(filepath.Join(dir, name), row.mode); err != nil {
			t.Fatal(err)
		}
		changes, err := Plan(dir, []File{site, private(name, row.body, "")}, KeepEdits)
		if err != nil {
			t.Fatal(err)
		}
		want := "unchanged a.conf, " + row.does + " " + name
		if got := summary(changes); got != want {
			t.Errorf("mode %04o: planned %s, want %s", row.mode, got, want)
		}
		if got := summary(apply(t, dir, site, private(name, row.body, ""))); got != want {
			t.Errorf("mode %04o: %s, want %s", row.mode, got, want)
		}
		if got := modeOf(t, dir, name); got != row.want {
			t.Errorf("mode %04o becomes %04o, want %04o", row.mode, got, row.want)
		}
	}
	overwrite(t, filepath.Join(dir, "users", "hand.htpasswd"), "alice:x\n")
	if got := summary(apply(t, dir, site)); got != "unchanged a.conf, removed users/a.htpasswd" {
		t.Error(got)
	}
	if _, err := os.Stat(filepath.Join(dir, "users", "hand.htpasswd")); err != nil {
		t.Error(err)
	}
}

// TestGroupsOfPrivateFiles: a new file gets the group that is named, or is told of; a
// group that somebody gave stays.
func TestGroupsOfPrivateFiles(t *testing.T) {
	const name = "users/a.htpasswd"
	own, err := user.LookupGroupId(strconv.Itoa(os.Getgid()))
	if err != nil {
		t.Fatal(err)
	}
	group := own
	if os.Getuid() == 0 { // who may give files to any group
		for _, other := range []string{"daemon", "bin", "nobody", "nogroup"} {
			if g, err := user.LookupGroup(other); err == nil {
				group = g
				break
			}
		}
	}
	gidOf := func(dir string) string {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		gid, _ := groupOf(info)
		return strconv.Itoa(gid)
	}
	for _, row := range []struct {
		group, gid string
		lacking    []string
	}{
		{group.Name, group.Gid, nil},
		{own.Name, own.Gid, nil},
		{"no-group-of-this-machine", own.Gid, []string{name}},
		{"", own.Gid, nil},
	} {
		dir := t.TempDir()
		for _, body := range []string{"1", "2", "2"} {
			files := []File{private(name, body, row.group)}
			changes, err := Apply(context.Background(), dir, files, KeepEdits)
			if err != nil {
				t.Fatal(err)
			}
			if got := gidOf(dir); got != row.gid {
				t.Errorf("%q: the group is %s, want %s", row.group, got, row.gid)
			}
			want := row.lacking
			if changes[0].Action != Created { // told once
				want = nil
			}
			if lacking, err := Lacking(dir, files, changes); err != nil || !slices.Equal(lacking, want) {
				t.Errorf("%q: lacking %q, %v, want %q", row.group, lacking, err, want)
			}
		}
	}
	dir := t.TempDir()
	apply(t, dir, private(name, "1", own.Name))
	gid, _ := strconv.Atoi(group.Gid)
	if err := os.Chown(filepath.Join(dir, name), -1, gid); err != nil {
		t.Fatal(err)
	}
	apply(t, dir, private(name, "2", own.Name))
	if got := gidOf(dir); got != group.Gid {
		t.Errorf("the group %s that somebody gave became %s", group.Gid, got)
	}
}
