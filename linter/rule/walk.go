package rule

import (
	"fmt"
	"runtime/debug"
	"strings"

	"padlock/internal/apache"
	apachecheck "padlock/internal/apache/check"
	"padlock/internal/nginx"
	"padlock/internal/nginx/check"
)

// Failure is a rule that ended in a panic. What it had found until then stays.
type Failure struct {
	Rule  *Rule
	Cause any
	Stack []byte
}

func (f *Failure) Error() string {
	return fmt.Sprintf("internal error of rule %s: %v", f.Rule.ID, f.Cause)
}

// Walk is the one walk over a configuration, with all that rules subscribed to.
type Walk struct {
	config   *Config
	passes   []*Pass
	findings []Finding

	subscriptions
	end []endSubscription

	nginxDirective  NginxDirective
	apacheDirective ApacheDirective

	notes map[string]*notes // by category
}

// subscriptions are those to the walk itself.
type subscriptions struct {
	nginxAll   []nginxSubscription
	nginxNamed map[string][]nginxSubscription
	leaveAll   []leaveSubscription
	leaveNamed map[string][]leaveSubscription

	apacheAll   []apacheSubscription
	apacheNamed map[string][]apacheSubscription
}

// notes are what the rules of a category share. They are let go of when the last
// of them is done: of a large configuration they are a seventh of the memory.
type notes struct {
	nginx     *check.Subject        // see Pass.NginxSubject
	apache    []apachecheck.Problem // see Pass.ApacheProblems
	hasApache bool
}

type nginxSubscription struct {
	pass *Pass
	do   func(*NginxDirective)
}

type leaveSubscription struct {
	pass *Pass
	do   func(*nginx.Node)
}

type apacheSubscription struct {
	pass *Pass
	do   func(*ApacheDirective)
}

type endSubscription struct {
	pass *Pass
	do   func()
}

// Run lets rules look at one configuration. Findings come in the order in which
// they were found. A rule that panics is listed in failures and hears no more;
// the others go on.
func Run(config *Config, rules []*Rule) (findings []Finding, failures []*Failure) {
	w := &Walk{
		config: config,
		notes:  map[string]*notes{},
		subscriptions: subscriptions{
			nginxNamed:  map[string][]nginxSubscription{},
			leaveNamed:  map[string][]leaveSubscription{},
			apacheNamed: map[string][]apacheSubscription{},
		},
	}
	for _, r := range rules {
		if r.Check != nil && r.For(config.Target.Server) {
			if w.notes[r.Category] == nil {
				w.notes[r.Category] = &notes{}
			}
			p := &Pass{Rule: r, Config: config, walk: w, out: &w.findings, notes: w.notes[r.Category]}
			w.passes = append(w.passes, p)
			p.guard(func() { r.Check(p) })
		}
	}
	found := w.finish(func() {
		if config.Nginx != nil {
			w.walkNginx()
		} else {
			w.walkApache()
		}
	})
	for _, p := range w.passes {
		if p.failure != nil {
			failures = append(failures, p.failure)
		}
	}
	return append(w.findings, found...), failures
}

// guard is a call of a rule outside the walk.
func (p *Pass) guard(do func()) {
	defer p.recover()
	do()
}

// recover is deferred around every call of a rule.
func (p *Pass) recover() {
	if cause := recover(); cause != nil {
		p.failure = &Failure{Rule: p.Rule, Cause: cause, Stack: debug.Stack()}
	}
}

func (w *Walk) walkNginx() {
	if len(w.nginxAll)+len(w.nginxNamed)+len(w.leaveAll)+len(w.leaveNamed) > 0 {
		w.nginxDirective.config = w.config
		w.nginxChildren(w.config.Nginx.Root)
	}
}

func (w *Walk) nginxChildren(parent *nginx.Node) {
	context := w.config.PlaceIn(parent)
	for _, n := range parent.Children {
		if !n.Synthetic() {
			w.nginxDirective.enter(n, context)
			w.visitNginx(n)
		}
		if len(n.Children) > 0 {
			w.nginxChildren(n)
		}
		if n.HasBlock && !n.Synthetic() {
			w.leaveNginx(n)
		}
	}
}

func (w *Walk) visitNginx(n *nginx.Node) {
	for _, s := range w.nginxAll {
		w.callNginx(s)
	}
	if w.nginxDirective.InData() {
		return
	}
	for _, s := range w.nginxNamed[n.Name] {
		w.callNginx(s)
	}
}

func (w *Walk) callNginx(s nginxSubscription) {
	if s.pass.failure != nil {
		return
	}
	defer s.pass.recover()
	s.do(&w.nginxDirective)
}

func (w *Walk) leaveNginx(n *nginx.Node) {
	for _, s := range w.leaveAll {
		w.callLeave(s, n)
	}
	for _, s := range w.leaveNamed[n.Name] {
		w.callLeave(s, n)
	}
}

func (w *Walk) callLeave(s leaveSubscription, n *nginx.Node) {
	if s.pass.failure != nil {
		return
	}
	defer s.pass.recover()
	s.do(n)
}

func (w *Walk) walkApache() {
	if len(w.apacheAll)+len(w.apacheNamed) == 0 {
		return
	}
	w.apacheDirective = newApacheDirective(w.config)
	for item := range w.config.Apache.All() {
		w.apacheDirective.enter(item)
		for _, s := range w.apacheAll {
			w.callApache(s)
		}
		for _, s := range w.apacheNamedLike(item) {
			w.callApache(s)
		}
	}
}

// apacheNamedLike finds the subscriptions to an item's name. The spelling that
// occurs is remembered, so that each is folded once.
func (w *Walk) apacheNamedLike(item apache.Item) []apacheSubscription {
	name := w.apacheDirective.Title()
	found, ok := w.apacheNamed[name]
	if !ok {
		found = w.apacheNamed[strings.ToLower(name)]
		w.apacheNamed[name] = found
	}
	return found
}

func (w *Walk) callApache(s apacheSubscription) {
	if s.pass.failure != nil {
		return
	}
	defer s.pass.recover()
	s.do(&w.apacheDirective)
}
