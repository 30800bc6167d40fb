package apache

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"padlock/internal/source"
)

// listing is a directory's entries by name, in byte order.
type listing struct {
	entries []fs.DirEntry
	err     error
}

type pathKind uint8

const (
	noPath pathKind = iota + 1
	directoryPath
	filePath
	hiddenPath // exists perhaps, but out of reach
)

func (l *library) kind(name string) pathKind {
	if k, ok := l.kinds[name]; ok {
		return k
	}
	k := noPath
	info, err := l.set.Stat(name)
	switch {
	case err == nil && info.IsDir():
		k = directoryPath
	case err == nil:
		k = filePath
	case errors.Is(err, source.ErrOutside):
		k = hiddenPath
	}
	l.kinds[name] = k
	return k
}

func (l *library) list(dir string) listing {
	if found, ok := l.listings[dir]; ok {
		return found
	}
	var out listing
	out.entries, out.err = l.set.ReadDir(dir)
	l.listings[dir] = out
	return out
}

// finder finds the files that an Include means, in httpd's order.
type finder struct {
	library  *library
	optional bool
	names    []string
	errors   []error
	outside  bool
}

// find handles a pattern below dir, element by element: wildcards count in
// directory parts too, matches come in byte order, and a match that is a
// directory stands for every file below it.
func (f *finder) find(dir, rest string) {
	element, rest, more := strings.Cut(rest, "/")
	if !isPattern(element) {
		full := path.Join(dir, element)
		if more {
			f.find(full, rest)
		} else {
			f.take(full, 0)
		}
		return
	}
	entries := f.library.list(dir)
	if entries.err != nil {
		f.unreadable(dir, entries.err)
		return
	}
	found := false
	for _, entry := range entries.entries {
		if !matches(element, entry.Name()) {
			continue
		}
		full := path.Join(dir, entry.Name())
		switch {
		case !more:
			f.takeEntry(full, entry, 0)
		case f.library.kind(full) == directoryPath:
			f.find(full, rest)
		default:
			continue
		}
		found = true
	}
	if !found && !f.optional {
		f.errors = append(f.errors, fmt.Errorf("nothing matches %q in %s", element, dir))
	}
}

func (f *finder) unreadable(dir string, err error) {
	if errors.Is(err, source.ErrOutside) {
		f.outside = true
	} else if !f.optional {
		f.errors = append(f.errors, fmt.Errorf("the directory %s cannot be opened: %w", dir, reason(err)))
	}
}

// take adds a file, or all files of a directory, hidden ones and backups
// included.
func (f *finder) take(name string, depth int) {
	if f.library.kind(name) != directoryPath {
		f.names = append(f.names, name)
		return
	}
	if depth++; depth > maxDirectoryDepth {
		f.errors = append(f.errors, fmt.Errorf("the directory %s lies more than %d levels deep", name, maxDirectoryDepth))
		return
	}
	entries := f.library.list(name)
	if entries.err != nil {
		f.unreadable(name, entries.err)
		return
	}
	for _, entry := range entries.entries {
		f.takeEntry(path.Join(name, entry.Name()), entry, depth)
	}
}

// takeEntry is take for what a listing names: an ordinary file needs no second
// look.
func (f *finder) takeEntry(name string, entry fs.DirEntry, depth int) {
	if entry.Type().IsRegular() {
		f.names = append(f.names, name)
		return
	}
	f.take(name, depth)
}

// include reads the files that an Include or IncludeOptional names.
func (s *stream) include(at line, args []Word, optional bool) {
	if len(args) != 1 || args[0].Value == "" {
		return
	}
	subject := s.e.config.frames[at.frame].tree.File.Span(args[0].Range)
	f := finder{library: s.e.library, optional: optional}
	f.find("/", strings.TrimPrefix(s.e.path(args[0].Value), "/"))
	if f.outside {
		s.e.notRead(at, subject, args[0].Value, source.ErrOutside)
	}
	if choose := s.e.options.Choose; choose != nil {
		f.names = choose(f.names)
	}
	s.e.makeRoom(s.e.library.prefetch(f.names))
	for _, name := range f.names {
		tree, err := s.e.library.read(name)
		if err != nil {
			s.includeFailed(at, subject, name, err, optional)
			continue
		}
		if !s.e.enter(at, subject, tree) {
			continue
		}
		s.e.file(tree, at.frame, s.node(at).Range(), s.parent())
	}
	for _, err := range f.errors {
		s.missing(at, subject, err.Error())
	}
}

func (s *stream) includeFailed(at line, subject source.Span, name string, err error, optional bool) {
	switch {
	case errors.Is(err, source.ErrOutside), errors.Is(err, source.ErrTooLarge), errors.Is(err, source.ErrTooMany):
		s.e.notRead(at, subject, name, err)
	case errors.Is(err, fs.ErrNotExist) && optional:
	default:
		s.missing(at, subject, fmt.Sprintf("%s cannot be opened: %v", name, reason(err)))
	}
}

// reason is the part of an error that does not repeat the path.
func reason(err error) error {
	for _, known := range []error{fs.ErrNotExist, fs.ErrPermission, source.ErrNotRegular, source.ErrLinkLoop, source.ErrTooLarge} {
		if errors.Is(err, known) {
			return known
		}
	}
	return err
}

func (s *stream) missing(at line, subject source.Span, what string) {
	s.e.report(at.frame, source.Diagnostic{
		Rule:     "include-missing",
		Severity: source.Error,
		Message:  fmt.Sprintf("Apache does not start: %s.", what),
		Help:     "Correct the path, which is relative to ServerRoot (" + s.e.root + "), or use IncludeOptional.",
		Subject:  subject,
	})
}

// notRead tells that a file was left out, which is no fault of it.
func (e *evaluator) notRead(at line, subject source.Span, name string, err error) {
	if errors.Is(err, source.ErrOutside) {
		e.outside = true
	}
	e.report(at.frame, source.Diagnostic{
		Rule:     "include-missing",
		Severity: source.Info,
		Message:  fmt.Sprintf("%s was not read: it %v. What it says is not part of this result.", name, firstReason(err)),
		Subject:  subject,
	})
}

func firstReason(err error) error {
	for _, known := range []error{source.ErrOutside, source.ErrTooLarge, source.ErrTooMany} {
		if errors.Is(err, known) {
			return known
		}
	}
	return err
}

// enter tells whether a file may be read from here. One that is being read
// already, with nothing changed that its conditions could depend on, would
// include itself until httpd gives up at 128 levels.
func (e *evaluator) enter(at line, subject source.Span, tree *Tree) bool {
	if e.stopped {
		return false
	}
	entries := e.active[tree]
	endless := len(entries) > 0 && entries[len(entries)-1] == e.version
	if !endless && !e.cyclic[tree] && e.depth <= maxIncludeDepth {
		return true
	}
	if e.cyclic[tree] && !endless {
		return false
	}
	e.cyclic[tree] = true
	e.report(at.frame, source.Diagnostic{
		Rule:     "include-cycle",
		Severity: source.Error,
		Message:  fmt.Sprintf("%s includes itself: Apache gives up after %d levels and does not start.", tree.File.Name, maxIncludeDepth),
		Help:     "Remove one of the Include directives of the chain.",
		Subject:  subject,
	})
	return false
}
