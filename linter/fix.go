package linter

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// maxRounds bounds how often the configuration is judged again after fixes. One
// round makes all fixes that do not touch each other; a second finds what those
// have uncovered, and more are rare.
const maxRounds = 10

// Fixed is what fixing came to. Nothing is written yet.
type Fixed struct {
	// Result is the judgement of the configuration as it would be then, Before
	// that of the configuration as it is.
	Result, Before *Result
	// Files are those that would change, in order of their names.
	Files []FixedFile
	// Safe and Unsafe are how many fixes of either kind have been made, Left how
	// many unsafe ones there are that were not asked for.
	Safe, Unsafe, Left int
	// Refused names the rules whose fixes have been taken back, because the
	// configuration would have been worse with them.
	Refused []string
}

// FixedFile is a file with its content before and after.
type FixedFile struct {
	// Name is the path on this machine, as findings name it.
	Name          string
	Before, After []byte
}

// Fix makes the fixes of what Lint would find, the safe ones or all of them, and
// judges again until nothing is left to fix. It makes no fix in a file that has
// a syntax error, in one that is not shown, and in the output of "nginx -T".
func Fix(ctx context.Context, request Request, unsafe bool) (*Fixed, error) {
	if slices.Contains(request.Paths, "-") {
		data, err := source.ReadInput(request.Stdin)
		if err != nil {
			return nil, err
		}
		request.Stdin = bytes.NewReader(data)
	}
	f := &fixer{request: request, unsafe: unsafe, files: map[string]*FixedFile{}, refused: map[string]bool{}}
	if err := f.judge(ctx); err != nil {
		return nil, err
	}
	f.fixed.Before = f.state.result
	for range maxRounds {
		again, err := f.round(ctx)
		if err != nil {
			return nil, err
		}
		if !again {
			break
		}
	}
	return f.outcome(), nil
}

// Write puts the files in place, each as a whole. A file that somebody has
// changed since it was read is left alone, and the error names it.
func (f *Fixed) Write() error {
	for _, file := range f.Files {
		now, err := os.ReadFile(file.Name)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, file.Before) {
			return fmt.Errorf("%s has changed while it was judged, and is left alone: run it again", file.Name)
		}
		if err := source.WriteFile(file.Name, file.After); err != nil {
			return err
		}
	}
	return nil
}

// fixer is Fix at work.
type fixer struct {
	request Request
	unsafe  bool
	state   judged
	// files are what has been changed, by display name.
	files   map[string]*FixedFile
	refused map[string]bool // by rule
	fixed   Fixed
}

// judged is a judgement, and which files of it must not be fixed.
type judged struct {
	result *Result
	broken map[string]bool // by display name
}

func (f *fixer) judge(ctx context.Context) error {
	if stdin, ok := f.request.Stdin.(*bytes.Reader); ok {
		// Each round reads it from the start.
		if _, err := stdin.Seek(0, 0); err != nil {
			return err
		}
	}
	result, configs, err := LintConfigs(ctx, f.request)
	if err != nil {
		return err
	}
	f.state = judged{result, map[string]bool{}}
	for _, c := range configs {
		for _, d := range c.Diagnostics() {
			if d.Rule == "syntax-error" && d.Severity == source.Error && !d.Subject.IsZero() {
				f.state.broken[d.Subject.File.Name] = true
			}
		}
	}
	return nil
}

// round makes the fixes that do not get in each other's way and judges again;
// again tells that there may be more to do.
func (f *fixer) round(ctx context.Context) (again bool, err error) {
	chosen := f.choose()
	if len(chosen.rules) == 0 {
		return false, nil
	}
	before, beforeReplaced := f.state, f.request.Contents
	changed, err := f.apply(chosen)
	if err != nil {
		return false, err
	}
	if err := f.judge(ctx); err != nil {
		return false, err
	}
	if f.worse(before) {
		// Which fix did it is not known: all rules of the round are refused, and
		// those of later rounds have their chance.
		f.state, f.request.Contents = before, beforeReplaced
		for _, id := range chosen.rules {
			f.refused[id] = true
		}
		return true, nil
	}
	for name, file := range changed {
		if f.files[name] == nil {
			f.files[name] = &FixedFile{Name: name, Before: file.Before}
		}
		f.files[name].After = file.After
	}
	f.fixed.Safe += chosen.safe
	f.fixed.Unsafe += chosen.unsafe
	return true, nil
}

