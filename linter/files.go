package linter

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"padlock/internal/tlspolicy"
)

// Recognise tells which server a file is written for, from its content, and
// where that says nothing, from its name. ok is false for a file of neither.
func Recognise(name string, data []byte) (server tlspolicy.Server, ok bool) {
	return recognise(filepath.ToSlash(name), data)
}

// DisplayName is what findings call a file of this machine.
func DisplayName(name string) string {
	full, err := absolute(name)
	if err != nil {
		return name
	}
	return displayNames("/", false)(full)
}

// Files lists, in order, the files below a directory of this machine that may
// be configurations: main files and parts. Hidden directories are left out. Of
// which server they are, if of any, their content tells; see Recognise.
func Files(dir string) ([]string, error) {
	full, err := absolute(dir)
	if err != nil {
		return nil, err
	}
	mains, parts, err := search(os.DirFS("/"), full)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, reasonOf(err))
	}
	found := slices.Concat(mains, parts)
	for i, name := range found {
		found[i] = filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(name, full)))
	}
	slices.Sort(found)
	return found, nil
}

// IsMain tells from a file's name that it is the main file of a server.
func IsMain(name string) bool { return slices.Contains(mainNames, path.Base(filepath.ToSlash(name))) }
