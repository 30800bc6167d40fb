package vhost

import (
	"strconv"
	"strings"

	"padlock/internal/nginx"
)

// rewriteRun is one run of the rewrite directives of a block, nested ifs
// included.
type rewriteRun struct {
	q *nginxRequest
	// escape tells that captures are escaped in values: so the run begins, until
	// a rewrite within the server ends it (the quote flag of
	// ngx_http_rewrite_handler).
	escape bool
	// inLocation tells that an if makes its block the one in effect.
	inLocation bool
}

// rewrite runs the rewrite directives of a block. done is false if the request
// goes on.
func (q *nginxRequest) rewrite(at *level, inLocation bool) (s step, done bool) {
	run := &rewriteRun{q: q, escape: true, inLocation: inLocation}
	s, done = run.block(at.node.Children, at)
	return s, done && s.kind != goOn
}

// block runs the directives of one block. done means that the run is over; the
// step then says how the request goes on.
func (run *rewriteRun) block(nodes []*nginx.Node, at *level) (s step, done bool) {
	q := run.q
	for _, node := range nodes {
		switch node.Name {
		case "set":
			run.set(node)
		case "break":
			q.uriChanged = false
			return step{}, true
		case "return":
			q.took(node)
			return run.giveAnswer(node), true
		case "rewrite":
			if s, done := run.rewriteURI(node); done {
				return s, true
			}
		case "if":
			if !node.HasBlock || !run.condition(node) {
				continue
			}
			q.took(node)
			inner := newLevel(node, at)
			if run.inLocation {
				q.enter(inner)
			}
			if s, done := run.block(node.Children, inner); done {
				return s, true
			}
		}
		if q.stuck != "" {
			return q.cannotTell(q.stuck), true
		}
	}
	return step{}, false
}

func (run *rewriteRun) set(node *nginx.Node) {
	name := asciiLower(strings.TrimPrefix(node.Arg(0), "$"))
	value := run.q.expand(node.Arg(1), run.escape)
	if name == "args" {
		run.q.args = value
		return
	}
	run.q.setVariable(name, value)
}

// redirectStatus are those for which return and error_page send a URL
// (ngx_http_send_response; 308 since 1.13.0).
var redirectStatus = map[int]bool{301: true, 302: true, 303: true, 307: true, 308: true}

// giveAnswer is the return directive. It does not escape captures.
func (run *rewriteRun) giveAnswer(node *nginx.Node) step {
	q := run.q
	status, err := strconv.Atoi(node.Arg(0))
	body := node.Arg(1)
	if err != nil {
		status, body = 302, node.Arg(0)
	}
	value := q.expand(body, false)
	switch {
	case redirectStatus[status]:
		q.location, q.hasLocation = value, true
		return q.special(status)
	case status == 444 && body == "":
		return q.finish(Outcome{Kind: Rejects, Status: 444, Reason: "the connection is closed without an answer"})
	case status >= 400 && body == "" || status == 201 && body == "" || status == 204 && body == "":
		return q.special(status)
	case status >= 300 && status < 400:
		return q.send(status, Outcome{Kind: Serves, Reason: "a fixed answer"})
	}
	return q.send(status, Outcome{Kind: Serves, Reason: "a fixed answer"})
}

// rewriteURI is the rewrite directive (ngx_http_rewrite,
// ngx_http_script_regex_start_code and ..._end_code, nginx 1.26.3).
func (run *rewriteRun) rewriteURI(node *nginx.Node) (s step, done bool) {
	q := run.q
	replacement, flag := node.Arg(1), node.Arg(2)
	if !q.matchPattern(q.model.patterns.get(node.Arg(0), false), text{known: q.uri}) {
		q.captures, q.captureGap = nil, ""
		return step{}, false
	}
	q.took(node)
	replacement, dropArgs := strings.CutSuffix(replacement, "?")
	status := 0
	switch flag {
	case "redirect":
		status = 302
	case "permanent":
		status = 301
	}
	if status == 0 && (strings.HasPrefix(replacement, "http://") || strings.HasPrefix(replacement, "https://") || strings.HasPrefix(replacement, "$scheme")) {
		status = 302
	}
	if status != 0 {
		q.location, q.hasLocation = q.rewrittenURL(replacement, !dropArgs), true
		return q.special(status), true
	}
	run.escape = false
	q.internal, q.uriChanged = true, flag != "break"
	q.rewriteWithin(replacement, !dropArgs)
	if q.stuck != "" {
		return q.cannotTell(q.stuck), true
	}
	if q.uri == "" {
		return q.special(500), true
	}
	return step{}, flag == "last" || flag == "break"
}

