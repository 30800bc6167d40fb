package linter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// repository is a git work tree. It is only read: git is told to write no
// index, and to run no program that the repository's settings name.
type repository struct {
	// dir is where git is run, top the work tree's directory.
	dir, top string
}

func findRepository(ctx context.Context, name string) (*repository, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(full); err != nil || !info.IsDir() {
		full = filepath.Dir(full)
	}
	r := &repository{dir: full}
	top, err := r.git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, fmt.Errorf("--changed-since: %s lies in no git work tree: %w", name, err)
	}
	r.top = strings.TrimSuffix(top, "\n")
	return r, nil
}

// changedSince adds the lines that differ between a revision and the work tree,
// and the files that git does not know. If the revision is on another branch,
// what counts is the point where that branch and this one parted.
func (r *repository) changedSince(ctx context.Context, revision string, c *changes) error {
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return fmt.Errorf("--changed-since: the repository %s has no revision %q (in a shallow clone, fetch it first)", r.top, revision)
	}
	from := strings.TrimSpace(commit)
	if base, err := r.git(ctx, "merge-base", from, "HEAD"); err == nil {
		from = strings.TrimSpace(base)
	}
	diff, err := r.git(ctx, "-C", r.top, "diff", "-U0", "--text", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
		"--ignore-submodules", "--no-relative", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/", from, "--")
	if err != nil {
		return fmt.Errorf("--changed-since %s: %w", revision, err)
	}
	parseDiff(diff, c, r.top)
	untracked, err := r.git(ctx, "-C", r.top, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return fmt.Errorf("--changed-since %s: %w", revision, err)
	}
	for name := range strings.SplitSeq(untracked, "\x00") {
		if name != "" {
			c.files[filepath.Join(r.top, filepath.FromSlash(name))] = []lineRange{allLines}
		}
	}
	return nil
}

// git runs git and gives its output; the error is what it complained of.
func (r *repository) git(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", append([]string{"-c", "core.fsmonitor=false", "-c", "diff.autoRefreshIndex=false"}, args...)...)
	command.Dir = r.dir
	command.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C")
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		complaint, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		if complaint != "" {
			err = errors.New(complaint)
		}
	}
	return stdout.String(), err
}

// parseHunk reads "@@ -a,b +c,d @@": the lines that are changed in the new
// file, and how many lines of content follow.
func parseHunk(line string) (changed lineRange, content int) {
	fields := strings.Fields(line)
	if len(fields) < 3 {
		return lineRange{}, 0
	}
	_, removed := parseSide(fields[1])
	start, added := parseSide(fields[2])
	if added == 0 {
		return lineRange{start, start + 1}, removed
	}
	return lineRange{start, start + added - 1}, removed + added
}

// parseSide reads "-a,b" or "+c"; a count that is left out is 1.
func parseSide(text string) (start, count int) {
	first, second, several := strings.Cut(text[1:], ",")
	count = 1
	start, _ = strconv.Atoi(first)
	if several {
		count, _ = strconv.Atoi(second)
	}
	return start, count
}

// unquotePath undoes git's quoting of unusual file names, which is that of C
// with bytes in octal. After a name with blanks git writes a tab.
func unquotePath(name string) string {
	name = strings.TrimSuffix(name, "\t")
	if !strings.HasPrefix(name, `"`) {
		return name
	}
	if text, err := strconv.Unquote(name); err == nil {
		return text
	}
	return name
}
