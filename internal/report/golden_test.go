package report

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const fixtures = "../../fixtures/report"

// testRules stand for the catalogue: one with a whole document, one without.
var testRules = []*rule.Rule{
	{
		ID: "directive-unknown", Title: "No module of the server has a directive of this name", Severity: source.Error,
		Servers: rule.Both, Category: "syntax", References: []string{"https://nginx.org/en/docs/dirindex.html"},
		Text: "No module has it.\n\n## Why\n\nThe server does not start.\n\n## Bad\n\n```nginx\nsever_tokens off;\n```\n",
	},
	{
		ID: "hsts-not-always", Title: "HSTS is left out of error responses", Severity: source.Warning,
		Servers: []tlspolicy.Server{tlspolicy.Nginx}, Category: "headers", Fix: rule.FixSafe,
	},
	{ID: "name-duplicate", Title: "Two virtual hosts answer to one name", Severity: source.Warning, Servers: rule.Both, Category: "syntax"},
	{ID: "file-style", Title: "The file's name is odd", Severity: source.Info, Servers: rule.Both, Category: "style"},
}

// fixture reads a configuration of fixtures/report under the name it has there.
func fixture(t *testing.T, name string) *source.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, name))
	if err != nil {
		t.Fatal(err)
	}
	return source.NewFile(name, data)
}

// at is the nth place, from 1, where text stands in a file.
func at(t *testing.T, f *source.File, text string, nth int) source.Span {
	t.Helper()
	offset := 0
	for ; nth > 0; nth-- {
		i := bytes.Index(f.Data[offset:], []byte(text))
		if i < 0 {
			t.Fatalf("%s has no %q", f.Name, text)
		}
		offset += i + len(text)
	}
	return f.Span(source.Range{Start: int32(offset - len(text)), End: int32(offset)})
}

// ordinary is a report with everything that a finding can have.
func ordinary(t *testing.T) *Report {
	main, shop := fixture(t, "nginx.conf"), fixture(t, "sites/shop.conf")
	include := []source.Span{at(t, main, "include sites/*.conf;", 1)}
	header := at(t, shop, `"max-age=63072000"`, 1)
	return &Report{
		Version: "v0.3.0", Rules: testRules, Files: 2, VirtualHosts: 2, Suppressed: 1,
		Findings: []rule.Finding{
			{
				Diagnostic: source.Diagnostic{
					Rule: "name-duplicate", Severity: source.Warning, Subject: at(t, shop, "shop.example", 2), Includes: include,
					Message: "shop.example is named twice on port 80; nginx ignores this one", Help: "Remove one of the two.",
					Related: []source.Related{{Subject: at(t, shop, "shop.example", 1), Message: "this one [the first] answers"}},
				},
				Server: tlspolicy.Nginx, Site: "shop.example", Fingerprint: "v1:000000000000000000000001",
			},
			{
				Diagnostic: source.Diagnostic{
					Rule: "directive-unknown", Severity: source.Error, Subject: at(t, shop, "sever_tokens", 1), Includes: include,
					Message: `unknown directive "sever_tokens"`, Help: "Did you mean server_tokens?",
				},
				Server: tlspolicy.Nginx, Site: "shop.example", Fingerprint: "v1:000000000000000000000002",
				References: []string{"https://nginx.org/en/docs/dirindex.html"},
			},
			{
				Diagnostic: source.Diagnostic{
					Rule: "hsts-not-always", Severity: source.Warning, Subject: header, Includes: include,
					Message: "the header is left out of error responses",
				},
				Server: tlspolicy.Nginx, Site: "shop.example", Fingerprint: "v1:000000000000000000000003",
				Fixes: []rule.Fix{{Title: "Add always", Safe: true, Edits: []rule.Edit{
					rule.Replace(shop.Span(source.Range{Start: header.End, End: header.End}), " always"),
				}}},
			},
			{
				Diagnostic: source.Diagnostic{
					Rule: "file-style", Severity: source.Info, Message: "the block spans lines", Includes: include,
					Subject: shop.Span(source.Range{Start: 0, End: at(t, shop, "}\n", 1).End}),
				},
				Server: tlspolicy.Nginx, Fingerprint: "v1:000000000000000000000004",
			},
		},
	}
}

