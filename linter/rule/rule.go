// Package rule says what a lint rule is: its metadata, what it may ask, and how
// it reports.
//
// A rule subscribes to what it wants to see of a configuration and is called
// back while the linter walks it. It opens no file, prints nothing, and never
// ends the program. Everything it knows comes from the Pass.
package rule

import (
	"slices"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// Rule is one rule: what it is, and the function that looks for it.
type Rule struct {
	// ID is the kebab-case name that users write in settings and ignores.
	ID string
	// Title says in one line what the rule finds.
	Title string
	// Severity is that of a finding that does not say otherwise.
	Severity source.Severity
	// Servers are the servers the rule speaks about; Check is called for
	// configurations of these alone.
	Servers []tlspolicy.Server
	// Category is the name of the package below linter/rules that holds it.
	Category string
	// Since is the version of Padlock that had the rule first.
	Since string
	// References are addresses of documents that back the rule.
	References []string
	// Fix says which kind of fix its findings may carry.
	Fix FixKind
	// JudgesCopies tells that it judges Config.CopiedHosts itself, because what it
	// says depends on files that the configuration names. What other rules find
	// is copied.
	JudgesCopies bool
	// Text is the rule's document, in Markdown; see Document.
	Text string
	// Check is called once for each configuration, before it is walked, and
	// subscribes to what the rule wants to see. State that the rule needs lives
	// in variables of Check. Nil for the rules about ignore comments, which the
	// linter itself reports.
	Check func(*Pass)
}

// FixKind says whether findings of a rule can be fixed without a person.
type FixKind uint8

// The kinds of fixes.
const (
	// FixNone: a person has to decide.
	FixNone FixKind = iota
	// FixSafe: some findings carry a fix that keeps the meaning.
	FixSafe
	// FixUnsafe: some findings carry a fix, but it may change what the
	// configuration does.
	FixUnsafe
)

// String is the name in `padlock rules` and its JSON.
func (k FixKind) String() string { return [...]string{"none", "safe", "unsafe"}[k] }

// Both are the servers of a rule that holds for both.
var Both = []tlspolicy.Server{tlspolicy.Nginx, tlspolicy.Apache}

// For tells whether the rule speaks about a server.
func (r *Rule) For(server tlspolicy.Server) bool { return slices.Contains(r.Servers, server) }
