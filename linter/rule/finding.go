package rule

import (
	"cmp"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// Finding is what a rule reports. A rule fills in the embedded Diagnostic's
// Message, Help, Subject, Includes and Related, and Severity if it differs from
// the rule's own; the Pass adds the rest.
type Finding struct {
	source.Diagnostic
	// Server is the server whose configuration it is about.
	Server tlspolicy.Server
	// Site is the first name of the virtual host it is about; empty if it is
	// about none.
	Site string
	// Fixes are ways to mend it, the best first.
	Fixes []Fix
	// References are addresses of documents; the rule's own if the finding
	// has none.
	References []string
	// Fingerprint identifies the finding from run to run; it survives
	// unrelated edits above it. The linter fills it in.
	Fingerprint string
}

// Fix is a set of edits that together mend a finding.
type Fix struct {
	// Title says what the fix does, as an order: "Add the missing always".
	Title string
	// Safe tells that the meaning of the configuration stays, apart from what
	// the finding complains of.
	Safe  bool
	Edits []Edit
}

// Edit replaces a part of one file.
type Edit struct {
	File *source.File
	source.Edit
}

// Replace is the edit that puts text in the place of a span.
func Replace(at source.Span, text string) Edit {
	return Edit{File: at.File, Edit: source.Edit{Range: at.Range, Text: text}}
}

// Compare puts findings in their one order: file, start, end, rule, message.
func (f *Finding) Compare(other *Finding) int {
	return cmp.Or(f.Diagnostic.Compare(other.Diagnostic), cmp.Compare(f.Site, other.Site))
}
