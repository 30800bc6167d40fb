package gittree

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// InPlace is this machine's file system with the revision in the place of the
// repository's work tree, so that paths, links and includes lead where they lead
// in the work tree. Its root is "/".
func (t *Tree) InPlace() (fs.ReadLinkFS, error) {
	machine, ok := os.DirFS("/").(fs.ReadLinkFS)
	if !ok {
		return nil, errors.New("this system does not tell where symbolic links lead")
	}
	return &inPlace{t, machine, strings.TrimPrefix(filepath.ToSlash(t.Repository.Top), "/")}, nil
}

type inPlace struct {
	tree    *Tree
	machine fs.ReadLinkFS
	// top is where the tree stands, without the slash it begins with.
	top string
}

// in is the path within the tree; ok is false outside.
func (p *inPlace) in(name string) (rest string, ok bool) {
	switch {
	case name == p.top:
		return ".", true
	case p.top == "":
		return name, true
	}
	return strings.CutPrefix(name, p.top+"/")
}

func (p *inPlace) links() walker { return walker{p.mode, p.target, true} }

func (p *inPlace) mode(name string) (fs.FileMode, error) {
	if rest, ok := p.in(name); ok {
		e, err := p.tree.find(rest)
		return e.mode, err
	}
	info, err := p.machine.Lstat(name)
	if err != nil {
		return 0, err
	}
	return info.Mode(), nil
}

func (p *inPlace) target(name string) (string, error) {
	if rest, ok := p.in(name); ok {
		return p.tree.target(rest)
	}
	return p.machine.ReadLink(name)
}

// place is where a path leads: a path without links, and the file system for it.
func (p *inPlace) place(op, name string, last bool) (fs.ReadLinkFS, string, error) {
	if !fs.ValidPath(name) {
		return nil, "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	real, err := p.links().follow(name, last)
	if err != nil {
		return nil, "", &fs.PathError{Op: op, Path: name, Err: reason(err)}
	}
	if rest, ok := p.in(real); ok {
		return p.tree, rest, nil
	}
	return p.machine, real, nil
}

// reason is an error without the path that another one has in front already.
func reason(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

func (p *inPlace) Open(name string) (fs.File, error) {
	in, real, err := p.place("open", name, true)
	if err != nil {
		return nil, err
	}
	return in.Open(real)
}

func (p *inPlace) ReadDir(name string) ([]fs.DirEntry, error) {
	in, real, err := p.place("readdir", name, true)
	if err != nil {
		return nil, err
	}
	return fs.ReadDir(in, real)
}

func (p *inPlace) Stat(name string) (fs.FileInfo, error) { return p.stat("stat", name, true) }

func (p *inPlace) Lstat(name string) (fs.FileInfo, error) { return p.stat("lstat", name, false) }

// stat describes the file by the name it was asked for; follow says whether a
// symbolic link at the end of the name is followed.
func (p *inPlace) stat(op, name string, follow bool) (fs.FileInfo, error) {
	in, real, err := p.place(op, name, follow)
	if err != nil {
		return nil, err
	}
	info, err := in.Lstat(real)
	if err != nil {
		return nil, err
	}
	return renamed{info, path.Base(name)}, nil
}

func (p *inPlace) ReadLink(name string) (string, error) {
	in, real, err := p.place("readlink", name, false)
	if err != nil {
		return "", err
	}
	return in.ReadLink(real)
}

// renamed is a file under the name that it was asked for with.
type renamed struct {
	fs.FileInfo
	name string
}

func (r renamed) Name() string { return r.name }
