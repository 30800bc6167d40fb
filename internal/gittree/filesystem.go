package gittree

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"time"
)

// A Tree is what fs.FS can be.
var (
	_ fs.ReadLinkFS = (*Tree)(nil)
	_ fs.ReadDirFS  = (*Tree)(nil)
	_ fs.StatFS     = (*Tree)(nil)
)

func (t *Tree) links() walker {
	mode := func(name string) (fs.FileMode, error) {
		e, err := t.find(name)
		return e.mode, err
	}
	return walker{mode: mode, target: t.target}
}

// lead is the entry that a path leads to.
func (t *Tree) lead(op, name string, last bool) (e entry, err error) {
	if !fs.ValidPath(name) {
		return e, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	real, err := t.links().follow(name, last)
	if err == nil {
		e, err = t.find(real)
	}
	if err != nil {
		return e, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return e, nil
}

// Lstat describes a file, or a link itself.
func (t *Tree) Lstat(name string) (fs.FileInfo, error) {
	e, err := t.lead("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return info{e, path.Base(name), t}, nil
}

// Stat describes what a path leads to.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	e, err := t.lead("stat", name, true)
	if err != nil {
		return nil, err
	}
	return info{e, path.Base(name), t}, nil
}

// ReadLink is where a link leads, as it is written.
func (t *Tree) ReadLink(name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	real, err := t.links().follow(name, false)
	var target string
	if err == nil {
		target, err = t.target(real)
	}
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: err}
	}
	return target, nil
}

var errListed = errors.New("the revision has too many paths")

// ReadDir lists a directory, sorted by name.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := t.lead("readdir", name, true)
	if err != nil {
		return nil, err
	}
	if !e.mode.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a directory")}
	}
	entries, err := t.list(e, name)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	t.mu.Lock()
	t.listed += len(entries)
	full := t.listed > t.limit
	t.mu.Unlock()
	if full {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: t.fail(name, errListed)}
	}
	out := make([]fs.DirEntry, len(entries))
	for i, e := range entries {
		out[i] = fs.FileInfoToDirEntry(info{e, e.name, t})
	}
	return out, nil
}

// Open opens what a path leads to. The content of a file is read from git when
// the first byte is asked for.
func (t *Tree) Open(name string) (fs.File, error) {
	e, err := t.lead("open", name, true)
	if err != nil {
		return nil, err
	}
	f := file{info{e, path.Base(name), t}, name, nil}
	if e.mode.IsDir() {
		return &directory{file: f}, nil
	}
	return &f, nil
}

// info describes a file. The size is asked for when it is wanted.
type info struct {
	entry
	base string
	tree *Tree
}

func (i info) Name() string       { return i.base }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }

// Size is 0 for a directory, and for a file that git cannot tell about: then
// reading it fails too, and Err knows.
func (i info) Size() int64 {
	if i.mode.IsDir() {
		return 0
	}
	size, err := i.tree.objects.size(i.id)
	if err != nil {
		_ = i.tree.fail(i.base, err)
	}
	return size
}

type file struct {
	info
	path string
	data *bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

func (f *file) Read(p []byte) (int, error) {
	if f.data == nil {
		data, err := f.tree.objects.read(f.id)
		if err != nil {
			return 0, &fs.PathError{Op: "read", Path: f.path, Err: f.tree.fail(f.path, err)}
		}
		f.data = bytes.NewReader(data)
	}
	return f.data.Read(p)
}

type directory struct {
	file
	entries []fs.DirEntry
	listed  bool
}

func (d *directory) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.path, Err: errors.New("is a directory")}
}

// ReadDir gives the next n entries, or all of them, as fs.ReadDirFile says.
func (d *directory) ReadDir(n int) ([]fs.DirEntry, error) {
	if !d.listed {
		entries, err := d.tree.ReadDir(d.path)
		if err != nil {
			return nil, err
		}
		d.entries, d.listed = entries, true
	}
	if n > 0 && len(d.entries) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(d.entries) {
		n = len(d.entries)
	}
	next := d.entries[:n]
	d.entries = d.entries[n:]
	return next, nil
}
