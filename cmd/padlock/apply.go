package main

import (
	"bytes"
	"context"
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
		return outdir.Try(ctx, dir, files, policy, func(outdir.Changes) error {
			if err := p.serverCommand(ctx, target.TestCommand); err != nil {
				return fmt.Errorf("the server refuses the new files, and %s is as it was before\n%w", dir, err)
			}
			if err := p.serverCommand(ctx, target.ReloadCommand); err != nil {
				return fmt.Errorf("the server's check passes, but it could not be told to read the files: %s is as it was before\n%w", dir, err)
			}
			p.note(c, "%s: accepted\n%s: done\n", target.TestCommand, target.ReloadCommand)
			return nil
		})
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
