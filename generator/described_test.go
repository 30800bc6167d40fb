package generator_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"padlock/generator"
)

// Descriptions made of the rows of the language, so that a new row is tried
// without a word here.

// body is an HCL body to be written.
type body struct {
	attributes [][2]string
	blocks     []*described
}

// described is a block with its head: `route "/x/"`.
type described struct {
	head string
	body
}

func (b *body) set(name, value string) {
	for i := range b.attributes {
		if b.attributes[i][0] == name {
			b.attributes[i][1] = value
			return
		}
	}
	b.attributes = append(b.attributes, [2]string{name, value})
}

func (b *body) drop(name string) {
	b.attributes = slices.DeleteFunc(b.attributes, func(a [2]string) bool { return a[0] == name })
}

// block is the nested block with that head, made if it is not there.
func (b *body) block(head string) *described {
	for _, nested := range b.blocks {
		if nested.head == head {
			return nested
		}
	}
	b.blocks = append(b.blocks, &described{head: head})
	return b.blocks[len(b.blocks)-1]
}

func (b *body) write(out *strings.Builder, indent string) {
	for _, a := range b.attributes {
		fmt.Fprintf(out, "%s%s = %s\n", indent, a[0], a[1])
	}
	for _, nested := range b.blocks {
		fmt.Fprintf(out, "%s%s {\n", indent, nested.head)
		nested.write(out, indent+"  ")
		out.WriteString(indent + "}\n")
	}
}

func (b *body) String() string {
	var out strings.Builder
	b.write(&out, "")
	return out.String()
}

// labels are those of blocks that have some.
var labels = map[string]string{"site": ` "a.test"`, "route": ` "/r/"`, "mixin": ` "m"`, "upstream": ` "app"`, "raw": ` "nginx"`, "redirect": ` "/moved"`, "variable": ` "v"`}

// headOf is the head of a block in a description.
func headOf(name string) string { return name + labels[name] }

// plainSite is a site that can be rendered.
func plainSite() *body {
	b := &body{}
	site := b.block(headOf("site"))
	site.set("root", `"/srv/www"`)
	site.block("tls").set("acme", `"certbot"`)
	return b
}

// withExample sets what an example of a block sets.
func (b *body) withExample(t testing.TB, text string) {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(text+"\n"), "example", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		b.fill(block.Body, text)
	}
}

func (b *body) fill(from *hclsyntax.Body, text string) {
	var names []string
	for name := range from.Attributes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		at := from.Attributes[name].Expr.Range()
		b.set(name, text[at.Start.Byte:at.End.Byte])
	}
	for _, nested := range from.Blocks {
		head := nested.Type
		for _, label := range nested.Labels {
			head += fmt.Sprintf(" %q", label)
		}
		b.block(head).fill(nested.Body, text)
	}
}

// around makes descriptions in which a row may stand, the plainest first: in a
// site with files, with the example of its block, with those of all blocks around
// it, and the same in a site without files.
func around(t testing.TB, path string) []*body {
	t.Helper()
	segments := strings.Split(path, ".")
	blocks, name := segments[:len(segments)-1], segments[len(segments)-1]
	var all []*body
	const innermost, every, noFiles = 1, 2, 4
	for attempt := range 8 {
		b := plainSite()
		inner := b
		for i, block := range blocks {
			inner = &inner.block(headOf(block)).body
			entry, ok := generator.Explain(strings.Join(blocks[:i+1], "."))
			if !ok {
				t.Fatalf("there is no block %s", strings.Join(blocks[:i+1], "."))
			}
			if block != "site" && (attempt&every != 0 || attempt&innermost != 0 && i == len(blocks)-1) {
				inner.withExample(t, entry.Example)
			}
		}
		if attempt&noFiles != 0 {
			b.block(headOf("site")).drop("root")
		}
		if blocks[0] == "upstream" {
			site := b.block(headOf("site"))
			site.drop("root")
			site.block("proxy").set("to", "upstream.app")
		}
		for _, extra := range companions[lastOf(path, companions)] {
			if strings.Contains(extra[0], ".") {
				put(b, extra[0], extra[1])
			} else {
				inner.set(extra[0], extra[1])
			}
		}
		inner.drop(name)
		all = append(all, b)
	}
	return all
}

