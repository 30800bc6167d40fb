package outdir

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// maxOwnSize bounds what is read of a file that bears the marker. Nothing that
// Padlock writes comes near it; a larger file has been edited.
const maxOwnSize = 64 << 20

// prepare checks the names and seals the contents.
func prepare(files []File) (map[string][]byte, error) {
	wanted := make(map[string][]byte, len(files))
	for _, f := range files {
		if !fs.ValidPath(f.Name) || strings.HasPrefix(f.Name, ".") || strings.Contains(f.Name, "/.") || strings.ContainsAny(f.Name, "\\\x00") {
			return nil, fmt.Errorf("%q cannot be the name of an output file", f.Name)
		}
		if _, twice := wanted[f.Name]; twice {
			return nil, fmt.Errorf("two output files have the name %q", f.Name)
		}
		if !bytes.HasPrefix(f.Content, []byte(Marker)) {
			return nil, fmt.Errorf("output file %q does not start with %q", f.Name, Marker)
		}
		wanted[f.Name] = Seal(f.Content)
	}
	return wanted, nil
}

func planEmpty(wanted map[string][]byte) Changes {
	changes := make(Changes, 0, len(wanted))
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		changes = append(changes, Change{name, Created})
	}
	return changes
}

func plan(root *os.Root, wanted map[string][]byte, policy Policy) (Changes, error) {
	changes := make(Changes, 0, len(wanted))
	for name, content := range wanted {
		action, err := actionFor(root, name, content)
		if err != nil {
			return nil, err
		}
		if action == Edited && policy == DiscardEdits {
			action = Changed
		}
		changes = append(changes, Change{name, action})
	}
	stale, err := findStale(root, wanted, policy)
	if err != nil {
		return nil, err
	}
	changes = append(changes, stale...)
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.Name, b.Name) })
	return changes, nil
}

func actionFor(root *os.Root, name string, content []byte) (Action, error) {
	present, err := readOwn(root, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Created, nil
	case errors.Is(err, errForeign):
		return Foreign, nil
	case err != nil:
		return 0, err
	case bytes.Equal(present, content):
		return Unchanged, nil
	}
	if _, intact := Unseal(present); !intact {
		return Edited, nil
	}
	return Changed, nil
}

// findStale looks for own files that are not wanted, in the directory itself
// and in every directory that a wanted file lies in. It does not search deeper:
// somebody may name a directory as large as /etc.
func findStale(root *os.Root, wanted map[string][]byte, policy Policy) (Changes, error) {
	var stale Changes
	for _, dir := range directories(wanted) {
		entries, err := fs.ReadDir(root.FS(), dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			name := path.Join(dir, entry.Name())
			if _, keep := wanted[name]; keep || !entry.Type().IsRegular() || isTemporary(entry.Name()) {
				continue
			}
			content, err := readOwn(root, name)
			if err != nil {
				// Somebody else's, unreadable or just gone: not ours to remove.
				continue
			}
			action := Removed
			if _, intact := Unseal(content); !intact && policy == KeepEdits {
				action = Edited
			}
			stale = append(stale, Change{name, action})
		}
	}
	return stale, nil
}

// directories are those that hold wanted files, and the root.
func directories(wanted map[string][]byte) []string {
	dirs := map[string]bool{".": true}
	for name := range wanted {
		dirs[path.Dir(name)] = true
	}
	return slices.Sorted(maps.Keys(dirs))
}

var errForeign = errors.New("is not a file of Padlock's own")

// readOwn returns the content of a file that bears the marker. For any other
// kind of file the error is errForeign.
func readOwn(root *os.Root, name string) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errForeign
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content := make([]byte, len(Marker))
	if _, err := io.ReadFull(f, content); err != nil || string(content) != Marker {
		return nil, errForeign
	}
	rest, err := io.ReadAll(io.LimitReader(f, maxOwnSize))
	return append(content, rest...), err
}
