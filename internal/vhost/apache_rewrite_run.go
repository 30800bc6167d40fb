package vhost

import (
	"slices"
	"strings"
	"sync"
)

// apacheRules reads the rules of each scope when they are first needed.
type apacheRules struct {
	once sync.Once
	set  rewriteSet
	own  bool // the host has any directive of mod_rewrite

	mu       sync.Mutex
	sections map[*apacheScope]*rewriteSet
}

// rewriteOptions are those of RewriteOptions that move rules between scopes.
type rewriteOptions struct{ inherit, before, down, downBefore, ignore bool }

func readRewriteOptions(scopes ...*apacheScope) rewriteOptions {
	var o rewriteOptions
	for _, scope := range scopes {
		seen := false
		for d := range scope.all("rewriteoptions") {
			if !seen {
				o, seen = rewriteOptions{}, true
			}
			for _, w := range d.words() {
				switch strings.ToLower(w) {
				case "inherit":
					o.inherit = true
				case "inheritbefore":
					o.before = true
				case "inheritdown":
					o.down = true
				case "inheritdownbefore":
					o.downBefore = true
				case "ignoreinherit":
					o.ignore = true
				}
			}
		}
	}
	return o
}

// merge puts the rules of an outer scope before or behind those of an inner
// one, or leaves them out (config_server_merge).
func (s rewriteSet) merge(outer rewriteSet, mine, above rewriteOptions) rewriteSet {
	out := rewriteSet{maps: s.maps}
	switch {
	case mine.inherit || above.down && !mine.ignore:
		out.rules = append(append(out.rules, s.rules...), outer.rules...)
	case mine.before || above.downBefore && !mine.ignore:
		out.rules = append(append(out.rules, outer.rules...), s.rules...)
	default:
		out.rules = s.rules
		return out
	}
	out.maps = map[string]string{}
	for _, maps := range []map[string]string{outer.maps, s.maps} {
		for name, source := range maps {
			out.maps[name] = source
		}
	}
	return out
}

func readRewriteSet(scope *apacheScope) rewriteSet {
	set := rewriteSet{rules: readRules(scope), maps: map[string]string{}}
	for d := range scope.all("rewritemap") {
		if words := d.words(); len(words) > 1 {
			set.maps[words[0]] = words[1]
		}
	}
	return set
}

// usesRewrite tells whether a scope has a directive of mod_rewrite. A host
// without one is not touched by the module at all.
func usesRewrite(scope *apacheScope) bool {
	for _, d := range scope.directives {
		if strings.HasPrefix(d.name, "rewrite") {
			return true
		}
	}
	for section := range routeSections(scope) {
		for _, d := range section.directives {
			if strings.HasPrefix(d.name, "rewrite") {
				return true
			}
		}
	}
	return false
}

// rules are those of the host outside of sections.
func (s *apacheServer) rules(h *apacheHost) *apacheRules {
	r := &h.routes.rules
	r.once.Do(func() {
		r.own = usesRewrite(h.scope)
		r.set = readRewriteSet(h.scope)
		r.sections = map[*apacheScope]*rewriteSet{}
		if h != s.main {
			base := s.rules(s.main)
			r.set = r.set.merge(base.set, readRewriteOptions(s.main.scope, h.scope), readRewriteOptions(s.main.scope))
		}
	})
	return r
}

// sectionRules are the rules of a section, read once.
func (s *apacheServer) sectionRules(h *apacheHost, section *apacheScope) *rewriteSet {
	r := s.rules(h)
	r.mu.Lock()
	defer r.mu.Unlock()
	set, ok := r.sections[section]
	if !ok {
		read := readRewriteSet(section)
		set = &read
		r.sections[section] = set
	}
	return set
}

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

// substitute puts the result of a rule in place of the path and the query.
func (run *rewriteVisit) substitute(rule *rewriteRule, output string) {
	v := run.v
	prefixed := false
	if !strings.HasPrefix(output, "/") && absoluteScheme(output) == "" {
		switch {
		case run.directory != "":
			output, prefixed = run.directory+output, true
		case !rule.has(flagProxy | flagRedirect):
			output, prefixed = "/"+output, true
		}
	}
	v.filename = output
	run.splitQuery(rule)
	if rule.has(flagProxy) {
		run.qualify()
		run.proxied = true
		return
	}
	if rule.has(flagRedirect) {
		run.qualify()
		run.redirects(rule)
		return
	}
	run.reduce()
	if absoluteScheme(v.filename) != "" {
		run.redirects(rule)
		return
	}
	if !rule.has(flagKeepSlashes) && !prefixed && !strings.HasPrefix(rule.output, "//") {
		for strings.HasPrefix(v.filename, "//") {
			v.filename = v.filename[1:]
		}
	}
}

// redirects notes the status of a rule that redirects. httpd keeps it when a later
// rule makes a path of the URL: what is there then is sent as a redirect without an
// address (apply_rewrite_rule of mod_rewrite, 2.4.71).
func (run *rewriteVisit) redirects(rule *rewriteRule) {
	if run.directory != "" {
		return
	}
	if run.v.status = rule.status; rule.status < 300 || rule.status > 399 {
		run.v.status = 302
	}
}

