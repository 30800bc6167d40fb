// Package report writes findings for people and for programs: one format per
// file, behind the interface Format. It decides nothing: what is told, in which
// order, and what it means for the exit code is settled before.
package report

import (
	"fmt"
	"io"
	"strings"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// Report is one run's outcome.
type Report struct {
	// Version is Padlock's.
	Version string
	// Findings are in their one order.
	Findings []rule.Finding
	// Failures are rules that ended in a panic.
	Failures []*rule.Failure
	// Rules are those that ran.
	Rules []*rule.Rule
	// Suppressed is how many findings were silenced, Files how many files were
	// read, VirtualHosts how many virtual hosts they hold.
	Suppressed, Files, VirtualHosts int
}

// Count is how many findings have a severity.
func (r *Report) Count(severity source.Severity) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Severity == severity {
			n++
		}
	}
	return n
}

// Counts says how many findings there are of each severity: "2 errors", "1 warning",
// "3 info". There is none for a severity without findings.
func (r *Report) Counts() []string {
	var counts []string
	for _, s := range severities {
		n := r.Count(s)
		if n == 0 {
			continue
		}
		text := fmt.Sprintf("%d %s", n, s)
		if n > 1 && s != source.Info {
			text += "s"
		}
		counts = append(counts, text)
	}
	return counts
}

// Options are what a format for people takes into account.
type Options struct {
	// Color puts colours in.
	Color bool
	// Snippets shows the lines of the files; otherwise a finding is one line.
	Snippets bool
	// Width is the number of columns to stay within; 0 for no bound.
	Width int
}

// Format is one way to write a report.
type Format interface {
	// Write writes all of it.
	Write(w io.Writer, r *Report) error
}

// formats are the ways to write a report, by the name that users give.
var formats = []struct {
	name string
	make func(Options) Format
}{
	{"text", func(o Options) Format { return text{o} }},
	{"json", func(Options) Format { return jsonFormat{} }},
	{"sarif", func(Options) Format { return sarif{} }},
	{"github", func(Options) Format { return github{} }},
	{"gitlab", func(Options) Format { return gitlab{} }},
	{"checkstyle", func(Options) Format { return checkstyle{} }},
	{"junit", func(Options) Format { return junit{} }},
	{"rdjson", func(Options) Format { return rdjson{} }},
	{"markdown", func(Options) Format { return markdown{} }},
}

// Names are the names of all formats.
func Names() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Lookup finds a format by its name.
func Lookup(name string, options Options) (Format, error) {
	for _, f := range formats {
		if f.name == name {
			return f.make(options), nil
		}
	}
	return nil, fmt.Errorf("there is no format %q: it is one of %s", name, strings.Join(Names(), ", "))
}
