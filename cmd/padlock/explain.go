package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"
	"github.com/urfave/cli/v2"

	"padlock/linter"
	"padlock/linter/rule"
)

func (p *program) explainCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:      "explain",
			Usage:     "explain a lint rule",
			ArgsUsage: "RULE",
			Description: `Prints a rule's document: what it finds, why that matters, an example of each
kind, and what to do. "padlock rules" lists the rules.`,
			Action: p.explainAction,
		},
		examples: []string{
			"padlock explain directive-unknown",
			"padlock explain include-missing | less",
		},
		arguments: func() completion { return completion{candidates: ruleCandidates()} },
	}
}

func ruleCandidates() []candidate {
	rules := linter.Rules()
	out := make([]candidate, len(rules))
	for i, r := range rules {
		out[i] = candidate{text: r.ID, help: r.Title}
	}
	return out
}

func (p *program) explainAction(c *cli.Context) error {
	if c.NArg() != 1 {
		return usageError{message: fmt.Sprintf("explain takes the id of one rule, not %d arguments", c.NArg()), command: p.find("explain")}
	}
	r, ok := linter.FindRule(c.Args().First())
	if !ok {
		return usageError{message: linter.NewUnknownRuleError(c.Args().First()).Error(), command: p.find("explain")}
	}
	_, err := io.WriteString(p.Out, explanation(r, p.color(c.String("color"), p.OutTerminal)))
	return err
}

// explanation is a rule's document with its facts on top.
func explanation(r *rule.Rule, coloured bool) string {
	heading := color.New(color.Bold)
	if coloured {
		heading.EnableColor()
	} else {
		heading.DisableColor()
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n\n", heading.Sprint("# "+r.ID))
	fmt.Fprintf(&out, "%s for %s; category %s; fix: %s; since %s\n\n", r.Severity, strings.Join(serversOf(r), " and "), r.Category, r.Fix, r.Since)
	fenced := false
	for line := range strings.Lines(r.Text) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if text := strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "#") && !fenced {
			line = heading.Sprint(text) + "\n"
		}
		out.WriteString(line)
	}
	return out.String()
}

func serversOf(r *rule.Rule) []string {
	names := make([]string, len(r.Servers))
	for i, s := range r.Servers {
		names[i] = s.String()
	}
	return names
}