// worse tells that fixes have broken the grammar of a file, or brought more
// errors than there were.
func (f *fixer) worse(before judged) bool {
	for name := range f.state.broken {
		if !before.broken[name] {
			return true
		}
	}
	return f.state.result.countOwn() > before.result.countOwn()
}

// ofCertificates are the errors that lie in certificates, and only clients
// notice: where a fix turns TLS on they come to light, and are none of its doing.
var ofCertificates = []string{"certificate-expired", "certificate-name-mismatch", "key-permissions"}

// countOwn is how many errors lie in the configuration itself.
func (r *Result) countOwn() int {
	n := 0
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Severity == source.Error && !slices.Contains(ofCertificates, f.Rule) {
			n++
		}
	}
	return n
}

// choice is the fixes of one round.
type choice struct {
	edits        map[*source.File][]source.Edit
	rules        []string
	safe, unsafe int
}

// choose takes the first fix of each finding that is allowed and touches none
// taken before. The same edits proposed twice are made once.
func (f *fixer) choose() choice {
	c := choice{edits: map[*source.File][]source.Edit{}}
	for i := range f.state.result.Findings {
		finding := &f.state.result.Findings[i]
		at := slices.IndexFunc(finding.Fixes, f.allowed)
		if at < 0 || f.refused[finding.Rule] {
			continue
		}
		fix := finding.Fixes[at]
		if !c.take(fix) {
			continue
		}
		if !slices.Contains(c.rules, finding.Rule) {
			c.rules = append(c.rules, finding.Rule)
		}
		if fix.Safe {
			c.safe++
		} else {
			c.unsafe++
		}
	}
	return c
}

// allowed tells whether a fix may be made: it was asked for, and changes only
// files that may be changed.
func (f *fixer) allowed(fix rule.Fix) bool {
	if len(fix.Edits) == 0 || !fix.Safe && !f.unsafe {
		return false
	}
	return !slices.ContainsFunc(fix.Edits, func(e rule.Edit) bool {
		return e.File.Hidden || f.state.broken[e.File.Name] || nginx.IsDump(e.File.Data)
	})
}

// take adds a fix unless it touches what is taken already. Edits that meet at a
// point touch: their order would be a guess.
func (c *choice) take(fix rule.Fix) bool {
	for _, e := range fix.Edits {
		for _, taken := range c.edits[e.File] {
			if e.Start <= taken.End && taken.Start <= e.End {
				return false
			}
		}
	}
	for _, e := range fix.Edits {
		c.edits[e.File] = append(c.edits[e.File], e.Edit)
	}
	return true
}

// apply makes the edits, and lets the next judgement see them.
func (f *fixer) apply(c choice) (map[string]FixedFile, error) {
	changed := map[string]FixedFile{}
	replaced := map[string][]byte{}
	for name, data := range f.request.Contents {
		replaced[name] = data
	}
	for file, edits := range c.edits {
		after, err := source.Apply(file.Data, edits)
		if err != nil {
			return nil, fmt.Errorf("fix %s: %w", file.Name, err)
		}
		full, err := f.inTree(file.Name)
		if err != nil {
			return nil, err
		}
		replaced[full] = after
		changed[file.Name] = FixedFile{Name: file.Name, Before: file.Data, After: after}
	}
	f.request.Contents = replaced
	return changed, nil
}

// inTree is the path that a file of this name has for the server.
func (f *fixer) inTree(name string) (string, error) {
	if f.request.Tree != nil {
		return path.Clean("/" + name), nil
	}
	root := "/"
	if f.request.Root != "" {
		var err error
		if root, err = absolute(f.request.Root); err != nil {
			return "", err
		}
	}
	return serverPath(root, name)
}

func (f *fixer) outcome() *Fixed {
	f.fixed.Result = f.state.result
	for _, file := range f.files {
		if !bytes.Equal(file.Before, file.After) {
			f.fixed.Files = append(f.fixed.Files, *file)
		}
	}
	slices.SortFunc(f.fixed.Files, func(a, b FixedFile) int { return strings.Compare(a.Name, b.Name) })
	for id := range f.refused {
		f.fixed.Refused = append(f.fixed.Refused, id)
	}
	slices.Sort(f.fixed.Refused)
	for i := range f.fixed.Result.Findings {
		if slices.ContainsFunc(f.fixed.Result.Findings[i].Fixes, func(fix rule.Fix) bool { return !fix.Safe }) && !f.unsafe {
			f.fixed.Left++
		}
	}
	return &f.fixed
}
