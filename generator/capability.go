package generator

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// capability is something that a description can ask for and that not every
// target can do, or not as asked. The rows stand in capability_table.go.
type capability string

// Unsupported says what happens to what the target cannot do.
type Unsupported string

// The values of the attribute unsupported.
const (
	// unsupportedError refuses the description.
	unsupportedError Unsupported = "error"
	// unsupportedWarn leaves it out, with a warning and a comment in the output.
	unsupportedWarn Unsupported = "warn"
)

// ability is one row: a capability on one server.
type ability struct {
	capability capability
	server     tlspolicy.Server
	// feature bounds the versions of the server and of OpenSSL; empty: all have it.
	feature tlspolicy.Feature
	// module must be there beside those that every site needs; empty: none.
	module string
	// never says why no target of the server can do it; empty otherwise.
	never string
	// flaw is what differs from the wish even where it works; a warning.
	flaw string
	// replaced tells that something else is rendered where it does not work, always
	// with a warning. Otherwise that is an error, or it is left out.
	replaced bool
	// instead tells what else can be done, in sentences.
	instead string
}

// lack is why the target falls short, as half a sentence; empty when it does not.
func (a ability) lack(t Target) string {
	if a.never != "" {
		return a.never
	}
	if a.feature != "" {
		if support := tlspolicy.Supports(a.feature, t.Target); !support.OK {
			return support.Reason
		}
	}
	if a.module != "" && !t.Module(a.module) {
		return t.lacksModule(a.module)
	}
	return ""
}

// lacksModule says that a module is not to be had, and why that is thought.
func (t Target) lacksModule(name string) string {
	switch {
	case t.modules.names == nil:
		return fmt.Sprintf("it needs the module %s, which %s has no package for; if your %s has it, list it in target.modules", name, t.Platform.Title, t.Server)
	case t.modules.listed != hcl.Range{}:
		return fmt.Sprintf("it needs the module %s, which target.modules at %s leaves out", name, t.modules.listed)
	}
	return fmt.Sprintf("it needs the module %s, which the %s of this machine does not have", name, t.Server)
}

// capabilities answers for one site what the target can do, and keeps what is to
// be said about the rest.
type capabilities struct {
	target      Target
	unsupported Unsupported
	// diags are the errors and warnings so far.
	diags hcl.Diagnostics
	// comments are for the head of the site's output: what was left out, and why.
	comments []string
}

func newCapabilities(target Target, unsupported Unsupported) *capabilities {
	return &capabilities{target: target, unsupported: unsupported}
}

// can tells whether the target has a capability, without a word to the user: for
// choosing between two ways of rendering the same.
func (c *capabilities) can(wanted capability) bool {
	row, ok := abilities()[abilityKey{wanted, c.target.Server}]
	return !ok || row.lack(c.target) == ""
}

// need tells whether what was asked for may be rendered, and reports what keeps
// the target from it, or how it will differ. The place is where the description
// asks, and what names the wish as it is written there: `http3`, `rate_limit`.
func (c *capabilities) need(wanted capability, at hcl.Range, what string) bool {
	row, ok := abilities()[abilityKey{wanted, c.target.Server}]
	if !ok {
		return true
	}
	lack := row.lack(c.target)
	switch {
	case lack == "" && row.flaw == "":
		return true
	case lack == "":
		c.report(hcl.DiagWarning, at, "Not quite as asked on "+c.target.Server.String(), what, row.flaw, row.instead)
		return true
	case row.replaced:
		c.report(hcl.DiagWarning, at, "Not quite as asked on the target", what, lack, row.instead)
	case c.unsupported == unsupportedWarn:
		c.report(hcl.DiagWarning, at, "Left out: not possible on the target", what, lack, row.instead)
	default:
		c.report(hcl.DiagError, at, "Not possible on the target", what, lack,
			row.instead+` unsupported = "warn" leaves it out with a warning.`)
		return false
	}
	comment := fmt.Sprintf("Not as described: %s: %s.", what, lack)
	if !slices.Contains(c.comments, comment) {
		c.comments = append(c.comments, comment)
	}
	return false
}

func (c *capabilities) report(severity hcl.DiagnosticSeverity, at hcl.Range, summary, what, why, instead string) {
	detail := sentenceOn(what, fmt.Sprintf("%s: %s", what, why))
	if instead != "" {
		detail += " " + instead
	}
	c.diags = append(c.diags, &hcl.Diagnostic{Severity: severity, Summary: summary, Detail: detail, Subject: subjectOf(at)})
}
