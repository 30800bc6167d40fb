package linter

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"padlock/internal/gittree"
)

// findRepository finds the work tree that a path lies in.
func findRepository(ctx context.Context, name string) (*gittree.Repository, error) {
	r, err := gittree.Find(ctx, name)
	if err == nil && r.Bare {
		err = fmt.Errorf("%s lies in no git work tree", name)
	}
	if err != nil {
		return nil, fmt.Errorf("--changed-since: %w", err)
	}
	return r, nil
}

// changedSince adds the lines that differ between a revision and the work tree,
// and the files that git does not know, and gives the commit of that revision. If the revision is on another branch,
// what counts is the point where that branch and this one parted.
func changedSince(ctx context.Context, r *gittree.Repository, revision string, c *changes) (from string, err error) {
	from, err = r.Commit(ctx, revision)
	if err != nil {
		return "", fmt.Errorf("--changed-since: %w", err)
	}
	if base, err := r.Git(ctx, "merge-base", from, "HEAD"); err == nil {
		from = strings.TrimSpace(base)
	}
	diff, err := r.Git(ctx, "-C", r.Top, "diff", "-U0", "--text", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
		"--ignore-submodules", "--no-relative", "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/", from, "--")
	if err != nil {
		return "", fmt.Errorf("--changed-since %s: %w", revision, err)
	}
	parseDiff(diff, c, r.Top)
	untracked, err := r.Git(ctx, "-C", r.Top, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return "", fmt.Errorf("--changed-since %s: %w", revision, err)
	}
	for name := range strings.SplitSeq(untracked, "\x00") {
		if name != "" {
			c.files[filepath.Join(r.Top, filepath.FromSlash(name))] = []lineRange{allLines}
		}
	}
	return from, nil
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
