package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/urfave/cli/v2"

	"padlock/generator"
	"padlock/generator/outdir"
	"padlock/linter"
)

// defaultDescription is read when no file is named.
const defaultDescription = "sites.hcl"

func (p *program) generateCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:      "generate",
			Usage:     "turn a description of sites into virtual hosts",
			ArgsUsage: "[FILE|DIR|-]...",
			Description: `Turns a description of sites into virtual hosts for nginx or Apache. Without a
FILE it reads sites.hcl, or else every *.hcl and *.hcl.json file, of the current
directory; "-" is standard input.

The result goes to standard output, or into the directory of --out. There, files
are replaced whole, unchanged ones are left alone, and files that Padlock wrote
and nobody needs any more are removed: so give each description a directory of
its own. Files that Padlock did not write are never touched, and files that
somebody edited only with --force.

With --apply the server's own check judges the new files, and it is told to read
them. When it refuses, everything is put back as it was before.`,
			Flags: append(targetFlags(),
				&directoryFlag{&cli.PathFlag{Name: "out", Aliases: []string{"o"}, Usage: "write one file per site into `DIR`; \"-\" is standard output"}},
				&cli.BoolFlag{Name: "check", Usage: "write nothing; list what would change, and exit 1 if anything would"},
				&cli.BoolFlag{Name: "apply", Usage: "after writing run test_command and reload_command of the target; if one fails, put all files back as they were"},
				&cli.BoolFlag{Name: "force", Usage: "replace or remove files of Padlock's own that were edited by hand"},
				&cli.StringSliceFlag{Name: "var", KeepSpace: true, Usage: "set a variable of the description, as `NAME=VALUE`; repeatable"},
				&cli.StringSliceFlag{Name: "var-file", KeepSpace: true, TakesFile: true, Usage: "set variables from an HCL `FILE`; repeatable"},
			),
			Action: p.generateAction,
		},
		examples: []string{
			"padlock generate",
			"padlock generate --server apache --platform debian-13 sites.hcl",
			"padlock generate --out /etc/nginx/conf.d/sites",
			"padlock generate --out /etc/nginx/conf.d/sites --check   # in CI",
			"padlock generate --out /etc/nginx/conf.d/sites --apply   # on the server",
			"padlock generate --var host=blog.example.com sites.hcl | less",
		},
		arguments: func() completion { return completion{paths: files} },
	}
}

func (p *program) generateAction(c *cli.Context) error {
	result, err := p.render(c)
	if err != nil {
		return err
	}
	dir := c.Path("out")
	if dir == "" {
		dir = result.OutDir
	}
	switch check, applies := c.Bool("check"), c.Bool("apply"); {
	case check && applies:
		return usageError{message: "--check writes nothing, so that there is nothing for --apply to put into use", command: p.find("generate")}
	case applies && (result.Target.TestCommand == "" || result.Target.ReloadCommand == ""):
		return fmt.Errorf("--apply runs test_command and reload_command, which are not known for this platform: write them into the target block")
	}
	if dir == "" || dir == "-" {
		for _, flag := range []string{"check", "apply"} {
			if c.Bool(flag) {
				return usageError{message: fmt.Sprintf("--%s needs a directory: --out DIR, or out_dir in the target block", flag), command: p.find("generate")}
			}
		}
		arranged, err := result.Arrange(result.Target.Platform.Paths(result.Target.Server).SitesDir)
		if err != nil {
			return err
		}
		return p.print(arranged)
	}
	arranged, err := result.Arrange(dir)
	if err != nil {
		return err
	}
	wanted := sealable(arranged, result.Target)
	policy := outdir.KeepEdits
	if c.Bool("force") {
		policy = outdir.DiscardEdits
	}
	if c.Bool("check") {
		return p.checkDirectory(c, dir, wanted, policy)
	}
	return p.writeDirectory(c, dir, wanted, policy, result.Target)
}

// outputDirectory is what --out says; empty for standard output.
func outputDirectory(c *cli.Context) string {
	if dir := c.Path("out"); dir != "-" {
		return dir
	}
	return ""
}

// render runs the generator and reports what it has to say.
func (p *program) render(c *cli.Context) (*generator.Result, error) {
	descriptions, err := descriptionFiles(c.Args().Slice())
	if err != nil {
		return nil, err
	}
	fallback, err := p.fallbackTarget(c, descriptions[0])
	if err != nil {
		return nil, err
	}
	bar := p.newProgress(c)
	result, _, err := p.renderFiles(c, generator.Request{Files: descriptions, Fallback: fallback, Progress: bar.update, OutDir: outputDirectory(c)})
	bar.finish()
	return result, err
}

// renderFiles is render for the files of a request, and gives the text of all that
// were read. What the request leaves open, the flags and the program say. Of another
// state of the machine nothing is reported.
func (p *program) renderFiles(c *cli.Context, request generator.Request) (*generator.Result, map[string]*hcl.File, error) {
	request.Server = c.String("server")
	if request.Server == "auto" {
		request.Server = ""
	}
	request.Platform = c.String("platform")
	request.ServerVersion = c.String("server-version")
	request.OpenSSLVersion = c.String("openssl-version")
	request.Variables = c.StringSlice("var")
	request.VariableFiles = c.StringSlice("var-file")
	request.Environment = p.Environment
	request.Stdin = p.In
	request.Detect = detector(c.Context)
	request.Machine = os.DirFS("/").(fs.ReadLinkFS)
	result, diagnostics := generator.Generate(c.Context, request)
	if err := c.Context.Err(); err != nil {
		return nil, nil, err
	}
	if request.State != nil {
		if diagnostics.HasErrors() {
			return nil, nil, errReported
		}
		return result, diagnostics.Files, nil
	}
	if err := diagnostics.Write(p.Err, p.ErrWidth, p.color(c.String("color"), p.ErrTerminal)); err != nil {
		return nil, nil, err
	}
	if diagnostics.HasErrors() {
		p.notDescribed(diagnostics.Files)
		return nil, nil, errReported
	}
	return result, diagnostics.Files, nil
}

// notDescribed says of files that are a server's own configuration what to do with them.
func (p *program) notDescribed(files map[string]*hcl.File) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.Contains(filepath.Base(name), ".hcl") {
			continue
		}
		if server, ok := linter.Recognise(name, files[name].Bytes); ok {
			fmt.Fprintf(p.Err, "%s is a configuration of %s, no description of sites. \"padlock lint %s\" judges it.\n", name, server, name)
		}
	}
}

// descriptionFiles finds what to read when nothing is named. Settings and other
// hidden files are no descriptions.
func descriptionFiles(named []string) ([]string, error) {
	if len(named) > 0 {
		return named, nil
	}
	if _, err := os.Stat(defaultDescription); err == nil {
		return []string{defaultDescription}, nil
	}
	var found []string
	for _, pattern := range []string{"*.hcl", "*.hcl.json"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		found = append(found, names...)
	}
	slices.Sort(found)
	found = slices.DeleteFunc(found, func(name string) bool { return strings.HasPrefix(name, ".") })
	if len(found) == 0 {
		return nil, fmt.Errorf("there is no %s and no other *.hcl file here: name one, or start with %q", defaultDescription, programName+" init")
	}
	return found, nil
}
