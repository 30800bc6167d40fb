package outdir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
)

// ErrNotRestored tells that not everything is as it was before.
var ErrNotRestored = errors.New("the files of before could not all be put back")

// Try makes the directory hold the files, as Apply does, and then calls judge, if
// anything has changed. When judge has an error, or the files could not all be put in
// place, those that were there before come back, with their owners, modes and times,
// and the error is returned. Nobody else writes to the directory meanwhile.
func Try(ctx context.Context, dir string, files []File, policy Policy, judge func(Changes) error) (Changes, error) {
	return within(ctx, dir, files, policy, func(ctx context.Context, root *os.Root, wanted map[string]desired, changes Changes) error {
		before, err := keep(root, changes)
		defer before.drop(root)
		if err != nil {
			return fmt.Errorf("nothing was changed: %w", err)
		}
		err = write(ctx, root, wanted, changes)
		if err == nil && changes.Pending() {
			err = judge(changes)
		}
		if err == nil {
			return nil
		}
		if back := before.restore(root, changes); back != nil {
			return fmt.Errorf("%w\n%w: %w", err, ErrNotRestored, back)
		}
		return err
	})
}

// kept are second names of files as they were, by their names.
type kept map[string]string

// keep gives a second name to every file that is to be replaced or removed. On error
// there are those that it could give.
func keep(root *os.Root, changes Changes) (kept, error) {
	before := kept{}
	for _, c := range changes {
		if c.Action != Changed && c.Action != Removed {
			continue
		}
		info, err := root.Lstat(c.Name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var second string
		if err == nil && info.Mode().Type() == fs.ModeSymlink {
			var target string
			if target, err = root.Readlink(c.Name); err == nil {
				second, err = stageLink(root, c.Name, target)
			}
		} else if err == nil {
			second = tempName(path.Dir(c.Name))
			err = root.Link(c.Name, second)
		}
		if err != nil {
			return before, fmt.Errorf("%s cannot be kept, to be put back if need be: %w", c.Name, err)
		}
		before[c.Name] = second
	}
	return before, nil
}

// restore puts the files of before back, and takes the new ones away.
func (before kept) restore(root *os.Root, changes Changes) error {
	var problems []error
	for _, c := range inOrder(changes) {
		if second, ok := before[c.Name]; ok {
			if err := root.Rename(second, c.Name); err != nil {
				problems = append(problems, err)
			}
		}
	}
	for _, c := range slices.Backward(inOrder(changes)) {
		if c.Action == Created {
			if err := root.Remove(c.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				problems = append(problems, err)
			}
		}
	}
	return errors.Join(append(problems, syncDirectories(root, changes.directories()))...)
}

// drop takes the second names away. One stays when it is given back to a file that was
// not replaced: rename(2) leaves two names of one file alone.
func (before kept) drop(root *os.Root) {
	for _, second := range before {
		root.Remove(second) // what is left the next run removes
	}
}
