// Package gittree reads what a git repository holds, without touching it: no
// checkout, and neither the index nor the work tree changes. A Repository runs
// git; a Tree is the files of one revision as a file system.
//
// Git is told to take no locks, to run no hook, monitor or other program that
// the repository's settings name, and to fetch nothing.
package gittree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Repository is a git repository of this machine.
type Repository struct {
	// Top is the directory of the work tree, links resolved; of a bare
	// repository, its own directory.
	Top string
	// Bare repositories have no work tree.
	Bare bool

	// dir is where git is run.
	dir string
}

// Find finds the repository that a file or directory lies in.
func Find(ctx context.Context, name string) (*Repository, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(full); err != nil || !info.IsDir() {
		full = filepath.Dir(full)
	}
	r := &Repository{dir: full}
	top, err := r.Git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		bare, notFound := r.Git(ctx, "rev-parse", "--is-bare-repository")
		if notFound != nil || strings.TrimSpace(bare) != "true" {
			return nil, fmt.Errorf("%s lies in no git work tree: %w", name, err)
		}
		r.Bare = true
		if top, err = r.Git(ctx, "rev-parse", "--absolute-git-dir"); err != nil {
			return nil, err
		}
	}
	r.Top = filepath.Clean(strings.TrimSuffix(top, "\n"))
	return r, nil
}

// Commit is the id of the commit that a revision names.
func (r *Repository) Commit(ctx context.Context, revision string) (string, error) {
	return r.resolve(ctx, revision, "commit")
}

// resolve finds the object of a kind that a revision leads to. What stands for a
// revision never becomes an option of git.
func (r *Repository) resolve(ctx context.Context, revision, kind string) (string, error) {
	id, err := r.Git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{"+kind+"}")
	if err != nil {
		return "", fmt.Errorf("the repository %s has no revision %q (in a shallow clone, fetch it first)", r.Top, revision)
	}
	return strings.TrimSpace(id), nil
}

// Git runs git and gives its output; the error is what it complained of.
func (r *Repository) Git(ctx context.Context, args ...string) (string, error) {
	command := r.command(ctx, args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		complaint, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		if complaint != "" {
			err = errors.New(complaint)
		}
	}
	return stdout.String(), err
}

// settings keep git from running what a repository's settings name, and from
// fetching objects that a partial clone lacks.
var settings = []string{"-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull, "-c", "diff.autoRefreshIndex=false", "-c", "protocol.allow=never"}

func (r *Repository) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "git", append(settings[:len(settings):len(settings)], args...)...)
	command.Dir = r.dir
	command.Env = append(environment(os.Environ()), "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	return command
}

// environment makes the paths absolute that git gives to hooks: they are relative
// to this process's directory, and git is run in another.
func environment(entries []string) []string {
	out := make([]string, len(entries))
	for i, entry := range entries {
		name, value, _ := strings.Cut(entry, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY":
			if full, err := filepath.Abs(value); err == nil && value != "" {
				entry = name + "=" + full
			}
		}
		out[i] = entry
	}
	return out
}
