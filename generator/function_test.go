package generator

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"io/fs"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"padlock/internal/source"
)

// functionContext has all functions, reading below a directory of a test.
func functionContext(t *testing.T, dir string) *hcl.EvalContext {
	t.Helper()
	files := source.NewSet(source.SetConfig{Tree: os.DirFS("/").(fs.ReadLinkFS), Roots: []string{dir}})
	return &hcl.EvalContext{Functions: functions(dir, files, map[string]string{"NAME": "value"})}
}

func evaluateText(t *testing.T, text string, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(text), "test", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %v", text, diags)
	}
	return expr.Value(ctx)
}

// TestFunctionExamples: every function gives what its row says.
func TestFunctionExamples(t *testing.T) {
	ctx := functionContext(t, t.TempDir())
	for _, row := range functionRows("/", nil, nil) {
		if !strings.HasSuffix(row.doc, ".") || !strings.Contains(row.example, row.name+"(") {
			t.Errorf("%s lacks a sentence or an example", row.name)
		}
		if row.result == "" {
			continue
		}
		got, diags := evaluateText(t, row.example, ctx)
		if diags.HasErrors() {
			t.Errorf("%s: %v", row.example, diags)
			continue
		}
		want, _ := evaluateText(t, row.result, ctx)
		got, _ = got.UnmarkDeep()
		if converted, err := convert.Convert(want, got.Type()); err != nil || !got.RawEquals(converted) {
			t.Errorf("%s: got %#v, want %s", row.example, got, row.result)
		}
	}
	if !slices.IsSortedFunc(pureFunctions, func(a, b functionRow) int { return strings.Compare(a.name, b.name) }) {
		t.Error("the table is not in order")
	}
}

// TestFunctionMistakes: bad arguments are errors that say what is wrong, and none
// of them costs memory or time.
func TestFunctionMistakes(t *testing.T) {
	dir := t.TempDir()
	ctx := functionContext(t, dir)
	for expression, want := range map[string]string{
		`file("../../../../etc/passwd")`:                        "outside the directory of the description",
		`file("/etc/passwd")`:                                   "outside the directory of the description",
		`file("nothing")`:                                       `no file "nothing"; it is looked for from`,
		`fileset("/etc", "*")`:                                  "outside the directory of the description",
		`fileset("..", "*")`:                                    "outside the directory of the description",
		`fileset("nothing", "*")`:                               `no directory "nothing"; it is looked for from`,
		`fileset(".", "[")`:                                     "is not a pattern",
		`secret("app.pem")`:                                     "begins with a slash",
		`cidrhost("10.0.0.0/24", 256)`:                          "has only 256 addresses",
		`cidrhost("10.0.0.0/24", -257)`:                         "has only 256 addresses",
		`cidrhost("10.0.0.0", 1)`:                               "is not a network",
		`cidrsubnet("10.0.0.0/24", 9, 0)`:                       "leaves 8 bits",
		`cidrsubnet("10.0.0.0/24", 1, 2)`:                       "from 0 to before 2",
		`base64decode("%")`:                                     "not Base64",
		`base64decode("/w==")`:                                  "not text",
		`one(["a", "b"])`:                                       "has 2 elements",
		`index(["a"], "b")`:                                     "does not hold the value",
		`format("%999999999d", 1)`:                              "at most three digits",
		`formatlist("%.99999s", ["a"])`:                         "at most three digits",
		`indent(1000000000, "a\nb")`:                            "is not a whole number from 0 to 100",
		`indent(-1, "a\nb")`:                                    "is not a whole number from 0 to 100",
		`setproduct(range(1000), range(1000), range(1000))`:     "more than 10000 combinations",
		`range(100000)`:                                         "1024",
		`getenv("A")`:                                           "the function is env",
		`md5("A")`:                                              "the function is sha256",
		`timestamp()`:                                           "could not be compared",
		`cidrhots("10.0.0.0/24", 1)`:                            `Did you mean "cidrhost"?`,
		`replace(format("%999s", ""), "", format("%999s", ""))`: "",
	} {
		_, diags := evaluateText(t, expression, ctx)
		text := explainFunctions(diags).Error()
		if want == "" {
			if diags.HasErrors() {
				t.Errorf("%s: %s", expression, text)
			}
		} else if !strings.Contains(text, want) {
			t.Errorf("%s: %q, want %q", expression, text, want)
		}
	}
}

func TestFunctionsOfFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.yaml", "sites/b.yaml", "sites/deep/c.yaml", "sites/d.csv"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("..", filepath.Join(dir, "sites", "loop")); err != nil {
		t.Fatal(err)
	}
	ctx := functionContext(t, dir)
	for expression, want := range map[string]string{
		`fileset(".", "*.yaml")`:             `["a.yaml"]`,
		`fileset(".", "**/*.yaml")`:          `["a.yaml", "sites/b.yaml", "sites/deep/c.yaml"]`,
		`fileset("sites", "*")`:              `["b.yaml", "d.csv"]`,
		`fileset("sites", "deep/*")`:         `["deep/c.yaml"]`,
		`fileset("sites", "*.nothing")`:      `[]`,
		`file("sites/d.csv")`:                `"sites/d.csv"`,
		`env("NAME")`:                        `"value"`,
		`env("OTHER")`:                       `""`,
		`cidrhost("2001:db8::/32", -1)`:      `"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"`,
		`cidrhost("::ffff:10.0.0.0/120", 1)`: `"::ffff:10.0.0.1"`,
	} {
		got, diags := evaluateText(t, expression, ctx)
		if diags.HasErrors() {
			t.Errorf("%s: %v", expression, diags)
			continue
		}
		wanted, _ := evaluateText(t, want, ctx)
		if converted, err := convert.Convert(wanted, got.Type()); err != nil || !got.RawEquals(converted) {
			t.Errorf("%s: got %#v, want %s", expression, got, want)
		}
	}
	if got, _ := evaluateText(t, `secret("/etc/key.pem")`, ctx); !got.HasMark(sensitive) {
		t.Error("a secret is not marked as sensitive")
	}
}
