package generator_test

import (
	"fmt"
	"iter"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"padlock/generator"
	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
)

// Every text of every row of the language is made hostile, wherever a text
// stands in the row's example: it comes out as a part of one argument, or is
// refused at its place. The proof is the shape of the output: directives, their
// nesting and how many arguments each has are the same as with a harmless text.

// notDescribed are blocks and rows that nothing of a server's configuration is
// made of, or nothing else.
var notDescribed = map[string]string{
	"variable":                "values, which count where they are used",
	"locals":                  "values, which count where they are used",
	"target":                  "says what is rendered for",
	"defaults":                "holds what a site holds",
	"mixin":                   "holds what a site holds",
	"site.proxy.strip_prefix": "needs the path of a route, where it is tried",
	"site.for_each":           "the elements are not written; what uses them is",
	"site.use":                "names of mixins, which are read as HCL",
}

// freeTexts are rows whose texts are the server's own language: what is taken of
// them may be anything that keeps its place.
var freeTexts = map[string]string{"raw.text": "directives, read and judged before they are written"}

// furtherExamples are values of another kind than the row's example.
var furtherExamples = map[string][]string{
	"site.aliases": {`["~^m[0-9]+[.]example[.]com$"]`, `["~^m(?<group>x)[.]example[.]com$"]`},
}

// sharpest are the texts that every row is tried with; of the others each row
// gets one, and all with PADLOCK_PROVE.
var sharpest = []string{`;`, `{`, `}`, `"`, `'`, `\`, `$x`, `${x}`, `#`, ` `, `%{x}`, `a}server{listen 81;`, `x" \ "y`, "tab\there", `</VirtualHost>`}

func TestNoRowLetsATextOut(t *testing.T) {
	prove := os.Getenv("PADLOCK_PROVE") != ""
	row := 0
	for _, block := range generator.Reference() {
		if block.Kind != "block" || strings.Contains(block.Path, ".") || notDescribed[block.Path] != "" {
			continue
		}
		for _, path := range attributePaths(t, block.Path) {
			if notDescribed[path] != "" {
				continue
			}
			row++
			values := slices.Concat(sharpest, hostile[row%len(hostile):][:1], randomHostile(3 * row)[3*row-3:])
			if prove {
				values = append(hostile, randomHostile(100)...)
			}
			t.Run(path, func(t *testing.T) {
				entry, _ := generator.Explain(path)
				for _, value := range append([]string{exampleOf(entry)}, furtherExamples[path]...) {
					for _, server := range []string{"nginx", "apache"} {
						checkExample(t, path, value, server, values)
					}
				}
			})
		}
	}
}

// checkExample tries hostile texts at the end of each text of an example.
func checkExample(t *testing.T, path, value, server string, values []string) {
	t.Helper()
	base := fitting(t, path, value, server)
	if base == nil {
		return
	}
	for _, place := range textsIn(t, value) {
		with := func(text string) string {
			written := quoted(text)
			return put(base, path, value[:place[1]]+written[1:len(written)-1]+value[place[1]:]).String()
		}
		if lastOf(path, freeTexts) == "" {
			checkShapes(t, server, with, values)
		} else {
			checkFree(t, server, with, append(values, hostile...))
		}
		for _, text := range refusedEverywhere {
			if strings.HasSuffix(path, "raw.text") && strings.Trim(text, "ab\r\n") == "" {
				continue // directives are written on lines
			}
			_, diags := rendered(with(text), server)
			if !diags.HasErrors() {
				t.Errorf("%s takes %.20q", server, text)
			}
			refusedAtItsPlace(t, diags, text)
		}
	}
}

// fitting is a description in which the example of the row is rendered; nil if
// the server cannot do what the row says.
func fitting(t *testing.T, path, value, server string) *body {
	t.Helper()
	var last generator.Diagnostics
	impossible := false
	for _, b := range around(t, path) {
		_, diags := rendered(put(b, path, value).String(), server)
		if !diags.HasErrors() {
			return b
		}
		last = diags
		impossible = impossible || slices.ContainsFunc(diags.List, func(d *hcl.Diagnostic) bool { return d.Summary == "Not possible on the target" })
		for _, without := range lighter(b, path) {
			undo := without()
			if _, diags := rendered(b.String(), server); !diags.HasErrors() {
				return b
			}
			undo()
		}
	}
	if impossible {
		return nil
	}
	t.Errorf("%s: no description of %s has %s = %s: name what it needs in companions\n%v", server, path, path, value, last.List)
	return nil
}

// textsIn finds the texts of an HCL expression: the bytes between their quotes.
func textsIn(t *testing.T, expression string) (places [][2]int) {
	t.Helper()
	tokens, diags := hclsyntax.LexExpression([]byte(expression), "example", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, token := range tokens {
		if token.Type == hclsyntax.TokenQuotedLit {
			places = append(places, [2]int{token.Range.Start.Byte, token.Range.End.Byte})
		}
	}
	return places
}

// checkFree checks that texts are refused at their place, or taken whole: the
// output is still that many files of that many virtual hosts.
func checkFree(t *testing.T, server string, with func(text string) string, values []string) {
	t.Helper()
	heads := regexp.MustCompile(`(?m)^(?:server \d+|VirtualHost \d+)$`)
	want := -1
	for _, text := range append([]string{""}, values...) {
		result, diags := rendered(with(text), server)
		if diags.HasErrors() {
			refusedAtItsPlace(t, diags, text)
			continue
		}
		got := len(heads.FindAllString(shapeOf(t, server, result), -1))
		if want < 0 {
			want = got
		}
		if got != want {
			t.Errorf("%s: %q makes %d virtual hosts of %d", server, text, got, want)
		}
	}
}

// checkShapes compares the outputs of descriptions with hostile texts with those
// of harmless texts of the same length.
func checkShapes(t *testing.T, server string, with func(text string) string, values []string) {
	t.Helper()
	shapes := map[string]string{}
	for _, text := range values {
		got, diags := rendered(with(text), server)
		if diags.HasErrors() {
			refusedAtItsPlace(t, diags, text)
			continue
		}
		harmless := strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				return r
			}
			return 'x'
		}, text)
		want, known := shapes[harmless]
		if !known {
			result, diags := rendered(with(harmless), server)
			if diags.HasErrors() {
				continue // such as "*", which means something that "x" does not
			}
			want = shapeOf(t, server, result)
			shapes[harmless] = want
		}
		if got := shapeOf(t, server, got); got != want {
			t.Errorf("%s: %q changes the output (-harmless +got):\n%s", server, text, cmp.Diff(want, got))
		}
	}
}

