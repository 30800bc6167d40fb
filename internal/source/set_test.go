package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// dirTree makes a directory of files; a value that begins with "->" makes a
// symbolic link.
func dirTree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if len(content) > 2 && content[:2] == "->" {
			if err := os.Symlink(content[2:], full); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func openTree(dir string) fs.ReadLinkFS { return os.DirFS(dir).(fs.ReadLinkFS) }

func TestSetReadsWithinItsRoots(t *testing.T) {
	dir := dirTree(t, map[string]string{
		"etc/nginx/nginx.conf":         "main",
		"etc/nginx/sites-available/a":  "site a",
		"etc/nginx/sites-enabled/a":    "->../sites-available/a",
		"etc/nginx/absolute":           "->/etc/nginx/nginx.conf",
		"etc/nginx/escape":             "->../../secret",
		"etc/nginx/escape-absolute":    "->/secret",
		"etc/nginx/deep-escape":        "->/../../../../../../secret",
		"etc/nginx/loop":               "->loop",
		"etc/nginx/loop-a":             "->loop-b/x",
		"etc/nginx/loop-b":             "->loop-a/x",
		"etc/nginx/nowhere":            "->gone",
		"etc/nginx/linked-dir":         "->/srv/conf",
		"srv/conf/b":                   "site b",
		"usr/share/defaults":           "defaults",
		"etc/nginx/defaults":           "->/usr/share/defaults",
		"etc/nginx/name with \n in it": "odd",
		"secret":                       "key",
		"etc/nginx-other/not-below-it": "no",
		"etc/nginx/crlf":               "\xef\xbb\xbfa\r\n\xff\xfe\x00b\r\n",
	})
	if err := os.Symlink("/etc/nginx", filepath.Join(dir, "conf")); err != nil {
		t.Fatal(err)
	}
	set := NewSet(SetConfig{Tree: openTree(dir), Roots: []string{"/etc/nginx", "/srv/conf"}, Hidden: []string{"/usr/share"}})
	for _, c := range []struct {
		path, content, name string
		hidden              bool
		err                 error
	}{
		{path: "/etc/nginx/nginx.conf", content: "main", name: "/etc/nginx/nginx.conf"},
		{path: "/etc/nginx/./x/../nginx.conf", content: "main", name: "/etc/nginx/nginx.conf"},
		{path: "/conf/nginx.conf", content: "main", name: "/etc/nginx/nginx.conf"},
		{path: "/etc/nginx/sites-enabled/a", content: "site a", name: "/etc/nginx/sites-available/a"},
		{path: "/etc/nginx/absolute", content: "main", name: "/etc/nginx/nginx.conf"},
		{path: "/etc/nginx/linked-dir/b", content: "site b", name: "/srv/conf/b"},
		{path: "/etc/nginx/name with \n in it", content: "odd", name: "/etc/nginx/name with \n in it"},
		{path: "/etc/nginx/crlf", content: "\xef\xbb\xbfa\r\n\xff\xfe\x00b\r\n", name: "/etc/nginx/crlf"},
		{path: "/etc/nginx/defaults", content: "defaults", name: "/usr/share/defaults", hidden: true},
		{path: "/etc/nginx/escape", err: ErrOutside},
		{path: "/etc/nginx/escape-absolute", err: ErrOutside},
		{path: "/etc/nginx/deep-escape", err: ErrOutside},
		{path: "/etc/nginx/../../secret", err: ErrOutside},
		{path: "/secret", err: ErrOutside},
		{path: "/etc/nginx-other/not-below-it", err: ErrOutside},
		{path: "/etc/nginx/loop", err: ErrLinkLoop},
		{path: "/etc/nginx/loop-a", err: ErrLinkLoop},
		{path: "/etc/nginx/nowhere", err: fs.ErrNotExist},
		{path: "/etc/nginx/gone/x", err: fs.ErrNotExist},
		{path: "/etc/nginx", err: ErrNotRegular},
		{path: "/", err: ErrNotRegular},
	} {
		f, err := set.Read(c.path)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: error %v, want %v", c.path, err, c.err)
			continue
		}
		if c.err != nil {
			continue
		}
		if string(f.Data) != c.content || f.Name != c.name || f.Hidden != c.hidden {
			t.Errorf("%s: %q named %q, hidden %v", c.path, f.Data, f.Name, f.Hidden)
		}
	}
	if _, err := set.ReadDir("/etc"); !errors.Is(err, ErrOutside) {
		t.Errorf("the directory above a root is listed: %v", err)
	}
	if _, err := set.ReadDir("/usr/share"); err != nil {
		t.Errorf("a hidden directory is not listed: %v", err)
	}
}

