package linter

import (
	"context"
	"sync"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/alike"
	"padlock/linter/rule"
)

// maxReadings bounds how often a configuration is read anew because something
// that was left out must not be; then all is read.
const maxReadings = 4

// leavingOut leaves files out that are like others. A nil one leaves out none.
type leavingOut struct {
	// smallest is how many files must be alike before some are left out.
	smallest int
	survey   *alike.Survey
	readings int
}

// mayLeaveOut tells that a request wants to know what is found in one
// configuration, and nothing about what it consists of.
func (l *loader) mayLeaveOut() bool {
	return len(l.places) == 1 && len(l.request.Rendered) == 0 && l.request.ChangedSince == "" && l.request.AlikeFrom >= 0
}

// chooser is what chooses the files that are read.
func (o *leavingOut) chooser(set *source.Set, server tlspolicy.Server) func([]string) []string {
	if o == nil {
		return nil
	}
	if o.survey == nil {
		o.survey = alike.NewSurvey(set, server, o.smallest)
	}
	o.survey.Begin()
	return o.survey.Choose
}

// read reads the configurations, again if something was left out that must not
// be.
func (l *loader) read(ctx context.Context, g *governance) ([]*rule.Config, map[*source.File]*rendering, error) {
	for {
		configs, rendered, err := l.loadAll(ctx, g)
		if err != nil || l.leavesOut.admitted(configs) {
			return configs, rendered, err
		}
		if l.leavesOut.readings++; l.leavesOut.readings == maxReadings {
			l.leavesOut = nil
		}
	}
}

// admitted tells that what was left out may be, and notes in the configuration
// what it is.
func (o *leavingOut) admitted(configs []*rule.Config) bool {
	if o == nil || o.survey == nil || len(configs) != 1 {
		return true
	}
	if !o.survey.Admit(configs[0]) {
		return false
	}
	configs[0].Alike = o.survey.Alike()
	return true
}

// spread adds what is to be told of the files that were left out. ok is false if
// that is not known.
func (o *leavingOut) spread(result *Result) (ok bool) {
	if o == nil || o.survey == nil {
		return true
	}
	if len(result.Failures) > 0 {
		return false
	}
	all, ok := o.survey.Spread(result.Findings, judgesCopies)
	if ok {
		result.Findings = all
	}
	return ok
}

// judgesCopies tells of a rule that it needs nothing copied.
func judgesCopies(id string) bool { return copyJudges()[id] }

var copyJudges = sync.OnceValue(func() map[string]bool {
	ids := map[string]bool{}
	for _, r := range Rules() {
		ids[r.ID] = r.JudgesCopies
	}
	return ids
})
