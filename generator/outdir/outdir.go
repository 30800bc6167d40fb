// Package outdir writes rendered files into a directory that a running server
// may read at any moment.
//
// In comes the complete set of files that the directory should hold; out comes
// what was done to each. A file is replaced whole or not at all: everything is
// written beside its destination first, so that a full disk, an interruption or
// a mistake in the hundredth file changes nothing, and only then renamed into
// place. A file that already holds the right bytes keeps its inode and time.
//
// The directory may hold other people's files, and people may edit ours. A
// file is Padlock's own when it starts with Marker, and untouched when its
// checksum line still matches (see seal.go). Files of others are never
// overwritten or removed, whatever the Policy. Own files that are no longer
// wanted are removed. A symbolic link is Padlock's own when it leads to a file of
// Padlock's own by a relative path (see link.go).
package outdir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// File is one file that the directory should hold.
type File struct {
	// Name is the path below the directory, with slashes. It must not lead out
	// of the directory, and must not start with a dot.
	Name string
	// Content starts with a line that begins with Marker. The checksum line is
	// added when the file is written.
	Content []byte
	// Link makes it a symbolic link with this target instead: the path of another
	// file of the set, from the directory of the link, such as "../available/a.conf".
	Link string
	// Private keeps everybody but the owner and Group from reading it. Empty is the
	// group of the process.
	Private bool
	Group   string
}

// Policy says what happens to Padlock's own files that somebody edited.
type Policy uint8

const (
	// KeepEdits reports edited files as conflicts.
	KeepEdits Policy = iota
	// DiscardEdits replaces or removes edited files like any other.
	DiscardEdits
)

// Action is what happens, or would happen, to one file.
type Action uint8

// The actions. Edited and Foreign are conflicts: with one of them in the plan,
// nothing at all is written.
const (
	// Created: the name is free.
	Created Action = iota + 1
	// Changed: the content differs, or a private file is open to too many.
	Changed
	// Unchanged: the file already holds these bytes.
	Unchanged
	// Removed: Padlock wrote it and it is no longer wanted.
	Removed
	// Edited: Padlock wrote it, and somebody changed it since.
	Edited
	// Foreign: Padlock did not write it, or it is not a regular file.
	Foreign
)

// String is the word used in summaries.
func (a Action) String() string {
	switch a {
	case Created:
		return "created"
	case Changed:
		return "changed"
	case Unchanged:
		return "unchanged"
	case Removed:
		return "removed"
	case Edited:
		return "edited"
	case Foreign:
		return "foreign"
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// Change is the action for one file.
type Change struct {
	Name   string
	Action Action
}

// Changes are sorted by name, one for each wanted file and one for each own
// file that is no longer wanted.
type Changes []Change

// Count is the number of files with the given action.
func (c Changes) Count(action Action) int {
	n := 0
	for _, change := range c {
		if change.Action == action {
			n++
		}
	}
	return n
}

// Pending tells whether the directory differs from what is wanted.
func (c Changes) Pending() bool { return c.Count(Unchanged) < len(c) }

func (c Changes) conflicts() Changes {
	var out Changes
	for _, change := range c {
		if change.Action == Edited || change.Action == Foreign {
			out = append(out, change)
		}
	}
	return out
}

// ConflictError lists every file that Apply must not touch. Nothing was
// written.
type ConflictError struct {
	Dir       string
	Conflicts Changes
}

// Error explains each conflict on a line of its own.
func (e *ConflictError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "nothing was written to %s:", e.Dir)
	for _, c := range e.Conflicts {
		reason := "was not written by Padlock"
		if c.Action == Edited {
			reason = "was edited since Padlock wrote it"
		}
		fmt.Fprintf(&b, "\n  %s %s", c.Name, reason)
	}
	return b.String()
}

// Plan tells what Apply would do, and changes nothing. A directory that does
// not exist is an empty one.
func Plan(dir string, files []File, policy Policy) (Changes, error) {
	wanted, err := prepare(files)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return planEmpty(wanted), nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return plan(root, wanted, policy)
}

// Apply makes the directory hold the files, creating it if need be, and tells
// what was done. The error is a *ConflictError if files stand in the way, and
// the context's if it ended before the first file was put in place; either way
// the directory is as it was. Concurrent calls for one directory wait for each
// other.
func Apply(ctx context.Context, dir string, files []File, policy Policy) (Changes, error) {
	return within(ctx, dir, files, policy, write)
}

// within makes a plan, and has it carried out if there are no conflicts in it.
func within(ctx context.Context, dir string, files []File, policy Policy, carryOut func(context.Context, *os.Root, map[string]desired, Changes) error) (Changes, error) {
	wanted, err := prepare(files)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, fmt.Errorf("the output directory cannot be made: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()

	locked, unlock, err := lock(ctx, root)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	defer unlock()

	changes, err := plan(root, wanted, policy)
	if err != nil {
		return nil, err
	}
	if conflicts := changes.conflicts(); len(conflicts) > 0 {
		return nil, &ConflictError{Dir: dir, Conflicts: conflicts}
	}
	// Without a lock a temporary file may belong to another run at work.
	if locked {
		removeLeftovers(root, wanted)
	}
	return changes, carryOut(ctx, root, wanted, changes)
}
