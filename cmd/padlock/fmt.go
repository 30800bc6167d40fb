package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/urfave/cli/v2"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/patch"
	"padlock/internal/report"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/rule"
)

func (p *program) fmtCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:      "fmt",
			Usage:     "lay out nginx, Apache and HCL files in the one way",
			ArgsUsage: "[PATH|-]...",
			Description: `Rewrites configuration files in one layout: indentation, blanks and blank lines
change, comments and meaning do not. A PATH is a file of nginx, Apache or HCL, or
a directory, in which all such files are found; without one it is the current
directory. "-" is standard input, and the result goes to standard output.

A file with a syntax error is left alone and reported. Files are replaced whole,
and files that need no change are not touched.

Exit code: 0 done, or nothing to do; 1 a file has a syntax error, or, with --check
or --diff, a file would change; 2 a mistake in usage, input or output.`,
			Flags: []cli.Flag{
				&cli.BoolFlag{Name: "check", Usage: "write nothing; list the files that would change, and exit 1 if there are any"},
				&cli.BoolFlag{Name: "diff", Usage: "write nothing; show what would change, as a patch"},
				&cli.BoolFlag{Name: "canonical", Usage: "write one file to standard output, laid out, or as it is if it has a syntax error or is of another kind; for git's textconv", DisableDefaultText: true},
				&choiceFlag{&cli.StringFlag{Name: "server", Value: "auto", Usage: "server that the files are for; auto tells from the content"}, []string{"auto", "nginx", "apache"}},
				&cli.StringFlag{Name: "stdin-filename", Usage: "path that standard input stands for, as `NAME`"},
			},
			Action: p.fmtAction,
		},
		examples: []string{
			"padlock fmt",
			"padlock fmt --check sites.hcl nginx/   # in CI",
			"padlock fmt --diff nginx > layout.patch",
			"padlock fmt --stdin-filename nginx.conf -",
		},
		arguments: func() completion { return completion{paths: files} },
	}
}

// formatRun is one call of fmt.
type formatRun struct {
	*program
	check, diff bool
	server      string
	stdinName   string
	quietly     func(format string, args ...any)
	// broken are the syntax errors found, changed tells that a file differs.
	broken  []rule.Finding
	changed bool
}

func (p *program) fmtAction(c *cli.Context) error {
	run := &formatRun{
		program: p, check: c.Bool("check"), diff: c.Bool("diff"), server: c.String("server"), stdinName: c.String("stdin-filename"),
		quietly: func(format string, args ...any) { p.note(c, format, args...) },
	}
	paths := c.Args().Slice()
	if c.Bool("canonical") {
		return run.canonical(paths)
	}
	switch {
	case run.stdinName != "" && !slices.Contains(paths, "-"):
		return usageError{message: `--stdin-filename names standard input: give "-" as well`, command: p.find("fmt")}
	case len(paths) == 0:
		paths = []string{"."}
	}
	var failed error
	for _, name := range paths {
		if err := c.Context.Err(); err != nil {
			return err
		}
		failed = errors.Join(failed, run.path(name))
	}
	if err := run.reportBroken(c); err != nil {
		return err
	}
	switch {
	case failed != nil:
		return failed
	case len(run.broken) > 0 || run.changed && (run.check || run.diff):
		return errFound
	}
	return nil
}

// path formats what was named: standard input, a file, or all files of a
// directory.
func (r *formatRun) path(name string) error {
	if name == "-" {
		return r.stdin()
	}
	info, err := os.Stat(name)
	if err != nil {
		return withoutCall(err)
	}
	if !info.IsDir() {
		return r.file(name, true)
	}
	found, err := formattable(name)
	if err != nil {
		return err
	}
	var failed error
	for _, file := range found {
		failed = errors.Join(failed, r.file(file, false))
	}
	return failed
}

// withoutCall is an error of the file system without the call that failed.
func withoutCall(err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", failed.Path, failed.Err)
	}
	return err
}

// formattable lists the files below a directory that may be formatted.
func formattable(dir string) ([]string, error) {
	found, err := linter.Files(dir)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && name == dir:
			return err
		case err != nil || entry.IsDir() && name != dir && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.Type().IsRegular() && filepath.Ext(name) == ".hcl":
			found = append(found, name)
		}
		return nil
	})
	slices.Sort(found)
	return found, err
}

