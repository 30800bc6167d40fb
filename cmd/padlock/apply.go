package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/urfave/cli/v2"

	"padlock/generator"
	"padlock/generator/outdir"
)

// trying writes files, and keeps them only if the server takes them.
func (p *program) trying(c *cli.Context, target generator.Target) func(context.Context, string, []outdir.File, outdir.Policy) (outdir.Changes, error) {
	return func(ctx context.Context, dir string, files []outdir.File, policy outdir.Policy) (outdir.Changes, error) {
		refused := ""
		changes, err := outdir.Try(ctx, dir, files, policy, func(outdir.Changes) error {
			if err := p.serverCommand(ctx, target.TestCommand); err != nil {
				refused = "the server refuses the new files, and"
				return err
			}
			if err := p.serverCommand(ctx, target.ReloadCommand); err != nil {
				refused = "the server's check passes, but it could not be told to read the files:"
				return err
			}
			p.note(c, "%s: accepted\n%s: done\n", target.TestCommand, target.ReloadCommand)
			return nil
		})
		switch {
		case refused == "":
			return changes, err
		case errors.Is(err, outdir.ErrNotRestored):
			return changes, fmt.Errorf("%s %s holds a mixture of old and new files: run the command again once the cause is gone\n%w", refused, dir, err)
		}
		return changes, fmt.Errorf("%s %s is as it was before\n%w", refused, dir, err)
	}
}

// maxSaid bounds, in bytes, what is shown of a command's output: its end.
const maxSaid = 16 << 10

// serverCommand runs a command of the description by the shell.
func (p *program) serverCommand(ctx context.Context, line string) error {
	command := exec.CommandContext(ctx, "sh", "-c", line)
	said, err := command.CombinedOutput()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if len(said) > maxSaid {
		said = append([]byte("…"), said[len(said)-maxSaid:]...)
	}
	return fmt.Errorf("%s: %w\n%s", line, err, strings.TrimSpace(string(bytes.ToValidUTF8(said, []byte("?")))))
}
