package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"padlock/internal/diff"
	"padlock/internal/report"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// failRisks are the values of --fail-on-risk and the lowest risk that fails.
var failRisks = map[string]diff.Risk{"high": diff.High, "medium": diff.Medium, "low": diff.Low}

func (p *program) diffCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:      "diff",
			Usage:     "show what a change to a configuration means",
			ArgsUsage: "OLD [NEW]",
			Description: `Compares two configurations by what they do: who loses HTTPS, which block
answers for a name, what a location no longer inherits. What the change does
comes first, riskiest on top, then what else is different, site by site.
Differences without meaning are counted, not shown. nginx can be compared with
Apache: then what the configurations do is compared.

OLD and NEW are each one of
  FILE, DIR     as "padlock lint" takes them
  FILE.hcl      a description of sites, rendered for its target
  REV           a revision of git: what the other side names, as it was there,
                or else the whole repository
  REV:PATH      a file or directory of a revision; REV:./PATH from here
  -             standard input
Revisions are read without a checkout. With OLD alone, FILE.hcl is compared with
what stands in its output directory, as a plan of what "padlock generate" would
change, and REV with the current directory.

Exit code: 0 the same, 1 different, or a new finding is an error, 2 a mistake in
usage, or input that cannot be read. (terraform plan -detailed-exitcode has 1 and 2
the other way round.)`,
			Flags: slices.Concat([]cli.Flag{
				&choiceFlag{&cli.StringFlag{Name: "format", Value: "text", Usage: "write the differences as " + strings.Join(report.DiffNames(), ", ")}, report.DiffNames()},
				&cli.PathFlag{Name: "output", TakesFile: true, Usage: "write to `FILE`, not to standard output"},
				&cli.BoolFlag{Name: "exit-zero", Usage: "exit 0 for differences too", DisableDefaultText: true},
				&choiceFlag{&cli.StringFlag{Name: "fail-on-risk", Value: "low", Usage: "exit 1 only for changes of this risk or a higher one"}, []string{"high", "medium", "low"}},
				&cli.BoolFlag{Name: "cosmetic", Usage: "also show differences without meaning", DisableDefaultText: true},
			}, judgedFlags(), []cli.Flag{
				&cli.StringFlag{Name: "stdin-filename", Usage: "path that standard input stands for, as `NAME`"},
				&directoryFlag{&cli.PathFlag{Name: "root", Usage: "take `DIR` for the server's root directory"}},
				&directoryFlag{&cli.PathFlag{Name: "out", Aliases: []string{"o"}, Usage: "with FILE.hcl alone: compare with what stands in `DIR`"}},
				&cli.StringSliceFlag{Name: "var", KeepSpace: true, Usage: "set a variable of a description, as `NAME=VALUE`; repeatable"},
				&cli.StringSliceFlag{Name: "var-file", KeepSpace: true, TakesFile: true, Usage: "set variables from an HCL `FILE`; repeatable"},
				&cli.BoolFlag{Name: "pushed", Usage: "compare what is about to be pushed with what is there, as a hook of pre-commit is told, or else HEAD with its upstream; a PATH bounds both", DisableDefaultText: true},
				&cli.BoolFlag{Name: "git-driver", Usage: "take the arguments that git gives to an external diff, and exit 0 for differences", DisableDefaultText: true},
			}),
			Action: p.diffAction,
		},
		examples: []string{
			"padlock diff nginx.conf.old nginx.conf",
			"padlock diff main nginx/                     # a branch's directory with the work tree's",
			"padlock diff main:nginx HEAD:nginx",
			"padlock diff sites.hcl                       # what generate would change",
			"padlock diff main:sites.hcl sites.hcl        # what an edit changes in the output",
			"padlock diff /etc/nginx/nginx.conf /etc/apache2/apache2.conf   # when migrating",
			"padlock diff --format markdown --output comment.md origin/main .",
			"padlock diff --format unified old new | patch -p1 -d old",
		},
		arguments: func() completion { return completion{paths: files} },
	}
}

func (p *program) diffAction(c *cli.Context) error {
	if c.Bool("git-driver") {
		return p.gitDriver(c)
	}
	args, err := p.diffArguments(c)
	if err != nil || args == nil {
		return err
	}
	// Both sides stay in memory until the end, so that the garbage that may pile up
	// beside them by default, as much again, would be that of two: half of it has
	// 10,000 virtual hosts compared within 520 MB instead of 600, in a quarter more
	// processor time.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	loader, err := p.newSideLoader(c)
	if err != nil {
		return err
	}
	defer loader.close()
	old, new, err := loader.both(args)
	if err != nil {
		return err
	}
	d, err := p.compare(c, old, new)
	if err != nil {
		return err
	}
	if err := p.writeDiff(c, d, c.Path("output")); err != nil {
		return err
	}
	p.note(c, "%s\n", diffSummary(d))
	if differs(c, d) {
		return errFound
	}
	return nil
}

