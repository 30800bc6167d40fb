package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"padlock/internal/diff"
	"padlock/internal/report"
	"padlock/internal/source"
)

// driverArguments are what git gives to an external diff (gitdiff(1), "Generating
// patch text with -p" and GIT_EXTERNAL_DIFF in git(1)).
type driverArguments struct {
	// path is from the top of the work tree, where git runs the program; newPath is
	// another one for a renamed file.
	path, newPath string
	// old and new are files that hold the contents; /dev/null for one that is not
	// there.
	old, new string
	// header is what git has to say of a rename.
	header string
}

// gitDriver is "padlock diff --git-driver": it stands in for the output of git
// diff for one file. Includes are followed into the work tree, on both sides. It
// exits 0 for differences: anything else makes git give up. What is no
// configuration is compared line by line.
func (p *program) gitDriver(c *cli.Context) error {
	args := c.Args().Slice()
	var a driverArguments
	switch len(args) {
	case 1:
		// A file with conflicts, of which git has no single state.
		_, err := fmt.Fprintf(p.Out, "* Unmerged path %s\n", args[0])
		return err
	case 7, 9:
		a = driverArguments{path: args[0], newPath: args[0], old: args[1], new: args[4]}
		if len(args) == 9 {
			a.newPath, a.header = args[7], args[8]
		}
	default:
		return usageError{message: `--git-driver takes the arguments of git: set diff.padlock.command to "padlock diff --git-driver"`, command: p.find("diff")}
	}
	if p.lookup("GIT_PAGER_IN_USE") != "" {
		// Both streams lead to a pager that git has started on a terminal, of the
		// width that it tells.
		p.OutTerminal = true
		p.ErrWidth, _ = strconv.Atoi(p.lookup("COLUMNS"))
	}
	loader, err := p.newSideLoader(c)
	if err != nil {
		return err
	}
	old, err := loader.driverSide(a.path, a.old)
	if err != nil {
		return err
	}
	new, err := loader.driverSide(a.newPath, a.new)
	if err != nil {
		return err
	}
	return p.writeDriver(c, a, old, new)
}

// driverFile is one side that git gives.
type driverFile struct {
	side *loadedSide
	// file is nil if it is not there.
	file *source.File
	// unknown is why it is no configuration that can be compared.
	unknown error
}

func (l *sideLoader) driverSide(path, name string) (*driverFile, error) {
	ref := &sideRef{name: path, path: path}
	if name == os.DevNull {
		return &driverFile{side: &loadedSide{Side: diff.Side{Name: path}, ref: ref}}, nil
	}
	data, err := readBounded(name)
	if err != nil {
		return nil, err
	}
	f := &driverFile{file: source.NewFile(path, data)}
	request := l.request
	request.Paths, request.Stdin, request.StdinName = []string{"-"}, io.Reader(bytes.NewReader(data)), path
	f.side, f.unknown = l.lint(ref, request)
	return f, nil
}

// readBounded reads a regular file, as far as a configuration may be large.
func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s %w", name, source.ErrNotRegular)
	case info.Size() > source.DefaultLimits.FileSize:
		return nil, fmt.Errorf("%s %w of %d bytes", name, source.ErrTooLarge, source.DefaultLimits.FileSize)
	}
	return io.ReadAll(io.LimitReader(f, source.DefaultLimits.FileSize))
}

func (p *program) writeDriver(c *cli.Context, a driverArguments, old, new *driverFile) error {
	title := a.path
	if a.newPath != a.path {
		title += " → " + a.newPath
	}
	fmt.Fprintf(p.Out, "diff --padlock %s\n", report.Shown(title))
	for line := range strings.Lines(a.header) {
		fmt.Fprintln(p.Out, report.Shown(strings.TrimRight(line, "\n")))
	}
	if old.unknown != nil || new.unknown != nil {
		format, err := report.LookupDiff("unified", report.Options{Color: p.color(c.String("color"), p.OutTerminal), Snippets: p.OutTerminal})
		if err != nil {
			return err
		}
		return format.WriteDiff(p.Out, &report.Diff{Comparison: &diff.Comparison{}, Files: []report.DiffFile{{Old: old.file, New: new.file}}})
	}
	d, err := p.compare(c, old.side, new.side)
	if err != nil {
		return err
	}
	if err := p.writeDiff(c, d, ""); err != nil {
		return err
	}
	if c.String("format") == "text" {
		fmt.Fprintf(p.Out, "%s\n", diffSummary(d))
	}
	return nil
}
