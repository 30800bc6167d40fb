package outdir

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
)

const (
	fileMode = 0o644
	dirMode  = 0o755

	// Names of temporary files start with a dot, which neither nginx nor Apache
	// matches with a "*", and do not end in ".conf".
	tempPrefix = ".padlock-"
	tempSuffix = ".tmp"
)

// tempName is a name for a temporary file in a folder.
func tempName(dir string) string {
	return path.Join(dir, fmt.Sprintf("%s%016x%s", tempPrefix, rand.Uint64(), tempSuffix))
}

// staged is a file written completely, but not yet in its place.
type staged struct{ temp, name string }

// write carries out a plan without conflicts.
func write(ctx context.Context, root *os.Root, wanted map[string]desired, changes Changes) error {
	files, err := stageAll(ctx, root, wanted, changes)
	if err != nil {
		for _, f := range files {
			root.Remove(f.temp)
		}
		return err
	}
	// From here on an interruption is not heeded: renaming takes moments, and
	// stopping half-way would leave old and new files side by side.
	for i, f := range files {
		if err := root.Rename(f.temp, f.name); err != nil {
			for _, rest := range files[i:] {
				root.Remove(rest.temp)
			}
			return fmt.Errorf("some files were replaced, %s and those after it were not: %w", f.name, err)
		}
	}
	for _, c := range slices.Backward(inOrder(changes)) {
		if c.Action != Removed {
			continue
		}
		if err := root.Remove(c.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if !changes.Pending() {
		return nil
	}
	return syncDirectories(root, changes.directories())
}

// inOrder puts changes in the order in which a server that reads in between finds
// everything that it is led to: files in folders before those above them, which
// include them, and files before links, whose folder has the later name.
func inOrder(changes Changes) Changes {
	return slices.SortedStableFunc(slices.Values(changes), func(a, b Change) int {
		return cmp.Compare(strings.Count(b.Name, "/"), strings.Count(a.Name, "/"))
	})
}

// stageAll writes every new content to a temporary file and waits until the
// disk has it. On error the files staged so far are returned for removal.
func stageAll(ctx context.Context, root *os.Root, wanted map[string]desired, changes Changes) ([]staged, error) {
	var files []staged
	syncEach := changes.Count(Created)+changes.Count(Changed) <= syncEachLimit
	for _, c := range inOrder(changes) {
		if c.Action != Created && c.Action != Changed {
			continue
		}
		if err := ctx.Err(); err != nil {
			return files, context.Cause(ctx)
		}
		var temp string
		var err error
		if d := wanted[c.Name]; d.link != "" {
			temp, err = stageLink(root, c.Name, d.link)
		} else {
			temp, err = stage(root, c.Name, d, syncEach)
		}
		if temp != "" {
			files = append(files, staged{temp, c.Name})
		}
		if err != nil {
			return files, fmt.Errorf("nothing was changed: writing %s: %w", c.Name, err)
		}
	}
	if !syncEach {
		if err := syncFileSystem(root); err != nil {
			return files, fmt.Errorf("nothing was changed: %w", err)
		}
	}
	return files, nil
}

// stage writes one temporary file beside its destination. Its name is returned
// as soon as it exists, also with an error.
func stage(root *os.Root, name string, d desired, sync bool) (temp string, err error) {
	dir := path.Dir(name)
	if err := root.MkdirAll(dir, dirMode); err != nil {
		return "", err
	}
	temp = tempName(dir)
	mode := fs.FileMode(fileMode)
	if d.private {
		mode = stagingMode
	}
	f, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return "", err
	}
	_, err = f.Write(d.content)
	switch {
	case err != nil:
	case d.private:
		err = makePrivate(root, f, name, d.group)
	default:
		err = f.Chmod(modeFor(root, name))
	}
	if err == nil && sync {
		err = f.Sync()
	}
	return temp, errors.Join(err, f.Close())
}

// modeFor keeps the permissions that an administrator gave to a file; a new one
// gets fileMode whatever the umask.
func modeFor(root *os.Root, name string) fs.FileMode {
	if info, err := root.Lstat(name); err == nil {
		return info.Mode().Perm()
	}
	return fileMode
}

// removeLeftovers deletes the temporary files of a run that was killed.
func removeLeftovers(root *os.Root, wanted map[string]desired) {
	for _, dir := range directories(wanted) {
		entries, err := fs.ReadDir(root.FS(), dir)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			if t := entry.Type(); (t.IsRegular() || t == fs.ModeSymlink) && isTemporary(entry.Name()) {
				root.Remove(path.Join(dir, entry.Name()))
			}
		}
	}
}

func isTemporary(name string) bool {
	return strings.HasPrefix(name, tempPrefix) && strings.HasSuffix(name, tempSuffix)
}
