package linter

import (
	"context"

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
	parallel(len(configs), func(i int) {
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
	}
	result.Files = len(files)
	return result, nil
}
