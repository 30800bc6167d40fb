package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"padlock/generator"
)

func (p *program) schemaCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:  "schema",
			Usage: "print a schema of the site language for editors",
			Description: `Prints the site language as a JSON schema (2020-12), for editors and other
programs. It describes HCL's JSON syntax, in which files that end in .hcl.json
are read: no editor takes a schema of the native syntax. With --format markdown
it prints the reference page for people.`,
			Flags: []cli.Flag{
				&choiceFlag{&cli.StringFlag{Name: "format", Value: "json", Usage: "how to write the schema"}, []string{"json", "markdown"}},
			},
			Action: p.schemaAction,
		},
		examples: []string{
			"padlock schema > padlock.schema.json   # VS Code: json.schemas, for *.hcl.json",
			"padlock schema --format markdown | less",
		},
	}
}

func (p *program) schemaAction(c *cli.Context) error {
	if c.NArg() > 0 {
		return usageError{message: fmt.Sprintf("schema takes no argument; %q tells of one part", programName+" explain PATH"), command: p.find("schema")}
	}
	if c.String("format") == "markdown" {
		_, err := p.Out.Write([]byte(generator.ReferencePage()))
		return err
	}
	_, err := p.Out.Write(generator.JSONSchema())
	return err
}
