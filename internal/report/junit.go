package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"padlock/linter/rule"
)

// junit is the XML of JUnit, for servers that collect test results: a suite for
// each file with findings, a failed case for each finding.
type junit struct{}

type junitReport struct {
	XMLName  xml.Name      `xml:"testsuites"`
	Name     string        `xml:"name,attr"`
	Tests    int           `xml:"tests,attr"`
	Failures int           `xml:"failures,attr"`
	Errors   int           `xml:"errors,attr"`
	Suites   []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Line      int           `xml:"line,attr,omitempty"`
	Failure   *junitProblem `xml:"failure"`
	Error     *junitProblem `xml:"error"`
}

type junitProblem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func (junit) Write(w io.Writer, r *Report) error {
	out := &junitReport{Name: toolName}
	suites := map[string]*junitSuite{}
	suiteNamed := func(name string) *junitSuite {
		if suites[name] == nil {
			suites[name] = &junitSuite{Name: name}
			out.Suites = append(out.Suites, suites[name])
		}
		return suites[name]
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		out.add(suiteNamed(printable(f.Subject.File.Name)), junitCaseOf(f))
	}
	for _, f := range r.Failures {
		problem := &junitProblem{Type: "internal", Message: printable(f.Error())}
		out.add(suiteNamed(toolName), junitCase{Name: f.Rule.ID, ClassName: toolName, Error: problem})
	}
	if len(out.Suites) == 0 {
		// A report without a case reads as if nothing had been tested.
		out.add(suiteNamed(toolName), junitCase{Name: fmt.Sprintf("%d files without findings", r.Files), ClassName: toolName})
	}
	return writeXML(w, out)
}

func (r *junitReport) add(s *junitSuite, c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	r.Tests++
	if c.Failure != nil {
		s.Failures++
		r.Failures++
	}
	if c.Error != nil {
		s.Errors++
		r.Errors++
	}
}

// junitCaseOf names the case by rule and place: dashboards merge cases of one
// name.
func junitCaseOf(f *rule.Finding) junitCase {
	start, end := f.Subject.StartPosition(), f.Subject.EndPosition()
	name := printable(f.Subject.File.Name)
	text := []string{fmt.Sprintf("%s:%d:%d: %s: %s", name, start.Line, start.Column, f.Severity, printable(f.Message))}
	for _, related := range f.Related {
		text = append(text, fmt.Sprintf("%s: %s", printable(placeOf(related.Subject)), printable(related.Message)))
	}
	if f.Help != "" {
		text = append(text, printable(f.Help))
	}
	caseName := fmt.Sprintf("%s at %d:%d-%d:%d", f.Rule, start.Line, start.Column, end.Line, end.Column)
	if f.Site != "" {
		caseName += " of " + printable(f.Site)
	}
	return junitCase{
		Name:      caseName,
		ClassName: "padlock." + f.Rule,
		File:      name,
		Line:      start.Line,
		Failure:   &junitProblem{Type: f.Severity.String(), Message: printable(f.Message), Text: strings.Join(text, "\n")},
	}
}
