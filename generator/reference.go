package generator

import (
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/tlspolicy"
)

// Entry is what the rows of the site language say of one block, attribute, key of an
// object, or function.
type Entry struct {
	// Path is its name with those of the blocks around it: "site.tls.hsts"; a function
	// is "function.file".
	Path string
	// Kind is "block", "attribute", "key" or "function".
	Kind string
	// Written is how it begins: `site "name" { … }`, `hsts = …`, `file(path)`.
	Written string
	Doc     string
	// Type, Default and Values (all words that it takes) are empty where there is
	// nothing to say.
	Type, Default string
	Values        []string
	// Example is it as it may be written, one or more lines.
	Example string
	// Support says for each server which versions have it, and what else they need.
	Support []string
	// Inside are the attributes, keys and blocks in it, each without what is inside
	// of that.
	Inside []Entry
}

// functionPrefix begins the paths of functions.
const functionPrefix = "function."

// Reference lists every entry: the blocks from the outer to the inner with their
// attributes, then the functions. Bodies that hold the same as a site are listed
// without what is in them.
func Reference() []Entry {
	var all []Entry
	for _, b := range rootBlock.Blocks {
		if b == defaultsBlock || b == mixinBlock {
			all = append(all, b.entry(b.Name))
			continue
		}
		all = append(all, b.entries(b.Name, nil)...)
	}
	return append(all, functionEntries()...)
}

// entries are those of the block and of all that is in it. What may stand in a block
// around it too is listed there.
func (b *block) entries(path string, around []*block) []Entry {
	all := []Entry{b.entry(path)}
	for i := range b.Attributes {
		row := &b.Attributes[i]
		if row.standsIn(around) {
			continue
		}
		all = append(all, row.entry(path+"."+row.Name, "attribute"))
		for k := range row.Keys {
			key := &row.Keys[k]
			all = append(all, key.entry(path+"."+row.Name+"."+key.Name, "key"))
		}
	}
	around = append(around[:len(around):len(around)], b)
	for _, nested := range b.Blocks {
		if !nested.standsIn(around[:len(around)-1]) {
			all = append(all, nested.entries(path+"."+nested.Name, around)...)
		}
	}
	return all
}

// standsIn tells that one of the blocks has the same row.
func (a *attribute) standsIn(blocks []*block) bool {
	return slices.ContainsFunc(blocks, func(other *block) bool {
		same := other.attribute(a.Name)
		return same != nil && same.Doc == a.Doc
	})
}

// standsIn tells that the block is one of others, or may stand directly in one.
func (b *block) standsIn(others []*block) bool {
	return slices.ContainsFunc(others, func(other *block) bool { return other == b || slices.Contains(other.Blocks, b) })
}

func (b *block) entry(path string) Entry {
	e := Entry{Path: path, Kind: "block", Written: b.written(), Doc: b.Doc, Example: b.example(), Support: supportOf(b.Needs)}
	for i := range b.Attributes {
		row := &b.Attributes[i]
		e.Inside = append(e.Inside, row.entry(path+"."+row.Name, "attribute"))
	}
	for _, nested := range b.Blocks {
		e.Inside = append(e.Inside, Entry{Path: path + "." + nested.Name, Kind: "block", Written: nested.written(), Doc: nested.Doc})
	}
	return e
}

func (b *block) written() string {
	words := []string{b.Name}
	for _, label := range b.Labels {
		words = append(words, `"`+label+`"`)
	}
	return strings.Join(append(words, "{ … }"), " ")
}

// example is the block as it may be written: with its first attributes, if the row
// does not say better.
func (b *block) example() string {
	if b.Example != "" || len(b.Attributes) == 0 || len(b.Labels) > 0 {
		return b.Example
	}
	out := hclwrite.NewEmptyFile()
	body := out.Body().AppendNewBlock(b.Name, nil).Body()
	for i := range min(len(b.Attributes), exampleAttributes) {
		row := &b.Attributes[i]
		body.SetAttributeRaw(row.Name, hclwrite.Tokens{{Type: hclsyntax.TokenIdent, Bytes: []byte(row.example())}})
	}
	return strings.TrimSpace(string(hclwrite.Format(out.Bytes())))
}

