package vhost

import (
	"strconv"
	"strings"

	"padlock/internal/apache/directives"
)

// apacheRoutes is what the answers of a host share.
type apacheRoutes struct{ rules apacheRules }

// rewriteSet is the rules of one scope after inheritance.
type rewriteSet struct {
	rules []*rewriteRule
	maps  map[string]string // name to source, "int:tolower"
}

// rewriteRule is a RewriteRule with the RewriteConds before it.
type rewriteRule struct {
	origin     Origin
	conditions []rewriteCondition
	pattern    string
	negated    bool
	output     string
	flags      rewriteFlags
	status     int
	skip       int
	rounds     int
	env        []string
	escapes    string
	keeps      string
	// undecided tells why the rule cannot be judged.
	undecided string
}

type rewriteFlags uint32

const (
	flagNoCase rewriteFlags = 1 << iota
	flagRedirect
	flagStatus
	flagNoSubstitution
	flagLast
	flagEnd
	flagNoEscape
	flagQueryAppend
	flagQueryDiscard
	flagQueryLast
	flagQueryNone
	flagPassThrough
	flagProxy
	flagChain
	flagNext
	flagEscapeGroups
	flagEscapeNoPlus
	flagAllow3F
	flagKeepSlashes
	flagHandler
)

func (r *rewriteRule) has(f rewriteFlags) bool { return r.flags&f != 0 }

// rewriteCondition is a RewriteCond.
type rewriteCondition struct {
	origin  Origin
	input   string
	kind    conditionKind
	pattern string
	negated bool
	noCase  bool
	orNext  bool
}

// conditionKind is how a RewriteCond compares.
type conditionKind uint8

const (
	condRegex conditionKind = iota
	condFile
	condExpression
	condLess
	condLessEqual
	condEqual
	condGreater
	condGreaterEqual
	condIntLess
	condIntLessEqual
	condIntEqual
	condIntGreater
	condIntGreaterEqual
)

// readRules reads the rules of a scope, each with its conditions.
func readRules(scope *apacheScope) []*rewriteRule {
	var rules []*rewriteRule
	var conditions []rewriteCondition
	for _, d := range scope.directives {
		switch d.name {
		case "rewritecond":
			if parts, ok := directives.ParseRewrite(d.item.Args()); ok {
				conditions = append(conditions, readCondition(d, parts))
			}
		case "rewriterule":
			if parts, ok := directives.ParseRewrite(d.item.Args()); ok {
				rule := readRule(d, parts)
				rule.conditions = conditions
				rules = append(rules, rule)
				conditions = nil
			}
		}
	}
	return rules
}

// readCondition follows cmd_rewritecond of mod_rewrite.
func readCondition(d apacheDirective, parts directives.RewriteParts) rewriteCondition {
	c := rewriteCondition{origin: originOf(d.item), input: parts.First}
	for _, f := range parts.Flags {
		switch strings.ToLower(f.Name) {
		case "nc", "nocase":
			c.noCase = true
		case "or", "ornext":
			c.orNext = true
		}
	}
	pattern := parts.Second
	if rest, ok := strings.CutPrefix(pattern, "!"); ok {
		c.negated, pattern = true, rest
	}
	c.pattern = pattern
	if strings.EqualFold(c.input, "expr") {
		c.kind = condExpression
		return c
	}
	c.readOperator(pattern)
	return c
}

var integerOperators = map[string]conditionKind{
	"lt": condIntLess, "le": condIntLessEqual, "eq": condIntEqual, "ne": condIntEqual, "gt": condIntGreater, "ge": condIntGreaterEqual,
}

func (c *rewriteCondition) readOperator(p string) {
	if len(p) < 2 {
		return
	}
	switch p[0] {
	case '-':
		if len(p) == 2 && strings.IndexByte("fsdxhLlUF", p[1]) >= 0 {
			c.kind = condFile
		} else if kind, ok := integerOperators[p[1:min(3, len(p))]]; ok && len(p) > 3 {
			c.kind, c.pattern = kind, p[3:]
			c.negated = c.negated != (p[1:3] == "ne")
		}
	case '<':
		c.kind, c.pattern = condLess, p[1:]
		if p[1] == '=' {
			c.kind, c.pattern = condLessEqual, p[2:]
		}
	case '>':
		c.kind, c.pattern = condGreater, p[1:]
		if p[1] == '=' {
			c.kind, c.pattern = condGreaterEqual, p[2:]
		}
	case '=':
		c.kind, c.pattern = condEqual, p[1:]
		if c.pattern == `""` {
			c.pattern = ""
		}
	}
}

