package linter

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// changes are the lines of this machine's files that differ from a revision.
type changes struct {
	// files are the changed lines by the file's absolute path, links resolved.
	files map[string][]lineRange
	// revisions are the states that they are counted from, and before the
	// fingerprints of what is found there.
	revisions []*revision
	before    map[string]bool
	// described are the names of the descriptions that could be rendered as they
	// were.
	described map[string]bool
	// resolved remembers where display names lead.
	resolved map[string]string
}

// lineRange is a range of lines from 1, both ends included.
type lineRange struct{ first, last int }

// allLines is the range of a file that is new as a whole.
var allLines = lineRange{1, 1<<31 - 1}

// findChanges asks git what has changed in the repositories of the request's
// paths; nil if all lines count.
func findChanges(ctx context.Context, request Request) (*changes, error) {
	if request.ChangedSince == "" {
		return nil, nil
	}
	c := &changes{files: map[string][]lineRange{}, before: map[string]bool{}, described: map[string]bool{}, resolved: map[string]string{}}
	names := slices.Clone(request.Paths)
	for _, f := range descriptionsOf(request.Rendered) {
		names = append(names, f.Name)
	}
	for _, name := range names {
		repository, err := findRepository(ctx, name)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(c.revisions, func(r *revision) bool { return r.repository.Top == repository.Top })
		if i < 0 {
			r := &revision{repository: repository}
			if r.commit, err = changedSince(ctx, repository, request.ChangedSince, c); err != nil {
				return nil, err
			}
			i, c.revisions = len(c.revisions), append(c.revisions, r)
		}
		if slices.Contains(request.Paths, name) {
			c.revisions[i].paths = append(c.revisions[i].paths, name)
		} else {
			c.revisions[i].descriptions = append(c.revisions[i].descriptions, name)
		}
	}
	return c, c.findBefore(ctx, request)
}

// touches tells whether a span lies on a line that changed.
func (c *changes) touches(at source.Span) bool {
	if at.IsZero() {
		return false
	}
	name, ok := c.resolved[at.File.Name]
	if !ok {
		name, _ = filepath.Abs(at.File.Name)
		if real, err := filepath.EvalSymlinks(name); err == nil {
			name = real
		}
		c.resolved[at.File.Name] = name
	}
	ranges := c.files[name]
	if len(ranges) == 0 {
		return false
	}
	first, last := at.StartPosition().Line, at.EndPosition().Line
	return slices.ContainsFunc(ranges, func(r lineRange) bool { return r.first <= last && first <= r.last })
}

// caused tells whether a finding is on a changed line, or due to one: a place
// that it speaks of has changed, or an include that leads to its file; or it was
// not there before. Of a description that could not be rendered as it was, it
// counts what has changed in the block of the site, or in what all sites share.
func (c *changes) caused(p *processing, f *rule.Finding) bool {
	if r := p.renderingOf(f.Subject.File); r != nil && !c.described[f.Subject.File.Name] {
		return slices.ContainsFunc(r.blocksFor(f.Subject), c.touches)
	}
	return len(c.files) > 0 && !c.before[f.Fingerprint] || c.touches(f.Subject) || slices.ContainsFunc(f.Includes, c.touches) ||
		slices.ContainsFunc(f.Related, func(r source.Related) bool { return c.touches(r.Subject) })
}

// sinceRevision drops findings that have nothing to do with what changed.
func sinceRevision(p *processing, result *Result) {
	if p.changed == nil {
		return
	}
	result.Findings = slices.DeleteFunc(result.Findings, func(f rule.Finding) bool {
		if p.changed.caused(p, &f) {
			return false
		}
		result.Unchanged++
		return true
	})
}

// parseDiff reads the output of "git diff -U0" as far as it tells which lines
// of the new files changed. Where lines were only taken away, the lines before
// and after are changed.
func parseDiff(diff string, c *changes, top string) {
	file, left := "", 0
	for line := range strings.Lines(diff) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case left > 0 && (strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-")):
			// The content of a hunk, whatever it looks like.
			left--
		case strings.HasPrefix(line, "\\"):
		case strings.HasPrefix(line, "+++ "):
			file = ""
			if name, ok := strings.CutPrefix(unquotePath(strings.TrimPrefix(line, "+++ ")), "b/"); ok {
				file = filepath.Join(top, filepath.FromSlash(name))
			}
		case strings.HasPrefix(line, "@@ "):
			var changed lineRange
			changed, left = parseHunk(line)
			if file != "" {
				c.files[file] = append(c.files[file], changed)
			}
		}
	}
}
