package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"
)

// Exit codes, whatever the command and the format.
const (
	// exitClean: nothing found, nothing different, everything written.
	exitClean = 0
	// exitFound: findings at or above the failure level, or a difference.
	exitFound = 1
	// exitError: a mistake in usage or configuration, or a failure of input or
	// output.
	exitError = 2
	// exitInterrupted: stopped by a signal, as shells report SIGINT.
	exitInterrupted = 130
)

// program is one invocation: its surroundings and what it can do.
type program struct {
	Streams
	global   []cli.Flag
	commands []*command
}

// command is a command of the program.
type command struct {
	*cli.Command
	// examples are shown in its help, one invocation or comment a line.
	examples []string
	// arguments completes its positional arguments; nil if it takes none.
	arguments func() completion
}

func newProgram(streams Streams) *program {
	p := &program{Streams: streams, global: globalFlags()}
	p.commands = []*command{
		p.initCommand(),
		p.generateCommand(),
		p.lintCommand(),
		p.diffCommand(),
		p.fmtCommand(),
		p.explainCommand(),
		p.rulesCommand(),
		p.schemaCommand(),
		p.hashPasswordCommand(),
		p.completionCommand(),
	}
	return p
}

func (p *program) find(name string) *command {
	for _, c := range p.commands {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// run is the whole program: arguments without the program's name in, exit code
// out.
func run(ctx context.Context, args []string, streams Streams) int {
	p := newProgram(streams)
	if len(args) > 0 && args[0] == completeCommand {
		p.complete(args[1:])
		return exitClean
	}
	line, err := p.parse(args)
	if err != nil {
		return p.report(err)
	}
	switch {
	case line.has("version"):
		fmt.Fprintln(p.Out, version())
		return exitClean
	case line.help && line.command != nil:
		p.commandHelp(p.Out, line.command)
		return exitClean
	case line.help:
		p.help(p.Out)
		return exitClean
	case line.command == nil:
		p.help(p.Err)
		return exitError
	}
	return p.report(p.app(line.command).RunContext(ctx, line.ordered()))
}

// app hands one command to the library, with all output and every decision
// about exit codes taken out of its hands: by default it prints help to standard
// output on a usage error, and ends the process itself.
func (p *program) app(c *command) *cli.App {
	c.HideHelp, c.HideHelpCommand = true, true
	c.OnUsageError = func(_ *cli.Context, err error, _ bool) error {
		return usageError{message: err.Error(), command: c}
	}
	return &cli.App{
		Name:                      programName,
		Commands:                  []*cli.Command{c.Command},
		Flags:                     p.global,
		Reader:                    p.In,
		Writer:                    p.Out,
		ErrWriter:                 p.Err,
		HideHelp:                  true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {},
	}
}

// errFound: the answer is on standard output, and it is not "clean".
var errFound = errors.New("found something")

// errReported: what went wrong is on standard error already.
var errReported = errors.New("already reported")

// usageError is a mistake on the command line.
type usageError struct {
	message string
	// command is where help is to be had; nil for the program as a whole.
	command *command
}

func (e usageError) Error() string { return e.message }

// report writes an error, if there is one, and chooses the exit code.
func (p *program) report(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFound):
		return exitFound
	case errors.Is(err, errReported):
		return exitError
	case errors.Is(err, context.Canceled):
		p.complain("interrupted")
		return exitInterrupted
	case errors.As(err, &usage):
		p.complain(usage.message)
		help := programName + " --help"
		if usage.command != nil {
			help = programName + " " + usage.command.Name + " --help"
		}
		fmt.Fprintf(p.Err, "Run %q for the ways to call it.\n", help)
		return exitError
	}
	p.complain(err.Error())
	return exitError
}

func (p *program) complain(message string) {
	fmt.Fprintf(p.Err, "%s: %s\n", programName, message)
}

// note writes to standard error what is good to know but not asked for.
func (p *program) note(c *cli.Context, format string, args ...any) {
	if !c.Bool("quiet") {
		io.WriteString(p.Err, fmt.Sprintf(format, args...))
	}
}
