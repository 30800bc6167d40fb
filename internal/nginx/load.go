package nginx

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"padlock/internal/parallel"
	"padlock/internal/source"
)

// LoadOptions say how a configuration is loaded.
type LoadOptions struct {
	// Prefix is the absolute directory at which relative includes start: the
	// directory of nginx.conf, whatever file includes. (Not the prefix of
	// "nginx -p".) Empty means the directory of the main file.
	Prefix string
	// Context is where the main file's directives stand, such as {"http",
	// "server"}. Nil means that InferContext decides.
	Context []string
	// Choose says which of the files that one pattern matches are read, in
	// their order; nil for all.
	Choose func(names []string) []string
}

// Load reads the file at the absolute path main of a set, and everything it
// includes. Only a main file that cannot be read is an error; whatever is wrong
// further on is in the Config's Diagnostics.
func Load(set *source.Set, main string, options LoadOptions) (*Config, error) {
	file, err := set.Read(main)
	if err != nil {
		return nil, err
	}
	if options.Prefix == "" {
		options.Prefix = path.Dir(path.Clean("/" + main))
	}
	files := &setFiles{set: set, trees: map[*source.File]*onceTree{}, globs: map[string][]string{}, choose: options.Choose}
	return load(files, files.treeOf(file, path.Clean("/"+main)), options), nil
}

// files is where included files come from.
type files interface {
	// read returns the tree of the file at an absolute path.
	read(name string) (*Tree, error)
	// match returns the names that a glob pattern matches, in the order in
	// which nginx reads them.
	match(pattern string) ([]string, error)
}

// setFiles reads from a source.Set.
type setFiles struct {
	set    *source.Set
	choose func(names []string) []string
	mu     sync.Mutex
	trees  map[*source.File]*onceTree
	globs  map[string][]string
}

type onceTree struct {
	once sync.Once
	tree *Tree
}

func (s *setFiles) read(name string) (*Tree, error) {
	file, err := s.set.Read(name)
	if err != nil {
		return nil, err
	}
	return s.treeOf(file, name), nil
}

// treeOf parses a file once, however many names lead to it.
func (s *setFiles) treeOf(file *source.File, name string) *Tree {
	s.mu.Lock()
	once, ok := s.trees[file]
	if !ok {
		once = new(onceTree)
		s.trees[file] = once
	}
	s.mu.Unlock()
	once.once.Do(func() { once.tree = parse(file, name, file.String(), wholeFile(file)) })
	return once.tree
}

func (s *setFiles) match(pattern string) ([]string, error) {
	if names, ok := s.globs[pattern]; ok {
		return names, nil
	}
	names, err := glob(s.set, pattern)
	if err == nil && s.choose != nil {
		names = s.choose(names)
	}
	if err == nil {
		s.globs[pattern] = names
	}
	return names, err
}

func load(from files, main *Tree, options LoadOptions) *Config {
	c := &Config{Main: main, Context: options.Context}
	if options.Context == nil {
		c.Context = InferContext(main)
		c.Inferred = true
	}
	l := &loader{from: from, prefix: options.Prefix, config: c, targets: map[include][]target{}, read: map[string]*target{}}
	l.readAll(main)
	l.expand(main)
	source.SortDiagnostics(c.Diagnostics)
	return c
}

// loader reads all files first, in parallel, and then puts them together, in
// the server's order.
type loader struct {
	from    files
	prefix  string
	config  *Config
	targets map[include][]target
	read    map[string]*target // by path
	seen    map[*Tree]bool
	told    map[told]bool
	size    int
}

// target is a file that an include directive names.
type target struct {
	name string
	tree *Tree
	err  error
}

// include is what an include directive asks for.
type include struct {
	argument string
	// literal: no pattern, whatever bytes it has. geo has its own include,
	// which knows none. (ngx_http_geo_include; tried with nginx 1.22.)
	literal bool
}

// includeOf is what a directive includes; ok is false if it includes nothing.
func includeOf(d *Directive) (inc include, ok bool) {
	if d.Name != "include" || len(d.Words) != 2 || d.HasBlock || d.Terminator.Len() == 0 {
		return include{}, false
	}
	return include{d.Words[1].Value, d.Parent != nil && d.Parent.Name == "geo"}, true
}

// readAll reads every file reachable from main, one generation of includes
// after the other.
func (l *loader) readAll(main *Tree) {
	done := map[*Tree]bool{}
	for generation := []*Tree{main}; len(generation) > 0; {
		var found []*target
		for _, tree := range generation {
			done[tree] = true
			for i := range tree.all {
				if inc, ok := includeOf(&tree.all[i]); ok {
					found = l.resolve(inc, found)
				}
			}
		}
		parallel.Do(len(found), func(i int) { found[i].tree, found[i].err = l.from.read(found[i].name) })
		generation = generation[:0]
		for _, t := range found {
			if t.tree != nil && !done[t.tree] {
				done[t.tree] = true
				generation = append(generation, t.tree)
			}
		}
	}
	for _, targets := range l.targets {
		for i := range targets {
			if t := l.read[targets[i].name]; t != nil {
				targets[i] = *t
			}
		}
	}
}

// resolve finds the files that an include names, and appends those not yet
// known to found.
func (l *loader) resolve(inc include, found []*target) []*target {
	if _, ok := l.targets[inc]; ok {
		return found
	}
	full := inc.argument
	if !strings.HasPrefix(full, "/") {
		full = strings.TrimSuffix(l.prefix, "/") + "/" + full
	}
	names := []string{full}
	if !inc.literal && strings.ContainsAny(full, "*?[") {
		var err error
		if names, err = l.from.match(full); err != nil {
			l.targets[inc] = []target{{name: full, err: err}}
			return found
		}
	}
	targets := make([]target, len(names))
	for i, name := range names {
		targets[i].name = name
		if l.read[name] == nil {
			t := &target{name: name}
			l.read[name] = t
			found = append(found, t)
		}
	}
	l.targets[inc] = targets
	return found
}

// reasonOf tells why a file is not read, without what the user knows already.
func reasonOf(err error) string {
	for _, known := range []error{
		source.ErrOutside, source.ErrNotRegular, source.ErrTooLarge, source.ErrTooMany, source.ErrLinkLoop,
	} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read by this user"
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return fmt.Sprintf("cannot be read (%v)", err)
}

func wholeFile(file *source.File) source.Range { return source.Range{End: int32(len(file.Data))} }

// shippedFiles come with nginx and hold no virtual hosts (conf/ of nginx 1.30,
// and proxy_params of Debian's package).
var shippedFiles = []string{"mime.types", "koi-win", "koi-utf", "win-utf", "fastcgi.conf", "fastcgi_params", "proxy_params", "scgi_params", "uwsgi_params"}

// Shipped tells that a file comes with nginx itself, so that every server has it
// beside its main file.
func Shipped(name string) bool { return slices.Contains(shippedFiles, path.Base(name)) }
