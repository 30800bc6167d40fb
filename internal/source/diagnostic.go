package source

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity says how bad a diagnostic is. Its zero value is invalid, so that a
// forgotten severity is caught.
type Severity uint8

// The severities, mildest last.
const (
	// Error: the server refuses it, it is exploitable, or a site lacks HTTPS.
	Error Severity = iota + 1
	// Warning: probably wrong.
	Warning
	// Info: an opinion, or a fact worth knowing.
	Info
)

// String is the lower-case name used in every output format.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Info:
		return "info"
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// Diagnostic is the one type for everything a user is told about a file.
type Diagnostic struct {
	// Rule is the kebab-case id of what found it, such as "syntax-error".
	Rule     string
	Severity Severity
	// Message says what is wrong, and why it matters when that is not plain.
	Message string
	// Help says what to do about it.
	Help string
	// Subject is where it is.
	Subject Span
	// Includes is the chain of include directives that led to the file of
	// Subject, outermost first; empty for the main file.
	Includes []Span
	// Related places explain the message, such as the first of two duplicates.
	Related []Related
}

// Related is a second place that a diagnostic speaks of.
type Related struct {
	Subject Span
	Message string
}

// Compare orders diagnostics by file name, start, end, rule and message, so
// that output never depends on the order in which they were found.
func (d Diagnostic) Compare(other Diagnostic) int {
	return cmp.Or(
		cmp.Compare(d.fileName(), other.fileName()),
		cmp.Compare(d.Subject.Start, other.Subject.Start),
		cmp.Compare(d.Subject.End, other.Subject.End),
		cmp.Compare(d.Rule, other.Rule),
		cmp.Compare(d.Message, other.Message),
	)
}

func (d Diagnostic) fileName() string {
	if d.Subject.File == nil {
		return ""
	}
	return d.Subject.File.Name
}

// SortDiagnostics puts diagnostics in their one order.
func SortDiagnostics(diagnostics []Diagnostic) {
	slices.SortStableFunc(diagnostics, Diagnostic.Compare)
}
