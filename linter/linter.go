// Package linter judges configurations of nginx and Apache: it finds and reads
// them, lets the rules look at them, and sorts out what of their findings is to
// be told.
//
// It reads nothing outside the directories that were named (see locate.go),
// and writes nothing.
package linter

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"slices"
	"time"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/alike"
	"padlock/linter/rule"
)

// Request says what to judge and how.
type Request struct {
	// Paths are files and directories of this machine; "-" is Stdin. With Root
	// they are still paths of this machine.
	Paths []string
	Stdin io.Reader
	// Rendered are configurations to judge beside those of Paths.
	Rendered []Rendered
	// RenderBefore renders those of the descriptions of Rendered that have one of
	// some names, as they are in another state of this machine; what cannot be
	// rendered there is left out. Nil if nothing can.
	RenderBefore func(machine fs.ReadLinkFS, names []string) []Rendered
	// StdinName is the path that Stdin stands for; it decides how includes are
	// resolved and what findings call it. Empty: "<stdin>" in the current
	// directory.
	StdinName string
	// Root is a directory that stands for the server's "/"; empty for this
	// machine's.
	Root string
	// Tree is a file system to read instead of this machine's, such as a git
	// revision; Paths are absolute in it then, all of it may be read, and Root
	// is not used. Nil for this machine's.
	Tree fs.ReadLinkFS
	// Machine is read in the place of this machine's file system, for a state of
	// it other than the present one, such as with a git revision in the place of
	// a work tree. Nil for the present.
	Machine fs.ReadLinkFS
	// Installed tells that Tree holds the files of the server's own machine, so
	// that a certificate that is not there is missing. Root says so by itself,
	// and so does a main file in this machine's /etc.
	Installed bool
	// Now is the time at which certificates are judged; the present if zero.
	Now time.Time
	// Server is the server that the configurations are for; empty to recognise
	// it from what they say.
	Server tlspolicy.Server
	// Context is one of Contexts, where the files stand; empty to infer it from
	// their directives.
	Context string
	// Platform is the name of a platform that tlspolicy knows; empty if not
	// known.
	Platform string
	// ServerVersion and OpenSSLVersion are stronger than Platform; zero if not
	// known.
	ServerVersion, OpenSSLVersion tlspolicy.Version
	// Only are the rules to run; all if empty. Without are those not to run.
	Only, Without []string
	// Settings finds what settings files say; nil to go without. What is said
	// above is stronger.
	Settings *SettingsFinder
	// ForceExclude leaves out what settings exclude even if Paths name it.
	ForceExclude bool
	// Baseline holds findings that are known and not told again; nil for none.
	Baseline *Baseline
	// ChangedSince is a git revision: only findings on lines that changed since
	// then, or caused by them, are told. Empty for all.
	ChangedSince string
	// AlikeFrom is how many files must differ in nothing but a name before two of
	// them are judged for the others (see package alike); 0 stands for
	// alike.Smallest, and -1 has every file judged for itself.
	AlikeFrom int
	// Loaded is told, once all files are read, about how many bytes of memory it
	// will take to judge them; nil if nobody wants to know.
	Loaded func(need int64)

	// Contents are those of files that are not to be read, by their path in the
	// server's file system.
	Contents map[string][]byte
}

// Result is what came out.
type Result struct {
	// Findings are in their one order, and each is told once.
	Findings []rule.Finding
	// Failures are rules that ended in a panic.
	Failures []*rule.Failure
	// Suppressed is how many findings ignore comments have silenced, Known how
	// many the baseline holds, Unchanged how many have nothing to do with what
	// changed.
	Suppressed, Known, Unchanged int
	// Stale are the entries of the baseline that match nothing any more.
	Stale []BaselineEntry
	// Warnings are about the request and the settings.
	Warnings []string
	// Unread are files that were found and not read, because they are links to
	// places outside what was named.
	Unread []string
	// Files is how many files were read, VirtualHosts how many virtual hosts
	// they hold.
	Files, VirtualHosts int
	// LeftOut is how many of the files were judged by others that are like them.
	LeftOut int

	// failOn is what settings say about the findings of a file.
	failOn map[*source.File]source.Severity
}

// Count is how many findings have a severity.
func (r *Result) Count(severity source.Severity) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Severity == severity {
			n++
		}
	}
	return n
}

// Worst tells whether a finding is at least as bad as a severity.
func (r *Result) Worst(atLeast source.Severity) bool {
	for i := range r.Findings {
		if r.Findings[i].Severity <= atLeast {
			return true
		}
	}
	return false
}

// Lint judges what the request names. The error is about the request itself: a
// path that does not exist, an unknown rule, a file of neither server, or a
// *SettingsError. What is wrong inside a configuration is a finding.
func Lint(ctx context.Context, request Request) (*Result, error) {
	result, _, err := lint(ctx, request, true)
	return result, err
}

// What a byte of configuration takes in memory while it is judged, at most:
// measured on 10,000 virtual hosts in 9 MB.
const (
	nginxNeed  = 24
	apacheNeed = 14
)

// needOf is about how much memory it takes to judge configurations.
func needOf(configs []*rule.Config) int64 {
	need := int64(0)
	for _, c := range configs {
		factor := nginxNeed
		if c.Apache != nil {
			factor = apacheNeed
		}
		for _, f := range c.Sources() {
			need += int64(factor * len(f.Data))
		}
	}
	return need
}

// LintConfigs is Lint, and gives the configurations as well.
func LintConfigs(ctx context.Context, request Request) (*Result, []*rule.Config, error) {
	return lint(ctx, request, false)
}

// lint judges what the request names. leaveOut tells that files may be left out
// of the configurations that are like others.
func lint(ctx context.Context, request Request, leaveOut bool) (*Result, []*rule.Config, error) {
	only, warnings := currentIDs(request.Only)
	without, more := currentIDs(request.Without)
	selection, err := selectRules(Rules(), only, without)
	if err != nil {
		return nil, nil, err
	}
	g, err := newGovernance(request)
	if err != nil {
		return nil, nil, err
	}
	l, err := newLoader(request, g)
	if err != nil {
		return nil, nil, err
	}
	if leaveOut && l.mayLeaveOut() {
		l.leavesOut = &leavingOut{smallest: cmp.Or(request.AlikeFrom, alike.Smallest)}
	}
	changed, err := findChanges(ctx, request)
	if err != nil {
		return nil, nil, err
	}
	configs, rendered, result, err := l.judge(ctx, g, selection.rules)
	if err != nil {
		return nil, nil, err
	}
	p := &processing{
		configs: configs, selection: selection, governance: g, baseline: request.Baseline, changed: changed,
		descriptions: descriptionsOf(request.Rendered), rendered: rendered,
	}
	result.Files += len(p.descriptions) - len(p.rendered)
	if err := p.findSettings(); err != nil {
		return nil, nil, err
	}
	process(result, p)
	result.Unread = g.unread
	result.Warnings = slices.Concat(warnings, more, g.warnings)
	for _, name := range g.unread {
		result.Warnings = append(result.Warnings, unreadWarning(name))
	}
	return result, configs, nil
}
