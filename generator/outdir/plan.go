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

// desired is what stands under a name: bytes, or a link.
type desired struct {
	content []byte
	link    string
	private bool
	group   string
}

// prepare checks the names and seals the contents.
func prepare(files []File) (map[string]desired, error) {
	wanted := make(map[string]desired, len(files))
	for _, f := range files {
		if !fs.ValidPath(f.Name) || strings.HasPrefix(f.Name, ".") || strings.Contains(f.Name, "/.") || strings.ContainsAny(f.Name, "\\\x00") {
			return nil, fmt.Errorf("%q cannot be the name of an output file", f.Name)
		}
		if _, twice := wanted[f.Name]; twice {
			return nil, fmt.Errorf("two output files have the name %q", f.Name)
		}
		if f.Link != "" {
			wanted[f.Name] = desired{link: f.Link}
			continue
		}
		if !bytes.HasPrefix(f.Content, []byte(Marker)) {
			return nil, fmt.Errorf("output file %q does not start with %q", f.Name, Marker)
		}
		wanted[f.Name] = desired{content: Seal(f.Content), private: f.Private, group: f.Group}
	}
	for name, d := range wanted {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if _, both := wanted[dir]; both {
				return nil, fmt.Errorf("%q is to be a file and a folder", dir)
			}
		}
		if target, ok := wanted[path.Join(path.Dir(name), d.link)]; d.link != "" && (!ok || target.link != "" || path.IsAbs(d.link)) {
			return nil, fmt.Errorf("the link %q leads to %q, which is no file of the set", name, d.link)
		}
	}
	return wanted, nil
}

func planEmpty(wanted map[string]desired) Changes {
	changes := make(Changes, 0, len(wanted))
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		changes = append(changes, Change{name, Created})
	}
	return changes
}

func plan(root *os.Root, wanted map[string]desired, policy Policy) (Changes, error) {
	changes := make(Changes, 0, len(wanted))
	for name, d := range wanted {
		action, err := actionFor(root, name, d)
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

func actionFor(root *os.Root, name string, wanted desired) (Action, error) {
	if wanted.link != "" {
		return linkAction(root, name, wanted.link)
	}
	content := wanted.content
	present, err := readOwn(root, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Created, nil
	case errors.Is(err, errForeign):
		return Foreign, nil
	case err != nil:
		return 0, err
	case bytes.Equal(present, content):
		if info, err := root.Lstat(name); wanted.private && err == nil && exposed(info) {
			return Changed, nil
		}
		return Unchanged, nil
	}
	if _, intact := Unseal(present); !intact {
		return Edited, nil
	}
	return Changed, nil
}

// findStale looks for own files that are not wanted, in the directory itself,
// those of layouts, and every directory that a wanted file lies in. It does not search deeper:
// somebody may name a directory as large as /etc.
func findStale(root *os.Root, wanted map[string]desired, policy Policy) (Changes, error) {
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
			if _, keep := wanted[name]; keep || isTemporary(entry.Name()) {
				continue
			}
			if isOwnLink(root, name) {
				stale = append(stale, Change{name, Removed})
				continue
			}
			if !entry.Type().IsRegular() {
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

// layoutDirs are the directories that the layouts of the generator make. What is
// Padlock's own in them is looked at even if the layout of today does not need them.
var layoutDirs = []string{"shared", "sites-available", "sites-enabled", "users"}

// directories are those that hold wanted files, those of layouts, and the root.
func directories(wanted map[string]desired) []string {
	dirs := map[string]bool{".": true}
	for _, name := range layoutDirs {
		dirs[name] = true
	}
	for name := range wanted {
		dirs[path.Dir(name)] = true
	}
	return slices.Sorted(maps.Keys(dirs))
}

// directories are those in which something changes, and the root.
func (c Changes) directories() []string {
	dirs := map[string]bool{".": true}
	for _, change := range c {
		if change.Action != Unchanged {
			dirs[path.Dir(change.Name)] = true
		}
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
