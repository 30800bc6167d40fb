package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// undo is how the runner of GitHub Actions reads a workflow command
// (ActionCommand.TryParseV2 of actions/runner): the properties end at the first
// "::" after the command's name.
func undo(t *testing.T, line string) (kind string, properties map[string]string, message string) {
	t.Helper()
	rest, ok := strings.CutPrefix(line, "::")
	head, message, found := strings.Cut(rest, "::")
	if !ok || !found {
		t.Fatalf("no command: %q", line)
	}
	kind, list, _ := strings.Cut(head, " ")
	properties = map[string]string{}
	unescape := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	for property := range strings.SplitSeq(list, ",") {
		name, value, _ := strings.Cut(property, "=")
		properties[name] = unescape.Replace(value)
	}
	return kind, properties, strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(message)
}

func TestGitHubCommandsAreReadBackAsTheyWereMeant(t *testing.T) {
	for _, r := range reports {
		wanted := bySeverity(r.make(t).Findings)
		for i, line := range strings.Split(string(written(t, "github", r.make(t))), "\n") {
			if i >= len(wanted) {
				break
			}
			f := wanted[i]
			kind, properties, message := undo(t, line)
			if kind != githubKind(f.Severity) {
				t.Errorf("kind %q", kind)
			}
			if got, want := properties["file"], printable(f.Subject.File.Name); got != want {
				t.Errorf("file %q, want %q", got, want)
			}
			if got, want := properties["title"], "Padlock: "+f.Rule; got != want {
				t.Errorf("title %q, want %q", got, want)
			}
			if !strings.Contains(message, printable(f.Message)) {
				t.Errorf("message %q lacks %q", message, printable(f.Message))
			}
			severalLines := f.Subject.StartPosition().Line != f.Subject.EndPosition().Line
			if _, hasColumn := properties["col"]; hasColumn == severalLines {
				t.Errorf("columns belong to ranges of one line alone: %q", line)
			}
		}
	}
}

func TestGitHubIsToldWhatItWillNotShow(t *testing.T) {
	r := ordinary(t)
	for range 12 {
		r.Findings = append(r.Findings, r.Findings[0])
	}
	if out := string(written(t, "github", r)); !strings.Contains(out, "GitHub shows 10 of 14 annotations of kind warning") {
		t.Error(out)
	}
}

// GitLab drops what has no unique fingerprint, and shows nothing of a report
// that is not an array.
func TestGitLab(t *testing.T) {
	for _, r := range reports {
		issues := parsed(t, written(t, "gitlab", r.make(t))).each()
		if want := len(r.make(t).Findings); len(issues) != want {
			t.Errorf("%s: %d issues, want %d", r.name, len(issues), want)
		}
		seen := map[string]bool{}
		for _, issue := range issues {
			issue.text("description")
			issue.text("check_name")
			if name := issue.text("location/path"); path.IsAbs(name) || strings.HasPrefix(name, "./") {
				t.Errorf("path %q", name)
			}
			if begin := issue.number("location/lines/begin"); begin < 1 {
				t.Errorf("line %d", begin)
			}
			if !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, issue.text("severity")) {
				t.Errorf("severity %q", issue.text("severity"))
			}
			if f := issue.text("fingerprint"); seen[f] {
				t.Errorf("fingerprint %q twice", f)
			} else {
				seen[f] = true
			}
		}
	}
}

func TestCheckstyle(t *testing.T) {
	for _, r := range reports {
		var out checkstyleReport
		if err := xml.Unmarshal(written(t, "checkstyle", r.make(t)), &out); err != nil {
			t.Fatalf("%s: %v", r.name, err)
		}
		count := 0
		for _, f := range out.Files {
			for _, e := range f.Errors {
				count++
				if !slices.Contains([]string{"ignore", "info", "warning", "error"}, e.Severity) || e.Line < 1 || e.Column < 1 || !strings.HasPrefix(e.Source, "padlock.") {
					t.Errorf("%s: %+v", r.name, e)
				}
			}
		}
		if want := len(r.make(t).Findings) + len(r.make(t).Failures); count != want {
			t.Errorf("%s: %d errors, want %d", r.name, count, want)
		}
	}
}

