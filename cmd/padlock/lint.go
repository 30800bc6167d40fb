package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"padlock/internal/report"
	"padlock/internal/source"
	"padlock/linter"
)

// failLevels are the values of --fail-on and the mildest severity at which each
// fails; never fails at none.
var failLevels = map[string]source.Severity{"error": source.Error, "warning": source.Warning, "info": source.Info, "never": 0}

func (p *program) lintCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:      "lint",
			Usage:     "judge configurations of nginx and Apache",
			ArgsUsage: "[PATH|-]...",
			Description: `Reads configurations of nginx and Apache with all that they include, and tells
what is broken, weak or missing in them. A PATH is a main file such as
nginx.conf, a part of a configuration such as sites-available/shop.conf, the
output of "nginx -T", a .htaccess file, or a directory, in which the main files
are found, or else every part is judged by itself. Without a PATH it is the
current directory; "-" is standard input.

A description of sites, *.hcl, is rendered in memory as by "padlock generate", and
what is found in the result is told at the line of the description that caused it.

Nothing is read outside the directories of the paths that are named; with --root
the server's absolute paths are looked up below a directory.

The settings file nearest to a configuration, .padlock.hcl in its directory or
one above, says which rules run, what fails, and what the server is; flags are
stronger.

Exit code: 0 nothing found at or above --fail-on, 1 something found, 2 a mistake
in usage, or input that cannot be read.`,
			Flags: append(judgedFlags(),
				&cli.StringSliceFlag{Name: "format", KeepSpace: true, Usage: "write findings as `FORMAT[=FILE]`: " + strings.Join(report.Names(), ", ") + " (default text); repeatable"},
				&choiceFlag{&cli.StringFlag{Name: "fail-on", Value: "warning", Usage: "exit 1 for findings of this severity or worse"}, []string{"error", "warning", "info", "never"}},
				&cli.StringSliceFlag{Name: "rule", Usage: "run only the rule or category `ID`; repeatable"},
				&cli.StringSliceFlag{Name: "no-rule", Usage: "do not run the rule or category `ID`; repeatable"},
				&cli.StringFlag{Name: "stdin-filename", Usage: "path that standard input stands for, as `NAME`"},
				&directoryFlag{&cli.PathFlag{Name: "root", Usage: "take `DIR` for the server's root directory"}},
				&cli.BoolFlag{Name: "fix", Usage: "mend what can be mended without changing what the configuration means otherwise", DisableDefaultText: true},
				&cli.BoolFlag{Name: "unsafe-fixes", Usage: "with --fix or --diff: also fixes that may change what it does", DisableDefaultText: true},
				&cli.BoolFlag{Name: "diff", Usage: "change nothing; write the fixes as a patch to standard output instead of the findings", DisableDefaultText: true},
				&cli.PathFlag{Name: "baseline", TakesFile: true, Usage: "do not tell findings that `FILE` knows"},
				&cli.PathFlag{Name: "write-baseline", TakesFile: true, Usage: "write all findings into `FILE`, to be known from now on; with --baseline, only those still there"},
				&cli.StringFlag{Name: "changed-since", Usage: "tell only findings on lines changed since the git revision `REV`, or caused by them"},
				&cli.BoolFlag{Name: "force-exclude", Usage: "leave out what the settings exclude, even if it is named", DisableDefaultText: true},
				&cli.StringSliceFlag{Name: "var", KeepSpace: true, Usage: "set a variable of a description, as `NAME=VALUE`; repeatable"},
				&cli.StringSliceFlag{Name: "var-file", KeepSpace: true, TakesFile: true, Usage: "set variables of a description from an HCL `FILE`; repeatable"},
				&cli.BoolFlag{Name: "statistics", Usage: "tell how often each rule found something, on standard error"},
			),
			Action: p.lintAction,
		},
		examples: []string{
			"padlock lint /etc/nginx",
			"padlock lint sites-available/shop.conf --server-version 1.26.3",
			"padlock lint --platform debian-13 sites.hcl",
			"padlock lint --root rootfs rootfs/etc/apache2/apache2.conf",
			"padlock lint --format text --format json=findings.json .",
			"padlock lint --stdin-filename conf.d/shop.conf -",
			"padlock lint --diff . | git apply   # the same as --fix",
			"padlock lint --write-baseline known.json . && padlock lint --baseline known.json .",
			"padlock lint --changed-since origin/main --format github .",
		},
		arguments: func() completion { return completion{paths: files} },
	}
}

