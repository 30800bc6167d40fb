package apache

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"padlock/internal/source"
)

// evaluator reads a configuration as httpd does, from its first line to its
// last, following what each line says.
type evaluator struct {
	library *library
	options LoadOptions
	config  *Config

	root      string // ServerRoot so far
	condition int32  // innermost undecided condition, or -1
	macros    map[string]*macro
	depth     int // of includes
	// version counts the changes to what conditions, paths and expansions
	// depend on. A file that includes itself without one will do so for ever.
	version int
	active  map[*Tree][]int // version at each entry of the files being read
	cyclic  map[*Tree]bool
	seen    map[*Tree]bool
	unknown map[source.Span]bool // variables reported

	lines, textBytes     int // spent
	lineLimit, textLimit int
	stopped              bool
	modulesAsked         bool // an answer would be different with all modules known
	outside              bool // a file was not read because it is out of reach
	environmentKnown     bool
}

func newEvaluator(l *library, main string, options LoadOptions) *evaluator {
	e := &evaluator{
		library:   l,
		options:   options,
		root:      options.ServerRoot,
		condition: -1,
		macros:    map[string]*macro{},
		active:    map[*Tree][]int{},
		cyclic:    map[*Tree]bool{},
		seen:      map[*Tree]bool{},
		unknown:   map[source.Span]bool{},
		lineLimit: baseItems,
		textLimit: baseText,
	}
	if e.root == "" {
		e.root = path.Dir(main)
	}
	environment := e.environment(main)
	e.config = &Config{
		Context:   options.Context,
		modules:   newModules(),
		variables: newVariables(options.Defines, environment),
	}
	e.config.modules.complete = options.Modules != nil
	for _, m := range options.Modules {
		e.config.modules.load(m, true)
	}
	e.config.modules.processing = e.config.hasProcessing()
	return e
}

// environment is what the server is started with.
func (e *evaluator) environment(main string) map[string]string {
	e.environmentKnown = true
	if e.options.Environment != nil {
		return e.options.Environment
	}
	for _, dir := range []string{path.Dir(main), e.root} {
		if file, err := e.library.set.Read(path.Join(dir, "envvars")); err == nil {
			return readEnvironment(file)
		}
	}
	e.environmentKnown = false
	return debianEnvironment
}

func (e *evaluator) run(main string) {
	tree, err := e.library.read(main)
	if err != nil {
		e.config.Diagnostics = append(e.config.Diagnostics, source.Diagnostic{
			Rule:     "include-missing",
			Severity: source.Error,
			Message:  fmt.Sprintf("The configuration file cannot be read: %v.", err),
			Subject:  source.NewFile(main, nil).Span(source.Range{}),
		})
		return
	}
	e.file(tree, -1, source.Range{}, -1)
}

// file reads one file to its end. Sections cannot reach across its ends.
func (e *evaluator) file(tree *Tree, up int32, via source.Range, parent int32) {
	if !e.seen[tree] {
		e.seen[tree] = true
		e.config.files = append(e.config.files, tree)
		e.lineLimit += itemsPerLine * tree.Len()
		e.textLimit += textPerByte * len(tree.File.Data)
		for _, d := range tree.marks {
			d.Includes = e.config.chainVia(up, via)
			e.config.Diagnostics = append(e.config.Diagnostics, d)
		}
	}
	e.active[tree] = append(e.active[tree], e.version)
	e.depth++
	s := &stream{e: e, base: parent, tree: tree}
	s.cursors = []cursor{{tree: tree, frame: e.addFrame(tree, up, via)}}
	s.run()
	e.depth--
	e.active[tree] = e.active[tree][:len(e.active[tree])-1]
}

func (e *evaluator) addFrame(tree *Tree, up int32, via source.Range) int32 {
	e.config.frames = append(e.config.frames, frame{tree: tree, up: up, via: via})
	return int32(len(e.config.frames) - 1)
}

func (c *Config) chainVia(up int32, via source.Range) []source.Span {
	if up < 0 {
		return nil
	}
	return append(c.chain(up), c.frames[up].tree.File.Span(via))
}

// makeRoom prepares for so many more lines, within what may be read at all.
func (e *evaluator) makeRoom(lines int) {
	e.config.items = slices.Grow(e.config.items, min(lines, baseItems))
}

// spend counts a line, and tells whether more may be read.
func (e *evaluator) spend(at line, bytes int) bool {
	e.lines++
	e.textBytes += bytes
	if e.stopped {
		return false
	}
	if e.lines > e.lineLimit || e.textBytes > e.textLimit {
		e.stopped = true
		e.report(at.frame, source.Diagnostic{
			Rule:     "include-cycle",
			Severity: source.Error,
			Message:  "The configuration unfolds to more than Padlock reads: includes, macros or variables multiply each other.",
			Help:     "Look for a file that includes itself twice, or for macros that use each other several times.",
			Subject:  e.span(at),
		})
		return false
	}
	return true
}

// span is the place of a line in its file.
func (e *evaluator) span(at line) source.Span {
	return Node{e.config.frames[at.frame].tree, at.node}.Span()
}

// report adds a diagnostic found in a frame. Under a condition that may not
// hold, an error is none for sure.
func (e *evaluator) report(frame int32, d source.Diagnostic) {
	d.Includes = e.config.chain(frame)
	if conditions := e.config.conditionsAt(e.condition); len(conditions) > 0 {
		if d.Severity == source.Error {
			d.Severity = source.Warning
		}
		var all []string
		for _, c := range conditions {
			if s := c.String(); !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
		d.Message = strings.TrimSuffix(d.Message, ".") + " (" + strings.Join(all, " and ") + ")."
	}
	e.config.Diagnostics = append(e.config.Diagnostics, d)
}

// problem reports something about a whole line.
func (e *evaluator) problem(at line, rule string, severity source.Severity, message, help string) {
	e.report(at.frame, source.Diagnostic{Rule: rule, Severity: severity, Message: message, Help: help, Subject: e.span(at)})
}
