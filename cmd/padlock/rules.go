package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"padlock/linter"
	"padlock/linter/rule"
)

// rulesSchema names the layout of the catalogue in JSON.
const rulesSchema = "padlock.rules/1"

func (p *program) rulesCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:  "rules",
			Usage: "list the lint rules",
			Description: `Lists all lint rules: id, severity, servers and what each finds. "padlock explain
RULE" tells more of one.`,
			Flags: []cli.Flag{
				&choiceFlag{&cli.StringFlag{Name: "format", Value: "text", Usage: "how to write the list"}, []string{"text", "json"}},
			},
			Action: p.rulesAction,
		},
		examples: []string{
			"padlock rules",
			"padlock rules --format json | jq '.rules[].id'",
		},
	}
}

func (p *program) rulesAction(c *cli.Context) error {
	if c.NArg() > 0 {
		return usageError{message: fmt.Sprintf("rules takes no argument; %q tells of one rule", programName+" explain RULE"), command: p.find("rules")}
	}
	if c.String("format") == "json" {
		return writeRulesJSON(p.Out)
	}
	return writeRules(p.Out)
}

func writeRules(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	category := ""
	for _, r := range linter.Rules() {
		if r.Category != category {
			if category != "" {
				fmt.Fprintln(table)
			}
			category = r.Category
			fmt.Fprintln(table, category)
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", r.ID, r.Severity, strings.Join(serversOf(r), ", "), r.Title)
	}
	return table.Flush()
}

type ruleJSON struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Severity   string   `json:"severity"`
	Servers    []string `json:"servers"`
	Category   string   `json:"category"`
	Since      string   `json:"since"`
	Fix        string   `json:"fix"`
	References []string `json:"references"`
	Document   string   `json:"document"`
}

func asRuleJSON(r *rule.Rule) ruleJSON {
	out := ruleJSON{
		ID: r.ID, Title: r.Title, Severity: r.Severity.String(), Category: r.Category, Since: r.Since, Fix: r.Fix.String(),
		References: append([]string{}, r.References...), Document: r.Text,
	}
	for _, s := range r.Servers {
		out.Servers = append(out.Servers, string(s))
	}
	return out
}

func writeRulesJSON(w io.Writer) error {
	catalogue := struct {
		Schema string     `json:"schema"`
		Rules  []ruleJSON `json:"rules"`
	}{Schema: rulesSchema}
	for _, r := range linter.Rules() {
		catalogue.Rules = append(catalogue.Rules, asRuleJSON(r))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(catalogue)
}
