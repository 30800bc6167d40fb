package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"padlock/generator"
)

func languageCandidates() []candidate {
	var out []candidate
	for _, entry := range generator.Reference() {
		out = append(out, candidate{text: entry.Path, help: entry.Doc})
	}
	return out
}

// languageText is what the site language knows of one of its parts.
func languageText(e generator.Entry, coloured bool) string {
	heading := boldIf(coloured)
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n\n%s\n\n", heading.Sprint("# "+e.Path), e.Doc)
	facts := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fact := func(name, text string) {
		if text != "" {
			fmt.Fprintf(facts, "%s\t%s\n", name, text)
		}
	}
	fact("Written", e.Written)
	fact("Type", e.Type)
	fact("Default", e.Default)
	fact("Values", strings.Join(e.Values, ", "))
	for _, support := range e.Support {
		server, text, _ := strings.Cut(support, ": ")
		fact(server, text)
	}
	facts.Flush()
	if e.Example != "" {
		fmt.Fprintf(&out, "\n%s\n\n  %s\n", heading.Sprint("## Example"), strings.ReplaceAll(e.Example, "\n", "\n  "))
	}
	for _, kind := range []struct{ kind, title string }{{"attribute", "Attributes"}, {"key", "Keys"}, {"block", "Blocks"}} {
		writeInside(&out, e, kind.kind, heading.Sprint("## "+kind.title))
	}
	return out.String()
}

func writeInside(out *strings.Builder, e generator.Entry, kind, title string) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	started := false
	for _, inside := range e.Inside {
		if inside.Kind != kind {
			continue
		}
		if !started {
			fmt.Fprintf(out, "\n%s\n\n", title)
			started = true
		}
		fmt.Fprintf(table, "  %s\t%s\n", inside.Path[len(e.Path)+1:], inside.Doc)
	}
	table.Flush()
}
