package main

import (
	"bufio"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"padlock/generator"
	"padlock/generator/outdir"
)

// print writes all files as one stream. The separators are comments to both
// servers, so that the stream can be included as it is.
func (p *program) print(rendered []generator.File) error {
	out := bufio.NewWriterSize(p.Out, 1<<16)
	for i, f := range rendered {
		if i > 0 {
			out.WriteByte('\n')
		}
		switch {
		case f.Link != "":
			fmt.Fprintf(out, "# ==> %s -> %s <==\n", f.Name, f.Link)
			continue
		case f.Private:
			fmt.Fprintf(out, "# ==> %s is for the server alone, and is not shown <==\n", f.Name)
			continue
		}
		fmt.Fprintf(out, "# ==> %s <==\n", f.Name)
		out.Write(f.Content)
	}
	return out.Flush() // which has the first error of all writes
}

func (p *program) checkDirectory(c *cli.Context, dir string, wanted []outdir.File, policy outdir.Policy) error {
	changes, err := outdir.Plan(dir, wanted, policy)
	if err != nil {
		return err
	}
	for _, change := range changes {
		if change.Action != outdir.Unchanged {
			fmt.Fprintf(p.Out, "%s\t%s\n", change.Action, filepath.Join(dir, filepath.FromSlash(change.Name)))
		}
	}
	if changes.Pending() {
		p.note(c, "%s differs from the description: run %q without --check to update it.\n", dir, programName+" generate")
		return errFound
	}
	return nil
}

func (p *program) writeDirectory(c *cli.Context, dir string, wanted []outdir.File, policy outdir.Policy, target generator.Target) error {
	write, applies := outdir.Apply, c.Bool("apply")
	if applies {
		write = p.trying(c, target)
	}
	changes, err := write(c.Context, dir, wanted, policy)
	var conflict *outdir.ConflictError
	if errors.As(err, &conflict) {
		return fmt.Errorf("%w\n%s", err, conflictHelp(conflict))
	}
	if err != nil {
		return err
	}
	p.note(c, "%s: %s\n", dir, summary(changes))
	p.note(c, "%s", changedFiles(changes))
	if err := p.noteLacking(c, dir, wanted, changes, target); err != nil {
		return err
	}
	if changes.Pending() && !applies && target.TestCommand != "" && target.ReloadCommand != "" {
		p.note(c, "Check them, and put them into use:\n  %s && %s\n", target.TestCommand, target.ReloadCommand)
	}
	return nil
}

// noteLacking tells of files that the server cannot read.
func (p *program) noteLacking(c *cli.Context, dir string, wanted []outdir.File, changes outdir.Changes, target generator.Target) error {
	lacking, err := outdir.Lacking(dir, wanted, changes)
	for _, name := range lacking {
		p.note(c, "The server cannot read %s yet, and would refuse everybody: give it to the server's group.\n  chgrp %s %s\n",
			name, target.Platform.Paths(target.Server).Group, filepath.Join(dir, filepath.FromSlash(name)))
	}
	return err
}

func conflictHelp(e *outdir.ConflictError) string {
	var help []string
	if e.Conflicts.Count(outdir.Edited) > 0 {
		help = append(help, "Move your edits into the description, or give --force to lose them.")
	}
	if e.Conflicts.Count(outdir.Foreign) > 0 {
		help = append(help, "Move the files that Padlock did not write out of the way, or choose another directory.")
	}
	return strings.Join(help, "\n")
}

func summary(changes outdir.Changes) string {
	var parts []string
	for _, action := range []outdir.Action{outdir.Created, outdir.Changed, outdir.Unchanged, outdir.Removed} {
		parts = append(parts, fmt.Sprintf("%d %s", changes.Count(action), action))
	}
	return strings.Join(parts, ", ")
}

// maxListed bounds the list below the summary.
const maxListed = 20

func changedFiles(changes outdir.Changes) string {
	var list strings.Builder
	listed, left := 0, 0
	for _, change := range changes {
		switch {
		case change.Action == outdir.Unchanged:
		case listed == maxListed:
			left++
		default:
			listed++
			fmt.Fprintf(&list, "  %-8s %s\n", change.Action, change.Name)
		}
	}
	if left > 0 {
		fmt.Fprintf(&list, "  … and %d more\n", left)
	}
	return list.String()
}
