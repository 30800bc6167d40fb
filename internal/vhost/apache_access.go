package vhost

import (
	"slices"
	"strings"

	"padlock/internal/apache"
)

// access judges SSLRequireSSL, the old Order, Allow and Deny, and Require, as
// of the layers that apply.
func (v *apacheVisit) access() (Outcome, bool) {
	if d, _, ok := v.setting("satisfy"); ok && strings.EqualFold(d.first(), "any") {
		// A password may stand for TLS, too, unless SSLOptions says StrictRequire.
		v.unknown("it depends on Satisfy any")
		return Outcome{}, true
	}
	if d, ok := v.requiresTLS(); ok && !v.r.TLS {
		v.by = append(v.by, originOf(d.item))
		return v.reject(403, "SSLRequireSSL wants TLS"), true
	}
	if v.why != "" {
		return Outcome{}, true
	}
	if o, done := v.oldAccess(); done {
		return o, true
	}
	return v.authorize()
}

// requiresTLS tells whether SSLRequireSSL is in any of the layers.
func (v *apacheVisit) requiresTLS() (apacheDirective, bool) {
	for _, layer := range v.layers {
		if d, ok := layer.scope.last("sslrequiressl"); ok {
			if layer.doubt != "" && !v.r.TLS {
				v.unknown(layer.doubt)
				continue
			}
			return d, true
		}
		if _, ok := layer.scope.last("sslrequire"); ok {
			v.unknown("SSLRequire is not evaluated")
		}
	}
	return apacheDirective{}, false
}

// oldAccess is mod_access_compat: Order, Allow from, Deny from.
func (v *apacheVisit) oldAccess() (Outcome, bool) {
	order := "deny,allow"
	var lists [2][]apacheDirective // allow, deny
	var by apacheDirective
	for _, layer := range v.layers {
		seen := false
		for _, d := range layer.scope.directives {
			switch d.name {
			case "order", "allow", "deny":
			default:
				continue
			}
			if layer.doubt != "" {
				v.unknown(layer.doubt)
				return Outcome{}, true
			}
			if !seen {
				lists, seen = [2][]apacheDirective{}, true
				order = "deny,allow"
			}
			by = d
			switch d.name {
			case "order":
				order = strings.ToLower(d.first())
			case "allow":
				lists[0] = append(lists[0], d)
			case "deny":
				lists[1] = append(lists[1], d)
			}
		}
	}
	if by.name == "" {
		return Outcome{}, false
	}
	allowed, denied := v.listed(lists[0]), v.listed(lists[1])
	var granted certainty
	if order == "deny,allow" {
		granted = denied.not().or(allowed)
	} else {
		granted = allowed.and(denied.not())
	}
	switch granted {
	case yes:
		v.why = ""
		return Outcome{}, false
	case unsure:
		v.unknown("it depends on the client's address")
		return Outcome{}, true
	}
	v.why = ""
	v.by = append(v.by, originOf(by.item))
	return v.reject(403, "access is denied"), true
}

func (v *apacheVisit) listed(lists []apacheDirective) certainty {
	answer := no
	for _, d := range lists {
		for _, word := range d.words()[min(1, len(d.words())):] {
			switch {
			case strings.EqualFold(word, "all"):
				answer = answer.or(yes)
			case strings.HasPrefix(strings.ToLower(word), "env="):
				name := word[4:]
				set := v.hasEnvironment(strings.TrimPrefix(name, "!"))
				if strings.HasPrefix(name, "!") {
					set = set.not()
				}
				answer = answer.or(set)
			default:
				answer = answer.or(v.clientIn(word))
			}
		}
	}
	return answer
}

func (v *apacheVisit) hasEnvironment(name string) certainty {
	if _, ok := v.env[name]; ok {
		return yes
	}
	value, why := v.attempt(func() string { return v.environment(name) })
	if why != "" {
		v.unknown(why)
		return unsure
	}
	return sure(value != "")
}

// authorize is mod_authz_core: the last layer that has a Require decides.
func (v *apacheVisit) authorize() (Outcome, bool) {
	granted, by, reason := v.layerGrants(len(v.layers) - 1)
	switch granted.answer {
	case yes:
		return Outcome{}, false
	case unsure:
		v.unknown(reason)
		v.unknown("it depends on who asks")
		return Outcome{}, true
	}
	v.why = ""
	v.by = append(v.by, by)
	if granted.password {
		return v.reject(401, "a password is asked for"), true
	}
	return v.reject(403, "access is denied"), true
}

// grant is what Require lines say.
type grant struct {
	answer certainty
	// neutral: nothing was said.
	neutral bool
	// password tells that a user who logs in may be granted.
	password bool
}

// layerGrants judges the layers up to one.
func (v *apacheVisit) layerGrants(top int) (g grant, by Origin, reason string) {
	for i := top; i >= 0; i-- {
		layer := v.layers[i]
		rules := requireRules(layer.scope)
		if len(rules) == 0 {
			continue
		}
		by = originOf(rules[0].item)
		g = v.combine(rules, "requireany")
		merge := ""
		if d, ok := layer.scope.last("authmerging"); ok {
			merge = strings.ToLower(d.first())
		}
		if merge == "and" || merge == "or" || layer.doubt != "" {
			if merge != "" && slices.ContainsFunc(v.layers[:i+1], limitsMethods) {
				return grant{answer: unsure}, by, "it depends on how AuthMerging joins what holds for some methods alone"
			}
			before, _, _ := v.layerGrants(i - 1)
			switch {
			case merge == "and":
				before.answer = before.answer.and(g.answer)
			case merge == "or":
				before.answer = before.answer.or(g.answer)
			}
			if merge == "and" || merge == "or" {
				before.password = before.password || g.password
				g = before
			} else if before.answer != g.answer {
				return grant{answer: unsure}, by, layer.doubt
			}
		}
		return g, by, layer.doubt
	}
	return grant{answer: yes, neutral: true}, Origin{}, ""
}