func TestJUnit(t *testing.T) {
	for _, r := range reports {
		var out junitReport
		if err := xml.Unmarshal(written(t, "junit", r.make(t)), &out); err != nil {
			t.Fatalf("%s: %v", r.name, err)
		}
		names := map[string]bool{}
		tests, failures, errors := 0, 0, 0
		for _, s := range out.Suites {
			tests, failures, errors = tests+s.Tests, failures+s.Failures, errors+s.Errors
			if s.Tests != len(s.Cases) {
				t.Errorf("%s: suite of %d tests holds %d", r.name, s.Tests, len(s.Cases))
			}
			for _, c := range s.Cases {
				if name := s.Name + "/" + c.ClassName + "/" + c.Name; names[name] {
					t.Errorf("%s: two cases of the name %s", r.name, name)
				} else {
					names[name] = true
				}
			}
		}
		if tests == 0 || out.Tests != tests || out.Failures != failures || out.Errors != errors || failures != len(r.make(t).Findings) {
			t.Errorf("%s: counts %d, %d, %d are not the sums %d, %d, %d", r.name, out.Tests, out.Failures, out.Errors, tests, failures, errors)
		}
	}
}

// Columns count bytes, from 1: cutting the line there gives the subject.
func TestRDJSONCountsBytes(t *testing.T) {
	r := ordinary(t)
	for i, d := range parsed(t, written(t, "rdjson", r)).get("diagnostics").each() {
		d.text("message")
		if !slices.Contains([]string{"ERROR", "WARNING", "INFO"}, d.text("severity")) {
			t.Errorf("severity %q", d.text("severity"))
		}
		at := r.Findings[i].Subject
		line := at.File.Line(d.number("location/range/start/line"))
		if !bytes.HasPrefix(line[d.number("location/range/start/column")-1:], bytes.SplitN(at.Text(), []byte("\n"), 2)[0]) {
			t.Errorf("%v is not where %q stands", d.get("location/range").value, at.Text())
		}
	}
}

// A fix with bytes that JSON cannot carry is not told at all.
func TestFixesInJSONAreExactOrAbsent(t *testing.T) {
	r := hostile(t)
	fixes := parsed(t, written(t, "json", r)).get("findings/0/fixes").each()
	if len(fixes) != 1 || fixes[0].text("edits/0/text") != "443 ssl \u202e" {
		t.Errorf("%v", fixes)
	}
}

func TestMarkdownStaysWithinWhatACommentHolds(t *testing.T) {
	f := source.NewFile("a.conf", []byte("x;\n"))
	r := &Report{}
	for range 5000 {
		r.Findings = append(r.Findings, rule.Finding{Diagnostic: source.Diagnostic{
			Rule: "x", Severity: source.Warning, Message: strings.Repeat("long ", 20), Subject: f.Span(source.Range{Start: 0, End: 1}),
		}})
	}
	out := string(written(t, "markdown", r))
	if len(out) > 65_536 || !strings.Contains(out, " more.\n") {
		t.Errorf("%d bytes, ending in %q", len(out), out[len(out)-40:])
	}
}

func TestMarkdownTablesHaveFourCells(t *testing.T) {
	for _, r := range reports {
		for line := range strings.Lines(string(written(t, "markdown", r.make(t)))) {
			if !strings.HasPrefix(line, "|") {
				continue
			}
			bars := 0
			for i := 0; i < len(line); i++ {
				switch line[i] {
				case '\\':
					i++
				case '|':
					bars++
				}
			}
			if bars != 5 {
				t.Errorf("%s: %d bars in %q", r.name, bars, line)
			}
		}
	}
}

func TestJSONNamesItsSchema(t *testing.T) {
	var out struct {
		Schema  string
		Summary map[string]int
	}
	if err := json.Unmarshal(written(t, "json", ordinary(t)), &out); err != nil {
		t.Fatal(err)
	}
	if out.Schema != Schema || fmt.Sprint(out.Summary) != "map[error:1 files:2 info:1 suppressed:1 virtual_hosts:2 warning:2]" {
		t.Errorf("%+v", out)
	}
}

func TestUnknownFormatNamesThoseThereAre(t *testing.T) {
	if _, err := Lookup("xml", Options{}); err == nil || !strings.Contains(err.Error(), "checkstyle, junit, rdjson, markdown") {
		t.Error(err)
	}
}
