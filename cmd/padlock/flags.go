package main

import (
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