// exampleAttributes is how many attributes an example of a block shows that is made of
// its rows.
const exampleAttributes = 3

func (a *attribute) entry(path, kind string) Entry {
	e := Entry{
		Path: path, Kind: kind, Written: a.Name + " = …", Doc: a.Doc, Type: a.typeName(), Default: a.Default,
		Values: a.words(), Example: a.Name + " = " + a.example(), Support: supportOf(a.Needs),
	}
	for i := range a.Keys {
		key := &a.Keys[i]
		e.Inside = append(e.Inside, key.entry(path+"."+key.Name, "key"))
	}
	return e
}

func (a *attribute) typeName() string {
	switch {
	case a.TypeName != "":
		return a.TypeName
	case a.Keys != nil:
		return "an object"
	case a.Type == cty.DynamicPseudoType:
		return "any value"
	}
	return friendlyType(a.Type)
}

// words are those of an enumeration. Check itself is asked, so that documents cannot
// say anything else.
func (a *attribute) words() []string {
	if a.Check == nil || a.Type != cty.String && a.Type != cty.List(cty.String) {
		return nil
	}
	_, err := a.Check(cty.StringVal("\x00 no word"))
	if enumeration, ok := errors.AsType[notOneOfError](err); ok {
		return enumeration.words
	}
	return nil
}

// example is a value as it is written.
func (a *attribute) example() string {
	words := a.words()
	switch {
	case a.Example != "":
		return a.Example
	case a.Type == cty.Bool && a.Default == "true":
		return "false"
	case a.Type == cty.Bool:
		return "true"
	case a.Type == cty.String && len(words) > 0:
		return quotedList(words[:1])
	case a.Type == cty.List(cty.String) && len(words) > 0:
		return "[" + quotedList(words) + "]"
	case a.Type == cty.String:
		return quotedList([]string{a.Default})
	}
	return a.Default
}

// supportOf says for each server what it needs.
func supportOf(needs []capability) []string {
	var lines []string
	for _, server := range []tlspolicy.Server{tlspolicy.Nginx, tlspolicy.Apache} {
		var parts []string
		for _, wanted := range needs {
			if row, ok := abilities()[abilityKey{wanted, server}]; ok {
				parts = append(parts, row.support())
			}
		}
		if len(parts) == 0 {
			parts = []string{"every version"}
		}
		lines = append(lines, server.String()+": "+strings.Join(slices.Compact(parts), "; "))
	}
	return lines
}

// support is what a server needs for a capability: "from 1.25.0 with OpenSSL 1.1.1,
// module http_v3".
func (a ability) support() string {
	if a.never != "" {
		return "no (" + a.never + ")"
	}
	var parts []string
	if a.feature != "" {
		switch support := tlspolicy.Supports(a.feature, tlspolicy.NewestTarget(a.server)); {
		case support.Since.IsZero():
			return "no"
		case !support.OpenSSL.IsZero():
			parts = append(parts, "from "+support.Since.String()+" with OpenSSL "+support.OpenSSL.String())
		default:
			parts = append(parts, "from "+support.Since.String())
		}
	}
	if a.module != "" {
		parts = append(parts, "module "+a.module)
	}
	if a.flaw != "" {
		parts = append(parts, "but "+a.flaw)
	}
	return strings.Join(parts, ", ")
}

func functionEntries() []Entry {
	var all []Entry
	rows := functionRows("/", nil, nil)
	slices.SortFunc(rows, func(a, b functionRow) int { return strings.Compare(a.name, b.name) })
	for _, row := range rows {
		var names []string
		for _, p := range row.call.Params() {
			names = append(names, p.Name)
		}
		if p := row.call.VarParam(); p != nil {
			names = append(names, p.Name+" …")
		}
		example := row.example
		if row.result != "" {
			example += " → " + row.result
		}
		all = append(all, Entry{
			Path: functionPrefix + row.name, Kind: "function", Written: row.name + "(" + strings.Join(names, ", ") + ")", Doc: row.doc, Example: example,
		})
	}
	return all
}
