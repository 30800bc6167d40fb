package source

import (
	"cmp"
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
	tree  fs.ReadLinkFS
	roots []string
	shown []string
	// glanced holds the roots, and where only Glance reads.
	glanced []string
	limits  Limits

	mu    sync.Mutex
	files map[string]func() (*File, error) // by resolved path; read at the first call
	total int64
	links map[string]resolved    // directories already resolved
	modes map[string]fs.FileMode // permissions of directories
	names func(string) string
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
	// Glanced are further absolute directories below which Glance alone reads.
	Glanced []string
	// Limits that are zero default to those of DefaultLimits.
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
		files:  map[string]func() (*File, error){},
		links:  map[string]resolved{},
		modes:  map[string]fs.FileMode{},
		names:  config.DisplayName,
	}
	s.limits.FileSize = cmp.Or(s.limits.FileSize, DefaultLimits.FileSize)
	s.limits.Files = cmp.Or(s.limits.Files, DefaultLimits.Files)
	s.limits.TotalSize = cmp.Or(s.limits.TotalSize, DefaultLimits.TotalSize)
	s.shown = s.cleanAll(config.Roots)
	if len(s.shown) == 0 {
		s.shown = []string{"/"}
	}
	s.roots = append(slices.Clone(s.shown), s.cleanAll(config.Hidden)...)
	s.glanced = append(slices.Clone(s.roots), s.cleanAll(config.Glanced)...)
	if s.names == nil {
		s.names = func(name string) string { return name }
	}
	return s
}

// cleanAll makes roots of paths: as given, and where they lead if a link is on
// the way, for files are judged by where they really lie.
func (s *Set) cleanAll(paths []string) []string {
	out := make([]string, 0, len(paths))
	for _, p := range paths {
		p = path.Clean("/" + p)
		out = append(out, p)
		if real, _, err := s.follow(p, 0); err == nil && real != p {
			out = append(out, real)
		}
	}
	return out
}

// Add puts a file into the Set that is not read from the tree: standard
// input, a rendered configuration, one file of an nginx -T dump. It replaces
// what the tree holds at that path.
func (s *Set) Add(name string, data []byte) *File {
	name = path.Clean("/" + name)
	file := NewFile(s.names(name), data)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = func() (*File, error) { return file, nil }
	return file
}

// Read returns the file at an absolute path, reading it when it is asked for
// first. The same file reached through different links is read once. Errors
// wrap fs.ErrNotExist, fs.ErrPermission or one of this package's reasons.
func (s *Set) Read(name string) (*File, error) {
	name = path.Clean("/" + name)
	s.mu.Lock()
	read, ok := s.files[name]
	s.mu.Unlock()
	if ok {
		return read()
	}

	real, info, err := s.find(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s.mu.Lock()
	if read, ok = s.files[real]; !ok {
		if len(s.files) >= s.limits.Files {
			s.mu.Unlock()
			return nil, fmt.Errorf("%s %w (%d)", name, ErrTooMany, s.limits.Files)
		}
		read = sync.OnceValues(func() (*File, error) { return s.load(name, real, info) })
		s.files[real] = read
	}
	s.mu.Unlock()
	return read()
}

func (s *Set) load(name, real string, info fs.FileInfo) (*File, error) {
	// The kind is known before the file is opened: to open a pipe would wait
	// for its other end, to open a device may act on it.
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s %w", name, ErrNotRegular)
	}
	f, err := s.tree.Open(treePath(real))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s %w", name, ErrNotRegular)
	}
	if info.Size() > s.limits.FileSize {
		return nil, fmt.Errorf("%s %w of %d bytes", name, ErrTooLarge, s.limits.FileSize)
	}
	s.mu.Lock()
	full := info.Size() > s.limits.TotalSize-s.total
	if !full {
		s.total += info.Size()
	}
	s.mu.Unlock()
	if full {
		return nil, fmt.Errorf("%s %w: more than %d bytes in all", name, ErrTooLarge, s.limits.TotalSize)
	}
	data := make([]byte, info.Size())
	n, err := io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	file := NewFile(s.names(real), data[:n])
	file.Hidden = !within(real, s.shown)
	return file, nil
}

// maxLinks is Linux's own limit for symbolic links in one path.
const maxLinks = 40

// DisplayName is how the file at an absolute path is called towards the user.
func (s *Set) DisplayName(name string) string { return s.names(name) }

// Resolve follows every symbolic link of an absolute path, as the server
// would: an absolute link starts again at the tree's root. The result lies
// within a root of the Set, or is a directory on the way to one, and is not
// itself a link; it need not be regular.
func (s *Set) Resolve(name string) (string, error) {
	real, _, err := s.find(name)
	return real, err
}

// find is Resolve, with what the path leads to.
func (s *Set) find(name string) (string, fs.FileInfo, error) {
	name = path.Clean("/" + name)
	real, info, err := s.follow(name, 0)
	if err != nil {
		// Whether something exists elsewhere on this machine is none of the
		// Set's business, nor that of who reads its errors.
		if !within(name, s.roots) && !above(name, s.roots) && !errors.Is(err, ErrLinkLoop) {
			err = ErrOutside
		}
		return "", nil, err
	}
	if !within(real, s.roots) && !above(real, s.roots) {
		return "", nil, ErrOutside
	}
	return real, info, nil
}

// follow resolves links wherever they lead; nothing but the names and kinds of
// files is looked at.
func (s *Set) follow(name string, depth int) (string, fs.FileInfo, error) {
	if depth > maxLinks {
		return "", nil, ErrLinkLoop
	}
	full := name
	if name != "/" {
		dir, base := path.Split(name)
		real, err := s.followDir(path.Clean(dir), depth)
		if err != nil {
			return "", nil, err
		}
		full = path.Join(real, base)
	}
	info, err := s.tree.Lstat(treePath(full))
	if err != nil {
		return "", nil, err
	}
	if info.Mode()&fs.ModeSymlink == 0 {
		return full, info, nil
	}
	target, err := s.tree.ReadLink(treePath(full))
	if err != nil {
		return "", nil, err
	}
	if !path.IsAbs(target) {
		target = path.Join(path.Dir(full), target)
	}
	return s.follow(path.Clean(target), depth+1)
}

func (s *Set) followDir(dir string, depth int) (string, error) {
	if dir == "/" {
		return dir, nil
	}
	s.mu.Lock()
	r, ok := s.links[dir]
	s.mu.Unlock()
	if ok {
		return r.path, r.err
	}
	r.path, _, r.err = s.follow(dir, depth)
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
	_, info, err := s.find(name)
	return info, err
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
