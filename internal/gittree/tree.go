package gittree

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// Tree is the files of a revision: a read-only file system whose root is the top
// of the repository. Symbolic links are links, and lead nowhere outside the
// tree; submodules and names that no file system could hold are left out. It is
// safe for concurrent use, and reads from git what is asked for.
type Tree struct {
	// Repository is where it comes from.
	Repository *Repository

	root    entry
	objects *objects

	mu sync.Mutex
	// known are the directories that have been read, by their ids.
	known map[string][]entry
	// listed counts the entries of all directories that were listed, up to limit.
	listed, limit int
	failed        error
}

// maxListed bounds how many entries are listed in all. In a tree one directory
// may stand in many places, so that a few objects can make billions of paths.
const maxListed = 1 << 20

// entry is what a directory says of a file.
type entry struct {
	name, id string
	mode     fs.FileMode
}

// Open reads a revision of the repository that dir lies in: a commit, what leads
// to one, or a tree. Close ends what it has started.
func Open(ctx context.Context, dir, revision string) (*Tree, error) {
	r, err := Find(ctx, dir)
	if err != nil {
		return nil, err
	}
	return r.Open(ctx, revision)
}

// Open is the package's Open, for this repository.
func (r *Repository) Open(ctx context.Context, revision string) (*Tree, error) {
	id, err := r.resolve(ctx, revision, "tree")
	if err != nil {
		return nil, err
	}
	return &Tree{
		Repository: r,
		root:       entry{".", id, directoryMode},
		objects:    newObjects(ctx, r),
		known:      map[string][]entry{},
		limit:      maxListed,
	}, nil
}

// Close ends the processes that read the tree.
func (t *Tree) Close() error {
	t.objects.close()
	return nil
}

// Err is the first failure to read something that the tree holds, nil if there
// was none. Whoever passes over files that cannot be read, as a search does,
// asks here whether something may be missing.
func (t *Tree) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

// fail keeps the first failure.
func (t *Tree) fail(name string, err error) error {
	err = fmt.Errorf("%s: %w", name, err)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil && !errors.Is(err, errTooLarge) {
		t.failed = err
	}
	return err
}

// list reads a directory, sorted by name.
func (t *Tree) list(e entry, name string) ([]entry, error) {
	t.mu.Lock()
	entries, known := t.known[e.id]
	t.mu.Unlock()
	if known {
		return entries, nil
	}
	data, err := t.objects.read(e.id)
	if err == nil {
		entries, err = parseTree(data, len(e.id)/2)
	}
	if err != nil {
		return nil, t.fail(name, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known[e.id] = entries
	return entries, nil
}

// The modes of what git keeps. It does not know who may read a file, so nothing
// is claimed of others.
const (
	fileMode      = fs.FileMode(0o600)
	programMode   = fs.FileMode(0o700)
	directoryMode = fs.ModeDir | 0o700
	linkMode      = fs.ModeSymlink | 0o777
)

// parseTree reads git's form of a directory: "<mode in octal> <name>", a zero
// byte, and the id in binary.
func parseTree(data []byte, idLength int) ([]entry, error) {
	var entries []entry
	for len(data) > 0 {
		head, rest, found := bytes.Cut(data, []byte{0})
		mode, name, spaced := strings.Cut(string(head), " ")
		if !found || !spaced || len(rest) < idLength {
			return nil, errors.New("git holds a directory that is broken")
		}
		id := hex.EncodeToString(rest[:idLength])
		data = rest[idLength:]
		if e := (entry{name, id, modeOf(mode)}); e.mode != 0 && possible(name) {
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	return slices.CompactFunc(entries, func(a, b entry) bool { return a.name == b.name }), nil
}

// modeOf is 0 for a submodule, which is a commit of another repository.
func modeOf(mode string) fs.FileMode {
	switch strings.TrimLeft(mode, "0") {
	case "40000":
		return directoryMode
	case "120000":
		return linkMode
	case "100755":
		return programMode
	case "160000":
		return 0
	}
	return fileMode
}

// possible tells that a file may have this name: git refuses others when it
// checks out, but its objects can hold them.
func possible(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.Contains(name, "/")
}

// find is the entry of a path, links on the way not followed.
func (t *Tree) find(name string) (entry, error) {
	at := t.root
	if name == "." {
		return at, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		if !at.mode.IsDir() {
			return entry{}, fs.ErrNotExist
		}
		entries, err := t.list(at, name)
		if err != nil {
			return entry{}, err
		}
		i, found := slices.BinarySearchFunc(entries, part, func(e entry, name string) int { return cmp.Compare(e.name, name) })
		if !found {
			return entry{}, fs.ErrNotExist
		}
		at = entries[i]
	}
	return at, nil
}

// target is where a link leads, as it is written.
func (t *Tree) target(name string) (string, error) {
	e, err := t.find(name)
	if err != nil {
		return "", err
	}
	if e.mode.Type() != fs.ModeSymlink {
		return "", fs.ErrInvalid
	}
	size, err := t.objects.size(e.id)
	if err == nil && size > maxTarget {
		return "", errTooLarge
	}
	var target []byte
	if err == nil {
		target, err = t.objects.read(e.id)
	}
	if err != nil {
		return "", t.fail(name, err)
	}
	return string(target), nil
}

// maxTarget is Linux's own limit of a path, in bytes.
const maxTarget = 4096