// shape is a list of the directives of an output with their nesting and the
// number of their arguments.
type shape []string

func shapeOf(t *testing.T, server string, result *generator.Result) string {
	t.Helper()
	var out shape
	for _, f := range result.Files {
		out = append(out, "file")
		file := source.NewFile(f.Name, f.Content)
		var diags []source.Diagnostic
		if server == "nginx" {
			tree := nginx.Parse(file)
			diags = tree.Diagnostics
			out.addNginx(tree.Directives, "")
			out = append(out, fmt.Sprintf("%d comments", len(tree.Comments)-out.dollars()))
		} else {
			tree := apache.Parse(file)
			diags = tree.Diagnostics
			out.addApache(tree.Children(), "")
		}
		for _, d := range diags {
			t.Errorf("%s: %s", f.Name, d.Message)
		}
	}
	return strings.Join(slices.DeleteFunc(out, func(line string) bool { return line == dollar }), "\n")
}

// dollar stands for the one way to write a dollar sign, a directive with a
// comment, which harmless texts do not need.
const dollar = "dollar"

func (s shape) dollars() (n int) {
	for _, line := range s {
		if line == dollar {
			n++
		}
	}
	return n
}

func (s *shape) addNginx(directives []*nginx.Directive, indent string) {
	for _, d := range directives {
		switch {
		case d.Name == "geo" && strings.HasPrefix(d.Words[1].Value, "$padlock_dollar"):
			*s = append(*s, dollar)
			continue
		case d.Parent != nil && slices.Contains([]string{"types", "map", "geo"}, d.Parent.Name):
			*s = append(*s, fmt.Sprintf("%sentry %d", indent, len(d.Words)))
			continue
		}
		count := len(d.Words)
		if d.Words[count-1].Value == ")" {
			count-- // of if: it stands alone after a quoted word
		}
		*s = append(*s, fmt.Sprintf("%s%s %d", indent, d.Name, count))
		s.addNginx(d.Block, indent+"  ")
	}
}

func (s *shape) addApache(nodes iter.Seq[apache.Node], indent string) {
	for n := range nodes {
		switch {
		case n.Kind() == apache.Blank:
		case n.Kind() == apache.Comment:
			*s = append(*s, indent+"#")
		case n.Name() == "Define":
			(*s)[len(*s)-1] = dollar // in place of the comment before it
		default:
			*s = append(*s, fmt.Sprintf("%s%s %d", indent, n.Name(), len(n.Words())))
			s.addApache(n.Children(), indent+"  ")
		}
	}
}

// TestNoNameOfAUserMakesAnother: whatever a user is called, the file has that many
// users, of that name, or the name is refused at its place.
func TestNoNameOfAUserMakesAnother(t *testing.T) {
	const hash = "$2y$10$9xMczVHg4z..RKmfacnTP.NkRzHY/ouuQEfueuzkyA5sK9ua7DKLy"
	taken := 0
	for _, text := range slices.Concat(sharpest, hostile, refusedEverywhere, randomHostile(200), []string{"", "#a", "a:b", "a b", strings.Repeat("x", 255), strings.Repeat("x", 256)}) {
		description := fmt.Sprintf("site \"a.test\" {\n  root = \"/srv/a\"\n  tls { mode = \"off\" }\n  auth { users = { %s = %q, last = %q } }\n}\n", quoted(text), hash, hash)
		for _, server := range []string{"nginx", "apache"} {
			result, diags := rendered(description, server)
			if diags.HasErrors() {
				refusedAtItsPlace(t, diags, text)
				continue
			}
			taken++
			_, rows, _ := strings.Cut(string(result.Users[0].Content), "# Users of a.test\n")
			if want := strings.Join(slices.Sorted(slices.Values([]string{text + ":" + hash + "\n", "last:" + hash + "\n"})), ""); rows != want {
				t.Errorf("%s: %q is written as %q", server, text, rows)
			}
		}
	}
	if taken == 0 {
		t.Error("every name is refused")
	}
}