// limitsMethods tells that a layer has rules in <Limit> or <LimitExcept>.
func limitsMethods(layer apacheLayer) bool {
	return slices.ContainsFunc(requireRules(layer.scope), func(r requireRule) bool { return r.name == "limit" || r.name == "limitexcept" })
}

// requireRule is a Require directive, or a section with more of them.
type requireRule struct {
	item  apache.Item
	name  string
	inner []requireRule
}

// requireRules are the Require lines of a scope in order, with those in <Limit>
// and <RequireAll> and their like.
func requireRules(scope *apacheScope) []requireRule {
	scope.requiredOnce.Do(func() { scope.required = scope.requireRules() })
	return scope.required
}

func (scope *apacheScope) requireRules() []requireRule {
	var out []requireRule
	for _, d := range scope.directives {
		if d.name == "require" {
			out = append(out, requireRule{item: d.item, name: d.name})
		}
	}
	for _, section := range scope.sections {
		switch section.kind {
		case "requireall", "requireany", "requirenone", "limit", "limitexcept":
			if inner := requireRules(section); len(inner) > 0 {
				out = append(out, requireRule{item: section.item, name: section.kind, inner: inner})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b requireRule) int { return a.item.Index() - b.item.Index() })
	return out
}

// combine judges rules that stand in one section.
func (v *apacheVisit) combine(rules []requireRule, how string) grant {
	out := grant{neutral: true, answer: no}
	hopeless := false // a password would not change a rule that has to hold
	for _, rule := range rules {
		g := v.grants(rule)
		out.password = out.password || g.password
		hopeless = hopeless || g.answer == no && !g.neutral && !g.password
		if g.neutral {
			continue
		}
		switch {
		case out.neutral:
			out.answer = g.answer
		case how == "requireall":
			out.answer = out.answer.and(g.answer)
		default:
			out.answer = out.answer.or(g.answer)
		}
		out.neutral = false
	}
	if how == "requireall" && hopeless {
		out.password = false
	}
	if how == "requirenone" {
		// One that grants denies; none says nothing.
		out.answer = out.answer.not()
		out.neutral = out.answer == yes
		out.password = false
	}
	return out
}

func (v *apacheVisit) grants(rule requireRule) grant {
	switch rule.name {
	case "limit", "limitexcept":
		listed := false
		for _, w := range rule.item.Words() {
			method := v.method()
			listed = listed || strings.EqualFold(w.Value, method) || method == "HEAD" && strings.EqualFold(w.Value, "GET")
		}
		if listed != (rule.name == "limit") {
			return grant{answer: yes}
		}
		return v.combine(rule.inner, "requireany")
	case "requireall", "requireany", "requirenone":
		return v.combine(rule.inner, rule.name)
	}
	words := rule.item.Words()
	negated := len(words) > 0 && strings.EqualFold(words[0].Value, "not")
	if negated {
		words = words[1:]
	}
	values := make([]string, len(words))
	for i, w := range words {
		values[i] = w.Value
	}
	g := v.provider(rule, values)
	if negated {
		g.answer, g.password = g.answer.not(), false
		g.neutral = g.answer == yes
	}
	return g
}

// provider judges one Require line by its first word.
func (v *apacheVisit) provider(rule requireRule, words []string) grant {
	if len(words) == 0 {
		return grant{answer: unsure}
	}
	rest := words[1:]
	anyOf := func(test func(string) certainty) grant {
		g := grant{answer: no}
		for _, word := range rest {
			if strings.HasPrefix(word, "#") {
				break
			}
			g.answer = g.answer.or(test(word))
		}
		return g
	}
	switch strings.ToLower(words[0]) {
	case "all":
		return grant{answer: sure(len(rest) > 0 && strings.EqualFold(rest[0], "granted"))}
	case "method":
		return anyOf(func(w string) certainty { return sure(w == v.method() || v.method() == "HEAD" && w == "GET") })
	case "ip":
		return anyOf(v.clientIn)
	case "local":
		if v.r.Client.IsValid() {
			return grant{answer: sure(v.r.Client.Unmap().IsLoopback() || v.l.Address.IP == v.r.Client.Unmap())}
		}
		return grant{answer: no}
	case "env":
		return anyOf(v.hasEnvironment)
	case "expr":
		_, text, _ := strings.Cut(strings.TrimSpace(rule.item.Args()), "expr")
		text = strings.TrimSpace(text)
		if len(rest) == 1 {
			text = rest[0]
		}
		answer, doubt := v.expression(text)
		if doubt != "" {
			v.unknown(doubt)
		}
		return grant{answer: answer}
	case "valid-user", "user", "group", "ldap-user", "ldap-group", "dbm-group", "dbd-group", "file-owner", "file-group":
		if v.header("Authorization") == "" {
			return grant{answer: no, password: true}
		}
	}
	v.unknown("it depends on Require " + words[0])
	return grant{answer: unsure}
}
