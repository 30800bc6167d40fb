package vhost

import (
	"slices"
	"strings"
)

// conditions judges the RewriteConds of a rule; [OR] binds closer.
func (run *rewriteVisit) conditions(conditions []rewriteCondition) (holds certainty, why string) {
	holds = yes
	for i := 0; i < len(conditions); i++ {
		group := no
		if conditions[len(conditions)-1].orNext && !slices.ContainsFunc(conditions[i:], func(c rewriteCondition) bool { return !c.orNext }) {
			return holds, why // [OR] without a next condition is as good as true
		}
		for ; i < len(conditions); i++ {
			answer, doubt := run.condition(conditions[i])
			if doubt != "" && why == "" {
				why = doubt
			}
			group = group.or(answer)
			if !conditions[i].orNext {
				break
			}
			if answer == yes {
				for i < len(conditions) && conditions[i].orNext {
					i++
				}
				break
			}
		}
		if holds = holds.and(group); holds == no {
			return no, ""
		}
	}
	return holds, why
}

func (run *rewriteVisit) condition(c rewriteCondition) (answer certainty, why string) {
	v := run.v
	defer func() {
		if c.negated {
			answer = answer.not()
		}
	}()
	if c.kind == condExpression {
		saved := v.groups
		v.groups = nil
		answer, why = v.expression(c.pattern)
		if answer == yes && !c.negated {
			run.cond = v.groups
		}
		v.groups = saved
		return answer, why
	}
	input, why := v.attempt(func() string { return (&rewriteExpander{run: run}).expand(c.input) })
	if why != "" {
		return unsure, why
	}
	if c.kind == condFile {
		return v.exists(c.pattern, input), ""
	}
	if c.kind != condRegex {
		return sure(c.compare(input)), ""
	}
	groups, ok, undecided := v.s.matchGroups(c.pattern, c.noCase, input)
	if undecided != "" {
		return unsure, undecided
	}
	if ok && !c.negated {
		run.cond = groups
	}
	return sure(ok), ""
}

// exists answers a test such as -f: with either answer, one after the other. What
// is a file is no directory.
func (v *apacheVisit) exists(test, name string) certainty {
	if test == "-d" && v.world.holds(question{"-f", name}) {
		return no
	}
	return sure(v.world.ask(question{test, name}, "which files exist", true))
}

func (c rewriteCondition) compare(input string) bool {
	pattern := c.pattern
	if c.kind >= condIntLess {
		n := leadingNumber(input) - leadingNumber(pattern)
		switch c.kind {
		case condIntLess:
			return n < 0
		case condIntLessEqual:
			return n <= 0
		case condIntGreater:
			return n > 0
		case condIntGreaterEqual:
			return n >= 0
		}
		return n == 0
	}
	if c.noCase {
		input, pattern = strings.ToLower(input), strings.ToLower(pattern)
	}
	order := strings.Compare(input, pattern)
	if !c.noCase && c.kind != condEqual && len(input) != len(pattern) {
		// mod_rewrite compares lengths first (compare_lexicography).
		order = len(input) - len(pattern)
	}
	switch c.kind {
	case condLess:
		return order < 0
	case condLessEqual:
		return order <= 0
	case condGreater:
		return order > 0
	case condGreaterEqual:
		return order >= 0
	}
	return order == 0
}
