package linter

import (
	"slices"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// processing is what the steps after judging know.
type processing struct {
	configs   []*rule.Config
	selection selection
	// governance and settings say what settings files want.
	governance *governance
	settings   map[*source.File]*Settings
	// descriptions are the files that rendered configurations come from, rendered
	// tells where what is found in those belongs.
	descriptions []*source.File
	rendered     map[*source.File]*rendering
	// baseline is nil if there is none, changed if all lines count.
	baseline *Baseline
	changed  *changes
}

// step takes away, changes or adds findings.
type step func(*processing, *Result)

// steps are what happens to findings between the rules and the report, in order.
// Names of files are relative already (see displayNames).
var steps = []step{
	order,
	deduplicate,
	suppress,
	toDescriptions,
	suppressInDescriptions,
	order,
	deduplicate,
	fingerprint,
	bySettings,
	sinceRevision,
	notInBaseline,
}

func process(result *Result, p *processing) {
	for _, do := range steps {
		do(p, result)
	}
}

// order puts findings in their one order.
func order(_ *processing, result *Result) {
	slices.SortStableFunc(result.Findings, func(a, b rule.Finding) int { return a.Compare(&b) })
}
