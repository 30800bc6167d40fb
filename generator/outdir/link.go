package outdir

import (
	"errors"
	"io/fs"
	"os"
	"path"
)

// linkAction is the action for a wanted link. A link that leads elsewhere is
// replaced only where it was Padlock's own.
func linkAction(root *os.Root, name, target string) (Action, error) {
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Created, nil
	case err != nil:
		return 0, err
	case info.Mode().Type() != fs.ModeSymlink:
		return Foreign, nil
	}
	present, err := root.Readlink(name)
	switch {
	case err != nil:
		return 0, err
	case present == target:
		return Unchanged, nil
	case isOwnLink(root, name):
		return Changed, nil
	}
	return Foreign, nil
}

// isOwnLink tells that a name is a link of Padlock's own: one that leads by a
// relative path to a file of Padlock's own, which has the same name in another
// directory. An administrator who links the same file in the same way has made the
// same link.
func isOwnLink(root *os.Root, name string) bool {
	info, err := root.Lstat(name)
	if err != nil || info.Mode().Type() != fs.ModeSymlink {
		return false
	}
	target, err := root.Readlink(name)
	if err != nil || path.IsAbs(target) || path.Base(target) != path.Base(name) {
		return false
	}
	leads := path.Join(path.Dir(name), target)
	if leads == name || !fs.ValidPath(leads) {
		return false
	}
	_, err = readOwn(root, leads)
	return err == nil
}

// stageLink makes a temporary link beside its destination.
func stageLink(root *os.Root, name, target string) (temp string, err error) {
	dir := path.Dir(name)
	if err := root.MkdirAll(dir, dirMode); err != nil {
		return "", err
	}
	temp = tempName(dir)
	return temp, root.Symlink(target, temp)
}
