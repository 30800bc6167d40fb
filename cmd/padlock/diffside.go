package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"padlock/internal/gittree"
)

// sideRef is one side of a comparison, found but not read.
type sideRef struct {
	// name is what the user called it.
	name string
	// path is absolute; empty for standard input.
	path string
	// tree is the git revision that holds it, nil for this machine as it is now.
	tree *gittree.Tree
	// machine is this machine with the revision in its place; nil without one.
	machine fs.ReadLinkFS
	// whole tells that a revision was named without a path.
	whole bool
	// directory tells what path is.
	directory bool
}

// findSide finds out what an argument names. What is a path of this machine is
// one, even if a revision is called the same.
func findSide(ctx context.Context, arg string) (*sideRef, error) {
	if arg == "-" {
		return &sideRef{name: arg}, nil
	}
	info, err := os.Stat(arg)
	if err == nil {
		full, err := filepath.Abs(arg)
		return &sideRef{name: arg, path: full, directory: info.IsDir()}, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	revision, path, withPath := strings.Cut(arg, ":")
	repository, noRepository := gittree.Find(ctx, ".")
	if noRepository != nil || revision == "" {
		return nil, fmt.Errorf("%s does not exist, and is no revision of git: %w", arg, cmp.Or(noRepository, errors.New("its name is empty")))
	}
	tree, err := repository.Open(ctx, revision)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%s is neither a file nor a directory, and %w", arg, err)
	}
	s := &sideRef{name: arg, tree: tree, path: tree.Repository.Top, whole: !withPath}
	if withPath {
		if s.path, err = revisionPath(tree.Repository, path); err != nil {
			tree.Close()
			return nil, fmt.Errorf("%s: %w", arg, err)
		}
	}
	if s.machine, err = tree.InPlace(); err != nil {
		return nil, err
	}
	return s, nil
}

// revisionPath is the path of this machine that PATH of REV:PATH stands for: from
// the top of the repository, or, if it begins with a dot, from here, as for git.
func revisionPath(r *gittree.Repository, path string) (string, error) {
	from := r.Top
	if path == "." || strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../") {
		here, err := filepath.Abs(".")
		if err != nil {
			return "", err
		}
		// As in Top, links are resolved.
		if from, err = filepath.EvalSymlinks(here); err != nil {
			return "", err
		}
	}
	full := filepath.Join(from, filepath.FromSlash(path))
	if inside, err := filepath.Rel(r.Top, full); err != nil || inside == ".." || strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		return "", fmt.Errorf("the path leads out of the repository %s", r.Top)
	}
	return full, nil
}

// follow gives a revision that was named alone the path of the other side, if that
// lies in the same repository.
func (s *sideRef) follow(other *sideRef) {
	if !s.whole || other.whole || other.path == "" {
		return
	}
	real, err := filepath.EvalSymlinks(other.path)
	if err != nil {
		real = other.path
	}
	inside, err := filepath.Rel(s.tree.Repository.Top, real)
	if err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		s.path = real
	}
}

// look finds out what the path of a revision leads to.
func (s *sideRef) look() error {
	if s.tree == nil {
		return nil
	}
	info, err := fs.Stat(s.files(), inTree(s.path))
	if errors.Is(err, fs.ErrNotExist) {
		inside, _ := filepath.Rel(s.tree.Repository.Top, s.path)
		revision, _, _ := strings.Cut(s.name, ":")
		return fmt.Errorf("%s: there is no %s in the revision %s (the empty side of a file that is new is %s)", s.name, filepath.ToSlash(inside), revision, os.DevNull)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	s.directory = info.IsDir()
	return nil
}

// files is the file system that the side is read from, its root "/".
func (s *sideRef) files() fs.FS {
	if s.machine != nil {
		return s.machine
	}
	return os.DirFS("/")
}

// inTree is an absolute path as io/fs wants it.
func inTree(full string) string {
	if full = strings.TrimPrefix(filepath.ToSlash(full), "/"); full == "" {
		return "."
	}
	return full
}

// holds tells that a directory has a file of a name that is wanted.
func (s *sideRef) holds(wanted func(name string) bool) bool {
	entries, err := fs.ReadDir(s.files(), inTree(s.path))
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return wanted(e.Name()) })
}

func (s *sideRef) close() {
	if s.tree != nil {
		s.tree.Close()
	}
}

// isDescription tells that the side is a description of sites.
func (s *sideRef) isDescription(stdinName string) bool {
	name := s.path
	if s.path == "" {
		name = stdinName
	}
	return !s.directory && namesDescription(filepath.Base(name))
}

// namesDescription tells from a file's name that it is a description of sites.
func namesDescription(name string) bool {
	return (filepath.Ext(name) == ".hcl" || strings.HasSuffix(name, ".hcl.json")) && !strings.HasPrefix(name, ".")
}

// isEmpty tells that the side is what git and diff(1) call a file that is not
// there.
func (s *sideRef) isEmpty() bool { return s.path == os.DevNull }
