package gittree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// run runs git in a directory, untouched by the user's settings.
func run(t *testing.T, dir, stdin string, args ...string) string {
	t.Helper()
	command := exec.Command("git", args...)
	command.Dir, command.Stdin = dir, strings.NewReader(stdin)
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// repository is a new one with these files; a content that begins with "-> " is a
// link's target.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, link := strings.CutPrefix(content, "-> "); link {
			err = os.Symlink(target, full)
		} else {
			err = os.WriteFile(full, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "", "init", "-q", "-b", "main")
	run(t, dir, "", "add", "-A")
	run(t, dir, "", "commit", "-q", "-m", "start")
	return dir
}

func opened(t *testing.T, dir, revision string) *Tree {
	t.Helper()
	tree, err := Open(t.Context(), dir, revision)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

// site is a tree with everything that git keeps.
var site = map[string]string{
	"nginx.conf":              "events {}\n",
	"empty":                   "",
	"sites-available/a b":     "server {}\n",
	"sites-available/böse\n":  "server {}\n",
	"sites-enabled/a":         "-> ../sites-available/a b",
	"sites-enabled/dir":       "-> ../deep",
	"sites-enabled/nowhere":   "-> nothing",
	"sites-enabled/loop":      "-> loop",
	"sites-enabled/out":       "-> ../../../../etc/passwd",
	"sites-enabled/absolute":  "-> /etc/passwd",
	"deep/a/b/c/d.conf":       "deep\n",
	"deep-and-sorted/ü.conf":  "u\n",
	"deep.and.sorted/x":       "x\n",
	"sites-enabled/via":       "-> dir/a/../a/b",
	"sites-enabled/from-root": "-> ../nginx.conf",
}

var deadLinks = []string{"sites-enabled/nowhere", "sites-enabled/loop", "sites-enabled/out", "sites-enabled/absolute"}

func TestTreeIsAFileSystem(t *testing.T) {
	// TestFS opens everything, so that no link may lead to nothing.
	files := maps.Clone(site)
	maps.DeleteFunc(files, func(name, _ string) bool { return slices.Contains(deadLinks, name) })
	tree := opened(t, repository(t, files), "HEAD")
	var names []string
	for name, content := range files {
		if !strings.HasPrefix(content, "-> ") {
			names = append(names, name)
		}
	}
	if err := fstest.TestFS(tree, names...); err != nil {
		t.Error(err)
	}
	if tree.Err() != nil {
		t.Error(tree.Err())
	}
}

func TestLinksLeadWithinTheTree(t *testing.T) {
	tree := opened(t, repository(t, site), "HEAD")
	for _, c := range []struct{ name, content string }{
		{"sites-enabled/a", "server {}\n"},
		{"sites-enabled/dir/a/b/c/d.conf", "deep\n"},
		{"sites-enabled/via/c/d.conf", "deep\n"},
		{"sites-enabled/from-root", "events {}\n"},
		{"sites-enabled/nowhere", "file does not exist"},
		{"sites-enabled/out", "file does not exist"},
		{"sites-enabled/absolute", "file does not exist"},
		{"sites-enabled/loop", "too many levels of symbolic links"},
		{"nginx.conf/x", "file does not exist"},
		{"../nginx.conf", "invalid argument"},
		{"/nginx.conf", "invalid argument"},
	} {
		data, err := fs.ReadFile(tree, c.name)
		got := string(data)
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			got = pathError.Err.Error()
		}
		if got != c.content {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.content)
		}
	}
	if target, err := tree.ReadLink("sites-enabled/out"); target != "../../../../etc/passwd" || err != nil {
		t.Error(target, err)
	}
	if info, err := tree.Lstat("sites-enabled/loop"); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Error(info, err)
	}
}

