package headers

import (
	"strings"

	"padlock/internal/apache"
	"padlock/internal/apache/directives"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/linter/rule"
)

const hsts = "Strict-Transport-Security"

// line is a directive that sends Strict-Transport-Security, or takes it away.
type line struct {
	// value as written; unknown parts are variables in it.
	value string
	// always tells that error answers have it too.
	always bool
	// unset tells that it takes the header away (Apache).
	unset bool
	// conditional lines hold for some requests only.
	conditional bool
	// span is the directive.
	span source.Span
	// node or item is the directive in its language.
	node *nginx.Node
	item apache.Item
	// start begins a finding at the directive.
	start func(message string) rule.Finding
}

// judgeLines calls judge, after the walk, for every line about the header, once
// for each place in a file.
func judgeLines(p *rule.Pass, judge func(*line)) {
	collectLines(p, func(lines []*line) {
		for _, l := range lines {
			judge(l)
		}
	})
}

// collectLines calls use, after the walk, with all lines about the header.
func collectLines(p *rule.Pass, use func([]*line)) {
	var lines []*line
	seen := map[source.Span]bool{}
	add := func(l *line) {
		if !seen[l.span] {
			seen[l.span] = true
			lines = append(lines, l)
		}
	}
	p.OnNginx(func(d *rule.NginxDirective) {
		if strings.EqualFold(d.Arg(0), hsts) && len(d.Args()) > 1 {
			n := d.Node
			add(&line{value: n.Arg(1), always: n.Arg(2) == "always", span: n.HeadSpan(), node: n, start: func(message string) rule.Finding {
				return p.AtNode(n, n.HeadSpan().Range, message)
			}})
		}
	}, "add_header")
	p.OnApache(func(d *rule.ApacheDirective) {
		parts, problem := directives.ParseHeader(d.Args(), true)
		if problem != nil || !strings.EqualFold(parts.Name, hsts) {
			return
		}
		item := d.Item
		l := &line{
			value: parts.Value, always: parts.Always, unset: parts.Action == "unset", conditional: parts.Condition != "",
			span: item.Span(), item: item,
		}
		l.start = func(message string) rule.Finding { return p.AtItem(item, item.Span().Range, message) }
		if l.unset || parts.Action == "set" || parts.Action == "setifempty" || parts.Action == "add" || parts.Action == "append" || parts.Action == "merge" {
			add(l)
		}
	}, "Header")
	p.OnEnd(func() { use(lines) })
}

// policy is the value of the header.
type policy struct {
	// maxAge in seconds; wrong says why there is none.
	maxAge            int64
	wrong             string
	includeSubDomains bool
	preload           bool
}

// readPolicy reads a value as browsers do (RFC 6797, section 6.1): directives
// separated by semicolons, in any case. ok is false if parts of it are known at
// run time only.
func readPolicy(value string) (found policy, ok bool) {
	if strings.ContainsAny(value, "$%") || strings.HasPrefix(value, "expr=") {
		return policy{}, false
	}
	found.wrong = "has no max-age"
	for part := range strings.SplitSeq(value, ";") {
		name, text, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "max-age":
			found.maxAge, found.wrong = readSeconds(strings.Trim(strings.TrimSpace(text), `"`))
		case "includesubdomains":
			found.includeSubDomains = true
		case "preload":
			found.preload = true
		}
	}
	return found, true
}

func readSeconds(text string) (seconds int64, wrong string) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, "has a max-age that is no number"
		}
		// More than that is for ever.
		seconds = min(seconds*10+int64(c-'0'), 1<<40)
	}
	if text == "" {
		return 0, "has a max-age without a number"
	}
	return seconds, ""
}
