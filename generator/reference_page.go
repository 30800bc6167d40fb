package generator

import (
	"fmt"
	"strconv"
	"strings"

	"padlock/internal/tlspolicy"
)

// referenceStart is the part of the reference page that no row says.
var referenceStart = "<!-- Generated from the rows of the site language by \"padlock schema --format markdown\". Do not edit: go test ./generator -run TestReferencePage -update-reference writes it anew. -->\n" +
	`
# The site language

A description is one or more files of [HCL](https://github.com/hashicorp/hcl), ` + "`sites.hcl`" + ` or every ` + "`*.hcl`" + ` of a directory; files
that end in ` + "`.hcl.json`" + ` are read in HCL's JSON syntax. ` + "`padlock explain site.tls.hsts`" + ` prints any entry of this page, and
` + "`padlock schema`" + ` a JSON schema of the JSON syntax for editors.

Values are laid over one another in this order, the later ones winning: ` + "`defaults`" + `, the mixins of ` + "`use`" + ` from left to right, the
site. Maps are united, lists and everything else replaced. ` + "`append(…)`" + ` makes one list of several.

Wherever a block may stand, ` + "`dynamic \"block\"`" + ` stands for as many as ` + "`for_each`" + ` has elements, at most ` + strconv.Itoa(maxDynamic) + ` in one body:

` + "```hcl" + `
dynamic "route" {
  for_each = { "/api/" = 3000, "/ws/" = 3001 }
  labels   = [route.key]
  content {
    proxy { to = "http://127.0.0.1:${route.value}" }
  }
}
` + "```" + `

A file with a secret is named by ` + "`secret(\"/path/on/the/server\")`" + `. Neither that path nor a variable with ` + "`sensitive = true`" + ` is shown
in a message. What the target cannot do is an error that names the reason and other ways, or, with ` + "`unsupported = \"warn\"`" + `, left
out with a warning and a comment in the output.
`

// ReferencePage is the whole language as a Markdown page.
func ReferencePage() string {
	var out strings.Builder
	out.WriteString(referenceStart)
	out.WriteString("\n## Blocks\n")
	functions := false
	listed := map[string]bool{}
	all := Reference()
	for _, e := range all {
		listed[e.Path] = true
	}
	for _, e := range all {
		switch {
		case e.Kind == "block":
			writeBlock(&out, e, listed)
		case e.Kind == "function" && !functions:
			functions = true
			out.WriteString("\n## Functions\n\n| Function | Gives | Example |\n|---|---|---|\n")
			fallthrough
		case e.Kind == "function":
			fmt.Fprintf(&out, "| `%s` | %s | `%s` |\n", cell(e.Written), cell(e.Doc), cell(e.Example))
		}
	}
	writeAbilities(&out)
	return out.String()
}

// writeBlock writes a block with a table of its attributes; those that are not listed
// under its path, because a block around it has them too, are only named.
func writeBlock(out *strings.Builder, e Entry, listed map[string]bool) {
	fmt.Fprintf(out, "\n### %s\n\n`%s`: %s\n", e.Path, e.Written, e.Doc)
	if e.Example != "" {
		fmt.Fprintf(out, "\n```hcl\n%s\n```\n", e.Example)
	}
	if text := supportText(e); text != "" {
		fmt.Fprintf(out, "\n%s\n", text)
	}
	if e.Path == defaultsBlock.Name || e.Path == mixinBlock.Name {
		return
	}
	header := false
	var blocks, outer []string
	for _, inside := range e.Inside {
		name := inside.Path[len(e.Path)+1:]
		switch {
		case inside.Kind == "block":
			blocks = append(blocks, "`"+inside.Written+"`")
			continue
		case !listed[inside.Path]:
			outer = append(outer, "`"+name+"`")
			continue
		}
		if !header {
			out.WriteString("\n| Attribute | Type | Default | Meaning |\n|---|---|---|---|\n")
			header = true
		}
		writeRow(out, inside, name)
		for _, key := range inside.Inside {
			writeRow(out, key, key.Path[len(e.Path)+1:])
		}
	}
	if len(outer) > 0 {
		fmt.Fprintf(out, "\nAttributes as in `%s`: %s.\n", e.Path[:strings.LastIndexByte(e.Path, '.')], strings.Join(outer, ", "))
	}
	if len(blocks) > 0 {
		fmt.Fprintf(out, "\nBlocks in it: %s.\n", strings.Join(blocks, ", "))
	}
}

func writeRow(out *strings.Builder, e Entry, name string) {
	meaning := e.Doc
	if len(e.Values) > 0 {
		meaning += " One of " + quotedList(e.Values) + "."
	}
	meaning += " " + supportText(e)
	fmt.Fprintf(out, "| `%s` | %s | %s | %s Example: `%s` |\n", name, cell(e.Type), cell(e.Default), strings.TrimSpace(cell(meaning)), cell(e.Example))
}

// supportText is empty where every version of both servers has the thing.
func supportText(e Entry) string {
	for _, line := range e.Support {
		if !strings.HasSuffix(line, ": every version") {
			return "Support: " + strings.Join(e.Support, "; ") + "."
		}
	}
	return ""
}

// cell keeps a text in its cell of a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "|", `\|`), "\n", " ")
}

func writeAbilities(out *strings.Builder) {
	out.WriteString("\n## What each server can do\n\n" +
		"Everything else is possible with every version that Padlock renders for: " +
		fmt.Sprintf("nginx %s and Apache %s, and newer.\n\n", oldestRendered[tlspolicy.Nginx], oldestRendered[tlspolicy.Apache]) +
		"| What | nginx | Apache | Otherwise |\n|---|---|---|---|\n")
	seen := map[capability]bool{}
	for _, row := range abilityTable {
		if seen[row.capability] {
			continue
		}
		seen[row.capability] = true
		var columns, instead []string
		for _, server := range []tlspolicy.Server{tlspolicy.Nginx, tlspolicy.Apache} {
			own, ok := abilities()[abilityKey{row.capability, server}]
			if !ok {
				columns = append(columns, "yes")
				continue
			}
			columns = append(columns, own.support())
			if own.instead != "" && (len(instead) == 0 || instead[0] != own.instead) {
				instead = append(instead, own.instead)
			}
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", row.capability, cell(columns[0]), cell(columns[1]), cell(strings.Join(instead, " ")))
	}
}
