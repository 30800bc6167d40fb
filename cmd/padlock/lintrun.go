package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/urfave/cli/v2"

	"padlock/internal/patch"
	"padlock/internal/source"
	"padlock/linter"
)

// lintRun is what one run of the linter came to.
type lintRun struct {
	// result is what is reported: after --fix, what is left.
	result *linter.Result
	// notes are lines for people, below the summary.
	notes string
	// known tells that all findings have been written to a baseline.
	known bool
	// patched tells that a patch has been written.
	patched bool
}

// judge runs the linter, and mends and records what the flags ask for.
func (p *program) judge(c *cli.Context, request linter.Request) (*lintRun, error) {
	run := &lintRun{}
	var err error
	if c.Bool("fix") || c.Bool("diff") {
		err = p.fix(c, request, run)
	} else {
		request.Loaded = boundMemory
		run.result, err = linter.Lint(c.Context, request)
	}
	if err != nil {
		return nil, err
	}
	result := run.result
	if result.Unchanged > 0 {
		run.note("%s elsewhere than in what changed since %s.", plural(result.Unchanged, "finding"), request.ChangedSince)
	}
	if result.Known > 0 {
		run.note("%s known from %s.", plural(result.Known, "finding"), c.Path("baseline"))
	}
	if name := c.Path("write-baseline"); name != "" {
		return run, run.writeBaseline(name, request.Baseline)
	}
	run.noteStale(c.Path("baseline"))
	return run, nil
}

func (r *lintRun) note(format string, args ...any) {
	r.notes += fmt.Sprintf(format, args...) + "\n"
}

// maxStale bounds how many stale entries of a baseline are listed.
const maxStale = 10

func (r *lintRun) noteStale(baseline string) {
	stale := r.result.Stale
	if len(stale) == 0 {
		return
	}
	r.note("%s gone since %s was written; --baseline with --write-baseline forgets them:", plural(len(stale), "finding"), baseline)
	for i, e := range stale {
		if i == maxStale {
			r.note("  … and %d more", len(stale)-i)
			break
		}
		r.note("  %s: %s", e.File, e.Rule)
	}
}

// writeBaseline records all findings; if there is a baseline, what is left of
// it, and nothing new.
func (r *lintRun) writeBaseline(name string, old *linter.Baseline) error {
	var written *linter.Baseline
	if old != nil {
		written = old.Without(r.result.Stale)
	} else {
		written = linter.NewBaseline(r.result.Findings)
		r.known = true
	}
	data, err := written.Encode()
	if err != nil {
		return err
	}
	if err := source.WriteFile(name, data); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: its directory does not exist", name)
		}
		return err
	}
	r.note("%s: %s written.", name, plural(len(written.Entries), "known finding"))
	return nil
}

// fix mends the configuration, or writes what would be mended as a patch.
func (p *program) fix(c *cli.Context, request linter.Request, run *lintRun) error {
	fixed, err := linter.Fix(c.Context, request, c.Bool("unsafe-fixes"))
	if err != nil {
		return err
	}
	verb := "fixed"
	if c.Bool("diff") {
		verb = "could be fixed"
		run.result = fixed.Before
		for _, f := range fixed.Files {
			if _, err := p.Out.Write(patch.Unified(f.Name, f.Before, f.After)); err != nil {
				return err
			}
			run.patched = true
		}
	} else {
		run.result = fixed.Result
		if err := fixed.Write(); err != nil {
			return err
		}
	}
	if n := fixed.Safe + fixed.Unsafe; n > 0 {
		line := fmt.Sprintf("%s %s in %s", plural(n, "finding"), verb, plural(len(fixed.Files), "file"))
		if fixed.Unsafe > 0 {
			line += fmt.Sprintf(", %d of them in a way that may change what the configuration does", fixed.Unsafe)
		}
		run.note("%s.", line)
	}
	if fixed.Left > 0 {
		run.note("%s more with --unsafe-fixes.", plural(fixed.Left, "fix"))
	}
	if len(fixed.Refused) > 0 {
		run.note("Not made, because the configuration would have been worse: fixes of %s. Please report this.", strings.Join(fixed.Refused, ", "))
	}
	return nil
}

// failed tells whether the exit code is that of findings.
func (r *lintRun) failed(c *cli.Context) bool {
	switch {
	case r.patched:
		return true
	case r.known:
		return false
	case !c.IsSet("fail-on"):
		return r.result.Failing()
	}
	level := failLevels[c.String("fail-on")]
	return level > 0 && r.result.Worst(level)
}
