package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// Limits bound what a Set reads, so that no configuration can exhaust memory.
type Limits struct {
	// FileSize is the largest file read, in bytes.
	FileSize int64
	// Files is the largest number of files read.
	Files int
	// TotalSize bounds the sum of all files, in bytes.
	TotalSize int64
}

// DefaultLimits leave room for the largest trees seen in practice (tens of
// thousands of files) and stay far below a machine's memory.
var DefaultLimits = Limits{FileSize: 64 << 20, Files: 200_000, TotalSize: 1 << 30}

// Reasons why a file is not read. They are wrapped with the file's name.
var (
	// ErrOutside: the path, after following symbolic links, lies outside every
	// root of the Set.
	ErrOutside = errors.New("lies outside the directories that may be read")
	// ErrNotRegular: a directory, device, socket or pipe.
	ErrNotRegular = errors.New("is not a regular file")
	// ErrTooLarge: larger than Limits.FileSize, or the Set is full.
	ErrTooLarge = errors.New("is larger than the limit")
	// ErrTooMany: the Set holds Limits.Files files already.
	ErrTooMany = errors.New("exceeds the number of files that are read")
	// ErrLinkLoop: symbolic links lead back to themselves.
	ErrLinkLoop = errors.New("is a loop of symbolic links")
)

// Set is a group of files, each read once. All paths are absolute and use
// slashes, as the server sees them: "/etc/nginx/nginx.conf". A Set is safe for
// concurrent use.
type Set struct {
	tree   fs.ReadLinkFS
	roots  []string
	shown  []string
	limits Limits

	mu    sync.Mutex
	files map[string]*entry // by resolved path
	total int64
	links map[string]resolved // directories already resolved
	names func(string) string
}

type entry struct {
	once sync.Once
	file *File
	err  error
}

type resolved struct {
	path string
	err  error
}

// SetConfig says where a Set reads.
type SetConfig struct {
	// Tree is the file system. Its root stands for the server's "/":
	// os.DirFS("/") for this machine, os.DirFS(dir) for --root, a git revision.
	Tree fs.ReadLinkFS
	// Roots are the absolute directories (or single files) below which files
	// are read and shown. Empty means everything in Tree.
	Roots []string
	// Hidden are further absolute directories below which files are read, but
	// whose lines are never shown.
	Hidden []string
	// Limits default to DefaultLimits.
	Limits Limits
	// DisplayName turns an absolute path into the name shown to the user; the
	// path itself if nil.
	DisplayName func(string) string
}

// NewSet makes an empty Set.
func NewSet(config SetConfig) *Set {
	s := &Set{
		tree:   config.Tree,
		limits: config.Limits,
		shown:  cleanAll(config.Roots),
		files:  map[string]*entry{},
		links:  map[string]resolved{},
		names:  config.DisplayName,
	}
	if s.limits == (Limits{}) {
		s.limits = DefaultLimits
	}
	if len(s.shown) == 0 {
		s.shown = []string{"/"}
	}
	s.roots = append(slices.Clone(s.shown), cleanAll(config.Hidden)...)
	if s.names == nil {
		s.names = func(name string) string { return name }
	}
	return s
}

func cleanAll(paths []string) []string {
	out := make([]string, 0, len(paths))
	for _, p := range paths {
		out = append(out, path.Clean("/"+p))
	}
	return out
}

// Add puts a file into the Set that is not read from the tree: standard
// input, a rendered configuration, one file of an nginx -T dump. It replaces
// what the tree holds at that path.
func (s *Set) Add(name string, data []byte) *File {
	name = path.Clean("/" + name)
	e := &entry{file: NewFile(s.names(name), data)}
	e.once.Do(func() {})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = e
	return e.file
}

