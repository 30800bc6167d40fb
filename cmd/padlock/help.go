package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"
)

const programName = "padlock"

const about = `Padlock keeps web sites on port 443. It turns a short description of sites into
virtual hosts for nginx or Apache, each with a TLS block and a redirect from
port 80.`

const exitCodes = `Exit codes:
  0  clean: nothing found, nothing different, everything written
  1  found: findings at or above the failure level, or a difference
  2  failed: a mistake in usage or configuration, or in reading or writing`

// help describes the program as a whole.
func (p *program) help(w io.Writer) {
	fmt.Fprintf(w, "%s\n\nUsage:\n  %s COMMAND [FLAGS] [ARGUMENTS]\n\nCommands:\n", about, programName)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range p.commands {
		fmt.Fprintf(table, "  %s\t%s\n", c.Name, c.Usage)
	}
	fmt.Fprintf(table, "  help\tshow help for a command\n")
	table.Flush()
	fmt.Fprint(w, "\nFlags of every command:\n")
	flagTable(w, p.global)
	fmt.Fprintf(w, "\n%s\n\nStart with:\n  %s init\n  %s generate\n", exitCodes, programName, programName)
}

// commandHelp describes one command.
func (p *program) commandHelp(w io.Writer, c *command) {
	usage := []string{programName, c.Name}
	if len(c.Flags) > 0 {
		usage = append(usage, "[FLAGS]")
	}
	if c.ArgsUsage != "" {
		usage = append(usage, c.ArgsUsage)
	}
	fmt.Fprintf(w, "%s\n\nUsage:\n  %s\n", c.Description, strings.Join(usage, " "))
	if len(c.Flags) > 0 {
		fmt.Fprint(w, "\nFlags:\n")
		flagTable(w, c.Flags)
	}
	fmt.Fprint(w, "\nFlags of every command:\n")
	flagTable(w, p.global)
	fmt.Fprint(w, "\nExamples:\n")
	for _, example := range c.examples {
		fmt.Fprintf(w, "  %s\n", example)
	}
}

func flagTable(w io.Writer, flags []cli.Flag) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range flags {
		fmt.Fprintf(table, "  %s\n", flagRow(f))
	}
	table.Flush()
}

// flagRow is "--out DIR<tab>what it does".
func flagRow(f cli.Flag) string {
	names := dashedNames([]cli.Flag{f})
	placeholder, usage := "", ""
	if described, ok := f.(cli.DocGenerationFlag); ok {
		placeholder, usage = splitUsage(described.GetUsage())
		if !described.TakesValue() {
			placeholder = ""
		}
	}
	if choice, ok := f.(*choiceFlag); ok {
		placeholder = strings.Join(choice.choices, "|")
		if len(placeholder) > 24 {
			placeholder = "NAME"
		}
	}
	if placeholder != "" {
		placeholder = " " + placeholder
	}
	return strings.Join(names, ", ") + placeholder + "\t" + usage
}

// splitUsage takes the placeholder in backquotes out of a usage text, as in
// "write to `DIR`".
func splitUsage(text string) (placeholder, usage string) {
	before, rest, found := strings.Cut(text, "`")
	placeholder, after, closed := strings.Cut(rest, "`")
	if !found || !closed {
		return "VALUE", text
	}
	return placeholder, before + placeholder + after
}
