package linter

import (
	"context"

	"padlock/internal/parallel"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// judge lets the rules look at every configuration, several at a time.
func judge(ctx context.Context, configs []*rule.Config, rules []*rule.Rule) (*Result, error) {
	type outcome struct {
		findings []rule.Finding
		failures []*rule.Failure
		hosts    int
	}
	outcomes := make([]outcome, len(configs))
	parallel.Do(len(configs), func(i int) {
		if ctx.Err() != nil {
			return
		}
		o := &outcomes[i]
		o.findings, o.failures = rule.Run(configs[i], rules)
		o.hosts = virtualHosts(configs[i])
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	result := &Result{}
	files := map[*source.File]bool{}
	for i, o := range outcomes {
		result.Findings = append(result.Findings, o.findings...)
		result.Failures = append(result.Failures, o.failures...)
		result.VirtualHosts += o.hosts
		for _, f := range configs[i].Sources() {
			files[f] = true
		}
		for _, a := range configs[i].Alike {
			result.LeftOut += len(a.Others)
		}
	}
	result.Files = len(files)
	return result, nil
}

// judge reads the configurations and lets the rules look at them.
func (l *loader) judge(ctx context.Context, g *governance, rules []*rule.Rule) ([]*rule.Config, map[*source.File]*rendering, *Result, error) {
	for {
		configs, rendered, err := l.read(ctx, g)
		if err != nil {
			return nil, nil, nil, err
		}
		if l.request.Loaded != nil {
			l.request.Loaded(needOf(configs))
		}
		result, err := judge(ctx, configs, rules)
		if err != nil {
			return nil, nil, nil, err
		}
		if l.leavesOut.spread(result) {
			return configs, rendered, result, nil
		}
		l.leavesOut = nil
	}
}
