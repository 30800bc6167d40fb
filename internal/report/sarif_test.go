package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// object reads JSON by path, as a reader of the format does: "runs.0.tool".
type object struct {
	t     *testing.T
	value any
}

func parsed(t *testing.T, data []byte) object {
	t.Helper()
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return object{t, value}
}

func (o object) get(path string) object {
	o.t.Helper()
	value := o.value
	for step := range strings.SplitSeq(path, "/") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				o.t.Fatalf("%s: no item %s", path, step)
			}
			value = v[i]
		default:
			o.t.Fatalf("%s: no %s in %v", path, step, value)
		}
	}
	return object{o.t, value}
}

func (o object) each() []object {
	list, ok := o.value.([]any)
	if !ok {
		o.t.Fatalf("%v is no array", o.value)
	}
	out := make([]object, len(list))
	for i, v := range list {
		out[i] = object{o.t, v}
	}
	return out
}

// text is a required string: GitHub takes an empty one for none.
func (o object) text(path string) string {
	o.t.Helper()
	s, ok := o.get(path).value.(string)
	if !ok || s == "" {
		o.t.Fatalf("%s is %v, want a text", path, o.get(path).value)
	}
	return s
}

func (o object) number(path string) int {
	o.t.Helper()
	n, ok := o.get(path).value.(float64)
	if !ok {
		o.t.Fatalf("%s is %v, want a number", path, o.get(path).value)
	}
	return int(n)
}

// TestSARIF checks what the standard requires (SARIF 2.1.0, sections 3.13 to
// 3.55) and what GitHub requires beyond it.
func TestSARIF(t *testing.T) {
	for _, r := range reports {
		t.Run(r.name, func(t *testing.T) {
			log := parsed(t, written(t, "sarif", r.make(t)))
			if log.text("version") != "2.1.0" || !strings.HasPrefix(log.text("$schema"), "https://") {
				t.Error("neither version nor schema are those of SARIF 2.1.0")
			}
			for _, run := range log.get("runs").each() {
				checkRun(t, run)
			}
		})
	}
}

func checkRun(t *testing.T, run object) {
	run.text("tool/driver/name")
	if run.text("columnKind") != "unicodeCodePoints" {
		t.Error("columns count code points, and the report does not say so")
	}
	rules := run.get("tool/driver/rules").each()
	for _, r := range rules {
		checkRule(t, r)
	}
	for _, invocation := range run.get("invocations").each() {
		if _, ok := invocation.get("executionSuccessful").value.(bool); !ok {
			t.Error("an invocation has to say whether it was successful")
		}
	}
	for _, result := range run.get("results").each() {
		index := result.number("ruleIndex")
		if index < 0 || index >= len(rules) || rules[index].text("id") != result.text("ruleId") {
			t.Errorf("ruleIndex %d does not lead to %s", index, result.text("ruleId"))
		}
		if !slices.Contains([]string{"error", "warning", "note"}, result.text("level")) {
			t.Errorf("level %q", result.text("level"))
		}
		result.text("message/text")
		result.text("partialFingerprints/primaryLocationLineHash")
		checkLocations(t, run, result)
	}
}

func checkRule(t *testing.T, r object) {
	r.text("id")
	r.text("help/text")
	r.text("help/markdown")
	for _, path := range []string{"shortDescription/text", "fullDescription/text"} {
		if n := utf8.RuneCountInString(r.text(path)); n > 1024 {
			t.Errorf("%s has %d characters", path, n)
		}
	}
	if n := len(r.text("name")); n > 255 {
		t.Errorf("a name of %d characters", n)
	}
	if !slices.Contains([]string{"error", "warning", "note"}, r.text("defaultConfiguration/level")) {
		t.Error("default level")
	}
	if n := len(r.get("properties/tags").each()); n > 20 {
		t.Errorf("%d tags", n)
	}
	if score, ok := r.get("properties").value.(map[string]any)["security-severity"]; ok {
		var number float64
		if _, err := fmt.Sscan(score.(string), &number); err != nil || number <= 0 || number > 10 {
			t.Errorf("security-severity %v", score)
		}
	}
}

func checkLocations(t *testing.T, run, result object) {
	locations := result.get("locations").each()
	if len(locations) == 0 {
		t.Fatal("GitHub refuses a result without a location")
	}
	if related, ok := result.value.(map[string]any)["relatedLocations"]; ok {
		for i, l := range (object{t, related}).each() {
			if l.number("id") != i+1 {
				t.Error("links in messages count related locations from 1")
			}
			locations = append(locations, l)
		}
	}
	for _, l := range locations {
		uri := l.text("physicalLocation/artifactLocation/uri")
		if parsed, err := url.Parse(uri); err != nil || strings.ContainsAny(uri, " \\") || parsed.IsAbs() != (parsed.Scheme == "file") {
			t.Errorf("uri %q: %v", uri, err)
		}
		if !strings.HasPrefix(uri, "file://") {
			run.text("originalUriBaseIds/" + l.text("physicalLocation/artifactLocation/uriBaseId") + "/description/text")
		}
		r := l.get("physicalLocation/region")
		start, end := r.number("startLine"), r.number("endLine")
		if start < 1 || end < start || r.number("startColumn") < 1 || start == end && r.number("endColumn") < r.number("startColumn") {
			t.Errorf("region %v", r.value)
		}
	}
}

func TestSARIFNamesFilesByURI(t *testing.T) {
	for name, want := range map[string]string{
		"sites/a.conf":       "sites/a.conf",
		"sites/./a b.conf":   "sites/a%20b.conf",
		"c:/a?b#c%.conf":     "c%3A/a%3Fb%23c%25.conf",
		"größe.conf":         "gr%C3%B6%C3%9Fe.conf",
		"../x/\xff\n.conf":   "../x/%FF%0A.conf",
		"/etc/nginx/a b":     "file:///etc/nginx/a%20b",
		"<stdin>":            "%3Cstdin%3E",
		`back\slash"q".conf`: "back%5Cslash%22q%22.conf",
	} {
		if got, _ := uriOf(source.NewFile(name, nil)); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// Text in brackets followed by parentheses would be shown as a link.
func TestSARIFMessagesHoldNoLinksOfConfigurations(t *testing.T) {
	r := parsed(t, written(t, "sarif", hostile(t)))
	if text := r.text("runs/0/results/0/message/text"); strings.Contains(text, "[link](") {
		t.Errorf("%q", text)
	}
}

func TestSARIFKeepsWithinGitHubsLimitOfResults(t *testing.T) {
	f := source.NewFile("a.conf", []byte("x;\n"))
	r := &Report{Version: "devel"}
	for i := range sarifMaxResults + 2 {
		severity := source.Info
		if i == sarifMaxResults+1 {
			severity = source.Error
		}
		r.Findings = append(r.Findings, rule.Finding{
			Diagnostic:  source.Diagnostic{Rule: "x", Severity: severity, Message: "m", Subject: f.Span(source.Range{Start: 0, End: 1})},
			Fingerprint: fmt.Sprint("v1:", i),
		})
	}
	log := parsed(t, written(t, "sarif", r))
	results := log.get("runs/0/results").each()
	if len(results) != sarifMaxResults || results[0].text("level") != "error" {
		t.Errorf("%d results, the first %s", len(results), results[0].text("level"))
	}
	if text := log.text("runs/0/invocations/0/toolExecutionNotifications/0/message/text"); !strings.Contains(text, "2 of 25002 findings are left out") {
		t.Error(text)
	}
}