// Read returns the file at an absolute path, reading it when it is asked for
// first. The same file reached through different links is read once. Errors
// wrap fs.ErrNotExist, fs.ErrPermission or one of this package's reasons.
func (s *Set) Read(name string) (*File, error) {
	name = path.Clean("/" + name)
	s.mu.Lock()
	if e, ok := s.files[name]; ok {
		s.mu.Unlock()
		e.once.Do(func() {})
		return e.file, e.err
	}
	s.mu.Unlock()

	real, err := s.Resolve(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s.mu.Lock()
	e, ok := s.files[real]
	if !ok {
		if len(s.files) >= s.limits.Files {
			s.mu.Unlock()
			return nil, fmt.Errorf("%s %w (%d)", name, ErrTooMany, s.limits.Files)
		}
		e = &entry{}
		s.files[real] = e
	}
	s.mu.Unlock()
	e.once.Do(func() { e.file, e.err = s.load(name, real) })
	return e.file, e.err
}

func (s *Set) load(name, real string) (*File, error) {
	f, err := s.tree.Open(treePath(real))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s %w", name, ErrNotRegular)
	}
	if info.Size() > s.limits.FileSize {
		return nil, fmt.Errorf("%s %w of %d bytes", name, ErrTooLarge, s.limits.FileSize)
	}
	data := make([]byte, info.Size(), info.Size()+1)
	n, err := io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	s.mu.Lock()
	s.total += int64(n)
	full := s.total > s.limits.TotalSize
	s.mu.Unlock()
	if full {
		return nil, fmt.Errorf("%s %w: more than %d bytes in all", name, ErrTooLarge, s.limits.TotalSize)
	}
	file := NewFile(s.names(real), data[:n])
	file.Hidden = !within(real, s.shown)
	return file, nil
}

// maxLinks is Linux's own limit for symbolic links in one path.
const maxLinks = 40

// Resolve follows every symbolic link of an absolute path, as the server
// would: an absolute link starts again at the tree's root. The result lies
// within a root of the Set and is not itself a link; it need not be regular.
func (s *Set) Resolve(name string) (string, error) {
	return s.resolve(path.Clean("/"+name), 0)
}

func (s *Set) resolve(name string, depth int) (string, error) {
	if depth > maxLinks {
		return "", ErrLinkLoop
	}
	if name == "/" {
		return "/", nil
	}
	dir, base := path.Split(name)
	real, err := s.resolveDir(path.Clean(dir), depth)
	if err != nil {
		return "", err
	}
	full := path.Join(real, base)
	info, err := s.tree.Lstat(treePath(full))
	if err != nil {
		return "", err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		target, err := s.tree.ReadLink(treePath(full))
		if err != nil {
			return "", err
		}
		if !path.IsAbs(target) {
			target = path.Join(real, target)
		}
		return s.resolve(path.Clean(target), depth+1)
	}
	if !within(full, s.roots) && !above(full, s.roots) {
		return "", ErrOutside
	}
	return full, nil
}

func (s *Set) resolveDir(dir string, depth int) (string, error) {
	s.mu.Lock()
	r, ok := s.links[dir]
	s.mu.Unlock()
	if ok {
		return r.path, r.err
	}
	r.path, r.err = s.resolve(dir, depth)
	if !errors.Is(r.err, ErrLinkLoop) {
		s.mu.Lock()
		s.links[dir] = r
		s.mu.Unlock()
	}
	return r.path, r.err
}

// ReadDir lists a directory's entries, sorted by name, following links to the
// directory itself.
func (s *Set) ReadDir(name string) ([]fs.DirEntry, error) {
	real, err := s.Resolve(name)
	if err != nil {
		return nil, err
	}
	if !within(real, s.roots) {
		return nil, fmt.Errorf("%s %w", name, ErrOutside)
	}
	return fs.ReadDir(s.tree, treePath(real))
}

// Stat describes the file that a path leads to.
func (s *Set) Stat(name string) (fs.FileInfo, error) {
	real, err := s.Resolve(name)
	if err != nil {
		return nil, err
	}
	return s.tree.Lstat(treePath(real))
}

// within tells whether name is one of the roots or lies below one.
func within(name string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return name == root || root == "/" || strings.HasPrefix(name, root+"/")
	})
}

// above tells whether name is a directory on the way to a root.
func above(name string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return name == "/" || strings.HasPrefix(root, name+"/")
	})
}

// treePath is a path as io/fs wants it: no leading slash, "." for the root.
func treePath(name string) string {
	if name == "/" {
		return "."
	}
	return name[1:]
}