// diffArguments are what names the sides; none if there is nothing to compare.
func (p *program) diffArguments(c *cli.Context) ([]string, error) {
	if c.Bool("pushed") {
		return p.pushedSides(c)
	}
	args := c.Args().Slice()
	stdin := 0
	for _, arg := range args {
		if arg == "-" {
			stdin++
		}
	}
	message := ""
	switch {
	case len(args) == 0 || len(args) > 2:
		message = "diff takes two sides, OLD and NEW, or one FILE.hcl or REV"
	case stdin == 2:
		message = "standard input can be one side only"
	case stdin == 1 && len(args) == 1:
		message = "diff needs something to compare standard input with"
	case c.String("stdin-filename") != "" && stdin == 0:
		message = `--stdin-filename names standard input: give "-" as well`
	case c.Path("out") != "" && len(args) == 2:
		message = "--out is what one FILE.hcl is compared with: leave out the other side"
	default:
		return args, nil
	}
	return nil, usageError{message: message, command: p.find("diff")}
}

// pushedSides are the revisions before and after a push. pre-commit names both,
// but not what was there before if nothing was.
func (p *program) pushedSides(c *cli.Context) ([]string, error) {
	if c.NArg() > 1 {
		return nil, usageError{message: "--pushed names both sides: give no more than a PATH that bounds them", command: p.find("diff")}
	}
	old, new := p.lookup("PRE_COMMIT_FROM_REF"), p.lookup("PRE_COMMIT_TO_REF")
	switch {
	case old == "" && new != "":
		p.note(c, "nothing was pushed before: there is nothing to compare with.\n")
		return nil, nil
	case old == "":
		old, new = "@{upstream}", "HEAD"
	}
	if path := c.Args().First(); path != "" {
		old, new = old+":"+path, new+":"+path
	}
	return []string{old, new}, nil
}

// compare compares two sides and takes out of the result what only Padlock put
// in.
func (p *program) compare(c *cli.Context, old, new *loadedSide) (*report.Diff, error) {
	comparison, err := diff.Compare(c.Context, old.Side, new.Side)
	if err != nil {
		return nil, err
	}
	for _, s := range []*loadedSide{old, new} {
		s.hideFrame(comparison)
	}
	d := &report.Diff{
		Comparison:   comparison,
		Version:      moduleVersion(buildInfo()),
		Sites:        commonSites(old, new),
		ShowCosmetic: c.Bool("cosmetic"),
	}
	if c.String("format") == "unified" {
		d.Files = pairedFiles(old, new)
	}
	return d, nil
}

// writeDiff writes in the format that is wanted, to a file or to standard
// output.
func (p *program) writeDiff(c *cli.Context, d *report.Diff, file string) error {
	options := report.Options{}
	if file == "" {
		options = report.Options{Color: p.color(c.String("color"), p.OutTerminal), Snippets: p.OutTerminal, Width: p.outWidth()}
	}
	format, err := report.LookupDiff(c.String("format"), options)
	if err != nil {
		return err
	}
	if file == "" {
		return format.WriteDiff(p.Out, d)
	}
	var data bytes.Buffer
	if err := format.WriteDiff(&data, d); err != nil {
		return err
	}
	err = source.WriteFile(file, data.Bytes())
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: its directory does not exist", file)
	}
	return err
}

// outWidth is the width to write for: that of the terminal, if the output goes
// there.
func (p *program) outWidth() int {
	if !p.OutTerminal {
		return 0
	}
	return p.ErrWidth
}

// differs tells whether the exit code is that of a difference. A new error counts
// as one of high risk: the server may refuse the new side, and what it would do
// cannot be compared.
func differs(c *cli.Context, d *report.Diff) bool {
	if c.Bool("exit-zero") {
		return false
	}
	lowest := failRisks[c.String("fail-on-risk")]
	return slices.ContainsFunc(d.Changes, func(change diff.Change) bool { return change.Risk <= lowest }) ||
		slices.ContainsFunc(d.Introduced, func(f rule.Finding) bool { return f.Severity == source.Error })
}

// diffSummary is the one line for people at the end.
func diffSummary(d *report.Diff) string {
	line := d.Summary()
	if n := len(d.Cosmetic); n > 0 && !d.ShowCosmetic {
		line += fmt.Sprintf("; %s without meaning (--cosmetic shows)", plural(n, "difference"))
	}
	return line + "."
}