func (p *program) lintAction(c *cli.Context) error {
	outputs, err := p.outputs(c)
	if err != nil {
		return err
	}
	request, err := p.lintRequest(c)
	if err != nil {
		return err
	}
	run, err := p.judge(c, request)
	var unknown *linter.UnknownRuleError
	if errors.As(err, &unknown) {
		return usageError{message: unknown.Error(), command: p.find("lint")}
	}
	if err != nil {
		return err
	}
	if err := p.writeReports(c, outputs, run); err != nil {
		return err
	}
	if run.failed(c) {
		return errFound
	}
	return nil
}

// writeReports tells what came out: findings where --format says, the rest on
// standard error.
func (p *program) writeReports(c *cli.Context, outputs []output, run *lintRun) error {
	result := run.result
	r := &report.Report{
		Version:      moduleVersion(buildInfo()),
		Findings:     result.Findings,
		Failures:     result.Failures,
		Rules:        linter.Rules(),
		Suppressed:   result.Suppressed,
		Files:        result.Files,
		VirtualHosts: result.VirtualHosts,
	}
	for _, warning := range result.Warnings {
		p.complain("warning: " + warning)
	}
	for _, o := range outputs {
		if err := o.write(p.Out, r); err != nil {
			return err
		}
	}
	if c.Bool("statistics") {
		io.WriteString(p.Err, statistics(r))
	}
	p.note(c, "%s\n%s", lintSummary(r), run.notes)
	for _, f := range result.Failures {
		p.complain(fmt.Sprintf("%v; the other rules have run. Please report this.\n%s", f, f.Stack))
	}
	if len(result.Failures) > 0 {
		return errReported
	}
	return nil
}

// lintRequest is the command line as the linter wants it.
func (p *program) lintRequest(c *cli.Context) (linter.Request, error) {
	request := linter.Request{
		Paths:     c.Args().Slice(),
		Stdin:     p.In,
		StdinName: c.String("stdin-filename"),
		Root:      c.Path("root"),
		Only:      c.StringSlice("rule"),
		Without:   c.StringSlice("no-rule"),

		ForceExclude: c.Bool("force-exclude"),
		ChangedSince: c.String("changed-since"),
	}
	var err error
	if request.Settings, err = findSettings(c); err != nil {
		return request, err
	}
	if name := c.Path("baseline"); name != "" {
		if request.Baseline, err = linter.ReadBaseline(name); err != nil {
			return request, err
		}
	}
	if err := p.judgedTarget(c, &request, "lint"); err != nil {
		return request, err
	}
	stdin := slices.Contains(request.Paths, "-")
	switch {
	case c.Bool("unsafe-fixes") && !c.Bool("fix") && !c.Bool("diff"):
		return request, usageError{message: "--unsafe-fixes says which fixes are made: give --fix or --diff as well", command: p.find("lint")}
	case stdin && c.Bool("fix") && !c.Bool("diff"):
		return request, usageError{message: "--fix cannot change standard input: --diff writes the fixes as a patch", command: p.find("lint")}
	case stdin && request.ChangedSince != "":
		return request, usageError{message: "--changed-since compares files with git's and cannot judge standard input", command: p.find("lint")}
	case request.StdinName != "" && !stdin:
		return request, usageError{message: `--stdin-filename names standard input: give "-" as well`, command: p.find("lint")}
	case len(request.Paths) == 0 && request.Root != "":
		request.Paths = []string{request.Root}
	case len(request.Paths) == 0:
		request.Paths = []string{"."}
	}
	return request, p.renderDescriptions(c, &request)
}

