package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

//go:embed completion/*
var completionScripts embed.FS

var shells = []string{"bash", "zsh", "fish"}

func (p *program) completionCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:      "completion",
			Usage:     "print a shell's completion script",
			ArgsUsage: strings.Join(shells, "|"),
			Description: `Prints a script that teaches a shell to complete Padlock's commands, flags and
their values.`,
			Action: p.completionAction,
		},
		examples: []string{
			"source <(padlock completion bash)                  # bash, this session",
			"padlock completion bash > /etc/bash_completion.d/padlock",
			"padlock completion zsh > \"${fpath[1]}/_padlock\"    # zsh",
			"padlock completion fish > ~/.config/fish/completions/padlock.fish",
		},
		arguments: func() completion { return completion{candidates: plain(shells)} },
	}
}

func (p *program) completionAction(c *cli.Context) error {
	shell := c.Args().First()
	if c.NArg() != 1 || !slices.Contains(shells, shell) {
		return usageError{
			message: fmt.Sprintf("completion takes the name of one shell: %s%s", strings.Join(shells, ", "), didYouMean(shell, shells)),
			command: p.find("completion"),
		}
	}
	script, err := completionScripts.ReadFile("completion/padlock." + shell)
	if err != nil {
		return err
	}
	_, err = p.Out.Write(script)
	return err
}
