package apache

import (
	"path"
	"sync"
	"sync/atomic"

	"padlock/internal/parallel"
	"padlock/internal/source"
)

// Context is where a configuration file is meant to stand.
type Context uint8

// The contexts of a main file.
const (
	// ServerConfig is the server's own configuration, or a part of it.
	ServerConfig Context = iota
	// VirtualHostConfig is a fragment for the inside of a <VirtualHost>.
	VirtualHostConfig
	// DirectoryConfig is a fragment for the inside of a <Directory>.
	DirectoryConfig
	// Htaccess is a .htaccess file: Define and Include do nothing there but
	// fail.
	Htaccess
)

// LoadOptions say for which server a configuration is read. The zero value
// knows nothing of it.
type LoadOptions struct {
	// ServerRoot is what relative paths start from until a ServerRoot directive
	// says otherwise; the directory of the main file if empty.
	ServerRoot string
	// Defines are the -D options. Nil: not known, so that <IfDefine X> is
	// unknown unless X is defined in the configuration. Empty: there are none.
	Defines map[string]string
	// Environment is the server's environment. Nil: Debian's envvars file
	// beside the main file if there is one, else Debian's defaults.
	Environment map[string]string
	// ServerVersion is httpd's, such as "2.4.62"; any 2.4 if empty.
	ServerVersion string
	// Modules are source or symbol names of modules that are loaded without a
	// LoadModule line here. Nil: not known; if the configuration has LoadModule
	// lines they are the whole truth.
	Modules []string
	// Context is where the main file stands.
	Context Context
	// DirectiveModules gives the source names of the modules that define a
	// directive ("SSLEngine") or section ("<VirtualHost"), for <IfDirective> and
	// <IfSection>. Nil: those are unknown.
	DirectiveModules func(name string) []string
	// Choose says which of the files that one Include names are read, in their
	// order; nil for all.
	Choose func(names []string) []string
}

// Bounds on what one configuration may unfold to. Real trees stay far below;
// they stop macros that use macros, files that include themselves twice and
// variables that double at each Define.
const (
	// maxExpansion is the longest line, in bytes, that variables and macro
	// arguments may make.
	maxExpansion = 1 << 20
	// baseItems and itemsPerLine bound the number of lines evaluated.
	baseItems, itemsPerLine = 500_000, 64
	// baseText and textPerByte bound the bytes of lines that differ from what
	// is written.
	baseText, textPerByte = 16 << 20, 16
	// maxIncludeDepth is httpd's AP_MAX_INCLUDE_DEPTH, maxDirectoryDepth its
	// AP_MAX_INCLUDE_DIR_DEPTH (2.4.71).
	maxIncludeDepth, maxDirectoryDepth = 128, 20
)

// Load reads the configuration whose main file is at the absolute path main.
// It never fails: problems are in the result's Diagnostics.
func Load(set *source.Set, main string, options LoadOptions) *Config {
	main = path.Clean("/" + main)
	library := &library{set: set, trees: map[*source.File]*parsed{}, listings: map[string]listing{}, kinds: map[string]pathKind{}}
	e := newEvaluator(library, main, options)
	e.run(main)
	if options.Modules == nil && e.config.hasLoadModule && e.modulesAsked && !e.outside {
		// The lines that load modules are known now, so that what they do not
		// load is known to be absent.
		processing := e.config.hasProcessing()
		e = newEvaluator(library, main, options)
		e.config.modules.complete = true
		e.config.modules.processing = processing
		e.run(main)
	}
	source.SortDiagnostics(e.config.Diagnostics)
	return e.config
}

func (c *Config) hasProcessing() bool {
	for _, m := range processingModules {
		if _, ok := c.modules.loaded[m]; ok {
			return true
		}
	}
	return false
}

// library reads and parses files, each once.
type library struct {
	set      *source.Set
	mu       sync.Mutex
	trees    map[*source.File]*parsed
	listings map[string]listing
	kinds    map[string]pathKind
}

type parsed struct {
	once sync.Once
	tree *Tree
}

// emptyFile is what httpd reads from /dev/null, the one device it allows.
var emptyFile = source.NewFile("/dev/null", nil)

// read gives the tree of the file at an absolute path.
func (l *library) read(name string) (*Tree, error) {
	file, err := emptyFile, error(nil)
	if name != "/dev/null" {
		file, err = l.set.Read(name)
	}
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	p, ok := l.trees[file]
	if !ok {
		p = &parsed{}
		l.trees[file] = p
	}
	l.mu.Unlock()
	p.once.Do(func() { p.tree = Parse(file) })
	return p.tree, nil
}

// prefetch reads and parses files side by side, and tells how many lines they
// have. What comes of it is asked for again, in order, by read.
func (l *library) prefetch(names []string) (lines int) {
	if len(names) < 2 {
		return 0
	}
	var sum atomic.Int64
	parallel.Do(len(names), func(i int) {
		// Errors come up again when the file's turn comes.
		if tree, err := l.read(names[i]); err == nil {
			sum.Add(int64(tree.Len()))
		}
	})
	return int(sum.Load())
}