// evil is what a hostile configuration may bring into every text of a finding.
const evil = "\x1b[31m]]>\n::error file=x::y\r%0A`` ` |</td> <b> &amp; [link](http://evil.example) @all #1 \u202e\u009b2J\x00\xff\t\"'\\| *x* _y_"

// hostile is a report whose every text tries to break out.
func hostile(t *testing.T) *Report {
	t.Helper()
	f := source.NewFile("sites/a: b,"+evil+".conf", []byte("server_name "+evil+";\nlisten 80;\n"))
	span := at(t, f, evil, 1)
	listen := at(t, f, "80", 1)
	return &Report{
		Version: "v0.3.0", Rules: testRules, Files: 1,
		Findings: []rule.Finding{{
			Diagnostic: source.Diagnostic{
				Rule: "name-duplicate", Severity: source.Warning, Subject: span, Message: "name " + evil, Help: "Mend " + evil,
				Related: []source.Related{{Subject: listen, Message: "see " + evil}}, Includes: []source.Span{listen},
			},
			Site: evil, Fingerprint: "v1:000000000000000000000005",
			Fixes: []rule.Fix{
				{Title: "Broken", Edits: []rule.Edit{rule.Replace(listen, "\xff")}},
				{Title: "Whole " + evil, Edits: []rule.Edit{rule.Replace(listen, "443 ssl \u202e")}},
			},
		}},
		Failures: []*rule.Failure{{Rule: testRules[0], Cause: errors.New(evil)}},
	}
}

var reports = []struct {
	name string
	make func(*testing.T) *Report
}{
	{"ordinary", ordinary},
	{"hostile", hostile},
	{"empty", func(*testing.T) *Report { return &Report{Version: "v0.3.0", Rules: testRules, Files: 3} }},
}

// written is a report in one format; "snippets" is text as on a terminal.
func written(t *testing.T, format string, r *Report) []byte {
	t.Helper()
	options := Options{}
	if format == "snippets" {
		format, options = "text", Options{Snippets: true, Width: 80}
	}
	f, err := Lookup(format, options)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestGolden holds every format against fixtures/report/REPORT.FORMAT.golden.
func TestGolden(t *testing.T) {
	for _, r := range reports {
		for _, format := range append(Names(), "snippets") {
			t.Run(r.name+"/"+format, func(t *testing.T) {
				got := written(t, format, r.make(t))
				if again := written(t, format, r.make(t)); !bytes.Equal(got, again) {
					t.Error("a second run writes something else")
				}
				name := filepath.Join(fixtures, r.name+"."+format+".golden")
				if *update {
					if err := os.WriteFile(name, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("%s (-want +got; -update rewrites it):\n%s", name, diff)
				}
			})
		}
	}
}

func TestEveryGoldenFileHasAReport(t *testing.T) {
	wanted := map[string]bool{}
	for _, r := range reports {
		for _, format := range append(Names(), "snippets") {
			wanted[r.name+"."+format+".golden"] = true
		}
	}
	found, err := filepath.Glob(filepath.Join(fixtures, "*.golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		if !wanted[filepath.Base(name)] {
			t.Errorf("%s belongs to no report", name)
		}
	}
}

// Nothing that a configuration says reaches a terminal or a log as more than
// text: no control characters, no marks of direction, no invalid UTF-8. (The
// snippets are for terminals, the log of a build server is none.)
func TestHostileTextIsHarmlessInEveryFormat(t *testing.T) {
	for _, format := range append(Names(), "snippets") {
		t.Run(format, func(t *testing.T) {
			out := string(written(t, format, hostile(t)))
			if i := strings.IndexAny(out, "\x1b\x00\r\u009b\u202e\x07\x7f"); i >= 0 {
				t.Errorf("control character %q at byte %d:\n%q", out[i:i+1], i, out)
			}
			if !bytes.Equal([]byte(out), bytes.ToValidUTF8([]byte(out), []byte("?"))) {
				t.Error("invalid UTF-8")
			}
			for line := range strings.Lines(out) {
				if format != "github" && format != "snippets" && strings.HasPrefix(strings.TrimSpace(line), "::") {
					t.Errorf("a line that GitHub would obey: %q", line)
				}
			}
		})
	}
}
