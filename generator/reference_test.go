package generator

import (
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"padlock/internal/source"
)

// exampleContext has what examples refer to.
func exampleContext() *hcl.EvalContext {
	files := source.NewSet(source.SetConfig{Tree: os.DirFS("/").(fs.ReadLinkFS), Roots: []string{"/nothing"}})
	return &hcl.EvalContext{
		Functions: functions("/nothing", files, nil),
		Variables: map[string]cty.Value{
			"var":  cty.ObjectVal(map[string]cty.Value{"domain": cty.StringVal("example.com")}),
			"each": cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal("example.com"), "value": cty.StringVal("x")}),
		},
	}
}

// forEachRow visits every attribute of the language once, with its path.
func forEachRow(visit func(path string, row *attribute)) {
	seen := map[*block]bool{}
	var walk func(path string, b *block)
	walk = func(path string, b *block) {
		if seen[b] {
			return
		}
		seen[b] = true
		for i := range b.Attributes {
			visit(path+b.Attributes[i].Name, &b.Attributes[i])
			for k := range b.Attributes[i].Keys {
				visit(path+b.Attributes[i].Name+"."+b.Attributes[i].Keys[k].Name, &b.Attributes[i].Keys[k])
			}
		}
		for _, nested := range b.Blocks {
			walk(path+nested.Name+".", nested)
		}
	}
	walk("", rootBlock)
}

// TestExamplesOfRows: what documents show as an example is accepted by the row.
func TestExamplesOfRows(t *testing.T) {
	forEachRow(func(path string, row *attribute) {
		if row.Name == "type" && strings.HasPrefix(path, "variable.") || row.Name == "use" {
			return // a type or a reference to a mixin is no value
		}
		expr, diags := hclsyntax.ParseExpression([]byte(row.example()), path, hcl.InitialPos)
		if diags.HasErrors() {
			t.Errorf("%s: the example %q is no expression: add Example to the row", path, row.example())
			return
		}
		value, diags := expr.Value(exampleContext())
		if diags.HasErrors() {
			t.Errorf("%s: the example %s: %v", path, row.example(), diags)
			return
		}
		value, _ = value.UnmarkDeep()
		if row.Type == cty.DynamicPseudoType && row.TypeName == "" && row.Keys == nil && !strings.HasPrefix(path, "variable.") {
			t.Errorf("%s takes any type; TypeName says which", path)
		}
		if value, err := convert.Convert(value, row.Type); err != nil {
			t.Errorf("%s: the example %s: %v", path, row.example(), err)
		} else if _, err := row.check(value); err != nil {
			t.Errorf("%s: the example %s: %v: add Example to the row", path, row.example(), err)
		}
	})
}

func TestReferenceIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Reference() {
		if seen[e.Path] {
			t.Errorf("%s stands twice", e.Path)
		}
		seen[e.Path] = true
		if found, ok := Explain(e.Path); !ok || found.Doc != e.Doc || found.Kind != e.Kind {
			t.Errorf("%s is not found again", e.Path)
		}
		last := e.Doc[max(len(e.Doc)-1, 0):]
		if last != "." && last != ")" {
			t.Errorf("%s: %q is no sentence", e.Path, e.Doc)
		}
		if e.Kind == "block" && e.Example != "" {
			if _, diags := hclparse.NewParser().ParseHCL([]byte(e.Example+"\n"), e.Path); diags.HasErrors() {
				t.Errorf("%s: %v", e.Path, diags)
			}
		}
		if e.Kind == "block" && e.Example == "" {
			t.Errorf("%s has no example", e.Path)
		}
	}
	for _, path := range []string{"site.tls.hsts", "site.tls.hsts.max_age", "site.route.proxy.to", "defaults.tls", "mixin.tls.mode", "function.cidrhost", "target"} {
		if _, ok := Explain(path); !ok {
			t.Errorf("%s is not found", path)
		}
	}
	for _, path := range []string{"", "sit", "site.", "site.tls.hsts.max_age.x", "site.tls.mode.x", "function", "function.nothing", "site..tls"} {
		if e, ok := Explain(path); ok {
			t.Errorf("%q is found: %s", path, e.Path)
		}
	}
}

func TestSuggestions(t *testing.T) {
	for path, want := range map[string]string{
		"site.tls.hst": "site.tls.hsts", "hsts": "site.tls.hsts", "tls.mode": "site.tls.mode", "site.tsl": "site.tls",
		"cidrhost": "function.cidrhost", "site.proxi.to": "site.proxy.to", "hsts.max_age": "site.tls.hsts.max_age",
	} {
		if got := Suggest(path); len(got) == 0 || got[0] != want {
			t.Errorf("%s: %v, want %s first", path, got, want)
		}
	}
	if got := Suggest("completely-else"); len(got) > 0 {
		t.Errorf("suggested: %v", got)
	}
}

var updateReference = flag.Bool("update-reference", false, "rewrite docs/site-language.md")

// TestReferencePage: the page in docs is what the rows say.
func TestReferencePage(t *testing.T) {
	const name = "../docs/site-language.md"
	want := ReferencePage()
	if *updateReference {
		if err := os.MkdirAll("../docs", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(name)
	if err != nil || string(got) != want {
		t.Errorf("%s is stale (%v): go test ./generator -run TestReferencePage -update-reference", name, err)
	}
}

// TestJSONSchema: every row is a property of the schema, with its words.
func TestJSONSchema(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(JSONSchema(), &schema); err != nil {
		t.Fatal(err)
	}
	text := string(JSONSchema())
	forEachRow(func(path string, row *attribute) {
		if !strings.Contains(text, `"`+row.Name+`": {`) {
			t.Errorf("%s is missing", path)
		}
	})
	if !strings.Contains(text, `"intermediate"`) || schema["$schema"] != schemaName {
		t.Error("an enumeration or the name of the schema is missing")
	}
}
