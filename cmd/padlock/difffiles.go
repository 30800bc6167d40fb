package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"padlock/internal/diff"
	"padlock/internal/report"
	"padlock/internal/secret"
	"padlock/internal/source"
)

// pairedFiles are the files of two sides, each with the one that stands in its
// place on the other side: of the same path below what was named, or, of two
// files that were named, these two. Lines are for those who may see them:
// secrets that only the syntax tells come along.
func pairedFiles(old, new *loadedSide) []report.DiffFile {
	before, after := old.patchNames(new), new.patchNames(old)
	names := slices.Collect(maps.Keys(before))
	for name := range after {
		if _, both := before[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	oldSecrets, newSecrets := old.secrets(), new.secrets()
	files := make([]report.DiffFile, len(names))
	for i, name := range names {
		before, after := before[name], after[name]
		files[i] = report.DiffFile{Old: before.shown, New: after.shown, OldSecrets: oldSecrets[before.read], NewSecrets: newSecrets[after.read]}
	}
	return files
}

// secrets are the parts of a side's files that are not to be shown.
func (s *loadedSide) secrets() map[*source.File][]secret.Span {
	found := map[*source.File][]secret.Span{}
	for _, c := range s.Configs {
		for _, span := range diff.Secrets(c) {
			found[span.File] = append(found[span.File], secret.Span{Start: int(span.Start), End: int(span.End)})
		}
	}
	return found
}

// patchFile is a file as it was read, and as a patch calls it.
type patchFile struct{ read, shown *source.File }

// patchNames are the files of a side under the names that a patch has for them.
func (s *loadedSide) patchNames(other *loadedSide) map[string]patchFile {
	files := map[string]patchFile{}
	for i, c := range s.Configs {
		for j, f := range c.Sources() {
			if f == s.frame || f.Hidden {
				continue
			}
			key := s.patchName(other, f.Name)
			name := key
			if i == 0 && j == 0 && s.single() && other.single() {
				// Two files that were named are compared whatever they are called.
				key = ""
			}
			files[key] = patchFile{f, source.NewFile(name, f.Data)}
		}
	}
	return files
}

// single tells that the side is one file that was named.
func (s *loadedSide) single() bool { return s.frame == nil && !s.ref.directory }

// patchName is the name as users write it where both sides stand in one place,
// and else the path below what was named.
func (s *loadedSide) patchName(other *loadedSide, name string) string {
	if s.frame != nil && other.frame != nil || s.ref.path == other.ref.path {
		return name
	}
	base := s.base()
	full, err := filepath.Abs(name)
	if err != nil || base == "" {
		return name
	}
	if inside, err := filepath.Rel(base, full); err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		return filepath.ToSlash(inside)
	}
	return name
}

// base is the directory that was named, or the one of the file that was.
func (s *loadedSide) base() string {
	switch {
	case s.ref.path == "":
		return ""
	case s.ref.directory:
		return s.ref.path
	}
	return filepath.Dir(s.ref.path)
}

// shortPath is a path from the current directory, if it lies below.
func shortPath(full string) string {
	current, err := os.Getwd()
	if err != nil {
		return full
	}
	if inside, err := filepath.Rel(current, full); err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		return inside
	}
	return full
}