// readRule follows cmd_rewriterule of mod_rewrite.
func readRule(d apacheDirective, parts directives.RewriteParts) *rewriteRule {
	r := &rewriteRule{origin: originOf(d.item), pattern: parts.First, output: parts.Second, status: 302, rounds: maxRewriteRounds}
	for _, f := range parts.Flags {
		r.readFlag(f)
	}
	if rest, ok := strings.CutPrefix(r.pattern, "!"); ok {
		r.negated, r.pattern = true, rest
	}
	if r.output == "-" {
		r.flags |= flagNoSubstitution
	}
	switch {
	case strings.HasSuffix(r.output, "?") && r.has(flagQueryAppend):
		r.flags |= flagQueryLast
	case strings.HasSuffix(r.output, "?"):
		r.flags |= flagQueryNone
		r.output = r.output[:len(r.output)-1]
	case r.has(flagQueryDiscard) && !strings.Contains(r.output, "?"):
		r.flags |= flagQueryNone
	}
	return r
}

// maxRewriteRounds bounds [N]; httpd stops after 32000 rounds with a 500.
const maxRewriteRounds = 32000

var plainFlags = map[string]rewriteFlags{
	"l": flagLast, "last": flagLast, "end": flagEnd, "ne": flagNoEscape, "noescape": flagNoEscape, "nc": flagNoCase, "nocase": flagNoCase,
	"qsa": flagQueryAppend, "qsappend": flagQueryAppend, "qsd": flagQueryDiscard, "qsdiscard": flagQueryDiscard,
	"qsl": flagQueryLast, "qslast": flagQueryLast, "pt": flagPassThrough, "passthrough": flagPassThrough, "p": flagProxy, "proxy": flagProxy,
	"c": flagChain, "chain": flagChain, "n": flagNext, "next": flagNext, "bnp": flagEscapeNoPlus, "backrefernoplus": flagEscapeNoPlus,
	"unsafeallow3f": flagAllow3F, "unc": flagKeepSlashes, "h": flagHandler, "handler": flagHandler,
}

func (r *rewriteRule) readFlag(f directives.RewriteFlag) {
	name := strings.ToLower(f.Name)
	r.flags |= plainFlags[name]
	switch name {
	case "r", "redirect":
		r.flags |= flagRedirect
		r.readStatus(f.Value)
	case "f", "forbidden":
		r.flags |= flagStatus | flagNoSubstitution
		r.status = 403
	case "g", "gone":
		r.flags |= flagStatus | flagNoSubstitution
		r.status = 410
	case "s", "skip":
		r.skip = leadingNumber(f.Value)
	case "n", "next":
		if f.Value != "" {
			r.rounds = min(maxRewriteRounds, leadingNumber(f.Value))
		}
	case "e", "env":
		r.env = append(r.env, f.Value)
	case "b", "backrefescaping":
		r.flags |= flagEscapeGroups
		r.escapes = f.Value
	case "bne":
		r.keeps = f.Value
	case "bctls", "t", "type", "co", "cookie", "ns", "nosubreq", "dpi", "discardpath", "unsafeprefixstat":
		if name == "bctls" {
			r.undecided = "the flag [BCTLS] is not evaluated"
		}
	}
}

func (r *rewriteRule) readStatus(value string) {
	switch strings.ToLower(value) {
	case "":
	case "permanent":
		r.status = 301
	case "temp":
		r.status = 302
	case "seeother":
		r.status = 303
	default:
		if n, err := strconv.Atoi(value); err == nil {
			r.status = n
			if n < 300 || n > 399 {
				r.flags |= flagStatus | flagNoSubstitution
			}
		}
	}
}
