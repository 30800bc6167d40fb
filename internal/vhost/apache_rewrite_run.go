package vhost

import "strings"

// rewriteResult is what the rules led to.
type rewriteResult uint8

const (
	rewriteNothing rewriteResult = iota
	rewriteAnswered
	rewriteTarget
)

// serverRewrite runs the rules outside of sections (hook_uri2file). The engine
// may be switched by a <Location>, too.
func (v *apacheVisit) serverRewrite() (Outcome, rewriteResult) {
	r := v.s.rules(v.h)
	if !r.own || v.ended || len(r.set.rules) == 0 || !v.switchedOn("rewriteengine", false) {
		return Outcome{}, rewriteNothing
	}
	run := &rewriteVisit{v: v, set: &r.set, maps: v.s.rules(v.h).set.maps}
	return run.finish(run.apply())
}

// rewriteVisit applies one set of rules to one request.
type rewriteVisit struct {
	v    *apacheVisit
	set  *rewriteSet
	maps map[string]string
	// directory is the prefix of rules in sections; "" outside.
	directory string
	uri       string
	rule      []string // groups of the pattern, nil if negated
	cond      []string // groups of the last matching condition

	changed  bool
	noEscape bool
	// pass tells that other modules go on with the new path.
	pass     bool
	proxied  bool
	last     *rewriteRule
	status   int
	original string
}

// rewriteAction is what a list of rules ended with.
type rewriteAction uint8

const (
	actionNone rewriteAction = iota
	actionChanged
	actionStatus
)

// maxRewriteSteps bounds the rules tried for one request, followedRounds how
// often [N] is followed: httpd goes on for 32000 rounds.
const maxRewriteSteps, followedRounds = 20_000, 200

// apply runs the list (apply_rewrite_list).
func (run *rewriteVisit) apply() rewriteAction {
	v := run.v
	run.original = v.args
	round := 1
	rules := run.set.rules
	steps := 0
	for i := 0; i < len(rules); i++ {
		if steps++; steps > maxRewriteSteps {
			v.unknown("the rules go round too often")
			return actionNone
		}
		rule := rules[i]
		if v.inside && rule.has(flagRedirect) {
			continue // rules that redirect leave requests inside the server alone
		}
		matched := run.try(rule)
		if v.why != "" {
			return actionNone
		}
		if !matched {
			for i < len(rules) && rules[i].has(flagChain) {
				i++
			}
			continue
		}
		v.by = append(v.by, rule.origin)
		if run.status != 0 {
			return actionStatus
		}
		if rule.has(flagStatus) {
			run.status = rule.status
			return actionStatus
		}
		if !rule.has(flagNoSubstitution) {
			run.changed, run.noEscape, run.last = true, rule.has(flagNoEscape), rule
		}
		switch {
		case rule.has(flagPassThrough):
			run.pass, run.changed, run.noEscape = true, true, false
			return actionChanged
		case rule.has(flagEnd):
			v.ended = true
			return run.action()
		case rule.has(flagProxy | flagLast):
			return run.action()
		case rule.has(flagNext):
			if round++; round >= rule.rounds {
				run.status = 500
				return actionStatus
			}
			if round > followedRounds {
				v.unknown("the rules go round too often")
				return actionNone
			}
			i = -1
		case rule.skip > 0:
			i += rule.skip
		}
	}
	return run.action()
}

func (run *rewriteVisit) action() rewriteAction {
	if run.changed {
		return actionChanged
	}
	return actionNone
}

// try applies one rule (apply_rewrite_rule).
func (run *rewriteVisit) try(rule *rewriteRule) bool {
	v := run.v
	run.uri = v.filename
	if run.directory != "" {
		run.uri = strings.TrimPrefix(run.uri, run.directory)
	}
	groups, ok, undecided := v.s.matchGroups(rule.pattern, rule.has(flagNoCase), run.uri)
	if undecided != "" {
		v.unknown(undecided)
		return false
	}
	if ok == rule.negated {
		return false
	}
	run.rule, run.cond = groups, nil
	if rule.negated {
		run.rule = nil
	}
	switch holds, why := run.conditions(rule.conditions); {
	case holds == no:
		return false
	case holds == unsure:
		v.unknown(why)
		return false
	case rule.undecided != "":
		v.unknown(rule.undecided)
		return false
	}
	output := ""
	if !rule.has(flagNoSubstitution) {
		expander := &rewriteExpander{run: run, rule: rule, watch: !rule.has(flagAllow3F) && run.guards3F(), last: rule.has(flagQueryLast), safe: -1}
		output = expander.expand(rule.output)
		if expander.safe == 0 {
			run.status = 403
			return true
		}
	}
	for _, e := range rule.env {
		name := (&rewriteExpander{run: run}).expand(e)
		if strings.HasPrefix(name, "!") {
			delete(v.env, name[1:])
		} else {
			key, value, _ := strings.Cut(name, ":")
			v.setEnv(key, value)
		}
	}
	if v.why != "" || rule.has(flagNoSubstitution) {
		return true
	}
	run.substitute(rule, output)
	return true
}

// guards3F tells whether question marks of the client are refused in
// substitutions (CHANGES 2.4.60).
func (run *rewriteVisit) guards3F() bool {
	version := run.v.s.target.Version
	return version.IsZero() || version.AtLeast(version2460)
}
