// Package linter judges configurations of nginx and Apache: it finds and reads
// them, lets the rules look at them, and sorts out what of their findings is to
// be told.
//
// It reads nothing outside the directories that were named (see locate.go),
// and writes nothing.
package linter

import (
	"context"
	"io"
	"io/fs"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// Request says what to judge and how.
type Request struct {
	// Paths are files and directories of this machine; "-" is Stdin. With Root
	// they are still paths of this machine.
	Paths []string
	Stdin io.Reader
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
	// Server is the server that the configurations are for; empty to recognise
	// it from what they say.
	Server tlspolicy.Server
	// Platform is the name of a platform that tlspolicy knows; empty if not
	// known.
	Platform string
	// ServerVersion and OpenSSLVersion are stronger than Platform; zero if not
	// known.
	ServerVersion, OpenSSLVersion tlspolicy.Version
	// Only are the rules to run; all if empty. Without are those not to run.
	Only, Without []string
}

// Result is what came out.
type Result struct {
	// Findings are in their one order, and each is told once.
	Findings []rule.Finding
	// Failures are rules that ended in a panic.
	Failures []*rule.Failure
	// Suppressed is how many findings ignore comments have silenced.
	Suppressed int
	// Files is how many files were read, VirtualHosts how many virtual hosts
	// they hold.
	Files, VirtualHosts int
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
// path that does not exist, an unknown rule, a file of neither server. What is
// wrong inside a configuration is a finding.
func Lint(ctx context.Context, request Request) (*Result, error) {
	selection, err := selectRules(Rules(), request.Only, request.Without)
	if err != nil {
		return nil, err
	}
	configs, err := load(ctx, request)
	if err != nil {
		return nil, err
	}
	result, err := judge(ctx, configs, selection.rules)
	if err != nil {
		return nil, err
	}
	process(result, &processing{configs: configs, selection: selection})
	return result, nil
}