// rewrittenURL is the Location of a rewrite that redirects.
func (q *nginxRequest) rewrittenURL(replacement string, addArgs bool) text {
	url := q.expand(replacement, true)
	url.known = unescapeRedirect(url.known)
	if !url.isKnown() || !addArgs || q.args == (text{}) {
		return url
	}
	mark := "?"
	if strings.Contains(replacement, "?") {
		mark = "&"
	}
	return url.join(text{known: mark}).join(q.args)
}

// rewriteWithin changes the path, and the arguments from the last "?" on.
func (q *nginxRequest) rewriteWithin(replacement string, addArgs bool) {
	path, args, hasArgs := replacement, "", false
	if i := strings.LastIndexByte(replacement, '?'); i >= 0 {
		path, args, hasArgs = strings.ReplaceAll(replacement[:i], "?", ""), replacement[i+1:], true
	}
	newPath, newArgs := q.expand(path, false), q.expand(args, true)
	switch {
	case hasArgs && addArgs && q.args != text{}:
		q.args = newArgs.join(text{known: "&"}).join(q.args)
	case hasArgs:
		q.args = newArgs
	case !addArgs:
		q.args = text{}
	}
	q.setURI(newPath)
}

// condition judges an if (ngx_http_rewrite_if_condition).
func (run *rewriteRun) condition(node *nginx.Node) bool {
	q := run.q
	var most [3]string // as valid conditions have
	words := conditionWords(most[:0], node)
	if len(words) == 0 {
		return q.world.ask(question{"if", node.RawWord(0)}, "a condition that is not valid", false)
	}
	if test := words[0]; len(words) == 2 && strings.HasPrefix(strings.TrimPrefix(test, "!"), "-") {
		file := q.expand(words[1], run.escape)
		kind, negated := strings.CutPrefix(test, "!")
		asked := question{kind, words[1] + " of " + q.uri, file.known}
		switch {
		case !file.isKnown():
		case kind == "-f":
			asked = question{"file", "", file.known}
		case kind == "-d":
			asked = question{"directory", "", file.known}
		}
		return q.world.ask(asked, "which files exist", true) != negated
	}
	value := q.variable(asciiLower(strings.TrimPrefix(words[0], "$")))
	if len(words) == 1 {
		return run.truth(value, words[0])
	}
	if len(words) != 3 {
		return q.world.ask(question{"if", strings.Join(words, " ")}, "a condition that is not valid", false)
	}
	switch operator, operand := words[1], words[2]; operator {
	case "=", "!=":
		return run.equal(value, q.expand(operand, run.escape), words) == (operator == "=")
	case "~", "~*", "!~", "!~*":
		return run.matches(operator, operand, value)
	}
	return q.world.ask(question{"if", strings.Join(words, " ")}, "a condition that is not valid", false)
}

func (run *rewriteRun) matches(operator, operand string, value text) bool {
	q := run.q
	p := q.model.patterns.get(operand, strings.HasSuffix(operator, "*"))
	found := q.matchPattern(p, value)
	if !found {
		q.captures, q.captureGap = nil, ""
	}
	return found != strings.HasPrefix(operator, "!")
}

// truth is a variable alone: false if empty or "0".
func (run *rewriteRun) truth(value text, name string) bool {
	if value.isKnown() {
		return value.known != "" && value.known != "0"
	}
	if len(value.known) > 1 {
		return true
	}
	return run.q.world.ask(question{"true", name}, value.rest, false)
}

func (run *rewriteRun) equal(a, b text, words []string) bool {
	switch {
	case a.isKnown() && b.isKnown():
		return a.known == b.known
	case b.isKnown() && !strings.HasPrefix(b.known, a.known), a.isKnown() && !strings.HasPrefix(a.known, b.known):
		return false
	}
	return run.q.world.ask(question{"equal", words[0] + " " + b.known, words[2]}, a.rest+b.rest, false)
}

// conditionWords appends the words between the parentheses.
func conditionWords(words []string, node *nginx.Node) []string {
	for _, word := range node.Args() {
		words = append(words, word.Value)
	}
	if len(words) == 0 || !strings.HasPrefix(words[0], "(") {
		return nil
	}
	if words[0] = words[0][1:]; words[0] == "" {
		words = words[1:]
	}
	if len(words) == 0 || !strings.HasSuffix(words[len(words)-1], ")") {
		return nil
	}
	last := len(words) - 1
	if words[last] = strings.TrimSuffix(words[last], ")"); words[last] == "" {
		words = words[:last]
	}
	return words
}
