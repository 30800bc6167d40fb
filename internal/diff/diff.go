// Package diff compares two configurations by what they mean. Both sides come in
// as configurations that have been read (rule.Config); a Comparison goes out:
// what the change does to clients, riskiest first, then what else is different,
// virtual host by virtual host, and how many differences mean nothing. It reads
// no file, runs no program and knows no output format: package report writes a
// Comparison for people and programs.
package diff

import (
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// Side is one of the two configurations compared.
type Side struct {
	// Name is what the user called it: "nginx.conf", "main:sites", "sites.hcl".
	Name string
	// Configs are the configurations found there.
	Configs []*rule.Config
	// Findings are what the linter finds in them.
	Findings []rule.Finding
	// Causes finds the lines of a site description from which a part of a rendered
	// file comes; nil for files that were not rendered.
	Causes func(source.Span) []source.Span
}

// Comparison is what a change means. Comparing equal sides gives one without
// changes; comparing the other way round gives the same changes with Old and New
// exchanged and opposite kinds.
type Comparison struct {
	Old, New string
	// Server is that of both sides; empty if they differ, and then only behaviour
	// is compared.
	Server tlspolicy.Server
	// Changes are all that is not cosmetic: by risk, highest first, then by site,
	// place and kind.
	Changes []Change
	// Cosmetic are differences without meaning: comments, spelling, order where it
	// does not matter, moves between included files.
	Cosmetic []Change
	// Introduced are the findings that only the new side has, Resolved those that
	// only the old side has.
	Introduced, Resolved []rule.Finding
}

// Empty tells that nothing of what the configurations do is different.
func (c *Comparison) Empty() bool { return len(c.Changes) == 0 }

// Risk says how carefully a change should be looked at.
type Risk uint8

// The risks, highest first. The zero Risk is invalid.
const (
	// High: someone may lose HTTPS, an access rule, or a whole site.
	High Risk = iota + 1
	// Medium: clients notice, or a safeguard gets weaker.
	Medium
	// Low: tuning, or for the better.
	Low
)

// String is the lower-case name used in every output format.
func (r Risk) String() string {
	switch r {
	case High:
		return "high"
	case Medium:
		return "medium"
	case Low:
		return "low"
	}
	return "invalid"
}

// Action says what became of the thing a change is about.
type Action uint8

// The actions. The zero Action is invalid.
const (
	// Added: only the new side has it.
	Added Action = iota + 1
	// Removed: only the old side has it.
	Removed
	// Changed: both have it, with different values.
	Changed
	// Moved: its order among others is different.
	Moved
	// Renamed: it has another identity, such as a name or pattern.
	Renamed
)

// Change is one difference.
type Change struct {
	// Kind is a kebab-case id from the table of kinds, such as "https-lost".
	Kind   string
	Action Action
	Risk   Risk
	// Consequence tells that it speaks of what clients get, rather than of a
	// directive.
	Consequence bool
	// Sites are the names it holds for; several if one cause touches many virtual
	// hosts. Empty for what belongs to no virtual host.
	Sites []string
	// Path is where it stands in words: "server shop.example.com:443",
	// "location ^~ /v1/", "proxy_read_timeout".
	Path []string
	// Message is a sentence: "shop.example.com is no longer served over HTTPS".
	Message string
	// Before and After are the values, where there are any; secrets are masked.
	Before, After string
	// Old and New are the places on either side that make the difference.
	Old, New []Place
	// Causes are the lines of a site description that differ.
	Causes []Cause
}

// Place is a part of a configuration, with the include directives that lead to
// its file, outermost first.
type Place struct {
	Span     source.Span
	Includes []source.Span
}

// Cause is a part of a site description.
type Cause struct {
	Span source.Span
	// New tells on which side it stands.
	New bool
}
