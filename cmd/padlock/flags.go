package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"padlock/internal/tlspolicy"
	"padlock/linter"
)

// globalFlags are understood with every command.
func globalFlags() []cli.Flag {
	return []cli.Flag{
		&choiceFlag{
			StringFlag: &cli.StringFlag{Name: "color", Value: "auto", Usage: "whether to colour the output"},
			choices:    []string{"auto", "always", "never"},
		},
		&cli.PathFlag{Name: "config", TakesFile: true, Usage: "read settings from `FILE`, not from the nearest " + linter.SettingsName},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "say nothing on standard error but errors and warnings", DisableDefaultText: true},
		&cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "show help", DisableDefaultText: true},
		&cli.BoolFlag{Name: "version", Usage: "show version, revision, Go version and platform", DisableDefaultText: true},
	}
}

var serverNames = []string{string(tlspolicy.Nginx), string(tlspolicy.Apache)}

// targetFlags say which server a configuration is for.
func targetFlags() []cli.Flag {
	platforms := tlspolicy.PlatformNames()
	return []cli.Flag{
		&choiceFlag{&cli.StringFlag{Name: "server", Usage: "server that the configuration is for"}, serverNames},
		&choiceFlag{&cli.StringFlag{Name: "platform", Usage: "where it runs: " + strings.Join(platforms, ", ")}, platforms},
		&cli.StringFlag{Name: "server-version", Usage: "`VERSION` of the server, such as 1.26.3"},
		&cli.StringFlag{Name: "openssl-version", Usage: "`VERSION` of OpenSSL that the server runs with, such as 3.0.19"},
	}
}

// choiceFlag takes one of a few values. Parsing refuses others, and shells
// complete them.
type choiceFlag struct {
	*cli.StringFlag
	choices []string
}

// directoryFlag takes the path of a directory.
type directoryFlag struct{ *cli.PathFlag }

// takesValue tells that a flag is followed by a value.
func takesValue(f cli.Flag) bool {
	described, ok := f.(cli.DocGenerationFlag)
	return ok && described.TakesValue()
}

func lookupFlag(flags []cli.Flag, name string) cli.Flag {
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

// dashed writes a flag's name as on the command line.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

func dashedNames(flags []cli.Flag) []string {
	var names []string
	for _, f := range flags {
		for _, name := range f.Names() {
			names = append(names, dashed(name))
		}
	}
	return names
}

// judgedFlags say what a configuration that is judged is for, as far as it does
// not tell by itself.
func judgedFlags() []cli.Flag {
	platforms := tlspolicy.PlatformNames()
	return []cli.Flag{
		&choiceFlag{&cli.StringFlag{Name: "server", Value: "auto", Usage: "server that the configuration is for; auto tells from the content"}, []string{"auto", "nginx", "apache"}},
		&choiceFlag{&cli.StringFlag{Name: "context", Usage: "where a part of a configuration stands, if that cannot be told: " + strings.Join(linter.Contexts(), ", ")}, linter.Contexts()},
		&choiceFlag{&cli.StringFlag{Name: "platform", Usage: "where it runs: " + strings.Join(platforms, ", ")}, platforms},
		&cli.StringFlag{Name: "server-version", Usage: "`VERSION` of the server, such as 1.26.3"},
		&cli.StringFlag{Name: "openssl-version", Usage: "`VERSION` of OpenSSL that the server runs with, such as 3.0.19"},
	}
}

// judgedTarget puts what these flags say into a request.
func (p *program) judgedTarget(c *cli.Context, request *linter.Request, command string) error {
	request.Context, request.Platform = c.String("context"), c.String("platform")
	if server := c.String("server"); server != "auto" {
		request.Server = tlspolicy.Server(server)
	}
	for _, v := range []struct {
		flag string
		to   *tlspolicy.Version
	}{{"server-version", &request.ServerVersion}, {"openssl-version", &request.OpenSSLVersion}} {
		if text := c.String(v.flag); text != "" {
			var err error
			if *v.to, err = tlspolicy.ParseVersion(text); err != nil {
				return usageError{message: fmt.Sprintf("--%s: %v", v.flag, err), command: p.find(command)}
			}
		}
	}
	return nil
}