func TestSetRootThatIsALink(t *testing.T) {
	dir := dirTree(t, map[string]string{"data/conf/a": "content", "conf": "->/data/conf"})
	set := NewSet(SetConfig{Tree: openTree(dir), Roots: []string{"/conf"}})
	f, err := set.Read("/conf/a")
	if err != nil {
		t.Fatal(err)
	}
	if f.Hidden {
		t.Error("the file counts as hidden")
	}
}

// To open a pipe nobody writes to would wait for ever.
func TestSetNeverOpensPipes(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	set := NewSet(SetConfig{Tree: openTree(dir)})
	done := make(chan error, 1)
	go func() {
		_, err := set.Read("/pipe")
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, ErrNotRegular) {
			t.Errorf("error %v, want %v", err, ErrNotRegular)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the pipe was opened")
	}
	device := NewSet(SetConfig{Tree: openTree("/")})
	for _, name := range []string{"/dev/zero", "/dev/tty"} {
		if _, err := device.Read(name); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestSetLimits(t *testing.T) {
	dir := dirTree(t, map[string]string{"a": "1234567890", "b": "12345", "c": "12345"})
	read := func(limits Limits, names ...string) error {
		set := NewSet(SetConfig{Tree: openTree(dir), Limits: limits})
		var err error
		for _, name := range names {
			if _, e := set.Read(name); e != nil {
				err = e
			}
		}
		return err
	}
	for _, c := range []struct {
		limits Limits
		names  []string
		want   error
	}{
		{Limits{FileSize: 10}, []string{"/a"}, nil},
		{Limits{FileSize: 9}, []string{"/a"}, ErrTooLarge},
		{Limits{TotalSize: 10}, []string{"/b", "/c"}, nil},
		{Limits{TotalSize: 9}, []string{"/b", "/c"}, ErrTooLarge},
		{Limits{TotalSize: 5}, []string{"/b", "/b"}, nil},
		{Limits{Files: 2}, []string{"/b", "/c", "/b"}, nil},
		{Limits{Files: 1}, []string{"/b", "/c"}, ErrTooMany},
	} {
		if err := read(c.limits, c.names...); !errors.Is(err, c.want) {
			t.Errorf("%+v %v: %v, want %v", c.limits, c.names, err, c.want)
		}
	}
}

// The one that reads it and those that wait may come in any order: many rounds, for
// in few of them two meet.
func TestSetReadsAFileOnce(t *testing.T) {
	dir := dirTree(t, map[string]string{"a": "x", "link": "->a"})
	for range 2000 {
		set := NewSet(SetConfig{Tree: openTree(dir)})
		files := make([]*File, 8)
		var wait sync.WaitGroup
		for i := range files {
			wait.Go(func() { files[i], _ = set.Read([]string{"/a", "/link"}[i%2]) })
		}
		wait.Wait()
		for _, f := range files {
			if f == nil || f != files[0] {
				t.Fatalf("two files for one: %p %p", f, files[0])
			}
		}
	}
}

func TestSetAdd(t *testing.T) {
	dir := dirTree(t, map[string]string{"a": "stored"})
	set := NewSet(SetConfig{Tree: openTree(dir), DisplayName: func(name string) string { return name[1:] }})
	set.Add("/a", []byte("given"))
	set.Add("/sub/b", []byte("new"))
	for name, want := range map[string]string{"/a": "given", "/sub/b": "new"} {
		f, err := set.Read(name)
		if err != nil || string(f.Data) != want || f.Name != name[1:] {
			t.Errorf("%s: %v %v", name, f, err)
		}
	}
}