func (r *formatRun) stdin() error {
	data, err := source.ReadInput(r.In)
	if err != nil {
		return err
	}
	name := r.stdinName
	if name == "" {
		name = "<stdin>"
	}
	formatted, ok, err := r.format(source.NewFile(name, data), true)
	if err != nil || !ok {
		return err
	}
	r.changed = r.changed || !bytes.Equal(data, formatted)
	if !r.check && !r.diff {
		_, err = r.Out.Write(formatted)
		return err
	}
	return r.show(name, data, formatted)
}

// file formats a file in its place.
func (r *formatRun) file(name string, named bool) error {
	info, err := os.Stat(name)
	switch {
	case err != nil && !named:
		return nil
	case err != nil:
		return withoutCall(err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s %w", name, source.ErrNotRegular)
	case info.Size() > source.DefaultLimits.FileSize:
		return fmt.Errorf("%s %w of %d bytes", name, source.ErrTooLarge, source.DefaultLimits.FileSize)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	formatted, ok, err := r.format(source.NewFile(name, data), named)
	if err != nil || !ok || bytes.Equal(data, formatted) {
		return err
	}
	r.changed = true
	if r.check || r.diff {
		return r.show(name, data, formatted)
	}
	if err := source.WriteFile(name, formatted); err != nil {
		return err
	}
	r.quietly("Formatted %s.\n", name)
	return nil
}

// show writes what would change: a patch, or else the file's name.
func (r *formatRun) show(name string, data, formatted []byte) error {
	if bytes.Equal(data, formatted) {
		return nil
	}
	if r.diff {
		_, err := r.Out.Write(patch.Unified(name, data, formatted))
		return err
	}
	_, err := fmt.Fprintln(r.Out, name)
	return err
}

// format lays out one file; ok is false if it is left alone: it has a syntax
// error, or it was found, not named, and is of no language known here.
func (r *formatRun) format(file *source.File, named bool) (formatted []byte, ok bool, err error) {
	if filepath.Ext(file.Name) == ".hcl" {
		formatted, ok = r.formatHCL(file)
		return formatted, ok, nil
	}
	server, recognised := tlspolicy.Server(r.server), true
	if r.server == "auto" {
		server, recognised = linter.Recognise(file.Name, file.Data)
	}
	if !recognised {
		if named {
			err = fmt.Errorf("%s looks like a configuration of neither nginx nor Apache; say which it is with --server (descriptions of sites are called *.hcl)", file.Name)
		}
		return nil, false, err
	}
	var diagnostics []source.Diagnostic
	if server == tlspolicy.Nginx {
		tree := nginx.Parse(file)
		diagnostics, formatted = tree.Diagnostics, nginx.Format(tree)
	} else {
		tree := apache.Parse(file)
		diagnostics, formatted = tree.Diagnostics, apache.Format(tree)
	}
	for _, d := range diagnostics {
		r.broken = append(r.broken, rule.Finding{Diagnostic: d, Server: server})
	}
	return formatted, len(diagnostics) == 0, nil
}

func (r *formatRun) formatHCL(file *source.File) (formatted []byte, ok bool) {
	_, diagnostics := hclsyntax.ParseConfig(file.Data, file.Name, hcl.InitialPos)
	if !diagnostics.HasErrors() {
		return hclwrite.Format(file.Data), true
	}
	for _, d := range diagnostics {
		f := rule.Finding{Diagnostic: source.Diagnostic{
			Rule: "syntax-error", Severity: source.Error, Message: d.Summary, Help: d.Detail, Subject: file.Span(source.Range{}),
		}}
		if d.Subject != nil {
			f.Subject = file.Span(source.Range{Start: int32(d.Subject.Start.Byte), End: int32(d.Subject.End.Byte)})
		}
		r.broken = append(r.broken, f)
	}
	return nil, false
}

// reportBroken tells of syntax errors on standard error: standard output is for
// files, patches and names.
func (r *formatRun) reportBroken(c *cli.Context) error {
	format, err := report.Lookup("text", report.Options{
		Color: r.color(c.String("color"), r.ErrTerminal), Snippets: r.ErrTerminal, Width: r.ErrWidth,
	})
	if err != nil {
		return err
	}
	return format.Write(r.Err, &report.Report{Findings: r.broken})
}