func TestRevisionsDiffer(t *testing.T) {
	dir := repository(t, map[string]string{"a.conf": "old"})
	if err := os.WriteFile(filepath.Join(dir, "a.conf"), []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "", "commit", "-q", "-a", "-m", "second")
	run(t, dir, "", "tag", "-a", "-m", "tagged", "v1", "HEAD~1")
	if err := os.WriteFile(filepath.Join(dir, "a.conf"), []byte("not committed"), 0o644); err != nil {
		t.Fatal(err)
	}
	for revision, want := range map[string]string{"HEAD": "new", "HEAD~1": "old", "v1": "old", "main": "new", "main^{tree}": "new"} {
		if data, err := fs.ReadFile(opened(t, dir, revision), "a.conf"); string(data) != want {
			t.Errorf("%s: %q, %v", revision, data, err)
		}
	}
	for _, revision := range []string{"", "nowhere", "--all", "-h", "HEAD:a.conf", "HEAD~9"} {
		_, err := Open(t.Context(), dir, revision)
		if err == nil || !strings.Contains(err.Error(), "has no revision") {
			t.Errorf("%q: %v", revision, err)
		}
	}
}

// What is read leaves everything as it was, and runs nothing that the repository
// names.
func TestTheRepositoryIsLeftAlone(t *testing.T) {
	dir := repository(t, site)
	ran := filepath.Join(t.TempDir(), "ran")
	for _, setting := range []string{"core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "filter.x.smudge", "diff.x.textconv"} {
		run(t, dir, "", "config", setting, "touch "+ran+";")
	}
	if err := os.WriteFile(filepath.Join(dir, ".git/info/attributes"), []byte("* filter=x diff=x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(dir, ".git/index"))
	if err != nil {
		t.Fatal(err)
	}
	tree := opened(t, dir, "HEAD")
	if err := fs.WalkDir(tree, ".", func(string, fs.DirEntry, error) error { return nil }); err != nil {
		t.Error(err)
	}
	if data, err := fs.ReadFile(tree, "nginx.conf"); string(data) != site["nginx.conf"] {
		t.Error(string(data), err)
	}
	after, err := os.ReadFile(filepath.Join(dir, ".git/index"))
	if err != nil || !bytes.Equal(index, after) {
		t.Error("the index has changed", err)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("a program of the repository's settings ran")
	}
}

// rawTree writes a directory that git itself would not make.
func rawTree(t *testing.T, dir string, entries ...string) string {
	t.Helper()
	var data bytes.Buffer
	for _, e := range entries {
		head, id, _ := strings.Cut(e, "=")
		data.WriteString(head + "\x00")
		for i := 0; i < len(id); i += 2 {
			var b byte
			if _, err := fmt.Sscanf(id[i:i+2], "%02x", &b); err != nil {
				t.Fatal(err)
			}
			data.WriteByte(b)
		}
	}
	return run(t, dir, data.String(), "hash-object", "-t", "tree", "-w", "--stdin", "--literally")
}

func TestHostileTrees(t *testing.T) {
	dir := repository(t, map[string]string{"a.conf": "a"})
	blob := run(t, dir, "", "rev-parse", "HEAD:a.conf")
	commit := run(t, dir, "", "rev-parse", "HEAD")
	sub := rawTree(t, dir, "100644 x="+blob)
	top := rawTree(t, dir, "100644 ..="+blob, "100644 .="+blob, "100644 a/b="+blob, "40000 ../..="+sub, "100644 ="+blob,
		"100644 \xff="+blob, "160000 module="+commit, "100644 twice="+blob, "40000 twice="+sub, "100755 run="+blob, "100664 old="+blob)
	tree := opened(t, dir, top)
	entries, err := tree.ReadDir(".")
	got := fmt.Sprint(entries, err)
	if want := "[- old - run - twice] <nil>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}

	// A tree of eleven directories, in which ten billion paths lead to one file.
	bomb := sub
	for range 10 {
		var same []string
		for i := range 10 {
			same = append(same, fmt.Sprintf("40000 d%d=%s", i, bomb))
		}
		bomb = rawTree(t, dir, same...)
	}
	tree = opened(t, dir, bomb)
	tree.limit = 10_000
	_ = fs.WalkDir(tree, ".", func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir
		}
		return nil
	})
	if !errors.Is(tree.Err(), errListed) {
		t.Error(tree.Err())
	}
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	dir := repository(t, map[string]string{"a.conf": "a", "big.conf": strings.Repeat("x", maxObject+1)})
	tree := opened(t, dir, "HEAD")
	if info, err := tree.Stat("big.conf"); err != nil || info.Size() != maxObject+1 {
		t.Error(info, err)
	}
	if _, err := fs.ReadFile(tree, "big.conf"); !errors.Is(err, errTooLarge) {
		t.Error(err)
	}
	if tree.Err() != nil {
		t.Error(tree.Err())
	}
	id := run(t, dir, "", "rev-parse", "HEAD:a.conf")
	if err := os.Remove(filepath.Join(dir, ".git/objects", id[:2], id[2:])); err != nil {
		t.Fatal(err)
	}
	if _, err := fs.ReadFile(tree, "a.conf"); err == nil || !strings.Contains(err.Error(), "lacks the object") || tree.Err() == nil {
		t.Error(err, tree.Err())
	}
	tree.Close()
	if _, err := tree.Stat("a.conf"); err != nil {
		t.Error("what is known stays known:", err)
	}
	if _, err := fs.ReadFile(tree, "a.conf"); !errors.Is(err, errClosed) {
		t.Error(err)
	}
	ended, end := context.WithCancel(t.Context())
	tree, err := Open(ended, dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	end()
	if _, err := tree.ReadDir("."); err == nil || tree.Err() == nil {
		t.Error("a process that was stopped gave an answer")
	}
	tree.Close()
}

func TestInPlaceOfTheWorkTree(t *testing.T) {
	dir := repository(t, map[string]string{
		"nginx.conf": "old", "gone.conf": "old", "link": "-> " + "nginx.conf",
	})
	outside := filepath.Join(filepath.Dir(dir), "outside.conf")
	if err := os.WriteFile(outside, []byte("outside"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"absolute": dir + "/nginx.conf", "out": "../outside.conf"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(dir, filepath.Join(filepath.Dir(dir), "way")); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "", "add", "-A")
	run(t, dir, "", "commit", "-q", "-m", "links")
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "later.conf"), []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	machine, err := opened(t, dir, "HEAD").InPlace()
	if err != nil {
		t.Fatal(err)
	}
	at := strings.TrimPrefix(filepath.ToSlash(dir), "/")
	for name, want := range map[string]string{
		at + "/nginx.conf": "old", at + "/gone.conf": "old", at + "/link": "old", at + "/absolute": "old",
		at + "/out": "outside", at + "/later.conf": "file does not exist", at + "/.git/config": "file does not exist",
		strings.TrimPrefix(outside, "/"): "outside", at + "/../way/nginx.conf": "invalid argument",
		strings.TrimPrefix(filepath.Dir(dir), "/") + "/way/nginx.conf": "old",
	} {
		data, err := fs.ReadFile(machine, name)
		got := string(data)
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			got = pathError.Err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
	entries, err := fs.ReadDir(machine, at)
	if got := fmt.Sprint(entries, err); got != "[L absolute - gone.conf L link - nginx.conf L out] <nil>" {
		t.Error(got)
	}
	if info, err := fs.Stat(machine, at+"/link"); err != nil || info.Name() != "link" || !info.Mode().IsRegular() {
		t.Error(info, err)
	}
	if target, err := machine.ReadLink(at + "/out"); target != "../outside.conf" || err != nil {
		t.Error(target, err)
	}
	if info, err := machine.Lstat(at + "/out"); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Error(info, err)
	}
}

func TestBareRepositories(t *testing.T) {
	dir := repository(t, site)
	bare := filepath.Join(t.TempDir(), "bare.git")
	run(t, dir, "", "clone", "-q", "--bare", dir, bare)
	tree := opened(t, bare, "main")
	if data, err := fs.ReadFile(tree, "nginx.conf"); string(data) != "events {}\n" || !tree.Repository.Bare {
		t.Error(string(data), err)
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", "/")
	if _, err := Open(t.Context(), t.TempDir(), "HEAD"); err == nil || !strings.Contains(err.Error(), "lies in no git work tree") {
		t.Error(err)
	}
}