// splitQuery takes the query off the substitution (splitout_queryargs).
func (run *rewriteVisit) splitQuery(rule *rewriteRule) {
	v := run.v
	if rule.has(flagQueryNone) {
		v.args, v.hasArgs = "", false
		return
	}
	if scheme := absoluteScheme(v.filename); scheme != "" && !absoluteSchemes[scheme] {
		v.args, v.hasArgs = "", false
		return
	}
	if rule.has(flagQueryDiscard) {
		v.args, v.hasArgs = "", false
	}
	at := strings.IndexByte(v.filename, '?')
	if rule.has(flagQueryLast) {
		at = strings.LastIndexByte(v.filename, '?')
	}
	if at < 0 {
		return
	}
	query := v.filename[at+1:]
	v.filename = v.filename[:at]
	switch {
	case !rule.has(flagQueryAppend):
		v.args, v.hasArgs = query, true
	case query != "":
		v.args, v.hasArgs = query+"&"+v.args, true
	}
	v.args = strings.TrimSuffix(v.args, "&")
	if v.args == "" {
		v.hasArgs = false
	}
}

// qualify makes an absolute URL of a path.
func (run *rewriteVisit) qualify() {
	v := run.v
	if absoluteScheme(v.filename) != "" {
		return
	}
	slash := "/"
	if strings.HasPrefix(v.filename, "/") {
		slash = ""
	}
	v.filename = v.origin() + slash + v.filename
}

// reduce makes a path of an absolute URL of this very host. The port must be
// one that ServerName or <VirtualHost> names.
func (run *rewriteVisit) reduce() {
	v := run.v
	prefix := v.scheme() + "://"
	if len(v.filename) <= len(prefix) || !strings.EqualFold(v.filename[:len(prefix)], prefix) {
		return
	}
	rest := v.filename[len(prefix):]
	end := strings.IndexByte(rest, '/')
	path := "/"
	authority := rest
	if end >= 0 {
		authority, path = rest[:end], rest[end:]
	}
	host, portText, hasPort := strings.Cut(authority, ":")
	port := v.standardPort()
	if hasPort {
		port = uint16(leadingNumber(portText))
	}
	if v.isThisHost(strings.ToLower(host), port) {
		v.filename = path
	}
}

// isThisHost is ap_matches_request_vhost.
func (v *apacheVisit) isThisHost(host string, port uint16) bool {
	for _, a := range v.h.addresses {
		if (a.port == 0 || a.port == port) && a.text == host {
			return true
		}
	}
	if v.h.port != port {
		return false
	}
	for _, n := range v.h.host.Names {
		if n.Text == host || n.Kind != Exact && globMatch(n.Text, host) {
			return true
		}
	}
	return false
}

// finish turns the result of rules outside of sections into what happens.
func (run *rewriteVisit) finish(action rewriteAction) (Outcome, rewriteResult) {
	v := run.v
	if v.why != "" {
		return v.cannotTell(), rewriteAnswered
	}
	switch action {
	case actionNone:
		v.filename = v.uri
		return Outcome{}, rewriteNothing
	case actionStatus:
		if v.status != 0 {
			v.unknown("a rule has made a redirect of the request, and a later one something else")
			return v.cannotTell(), rewriteAnswered
		}
		return v.reject(run.status, "a RewriteRule says so"), rewriteAnswered
	}
	if o, done := run.away(); done {
		return o, rewriteAnswered
	}
	switch {
	case run.pass && v.status != 0 && !strings.HasPrefix(v.filename, "/"):
		v.unknown("a rule has made a redirect of the request, and a later one something else")
		return v.cannotTell(), rewriteAnswered
	case run.proxied:
		v.backend = v.filename
		return Outcome{}, rewriteTarget
	case run.pass:
		if v.uri = v.filename; !strings.HasPrefix(v.uri, "/") {
			return v.reject(400, "the flag [PT] is given a URL"), rewriteAnswered
		}
		return Outcome{}, rewriteNothing
	}
	// A path whose first directory exists is taken as it stands; others lie
	// below DocumentRoot.
	root := v.documentRoot()
	v.rooted = v.filename == "/"
	if strings.HasPrefix(v.filename, root+"/") {
		v.place(root, strings.TrimPrefix(v.filename, root))
	} else {
		v.place(root, v.filename)
	}
	if v.why != "" {
		return v.cannotTell(), rewriteAnswered
	}
	return Outcome{}, rewriteTarget
}

// away is a redirect to an absolute URL, or the refusal of a bad query.
func (run *rewriteVisit) away() (Outcome, bool) {
	v := run.v
	scheme := absoluteScheme(v.filename)
	escapes := scheme != "" && !run.noEscape && !run.proxied
	if v.args != "" && !escapes && strings.IndexFunc(v.args, func(r rune) bool { return r <= ' ' || r == 0x7f }) >= 0 {
		return v.reject(403, "the query has control characters"), true
	}
	if scheme == "" || run.proxied || run.pass && run.directory == "" {
		return Outcome{}, false
	}
	url := v.filename
	if !run.noEscape {
		url = escapeAbsolute(url, scheme)
	}
	if v.hasArgs {
		args := v.args
		if !run.noEscape && v.args != run.original {
			args = escapePath(args)
		}
		url += "?" + args
	}
	status := 302
	if run.last != nil && run.last.status >= 300 && run.last.status <= 399 {
		status = run.last.status
	}
	return Outcome{Kind: Redirects, Status: status, URL: url}, true
}
