package vhost

import "strings"

// text is a value as far as it is known while a request is followed.
type text struct {
	// known is the value, or its beginning.
	known string
	// rest says why what follows is not known; empty if nothing does.
	rest string
}

func (t text) isKnown() bool { return t.rest == "" }

// join appends; what comes after something unknown is unknown too.
func (t text) join(next text) text {
	if !t.isKnown() {
		return t
	}
	if t.known == "" {
		return next
	}
	return text{t.known + next.known, next.rest}
}

// expand puts variables and captures in for their names. The grammar of names
// is that of ngx_http_script_compile: $name, ${name}, $1 to $9.
func (q *nginxRequest) expand(value string, escape bool) text {
	var parts [16]string // of most values all
	known := parts[:0]
	for {
		dollar := strings.IndexByte(value, '$')
		if dollar < 0 || dollar == len(value)-1 {
			return text{known: concat(append(known, value))}
		}
		known = append(known, value[:dollar])
		value = value[dollar+1:]
		var next text
		if '1' <= value[0] && value[0] <= '9' {
			next = q.capture(int(value[0]-'0'), escape)
			value = value[1:]
		} else {
			var name string
			if name, value = variableName(value); name == "" {
				next = text{known: "$"}
			} else {
				next = q.variable(asciiLower(name))
			}
		}
		if known = append(known, next.known); !next.isKnown() {
			return text{concat(known), next.rest}
		}
	}
}

// concat joins parts; one alone needs no copy.
func concat(parts []string) string {
	var some string
	length := 0
	for _, part := range parts {
		if part != "" {
			some = part
		}
		length += len(part)
	}
	if len(some) == length {
		return some
	}
	return strings.Join(parts, "")
}

// variableName reads the name after a "$".
func variableName(value string) (name, rest string) {
	if inner, ok := strings.CutPrefix(value, "{"); ok {
		if name, rest, ok := strings.Cut(inner, "}"); ok {
			return name, rest
		}
		return "", value
	}
	end := 0
	for end < len(value) && wordSet[value[end]] {
		end++
	}
	return value[:end], value[end:]
}

// capture is a group of the last match; with escape it is written as an argument
// of a URL, if the request had codes in its path.
func (q *nginxRequest) capture(number int, escape bool) text {
	if q.captureGap != "" {
		return text{rest: q.captureGap}
	}
	if q.captures == nil || number >= len(q.captures.groups) {
		return text{}
	}
	value := q.captures.groups[number]
	if escape && q.coded {
		value = escapeBy(value, argumentEscapes)
	}
	return text{known: value}
}

// matchPattern searches a text. A match sets the captures and the variables of
// named groups. What cannot be judged is asked about, and has unknown captures.
func (q *nginxRequest) matchPattern(p *pattern, subject text) bool {
	undecided := subject.rest
	var m *match
	if undecided == "" {
		m, undecided = p.match(subject.known)
	}
	if undecided == "" {
		if m == nil {
			return false
		}
		q.captures, q.captureGap = m, ""
		for name, group := range m.names {
			q.setVariable(asciiLower(name), text{known: m.groups[group]})
		}
		return true
	}
	if !q.world.ask(question{"match " + undecided, p.source, subject.known}, undecided, false) {
		return false
	}
	q.captures, q.captureGap = nil, undecided
	p.once.Do(p.compile)
	for name := range p.names {
		q.setVariable(asciiLower(name), text{rest: undecided})
	}
	return true
}
