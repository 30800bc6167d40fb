package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"
	"github.com/urfave/cli/v2"

	"padlock/generator"
	"padlock/linter"
	"padlock/linter/rule"
)

func (p *program) explainCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:      "explain",
			Usage:     "explain a lint rule, or a part of the site language",
			ArgsUsage: "RULE|PATH",
			Description: `Prints a rule's document: what it finds, why that matters, an example of each
kind, and what to do. "padlock rules" lists the rules.

A block, attribute or function of the site language is named by its path: site,
site.tls.hsts, function.cidrhost. "padlock explain site" lists what a site holds.`,
			Action: p.explainAction,
		},
		examples: []string{
			"padlock explain directive-unknown",
			"padlock explain include-missing | less",
			"padlock explain site",
			"padlock explain site.tls.hsts",
			"padlock explain function.fileset",
		},
		arguments: func() completion { return completion{candidates: append(ruleCandidates(), languageCandidates()...)} },
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
		return usageError{message: fmt.Sprintf("explain takes the id of one rule, or one path of the site language, not %d arguments", c.NArg()), command: p.find("explain")}
	}
	coloured := p.color(c.String("color"), p.OutTerminal)
	name := c.Args().First()
	if r, ok := linter.FindRule(name); ok {
		_, err := io.WriteString(p.Out, explanation(r, coloured))
		return err
	}
	if entry, ok := generator.Explain(name); ok {
		_, err := io.WriteString(p.Out, languageText(entry, coloured))
		return err
	}
	return usageError{message: unknownName(name), command: p.find("explain")}
}

// unknownName says that a name is neither a rule nor a path, and which may be meant.
func unknownName(name string) string {
	paths := generator.Suggest(name)
	if len(paths) == 0 {
		return linter.NewUnknownRuleError(name).Error()
	}
	return fmt.Sprintf("there is no rule and no part of the site language %q; did you mean %s?", name, strings.Join(paths, ", "))
}

// explanation is a rule's document with its facts on top.
func explanation(r *rule.Rule, coloured bool) string {
	heading := boldIf(coloured)
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

// boldIf writes headings.
func boldIf(coloured bool) *color.Color {
	heading := color.New(color.Bold)
	if coloured {
		heading.EnableColor()
	} else {
		heading.DisableColor()
	}
	return heading
}

func serversOf(r *rule.Rule) []string {
	names := make([]string, len(r.Servers))
	for i, s := range r.Servers {
		names[i] = s.String()
	}
	return names
}