// otherExamples take the place of a row's example, which does not fit alone.
var otherExamples = map[string]string{
	// Apache verifies the name that it asks for.
	"upstream.tls": `{ name = "a.test", ca = "/etc/ssl/backend/ca.pem" }`,
}

// exampleOf is a value of a row.
func exampleOf(e generator.Entry) string {
	if other, ok := otherExamples[e.Path]; ok {
		return other
	}
	return strings.TrimPrefix(e.Example, e.Path[strings.LastIndexByte(e.Path, '.')+1:]+" = ")
}

// lastOf is the longest end of a path that is a key of a table.
func lastOf[T any](path string, table map[string]T) string {
	segments := strings.Split(path, ".")
	for from := range segments {
		if end := strings.Join(segments[from:], "."); mapHas(table, end) {
			return end
		}
	}
	return ""
}

func mapHas[T any](table map[string]T, key string) bool {
	_, ok := table[key]
	return ok
}

// lighter makes the same description without one of the settings beside a row.
func lighter(b *body, path string) (all []func() (undo func())) {
	segments := strings.Split(path, ".")
	inner := b
	for _, block := range segments[:len(segments)-1] {
		inner = &inner.block(headOf(block)).body
	}
	for _, a := range inner.attributes {
		if a[0] == segments[len(segments)-1] {
			continue
		}
		all = append(all, func() func() {
			whole := slices.Clone(inner.attributes)
			inner.drop(a[0])
			return func() { inner.attributes = whole }
		})
	}
	return all
}

// companions are rows that another one cannot stand without, where the example
// of the block does not have them; a path is that of every row that ends so, and
// a companion with dots stands elsewhere in the site.
var companions = map[string][][2]string{
	"tls.certificate":       {{"key", `"/srv/tls/a.key"`}},
	"tls.key":               {{"certificate", `"/srv/tls/a.pem"`}},
	"real_ip":               {{"trusted_proxies", `["10.0.0.0/8"]`}},
	"client_cert":           {{"site.tls.client_auth.ca", `"/etc/ssl/clients/ca.pem"`}, {"site.tls.client_auth.mode", `"optional"`}},
	"proxy.tls":             {{"to", `"https://backend.internal"`}, {"host", `"upstream"`}},
	"name":                  {{"aliases", `["www.a.test"]`}},
	"listen.proxy_protocol": {{"site.trusted_proxies", `["10.0.0.0/8"]`}},
	"grpc.tls":              {{"to", `"grpcs://backend.internal:50051"`}},
}

// put writes an attribute into the block that its path names.
func put(b *body, path, value string) *body {
	segments := strings.Split(path, ".")
	inner := b
	for _, block := range segments[:len(segments)-1] {
		inner = &inner.block(headOf(block)).body
	}
	inner.set(segments[len(segments)-1], value)
	return b
}

// rendered renders a description for a platform.
func rendered(description, server string) (*generator.Result, generator.Diagnostics) {
	return generator.Generate(context.Background(), generator.Request{
		Files: []string{"-"}, Stdin: strings.NewReader(description), Server: server, Platform: "latest", OutDir: "/etc/sites",
	})
}

// attributePaths are the paths of all attributes below a block, those of nested
// blocks too.
func attributePaths(t testing.TB, path string) []string {
	t.Helper()
	entry, ok := generator.Explain(path)
	if !ok {
		t.Fatalf("there is no block %s", path)
	}
	var all []string
	for _, inside := range entry.Inside {
		switch inside.Kind {
		case "attribute":
			all = append(all, inside.Path)
		case "block":
			all = append(all, attributePaths(t, inside.Path)...)
		}
	}
	return all
}