// renderDescriptions replaces the descriptions among the paths by what they are
// rendered as.
func (p *program) renderDescriptions(c *cli.Context, request *linter.Request) error {
	var groups [][]string
	request.Paths, groups = splitDescriptions(c, request.Paths)
	for _, files := range groups {
		d, err := p.describe(c, files, nil)
		if err != nil {
			return err
		}
		request.Rendered = append(request.Rendered, d.rendered())
	}
	request.RenderBefore = func(machine fs.ReadLinkFS, names []string) []linter.Rendered {
		var before []linter.Rendered
		for _, files := range groups {
			if !slices.ContainsFunc(files, func(name string) bool { return slices.Contains(names, linter.DisplayName(name)) }) {
				continue
			}
			if d, err := p.describe(c, files, machine); err == nil {
				before = append(before, d.rendered())
			}
		}
		return before
	}
	return nil
}

// output is a report in one format, to a file or to standard output.
type output struct {
	format report.Format
	file   string
}

// outputs are what --format asks for: at most one on standard output, and each
// file once.
func (p *program) outputs(c *cli.Context) ([]output, error) {
	wanted := c.StringSlice("format")
	if c.Bool("diff") {
		if i := slices.IndexFunc(wanted, func(format string) bool { return !strings.Contains(format, "=") }); i >= 0 {
			return nil, usageError{message: fmt.Sprintf("with --diff standard output is the patch: write --format %s=FILE", wanted[i]), command: p.find("lint")}
		}
	} else if len(wanted) == 0 {
		wanted = []string{"text"}
	}
	var outputs []output
	for _, text := range wanted {
		name, file, toFile := strings.Cut(text, "=")
		o := output{file: file}
		options := report.Options{
			Color:    !toFile && p.color(c.String("color"), p.OutTerminal),
			Snippets: !toFile && p.OutTerminal,
			Width:    p.ErrWidth,
		}
		var err error
		if o.format, err = report.Lookup(name, options); err != nil {
			return nil, usageError{message: err.Error() + didYouMean(name, report.Names()), command: p.find("lint")}
		}
		if toFile && file == "" {
			return nil, usageError{message: fmt.Sprintf("--format %s needs the name of a file after \"=\"", text), command: p.find("lint")}
		}
		if slices.ContainsFunc(outputs, func(other output) bool { return other.file == file }) {
			where := "standard output"
			if toFile {
				where = file
			}
			return nil, usageError{message: fmt.Sprintf("two formats cannot both go to %s: give one a file, as --format %s=FILE", where, name), command: p.find("lint")}
		}
		outputs = append(outputs, o)
	}
	return outputs, nil
}

func (o output) write(stdout io.Writer, r *report.Report) error {
	if o.file == "" {
		return o.format.Write(stdout, r)
	}
	var data bytes.Buffer
	if err := o.format.Write(&data, r); err != nil {
		return err
	}
	err := source.WriteFile(o.file, data.Bytes())
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: its directory does not exist", o.file)
	}
	return err
}

// lintSummary is the one line for people at the end.
func lintSummary(r *report.Report) string {
	line := fmt.Sprintf("%s in %s", plural(len(r.Findings), "finding"), plural(r.Files, "file"))
	if r.VirtualHosts > 0 {
		line += fmt.Sprintf(" with %s", plural(r.VirtualHosts, "virtual host"))
	}
	counts := r.Counts()
	if r.Suppressed > 0 {
		counts = append(counts, fmt.Sprintf("%d suppressed", r.Suppressed))
	}
	if len(counts) > 0 {
		line += ": " + strings.Join(counts, ", ")
	}
	return line + "."
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	ending := "s"
	if strings.HasSuffix(thing, "x") {
		ending = "es"
	}
	return fmt.Sprintf("%d %s%s", n, thing, ending)
}

// statistics is how often each rule found something, most often first.
func statistics(r *report.Report) string {
	counts := map[string]int{}
	var ids []string
	for i := range r.Findings {
		id := r.Findings[i].Rule
		if counts[id]++; counts[id] == 1 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	var out strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&out, "%6d  %s\n", counts[id], id)
	}
	return out.String()
}
