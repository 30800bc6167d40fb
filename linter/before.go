package linter

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"padlock/internal/gittree"
)

// revision is the state of a work tree that changes are counted from.
type revision struct {
	repository *gittree.Repository
	commit     string
	// paths are those of the request that lie in it, and so are the names of
	// descriptions.
	paths, descriptions []string
}

// findBefore judges the request's paths as they were, so that findings can be
// told that were not there: a line that is gone changes what lines far away
// mean. With nothing changed there is nothing to compare.
func (c *changes) findBefore(ctx context.Context, request Request) error {
	if len(c.files) == 0 {
		return nil
	}
	for _, r := range c.revisions {
		if err := c.judgeBefore(ctx, request, r); err != nil {
			return fmt.Errorf("--changed-since %s: %w", request.ChangedSince, err)
		}
	}
	return nil
}

func (c *changes) judgeBefore(ctx context.Context, request Request, r *revision) error {
	tree, err := r.repository.Open(ctx, r.commit)
	if err != nil {
		return err
	}
	defer tree.Close()
	machine, err := r.machine(ctx, tree)
	if err != nil {
		return err
	}
	request.Machine, request.ChangedSince, request.Baseline = machine, "", nil
	request.Rendered, request.Stdin, request.Contents = nil, nil, nil
	if request.RenderBefore != nil && len(r.descriptions) > 0 {
		request.Rendered = request.RenderBefore(machine, r.descriptions)
	}
	for _, f := range descriptionsOf(request.Rendered) {
		c.described[f.Name] = true
	}
	request.Paths = slices.DeleteFunc(slices.Clone(r.paths), func(name string) bool {
		full, err := absolute(name)
		if err == nil {
			_, err = fs.Stat(machine, treePath(full))
		}
		return err != nil
	})
	if len(request.Paths) == 0 && len(request.Rendered) == 0 {
		return nil
	}
	// What cannot be judged as it was, such as a directory that held no
	// configuration, had no findings.
	result, err := Lint(ctx, request)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := tree.Err(); err != nil {
		return err
	}
	if err == nil {
		for i := range result.Findings {
			c.before[result.Findings[i].Fingerprint] = true
		}
	}
	return nil
}

// machine is this machine's file system with the work tree as it was. Files that
// git is told to ignore it cannot give; they are taken as they are.
func (r *revision) machine(ctx context.Context, tree *gittree.Tree) (fs.ReadLinkFS, error) {
	before, err := tree.InPlace()
	if err != nil {
		return nil, err
	}
	list, err := r.repository.Git(ctx, "-C", r.repository.Top, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
	if err != nil {
		return nil, err
	}
	now, ok := os.DirFS("/").(fs.ReadLinkFS)
	if list == "" || !ok {
		return before, nil
	}
	o := &overlay{before, now, map[string]bool{}}
	for name := range strings.SplitSeq(list, "\x00") {
		if name != "" {
			o.ignored[treePath(path.Join(filepath.ToSlash(r.repository.Top), name))] = true
		}
	}
	return o, nil
}

// overlay is a file system with some files and directories of another one,
// where it has none itself.
type overlay struct {
	fs.ReadLinkFS
	now     fs.ReadLinkFS
	ignored map[string]bool
}

// at is the file system that has a file.
func (o *overlay) at(name string) fs.ReadLinkFS {
	for up := name; up != "." && up != "/"; up = path.Dir(up) {
		if !o.ignored[up] {
			continue
		}
		if _, err := o.ReadLinkFS.Lstat(name); err != nil {
			return o.now
		}
		break
	}
	return o.ReadLinkFS
}

func (o *overlay) Open(name string) (fs.File, error)      { return o.at(name).Open(name) }
func (o *overlay) Lstat(name string) (fs.FileInfo, error) { return o.at(name).Lstat(name) }
func (o *overlay) ReadLink(name string) (string, error)   { return o.at(name).ReadLink(name) }
func (o *overlay) Stat(name string) (fs.FileInfo, error)  { return fs.Stat(o.at(name), name) }
func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	in := o.at(name)
	entries, err := fs.ReadDir(in, name)
	if err != nil || in == o.now {
		return entries, err
	}
	for ignored := range o.ignored {
		base := path.Base(ignored)
		if path.Dir(ignored) != name || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == base }) {
			continue
		}
		if info, err := o.now.Lstat(ignored); err == nil {
			entries = append(entries, fs.FileInfoToDirEntry(info))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}
